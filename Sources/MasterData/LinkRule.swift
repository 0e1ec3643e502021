// Which kinds of objects may be linked, and how often at the same time.

/// A pair of kinds that MasterDataLinkageConfig, or a reference within an object, may connect.
///
/// The message says which objects are connected; which association that is follows from their kinds.
///
/// - SeeAlso: IEC 61968-9, 5.10.3 (MasterDataLinkageConfig) and Annex B for the codes of pairs
public struct LinkRule: Sendable, Hashable {
  public let first: ObjectKind
  public let second: ObjectKind
  /// Reply code for a pair that is not linked, or cannot be.
  public let code: String
  /// An object of the first kind has at most one link of this rule at any time.
  public let firstHasOne: Bool
  public let secondHasOne: Bool

  private init(
    _ first: ObjectKind, _ second: ObjectKind, _ code: String = LinkRule.otherCode, firstHasOne: Bool = false,
    secondHasOne: Bool = false
  ) {
    // Rows are written as people say them; links keep their ends in the order of the kinds.
    let isOrdered = first <= second
    self.first = isOrdered ? first : second
    self.second = isOrdered ? second : first
    self.code = code
    self.firstHasOne = isOrdered ? firstHasOne : secondHasOne
    self.secondHasOne = isOrdered ? secondHasOne : firstHasOne
  }

  /// Reply code of pairs without one of their own: "Object relationship mismatch".
  public static let otherCode = "2.29"

  public static let all: [LinkRule] = [
    LinkRule(.meter, .usagePoint, "2.13", firstHasOne: true),
    LinkRule(.meter, .serviceLocation, "2.17", firstHasOne: true),
    LinkRule(.comModule, .meter, "2.18", firstHasOne: true),
    LinkRule(.customerAccount, .serviceSupplier, "2.21"),
    LinkRule(.customer, .customerAccount, "2.23", secondHasOne: true),
    LinkRule(.customerAccount, .customerAgreement, "2.25", secondHasOne: true),
    LinkRule(.customerAgreement, .usagePoint, "2.26"),
    LinkRule(.customerAccount, .usagePoint, "2.27"),
    LinkRule(.serviceSupplier, .usagePoint, "2.28"),
    LinkRule(.usagePoint, .usagePointLocation, firstHasOne: true),
    LinkRule(.usagePoint, .serviceLocation, firstHasOne: true),
    LinkRule(.usagePoint, .serviceCategory, firstHasOne: true),
    LinkRule(.usagePoint, .pricingStructure),
    LinkRule(.customer, .usagePoint),
    LinkRule(.customer, .serviceLocation),
    LinkRule(.customer, .customerAgreement, secondHasOne: true),
    LinkRule(.customerAgreement, .pricingStructure),
    LinkRule(.customerAgreement, .serviceCategory, firstHasOne: true),
    LinkRule(.customerAgreement, .serviceLocation),
    LinkRule(.customerAgreement, .serviceSupplier),
    LinkRule(.auxiliaryAgreement, .customerAgreement, firstHasOne: true),
    LinkRule(.auxiliaryAgreement, .customerAccount),
    LinkRule(.pricingStructure, .serviceCategory, firstHasOne: true),
    LinkRule(.endDevice, .usagePoint, firstHasOne: true),
    LinkRule(.endDevice, .serviceLocation, firstHasOne: true),
    LinkRule(.endDevice, .meter, firstHasOne: true),
    LinkRule(.comModule, .endDevice, firstHasOne: true),
    LinkRule(.endDevice, .customerAgreement),
    LinkRule(.transformerTank, .usagePoint, secondHasOne: true),
    LinkRule(.transformerTank, .meter, secondHasOne: true),
    LinkRule(.transformerTank, .endDevice, secondHasOne: true),
    LinkRule(.transformerTank, .serviceLocation),
    // Of vendors.
    LinkRule(.meter, .registeredResource),
    LinkRule(.channel, .readingProfile),
    LinkRule(.meterState, .meter, firstHasOne: true),
  ]

  private struct Pair: Hashable {
    var first: ObjectKind
    var second: ObjectKind
  }

  private static let byKinds = Dictionary(
    all.map { (Pair(first: $0.first, second: $0.second), $0) }, uniquingKeysWith: { first, _ in first })

  /// The rule of two kinds in either order; nil where they are not linked.
  public static func of(_ a: ObjectKind, _ b: ObjectKind) -> LinkRule? {
    byKinds[a <= b ? Pair(first: a, second: b) : Pair(first: b, second: a)]
  }
}

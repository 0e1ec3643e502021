// The kinds of objects that master data consists of, one for each Config noun.

/// A kind of object, such as Meter: what one Config noun carries.
///
/// - SeeAlso: IEC 61968-9, 5.10 and 5.9 (AuxiliaryAgreementConfig)
public struct ObjectKind: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Place in the table; stores keep it, so rows are only ever added at the end.
  public let index: Int

  /// Where a kind comes from.
  public enum Origin: Sendable, Hashable {
    /// A Config noun of Part 9.
    case standard
    /// A noun that a vendor adds; its schema is the partner's to bring.
    case vendor
    /// There is no noun to make one with: other systems keep these, and they are known here by being linked.
    case elsewhere
  }

  private struct Row: Sendable {
    /// Element in the payload.
    let element: String
    let noun: String
    /// Reply code for an unknown object of this kind.
    let code: String
    let origin: Origin
    /// The child that dates a change.
    let event: String
    /// Children that are references to other objects, by name: the element of their kind.
    let references: [String: String]

    init(
      element: String, code: String, origin: Origin = .standard, event: String = "ConfigurationEvents",
      references: [String: String] = [:]
    ) {
      self.element = element
      noun = element + "Config"
      self.code = code
      self.origin = origin
      self.event = event
      self.references = references
    }
  }

  private static let table: [Row] = [
    Row(
      element: "AuxiliaryAgreement", code: "2.24", references: ["CustomerAgreement": "CustomerAgreement"]),
    Row(element: "ComModule", code: "2.30"),
    Row(element: "Customer", code: "2.22"),
    Row(element: "CustomerAccount", code: "2.19"),
    Row(
      element: "CustomerAgreement", code: "2.24",
      references: ["PricingStructures": "PricingStructure", "ServiceCategory": "ServiceCategory"]),
    Row(element: "EndDevice", code: "2.4"),
    Row(element: "Meter", code: "2.4"),
    Row(element: "PricingStructure", code: "2.33", references: ["ServiceCategory": "ServiceCategory"]),
    Row(element: "ServiceCategory", code: "2.31"),
    Row(element: "ServiceLocation", code: "2.16"),
    Row(element: "ServiceSupplier", code: "2.20"),
    Row(
      element: "UsagePoint", code: "2.12",
      references: [
        "UsagePointLocation": "UsagePointLocation", "ServiceLocation": "ServiceLocation",
        "ServiceSupplier": "ServiceSupplier", "PricingStructures": "PricingStructure",
        "ServiceCategory": "ServiceCategory", "Equipments": "TransformerTank",
      ]),
    Row(element: "UsagePointLocation", code: "2.32"),
    // The tables of codes have none for these: "Object relationship mismatch".
    Row(element: "TransformerTank", code: "2.29", origin: .elsewhere),
    Row(element: "RegisteredResource", code: "2.29", origin: .vendor),
    Row(element: "ReadingProfile", code: "2.29", origin: .vendor, event: "ConfigurationEvent"),
    Row(element: "Channel", code: "2.29", origin: .elsewhere),
    Row(element: "MeterState", code: "2.29", origin: .vendor, references: ["Meter": "Meter"]),
  ]

  private static let byElement = Dictionary(
    table.enumerated().map { ($1.element, $0) }, uniquingKeysWith: { first, _ in first })
  private static let byNoun = Dictionary(
    table.enumerated().map { ($1.noun, $0) }, uniquingKeysWith: { first, _ in first })

  private init(_ index: Int) { self.index = index }

  public static let auxiliaryAgreement = ObjectKind(0)
  public static let comModule = ObjectKind(1)
  public static let customer = ObjectKind(2)
  public static let customerAccount = ObjectKind(3)
  public static let customerAgreement = ObjectKind(4)
  public static let endDevice = ObjectKind(5)
  public static let meter = ObjectKind(6)
  public static let pricingStructure = ObjectKind(7)
  public static let serviceCategory = ObjectKind(8)
  public static let serviceLocation = ObjectKind(9)
  public static let serviceSupplier = ObjectKind(10)
  public static let usagePoint = ObjectKind(11)
  public static let usagePointLocation = ObjectKind(12)
  public static let transformerTank = ObjectKind(13)
  public static let registeredResource = ObjectKind(14)
  public static let readingProfile = ObjectKind(15)
  public static let channel = ObjectKind(16)
  public static let meterState = ObjectKind(17)

  /// In the order of the table.
  public static let all = table.indices.map(ObjectKind.init)

  /// - Parameter index: of a store's row; nil for a number that is none.
  public init?(index: Int) {
    guard Self.table.indices.contains(index) else { return nil }
    self.index = index
  }

  /// - Parameter element: e.g. "Meter".
  public init?(element: String) {
    guard let index = Self.byElement[element] else { return nil }
    self.index = index
  }

  /// - Parameter noun: e.g. "MeterConfig".
  public init?(noun: String) {
    guard let index = Self.byNoun[noun] else { return nil }
    self.index = index
  }

  /// "Meter": the element of the object, and the name of its class.
  public var element: String { Self.table[index].element }
  /// "MeterConfig".
  public var noun: String { Self.table[index].noun }
  /// Reply code for an object of this kind that is unknown or cannot be used so (IEC 61968-9, Annex B).
  public var code: String { Self.table[index].code }

  public var origin: Origin { Self.table[index].origin }
  /// "ConfigurationEvents": the child of the object that dates a change.
  public var event: String { Self.table[index].event }

  public var description: String { element }

  public static func < (a: ObjectKind, b: ObjectKind) -> Bool { a.index < b.index }

  /// Which object a child element refers to, e.g. UsagePointLocation in a UsagePoint; nil where it is part of the object.
  public func target(ofReference child: String) -> ObjectKind? {
    let references = Self.table[index].references
    return references.isEmpty ? nil : references[child].flatMap { ObjectKind(element: $0) }
  }
}

// The kinds of objects that master data consists of, one for each Config noun.

/// A kind of object, such as Meter: what one Config noun of Part 9 carries.
///
/// - SeeAlso: IEC 61968-9, 5.10 and 5.9 (AuxiliaryAgreementConfig)
public struct ObjectKind: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Place in the table; stores keep it, so rows are only ever added at the end.
  public let index: Int

  /// Element in the payload, reply code for an unknown object of this kind.
  private static let table: [(element: String, code: String)] = [
    ("AuxiliaryAgreement", "2.24"), ("ComModule", "2.30"), ("Customer", "2.22"), ("CustomerAccount", "2.19"),
    ("CustomerAgreement", "2.24"), ("EndDevice", "2.4"), ("Meter", "2.4"), ("PricingStructure", "2.33"),
    ("ServiceCategory", "2.31"), ("ServiceLocation", "2.16"), ("ServiceSupplier", "2.20"), ("UsagePoint", "2.12"),
    ("UsagePointLocation", "2.32"),
  ]

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

  /// In the order of the table.
  public static let all = table.indices.map(ObjectKind.init)

  /// - Parameter index: of a store's row; nil for a number that is none.
  public init?(index: Int) {
    guard Self.table.indices.contains(index) else { return nil }
    self.index = index
  }

  /// - Parameter element: e.g. "Meter".
  public init?(element: String) {
    guard let index = Self.table.firstIndex(where: { $0.element == element }) else { return nil }
    self.index = index
  }

  /// - Parameter noun: e.g. "MeterConfig".
  public init?(noun: String) {
    guard noun.hasSuffix("Config") else { return nil }
    self.init(element: String(noun.dropLast(6)))
  }

  /// "Meter": the element of the object, and the name of its class.
  public var element: String { Self.table[index].element }
  /// "MeterConfig".
  public var noun: String { element + "Config" }
  /// Reply code for an object of this kind that is unknown or cannot be used so (IEC 61968-9, Annex B).
  public var code: String { Self.table[index].code }

  public var description: String { element }

  public static func < (a: ObjectKind, b: ObjectKind) -> Bool { a.index < b.index }

  /// Which object a child element refers to, e.g. UsagePointLocation in a UsagePoint; nil where it is part of the object.
  public func target(ofReference child: String) -> ObjectKind? {
    switch (self, child) {
    case (.usagePoint, "UsagePointLocation"): .usagePointLocation
    case (.usagePoint, "ServiceLocation"): .serviceLocation
    case (.usagePoint, "ServiceSupplier"): .serviceSupplier
    case (.usagePoint, "PricingStructures"), (.customerAgreement, "PricingStructures"): .pricingStructure
    case (.usagePoint, "ServiceCategory"), (.customerAgreement, "ServiceCategory"),
      (.pricingStructure, "ServiceCategory"):
      .serviceCategory
    case (.auxiliaryAgreement, "CustomerAgreement"): .customerAgreement
    default: nil
    }
  }
}

// What the typed views are made of: a profile's classes and enumerations, without the parts of XSD.

/// One profile, ready to be written.
struct FacadeProfile {
  var noun: String
  var namespace: String
  var documentation: String
  /// Reachable from the root, sorted by name; the root class is not among them.
  var classes: [FacadeClass]
  var enumerations: [FacadeEnumeration]
  var root: FacadeClass
}

struct FacadeClass: Hashable {
  /// Name of the complex type.
  var name: String
  var documentation: String
  /// In the order of the content model.
  var properties: [FacadeProperty]
}

struct FacadeProperty: Hashable {
  /// Name of the element.
  var element: String
  var type: FacadeType
  var cardinality: Cardinality
  var documentation: String

  enum Cardinality: Hashable {
    case optional
    case required
    case many(required: Bool)

    var text: String {
      switch self {
      case .optional: "0..1"
      case .required: "1..1"
      case .many(let required): required ? "1..*" : "0..*"
      }
    }
  }
}

enum FacadeType: Hashable {
  /// A Swift type of the standard library, of CIMModel or of TypedViews; with the XSD type's name where that says more.
  case plain(String, detail: String?)
  /// An element with nothing but the attribute `ref`.
  case reference
  case cimClass(String)
  case enumeration(String)

  var swiftName: String {
    switch self {
    case .plain(let name, _), .cimClass(let name), .enumeration(let name): name
    case .reference: "Reference"
    }
  }

  /// The class or enumeration it names, if any.
  var component: String? {
    switch self {
    case .cimClass(let name), .enumeration(let name): name
    case .plain, .reference: nil
    }
  }
}

struct FacadeEnumeration: Hashable {
  var name: String
  var values: [String]
}

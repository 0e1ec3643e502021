// What a property can hold, and how it stands in an element.
import CIMModel

/// A value that one element carries.
protocol PropertyValue {
  /// Nil where the element has no value of this type.
  static func value(_ element: Element) -> Self?
  func element(named name: String, in namespace: String) -> Element
  /// What a required property gives where there is none.
  static var empty: Self { get }
}

/// A value that is the text of its element.
protocol TextValue: PropertyValue {
  init?(xmlText: String)
  var xmlText: String { get }
}

extension TextValue {
  static func value(_ element: Element) -> Self? { Self(xmlText: element.text) }

  func element(named name: String, in namespace: String) -> Element { Element(name, in: namespace, text: xmlText) }
}

/// Also xs:date and xs:time, whose zones no type of ours holds yet.
extension String: TextValue {
  init(xmlText: String) { self = xmlText }
  var xmlText: String { self }
  static var empty: String { "" }
}

extension Bool: TextValue {
  init?(xmlText: String) {
    switch xmlText {
    case "true", "1": self = true
    case "false", "0": self = false
    default: return nil
    }
  }

  var xmlText: String { self ? "true" : "false" }
  static var empty: Bool { false }
}

/// xs:integer has no bounds; what does not fit is no value.
extension Int: TextValue {
  init?(xmlText: String) { self.init(xmlText) }
  var xmlText: String { String(self) }
  static var empty: Int { 0 }
}

/// Also xs:float; "INF" and "NaN" are no value.
extension ExactDecimal: TextValue {
  init?(xmlText: String) { self.init(xmlText) }
  var xmlText: String { description }
  static var empty: ExactDecimal { 0 }
}

/// A stamp without zone is taken as UTC.
extension Timestamp: TextValue {
  init?(xmlText: String) { self.init(xmlText: xmlText, zoneOffsetMinutes: 0) }
  static var empty: Timestamp { Timestamp(microseconds: 0) }
}

extension PropertyValue where Self: CIMClass {
  static func value(_ element: Element) -> Self? { Self(unchecked: element) }

  func element(named name: String, in namespace: String) -> Element { element.moved(to: name, in: namespace) }

  static var empty: Self { Self(unchecked: Element("", in: "")) }
}

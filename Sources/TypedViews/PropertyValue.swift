// What a property can hold, and how it stands in an element.
package import CIMModel

/// A value that one element carries.
package protocol PropertyValue {
  /// Nil where the element has no value of this type.
  static func value(_ element: Element) -> Self?
  func element(named name: String, in namespace: String) -> Element
  /// What a required property gives where there is none.
  static var empty: Self { get }
}

/// A value that is the text of its element.
package protocol TextValue: PropertyValue {
  init?(xmlText: String)
  var xmlText: String { get }
}

extension TextValue {
  package static func value(_ element: Element) -> Self? { Self(xmlText: element.text) }

  package func element(named name: String, in namespace: String) -> Element {
    Element(name, in: namespace, text: xmlText)
  }
}

/// Also xs:date and xs:time, whose zones no type of ours holds yet.
extension String: TextValue {
  package init(xmlText: String) { self = xmlText }
  package var xmlText: String { self }
  package static var empty: String { "" }
}

extension Bool: TextValue {
  package init?(xmlText: String) {
    switch xmlText {
    case "true", "1": self = true
    case "false", "0": self = false
    default: return nil
    }
  }

  package var xmlText: String { self ? "true" : "false" }
  package static var empty: Bool { false }
}

/// xs:integer has no bounds; what does not fit is no value.
extension Int: TextValue {
  package init?(xmlText: String) { self.init(xmlText) }
  package var xmlText: String { String(self) }
  package static var empty: Int { 0 }
}

/// Also xs:float; "INF" and "NaN" are no value.
extension ExactDecimal: TextValue {
  package init?(xmlText: String) { self.init(xmlText) }
  package var xmlText: String { description }
  package static var empty: ExactDecimal { 0 }
}

/// A stamp without zone is taken as UTC.
extension Timestamp: TextValue {
  package init?(xmlText: String) { self.init(xmlText: xmlText, zoneOffsetMinutes: 0) }
  package static var empty: Timestamp { Timestamp(microseconds: 0) }
}

extension PropertyValue where Self: CIMClass {
  package static func value(_ element: Element) -> Self? { Self(unchecked: element) }

  package func element(named name: String, in namespace: String) -> Element { element.moved(to: name, in: namespace) }

  package static var empty: Self { Self(unchecked: Element("", in: "")) }
}

// An element that only names another object.
public import CIMModel

/// A reference by attribute, as the profiles have for ReadingType, EndDeviceEventType and their kin.
///
///     reading.readingType = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
///     print(reading.readingType.ref)
public struct Reference: CIMClass, PropertyValue, ExpressibleByStringLiteral {
  public static let order = ChildOrder("")
  public var element: Element

  public init(unchecked element: Element) { self.element = element }

  /// - Parameter ref: the dotted code, mRID or name of the object.
  public init(_ ref: String) {
    element = Element("", in: "", attributes: [Element.Attribute(name: "ref", value: ref)])
  }

  public init(stringLiteral ref: String) { self.init(ref) }

  /// The code, mRID or name of the object; "" where the attribute is absent.
  public var ref: String {
    get { element.attribute("ref") ?? "" }
    set {
      element.attributes.removeAll { $0.name == "ref" && $0.namespace.isEmpty }
      element.attributes.append(Element.Attribute(name: "ref", value: newValue))
    }
  }
}

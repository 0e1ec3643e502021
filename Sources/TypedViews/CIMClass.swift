// What all typed views have in common: a class of the CIM as a profile restricts it, over the element that carries it.
public import CIMModel

/// A typed view of one element: the properties of a CIM class, as a profile has them.
///
/// A view holds nothing but its element. Getting reads it, setting changes it in place and keeps the profile's order,
/// and what a view has no property for stays as it is. Properties have the names of the standard, with the first run of
/// capitals lowered: element `UsagePoint` is `usagePoint`.
///
/// - Optional properties are nil where the element is absent or has no value of the property's type.
/// - Required ones then give an empty value ("", 0, 1970-01-01T00:00:00Z); `Noun.violations()` tells.
/// - Time stamps are instants: one without a zone is taken as UTC, and what is set is written in UTC.
/// - Properties that may repeat are arrays. Changing one rewrites all of its elements: fill an array, then set it.
///
/// Two views are equal if they have the same content: names and namespaces of their own elements do not count, so that
/// what was set equals what is read back.
public protocol CIMClass: Sendable, Hashable {
  /// Names of the child elements, in the order in which the profile wants them.
  static var order: ChildOrder { get }

  /// The element under the view. Its name and namespace follow those of the place where the view is set.
  var element: Element { get set }

  /// A view of an element, whose name and content are not checked.
  init(unchecked element: Element)
}

extension CIMClass {
  public static func == (a: Self, b: Self) -> Bool { a.element.hasContent(of: b.element) }

  public func hash(into hasher: inout Hasher) { element.hashContent(into: &hasher) }
}

// What generated accessors call: the name is the element's.
extension CIMClass {
  package func one<Value: PropertyValue>(_ name: String) -> Value? { element[name].flatMap(Value.value) }

  package func required<Value: PropertyValue>(_ name: String) -> Value {
    element[name].flatMap(Value.value) ?? Value.empty
  }

  package func many<Value: PropertyValue>(_ name: String) -> [Value] {
    var values: [Value] = []
    for child in element.children where child.name == name {
      if let value = Value.value(child) { values.append(value) }
    }
    return values
  }

  package mutating func set<Value: PropertyValue>(_ name: String, _ value: Value?) {
    let made = value.map { [$0.element(named: name, in: element.namespace)] } ?? []
    element.replace(name, by: made, order: Self.order)
  }

  package mutating func set<Value: PropertyValue>(_ name: String, all values: [Value]) {
    let made = values.map { $0.element(named: name, in: element.namespace) }
    element.replace(name, by: made, order: Self.order)
  }
}

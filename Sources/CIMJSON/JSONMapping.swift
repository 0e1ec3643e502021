// Messages as JSON and back, by the schema's tables. Nothing is lost either way.
public import CIMCodec
public import CIMModel
public import CIMSchema

/// Maps elements to JSON and back.
///
/// A document is an object of two members, the namespace and the root:
/// `{"$namespace": "http://iec.ch/TC57/2011/MeterReadings#", "MeterReadings": {"MeterReading": [{…}]}}`.
///
/// - Elements are properties by their local names. What the schema lets stand more than once is always an array, also
///   of one; anything else never is.
/// - Attributes are properties "@name"; the text of an element that has or can have attributes is "#text".
/// - xs:boolean, the integers, decimals and floats are JSON booleans and numbers where the text can stand as it is and
///   no more than 15 digits would be at stake in a binary consumer (RFC 8259, 6); otherwise, like all else, strings.
///   Both are read. Numbers are taken character by character, never through binary floating point.
/// - xsi:nil alone is `null`.
/// - Elements that come through a wildcard are "#any": an array of objects, each like a document.
/// - Where grouping by name would lose the order of elements, as in a repeated choice, all child elements are "#items":
///   an array of objects with one member each, in order. It is read anywhere.
/// - Elements that no schema knows have string texts, and "#items" whose "$namespace" is left out where it is that of
///   the element around.
///
/// A mapping is safe to share between threads.
///
/// Known limits: `Element` keeps neither prefixes nor text between child elements, so that the prefix in xsi:type and
/// in values of type QName is kept as text only, and mixed content keeps its text only where it has no child elements.
public struct JSONMapping: Sendable {
  let store: SchemaStore
  let limits: JSONLimits
  /// Root elements by local name, for documents that do not name their namespace.
  private let roots: [String: String]

  /// The mapping of one schema; payloads of other schemas are mapped without types.
  ///
  /// Documents may leave out "$namespace" where only one root has the name.
  public init(schema: Schema, limits: JSONLimits = JSONLimits()) {
    store = SchemaStore(OneSchema(schema: schema))
    self.limits = limits
    var roots: [String: String?] = [:]
    for name in schema.globalElements.keys {
      roots[name.local] = roots[name.local] == nil ? .some(name.namespace) : .some(nil)
    }
    self.roots = roots.compactMapValues { $0 }
  }

  /// The mapping of all schemas that a resolver knows, e.g. `SchemaLibrary.standard`: envelope and payloads.
  public init(resolver: any SchemaResolver, limits: JSONLimits = JSONLimits()) {
    store = SchemaStore(resolver)
    self.limits = limits
    roots = [:]
  }

  /// The JSON document of an element.
  ///
  /// The element need not be valid, but only what is valid comes back the same.
  ///
  /// - Parameter pretty: on lines of their own, indented by two blanks; else without any white space.
  /// - Returns: UTF-8, without a line end.
  public func json(of element: Element, pretty: Bool = false) -> [UInt8] {
    var mapper = ElementToJSON(store: store, writer: JSONWriter(pretty: pretty))
    mapper.writeDocument(element)
    return mapper.writer.bytes
  }

  /// The element of a JSON document, its children in the order of the schema. It is not validated: write it as XML and
  /// decode that, or hand it to whatever judges messages.
  ///
  /// - Throws: the first problem, with its place.
  public func element(from json: [UInt8]) throws(JSONProblem) -> Element {
    do throws(LocatedProblem) {
      let root = try JSONReader.read(json, limits: limits)
      var mapper = JSONToElement(store: store, roots: roots, depthLimit: limits.depth)
      return try mapper.document(root)
    } catch {
      throw error.located(in: json)
    }
  }
}

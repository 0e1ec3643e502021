// A web service and its operations, before they are written as WSDL.
import CIMProfiles

/// One service: the generic one, or a strongly typed one of a noun.
///
/// - SeeAlso: IEC 61968-100 edition 1, web service bindings
public struct WebService: Sendable, Hashable {
  /// "RequestEndDeviceControls"; name of the WSDL's definitions and of its service.
  public var name: String
  /// Nil for the generic service.
  public var noun: String?
  /// Path below the server's base: "soap" or "services/RequestEndDeviceControls".
  public var path: String
  /// Target namespace of the WSDL.
  public var namespace: String
  /// Where the elements of its messages are declared.
  public var messageNamespace: String
  /// Path of the schema that declares them: "Messages/EndDeviceControlsMessage.xsd".
  public var messageSchema: String
  public var operations: [Operation]
  var portType: String
  /// Local name of the element in a fault's detail, and its namespace.
  var fault: String
  var faultNamespace: String

  /// One operation; its elements are in the service's message namespace.
  public struct Operation: Sendable, Hashable {
    public var name: String
    public var soapAction: String
    /// Local names of the elements in the SOAP Body.
    public var input: String
    public var output: String
  }
}

extension WebService {
  /// The service that takes every noun, as Request and PublishEvent.
  static let generic = WebService(
    name: "Generic", noun: nil, path: "soap", namespace: SchemaLibrary.wrapperNamespace,
    messageNamespace: SchemaLibrary.wrapperNamespace, messageSchema: "Messages/Generic.xsd",
    operations: ["Request", "PublishEvent"].map { name in
      Operation(name: name, soapAction: "http://iec.ch/61968/\(name)", input: name, output: "Response")
    },
    portType: "Generic_Port", fault: "FaultMessage", faultNamespace: SchemaLibrary.envelopeNamespace)

  private static let requestVerbs = ["Create", "Change", "Cancel", "Close", "Delete"]
  private static let eventVerbs = ["Created", "Changed", "Canceled", "Closed", "Deleted"]

  /// The strongly typed services of a noun, by the templates in use: requests under Request and Execute, events under
  /// Send, Receive and Reply, queries under Get or Query where the noun has a profile that asks for it.
  static func services(of profile: SchemaLibrary.Profile, in library: SchemaLibrary) -> [WebService] {
    let year = Self.year(of: profile.namespace)
    let typed = TypedNamespace(noun: profile.noun, year: year)
    let queries = library.query(ofNoun: profile.noun).map { [query($0, of: profile.noun, in: library)] } ?? []
    return queries + ["Request", "Execute"].map { service($0, typed, requestVerbs) }
      + ["Send", "Receive", "Reply"].map { service($0, typed, eventVerbs) }
  }

  /// One operation, of the service's name: GetMeterReadings, QueryDERGroups.
  private static func query(
    _ query: SchemaLibrary.Profile, of noun: String, in library: SchemaLibrary
  ) -> WebService {
    let base = "http://iec.ch/TC57/\(year(of: query.namespace))/"
    let name = (query.noun.hasPrefix("Get") ? "Get" : "Query") + noun
    let messages = base + query.noun + "Message"
    let names = TypedNamespace(messages).map(library.queryNames) ?? (request: query.noun, answers: noun)
    return WebService(
      name: name, noun: noun, path: "services/\(name)", namespace: base + name, messageNamespace: messages,
      messageSchema: "Messages/\(query.noun)Message.xsd",
      operations: [
        Operation(
          name: name, soapAction: "\(base)\(query.noun)/\(name)", input: names.request,
          output: names.answers + "ResponseMessage")
      ],
      portType: query.noun + "_Port", fault: names.answers + "FaultMessage", faultNamespace: messages)
  }

  private static func service(_ family: String, _ typed: TypedNamespace, _ verbs: [String]) -> WebService {
    let base = "http://iec.ch/TC57/\(typed.year)/"
    let name = family + typed.noun
    return WebService(
      name: name, noun: typed.noun, path: "services/\(name)", namespace: base + name,
      messageNamespace: typed.namespace, messageSchema: "Messages/\(typed.name)Message.xsd",
      operations: verbs.map { verb in
        Operation(
          name: verb + typed.noun, soapAction: "\(base)\(typed.name)/\(verb)\(typed.noun)", input: verb + typed.noun,
          output: typed.noun + "ResponseMessage")
      },
      portType: typed.name + "_Port", fault: typed.noun + "FaultMessage", faultNamespace: typed.namespace)
  }

  /// "2011" of "http://iec.ch/TC57/2011/EndDeviceControls#", and of namespaces that have no year.
  private static func year(of namespace: String) -> String {
    let segments = namespace.split(separator: "/")
    guard namespace.hasPrefix("http://iec.ch/TC57/"), segments.count > 3, segments[3].count == 4,
      segments[3].allSatisfy(\.isNumber)
    else { return "2011" }
    return String(segments[3])
  }
}

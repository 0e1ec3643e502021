// Example messages: one valid message for a verb and a noun, made from the schema alone.
import CIMCodec
import CIMModel
public import CIMProfiles
public import IECMessage

/// A valid example of a message: what the schema asks for, and of the optional elements those that are in common use.
///
/// The same verb, noun and schemas always give the same message.
public struct SampleMessage: Sendable {
  public let verb: Verb
  public let noun: String
  public let message: Message

  /// - Parameters:
  ///   - noun: of a profile, or "OperationSet", which goes with execute, executed and reply.
  ///   - source: what to say in Header.Source.
  /// - Throws: `CatalogueError` with code `.unknownNoun`, `.unfitVerb`, or `.noSample` where a schema of a user's own
  ///   asks for something no example is known for.
  public init(
    _ verb: Verb, _ noun: String, schemas: SchemaLibrary = .standard, source: String = "EXAMPLE"
  ) throws(CatalogueError) {
    self.verb = verb
    self.noun = noun
    let verbs = try Self.verbs(of: noun, in: schemas)
    // A query of a noun without a Get profile names its objects in the Request.
    guard verbs.contains(verb) || verb == .get && noun != Self.operationSet else {
      let known = verbs.map(\.rawValue).joined(separator: ", ")
      throw CatalogueError(.unfitVerb, "\(verb.rawValue) does not go with \(noun); these do: \(known)")
    }
    var random = SampleRandom("\(verb.rawValue) \(noun)")
    let id = UUIDText.random(using: &random)
    let header = Header(
      verb: verb, noun: noun, timestamp: SampleValues.instant, source: source, messageID: id, correlationID: id)
    var maker = SampleObject(schemas: schemas, random: random)
    switch verb.role {
    case .request where verb == .get:
      var query: Element?
      if let profile = schemas.query(ofNoun: noun) { query = try maker.root(profile.noun) }
      let wanted = query == nil ? [ObjectID(UUIDText.random(using: &maker.random), kind: .uuid)] : []
      message = Message(
        kind: .request, header: header, request: Request(ids: wanted, objects: query.map { [$0] } ?? []))
    case .request, .event:
      message = Message(
        kind: verb.role == .event ? .event : .request, header: header,
        payload: Payload(try Self.content(noun, verb, &maker)))
    case .response:
      let payload = noun == Self.operationSet ? nil : Payload(try Self.content(noun, verb, &maker))
      message = Message(
        kind: .response, header: header, reply: Reply(result: .ok, errors: [ReplyError(code: "0.0")]), payload: payload)
    }
  }

  static let operationSet = "OperationSet"

  /// Verbs that go with a noun: get where it has a Get profile, the transactions and their events, and reply.
  ///
  /// - Throws: `CatalogueError` with code `.unknownNoun`.
  public static func verbs(of noun: String, in schemas: SchemaLibrary) throws(CatalogueError) -> [Verb] {
    if noun == operationSet { return [.execute, .executed, .reply] }
    guard schemas.profile(noun) != nil else {
      let near = Spelling.nearest(to: noun, among: schemas.nouns).map { "; did you mean '\($0)'?" }
      throw CatalogueError(
        .unknownNoun, "no profile is named '\(noun)'" + (near ?? "; 'busbar schema list' names them all"))
    }
    let hasQuery = schemas.query(ofNoun: noun) != nil
    return Verb.allCases.filter { verb in
      switch verb {
      case .execute, .executed: false
      case .get: hasQuery
      default: true
      }
    }
  }

  private static func content(
    _ noun: String, _ verb: Verb, _ maker: inout SampleObject
  ) throws(CatalogueError) -> Payload.Content {
    guard noun == operationSet else { return .objects([try maker.root(noun)]) }
    // Two objects that belong together, as master data come.
    let nouns = ["UsagePointConfig", "MeterConfig"].filter { maker.schemas.profile($0) != nil }
    let chosen =
      nouns.isEmpty ? Array(maker.schemas.nouns.filter { maker.schemas.noun(ofQuery: $0) == nil }.prefix(1)) : nouns
    var operations: [OperationSet.Operation] = []
    for noun in chosen {
      let inner: Verb = verb == .executed ? .created : .create
      operations.append(
        OperationSet.Operation(
          operationId: operations.count + 1, noun: noun, verb: inner.rawValue, object: try maker.root(noun)))
    }
    return .operationSet(OperationSet(enforceMsgSequence: true, operations: operations))
  }

  /// The message as UTF-8 XML in the generic form, one element a line.
  ///
  /// - Parameter soap: wraps it in a SOAP envelope of this version.
  public func xml(soap: SOAPVersion? = nil) throws(CatalogueError) -> [UInt8] {
    do {
      return Indentation.indent(try MessageWriter().write(message, soap: soap))
    } catch {
      throw CatalogueError(.noSample, "\(verb.rawValue) \(noun): \(error.message)")
    }
  }

  /// "CreateEndDeviceControls.xml".
  public var fileName: String { Self.fileName(verb, noun) }

  static func fileName(_ verb: Verb, _ noun: String) -> String { verb.capitalized + noun + ".xml" }
}

/// Random numbers that are the same for the same text, on every machine.
struct SampleRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ text: String) {
    // FNV-1a.
    state = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

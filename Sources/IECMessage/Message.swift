// The message envelope of IEC 61968-100 edition 1 as values.
public import CIMModel

/// Which of the envelope's roots a message is.
public enum MessageKind: String, Sendable, Hashable, Codable {
  /// The untyped container, which may hold everything together.
  case message = "Message"
  case request = "RequestMessage"
  case response = "ResponseMessage"
  case event = "EventMessage"
  /// The answer to something that could not be read: it has a Reply and no Header.
  case fault = "FaultMessage"
}

/// A message: header, and request, reply or payload as its kind allows.
public struct Message: Sendable, Hashable {
  public var kind: MessageKind
  /// Present in every kind but `fault`.
  public var header: Header?
  public var request: Request?
  public var reply: Reply?
  public var payload: Payload?

  public init(
    kind: MessageKind, header: Header? = nil, request: Request? = nil, reply: Reply? = nil, payload: Payload? = nil
  ) {
    self.kind = kind
    self.header = header
    self.request = request
    self.reply = reply
    self.payload = payload
  }
}

/// The header, in the order of the schema. All but verb and noun are optional.
public struct Header: Sendable, Hashable {
  public var verb: Verb
  /// Local name of the profile's root element, e.g. "MeterReadings", or "OperationSet".
  public var noun: String
  public var revision: String?
  public var replayDetection: ReplayDetection?
  public var context: String?
  /// When the sender's application made the message; no middleware expiry.
  public var timestamp: Timestamp?
  public var source: String?
  /// The answer is to come later, to `replyAddress`.
  public var asyncReplyFlag: Bool?
  public var replyAddress: String?
  public var ackRequired: Bool?
  public var user: User?
  public var messageID: String?
  /// Ties request, reply and events together.
  public var correlationID: String?
  public var comment: String?
  public var properties: [Property]
  /// Elements of other namespaces at the end of the header.
  public var extensions: [Element]

  public struct ReplayDetection: Sendable, Hashable {
    public var nonce: String
    public var created: Timestamp
    public init(nonce: String, created: Timestamp) {
      self.nonce = nonce
      self.created = created
    }
  }

  public struct User: Sendable, Hashable {
    public var userID: String
    public var organization: String?
    public init(userID: String, organization: String? = nil) {
      self.userID = userID
      self.organization = organization
    }
  }

  public struct Property: Sendable, Hashable {
    public var name: String
    public var value: String?
    public init(name: String, value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  public init(
    verb: Verb, noun: String, revision: String? = nil, replayDetection: ReplayDetection? = nil, context: String? = nil,
    timestamp: Timestamp? = nil, source: String? = nil, asyncReplyFlag: Bool? = nil, replyAddress: String? = nil,
    ackRequired: Bool? = nil, user: User? = nil, messageID: String? = nil, correlationID: String? = nil,
    comment: String? = nil, properties: [Property] = [], extensions: [Element] = []
  ) {
    self.verb = verb
    self.noun = noun
    self.revision = revision
    self.replayDetection = replayDetection
    self.context = context
    self.timestamp = timestamp
    self.source = source
    self.asyncReplyFlag = asyncReplyFlag
    self.replyAddress = replyAddress
    self.ackRequired = ackRequired
    self.user = user
    self.messageID = messageID
    self.correlationID = correlationID
    self.comment = comment
    self.properties = properties
    self.extensions = extensions
  }
}

/// What a query or a cancellation is about.
public struct Request: Sendable, Hashable {
  public var startTime: Timestamp?
  public var endTime: Timestamp?
  public var options: [Option]
  public var ids: [ObjectID]
  /// The Get profile (or, from some senders, the object) of a foreign namespace.
  public var objects: [Element]

  public struct Option: Sendable, Hashable {
    public var name: String
    public var value: String?
    public init(name: String, value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  public init(
    startTime: Timestamp? = nil, endTime: Timestamp? = nil, options: [Option] = [], ids: [ObjectID] = [],
    objects: [Element] = []
  ) {
    self.startTime = startTime
    self.endTime = endTime
    self.options = options
    self.ids = ids
    self.objects = objects
  }
}

/// An identifier and what kind of identifier it is.
public struct ObjectID: Sendable, Hashable {
  public var value: String
  public var idType: String?
  public var idAuthority: String?
  public var kind: Kind?
  public var objectType: String?

  public enum Kind: String, Sendable, Hashable, Codable { case name, uuid, transaction, other }

  public init(
    _ value: String, kind: Kind? = nil, idType: String? = nil, idAuthority: String? = nil, objectType: String? = nil
  ) {
    self.value = value
    self.kind = kind
    self.idType = idType
    self.idAuthority = idAuthority
    self.objectType = objectType
  }
}

/// How a request ended.
public struct Reply: Sendable, Hashable {
  public var result: Result
  public var errors: [ReplyError]
  /// Identifiers that came out of the transaction, mostly of created objects.
  public var ids: [ObjectID]
  public var extensions: [Element]
  /// Set when this reply concerns one Operation of an OperationSet.
  public var operationId: Int?

  public enum Result: String, Sendable, Hashable, Codable {
    case ok = "OK"
    case partial = "PARTIAL"
    case failed = "FAILED"
  }

  public init(
    result: Result, errors: [ReplyError] = [], ids: [ObjectID] = [], extensions: [Element] = [], operationId: Int? = nil
  ) {
    self.result = result
    self.errors = errors
    self.ids = ids
    self.extensions = extensions
    self.operationId = operationId
  }
}

/// One Error of a Reply. `code` is a reply code of IEC 61968-9, Annex B, e.g. "2.4".
public struct ReplyError: Sendable, Hashable {
  public var code: String
  public var level: Level?
  public var reason: String?
  /// Free text; paths go here, because the schema's `xpath` is a QName and takes none.
  public var details: String?
  public var xpath: String?
  public var stackTrace: String?
  public var location: Location?
  public var id: ObjectID?
  public var relatedID: ObjectID?
  public var operationId: Int?

  public enum Level: String, Sendable, Hashable, Codable {
    case inform = "INFORM"
    case warning = "WARNING"
    case fatal = "FATAL"
    case catastrophic = "CATASTROPHIC"
  }

  public struct Location: Sendable, Hashable {
    public var node: String?
    public var pipeline: String?
    public var stage: String?
    public init(node: String? = nil, pipeline: String? = nil, stage: String? = nil) {
      self.node = node
      self.pipeline = pipeline
      self.stage = stage
    }
  }

  public init(
    code: String, level: Level? = nil, reason: String? = nil, details: String? = nil, xpath: String? = nil,
    stackTrace: String? = nil, location: Location? = nil, id: ObjectID? = nil, relatedID: ObjectID? = nil,
    operationId: Int? = nil
  ) {
    self.code = code
    self.level = level
    self.reason = reason
    self.details = details
    self.xpath = xpath
    self.stackTrace = stackTrace
    self.location = location
    self.id = id
    self.relatedID = relatedID
    self.operationId = operationId
  }
}

/// What a message carries: profile objects, an OperationSet, compressed data, or identifiers only.
public struct Payload: Sendable, Hashable {
  public var content: Content
  /// A hint: XML, RDF, SVF, BINARY, PDF, …
  public var format: String?

  public enum Content: Sendable, Hashable {
    /// Profile roots such as MeterReadings, each in its own namespace.
    case objects([Element])
    /// The same, too large to be held: to be read where they lie.
    case detached(DetachedObjects)
    case operationSet(OperationSet)
    /// Base64 of gzip as found in practice.
    case compressed(String)
    /// For cancel, close and delete without the whole object.
    case ids([ObjectID])
  }

  public init(_ content: Content, format: String? = nil) {
    self.content = content
    self.format = format
  }

  /// The profile roots; of detached objects without what is in them.
  public var roots: [Element] {
    switch content {
    case .objects(let objects): objects
    case .detached(let objects): objects.roots
    case .operationSet, .compressed, .ids: []
    }
  }

  /// The profile roots, empty for the other kinds of content, and where they are detached.
  public var objects: [Element] {
    // Nobody gets a message with detached objects who has not asked for such.
    if case .objects(let objects) = content { return objects }
    return []
  }
}

/// Several operations carried in one message (IEC 61968-9, Annex K).
public struct OperationSet: Sendable, Hashable {
  public var enforceMsgSequence: Bool?
  public var enforceTransactionalIntegrity: Bool?
  public var operations: [Operation]

  public struct Operation: Sendable, Hashable {
    public var operationId: Int
    public var noun: String?
    /// Free text in the schema.
    public var verb: String?
    public var elementOperation: Bool?
    public var object: Element?

    public init(
      operationId: Int, noun: String? = nil, verb: String? = nil, elementOperation: Bool? = nil, object: Element? = nil
    ) {
      self.operationId = operationId
      self.noun = noun
      self.verb = verb
      self.elementOperation = elementOperation
      self.object = object
    }
  }

  public init(
    enforceMsgSequence: Bool? = nil, enforceTransactionalIntegrity: Bool? = nil, operations: [Operation] = []
  ) {
    self.enforceMsgSequence = enforceMsgSequence
    self.enforceTransactionalIntegrity = enforceTransactionalIntegrity
    self.operations = operations
  }
}

// How one partner's messages differ from the standard, as plain values.

/// What a partner's system does its own way, and how the bus takes it.
///
/// Every field has a default that changes nothing; `Dialect.named(_:)` has the dialects that are found in practice.
/// Names, words and namespaces are compared as written unless a field says otherwise.
public struct Dialect: Sendable, Hashable, Codable {
  /// What happens to a message that is not as the standard wants it.
  public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is refused.
    case strict
    /// It is put right, every repair is logged, and it is refused if it is then still wrong.
    case tolerant
    /// As `tolerant`; and what is still wrong is recorded only.
    case observe
  }

  /// Which number of a date such as 10/11/2017 comes first.
  public enum DateOrder: String, Sendable, Hashable, Codable, CaseIterable {
    case monthFirst = "month-first"
    case dayFirst = "day-first"
  }

  /// For people: the preset's name, or one of the operator's.
  public var name: String
  public var mode: Mode
  /// Namespaces read as that of the envelope. Strongly typed namespaces that begin `http://www.iec.ch/` are always read
  /// as those without `www.`.
  public var envelopeNamespaces: Set<String>
  /// Elements in no namespace are taken to be in the one that belongs there.
  public var acceptsNoNamespace: Bool
  /// Payload namespaces, foreign to standard. "{noun}" in the foreign one stands for the name of the payload's root; "*"
  /// as the standard one for the namespace of the noun itself.
  public var namespaces: [String: String]
  /// Element names, foreign to standard, in envelope and payload. The foreign one is "name" or "parent/name". The standard
  /// one may be empty (the element is left out), or "name@attribute" (its text becomes the attribute of an empty element).
  /// Letter case alone needs no entry.
  public var elements: [String: String]
  /// Nouns, foreign to standard, in the header and as payload roots.
  public var nouns: [String: String]
  /// Verbs, foreign (any letter case) to standard. An empty one is refused with reply code 2.9, as are words unknown.
  public var verbs: [String: String]
  /// Words in Reply.Result, foreign (any letter case) to OK, PARTIAL or FAILED.
  public var results: [String: String]
  /// Texts that test tools send in place of values, e.g. "?".
  public var placeholders: Set<String>
  /// Zone of stamps that name none, e.g. "+03:30" or "Z". Nil: they are left as they are, and read as UTC.
  public var zone: StampZone?
  /// Stamps that end in Z are in `zone` all the same.
  public var marksLocalTimeAsUTC: Bool
  /// Order of the numbers in dates with slashes or dots; nil: such dates are refused.
  public var dateOrder: DateOrder?
  /// HTTP header (any letter case) to header field, e.g. "x-userid": "User/UserID". A field that is present stands.
  public var headerFields: [String: String]
  /// Verb of a payload that comes without envelope where the caller knows none. Nil: it is refused.
  public var barePayloadVerb: String?
  /// Header fields this partner insists on, e.g. ["Timestamp", "User"]: see `missing(from:)`.
  public var requiredHeaderFields: [String]
  /// What answers to this partner look like.
  public var replyStyle: ReplyStyle

  public init(
    name: String = "standard", mode: Mode = .strict, envelopeNamespaces: Set<String> = [],
    acceptsNoNamespace: Bool = false, namespaces: [String: String] = [:], elements: [String: String] = [:],
    nouns: [String: String] = [:], verbs: [String: String] = [:], results: [String: String] = [:],
    placeholders: Set<String> = [], zone: StampZone? = nil, marksLocalTimeAsUTC: Bool = false,
    dateOrder: DateOrder? = nil, headerFields: [String: String] = [:], barePayloadVerb: String? = nil,
    requiredHeaderFields: [String] = [], replyStyle: ReplyStyle = ReplyStyle()
  ) {
    self.name = name
    self.mode = mode
    self.envelopeNamespaces = envelopeNamespaces
    self.acceptsNoNamespace = acceptsNoNamespace
    self.namespaces = namespaces
    self.elements = elements
    self.nouns = nouns
    self.verbs = verbs
    self.results = results
    self.placeholders = placeholders
    self.zone = zone
    self.marksLocalTimeAsUTC = marksLocalTimeAsUTC
    self.dateOrder = dateOrder
    self.headerFields = headerFields
    self.barePayloadVerb = barePayloadVerb
    self.requiredHeaderFields = requiredHeaderFields
    self.replyStyle = replyStyle
  }

  /// Whether valid messages of this partner have to be repaired too: a stamp without zone, or one in local time marked Z,
  /// is valid and still means another instant, and a header field may stand in an HTTP header.
  public var concernsValidMessages: Bool {
    mode != .strict && (zone != nil || !headerFields.isEmpty)
  }
}

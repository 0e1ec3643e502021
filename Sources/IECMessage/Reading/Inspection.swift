// What the reader found out about a document: its wrapping, the message, and the verdicts.
public import CIMCodec
public import CIMModel

public enum SOAPVersion: String, Sendable, Hashable, Codable {
  case v1_1 = "1.1"
  case v1_2 = "1.2"

  /// Namespace of the Envelope element.
  public var namespace: String {
    switch self {
    case .v1_1: return "http://schemas.xmlsoap.org/soap/envelope/"
    case .v1_2: return "http://www.w3.org/2003/05/soap-envelope"
    }
  }

  /// Media type of the messages, without parameters.
  public var mediaType: String {
    switch self {
    case .v1_1: return "text/xml"
    case .v1_2: return "application/soap+xml"
    }
  }
}

/// How a message is wrapped on the wire.
public enum MessageForm: Sendable, Hashable {
  /// `RequestMessage`, `ResponseMessage`, … of the envelope's own namespace.
  case generic
  /// `Request/message/…` and `PublishEvent/message/…` of the generic WSDL's namespace.
  case wrapped
  /// `CreateEndDeviceControls`, `EndDeviceEventsResponseMessage`, … in the noun's message namespace, e.g.
  /// "http://iec.ch/TC57/2011/EndDeviceControlsMessage".
  case typed(namespace: String)
  /// A profile's root element with no envelope around it.
  case profile
}

/// Everything the reader can say about one document.
public struct Inspection: Sendable {
  /// Nil where there is no SOAP envelope.
  public var soap: SOAPVersion?
  /// Children of the SOAP Header.
  public var soapHeaders: [Element]
  /// Nil where the root is nothing Busbar knows.
  public var form: MessageForm?
  /// Root inside the SOAP Body, or the document's root: local name and namespace, as found.
  public var root: (namespace: String, name: String)?
  /// The message; nil where it could not be made out. An invalid document may still yield one: judge by `verdict`.
  public var message: Message?
  /// Header.Noun as found, or the profile's root where there is no header.
  public var noun: String?
  /// CorrelationID and MessageID as far as they could be read, so that even a refusal can be correlated.
  public var correlationID: String?
  public var messageID: String?
  /// Of the whole.
  public var verdict: Verdict
  /// Nil where there is no envelope or no payload.
  public var envelope: Verdict?
  public var payload: Verdict?
  /// Names of the payload's roots, e.g. ["MeterReadings"].
  public var payloadRoots: [String]
  /// In document order.
  public var violations: [Violation]
  /// What was put right on the way in, by the partner's mode.
  public var repairs: [Repair]

  public struct Repair: Sendable, Hashable {
    public var line: Int
    public var path: String
    /// What was changed into what, in plain words.
    public var message: String

    public init(line: Int, path: String, message: String) {
      self.line = line
      self.path = path
      self.message = message
    }
  }

  public init(verdict: Verdict) {
    self.verdict = verdict
    soapHeaders = []
    payloadRoots = []
    violations = []
    repairs = []
  }
}

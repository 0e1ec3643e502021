// What goes back over HTTP, before it is HTTP.
import HTTPTypes
import IECMessage
import MessageBus
import NIOHTTP1

/// How a request came in: what a SOAP client may expect, or plain XML.
enum Binding: Sendable, Hashable {
  /// The version the Content-Type stands for; the envelope's own namespace goes before it.
  case soap(SOAPVersion)
  case plain
}

/// Status, body and what scripts want to know of an answer.
struct Answer: Sendable {
  var status: HTTPResponse.Status
  var body: [UInt8]
  var mediaType: String
  /// Result and first reply code of the reply inside, for the headers Busbar-Result and Busbar-Code.
  var result: Reply.Result?
  var code: String?
  /// The journal's number of the message, for the header Busbar-Entry.
  var entry: EntryID?
  /// Seconds, with 503.
  var retryAfter: Int?
  /// WWW-Authenticate, with 401.
  var challenges: [String] = []
  /// The rest of the request is not worth reading.
  var closes = false

  var headers: HTTPHeaders {
    var fields: [(String, String)] = []
    fields.reserveCapacity(8)
    fields.append(("Content-Type", mediaType))
    fields.append(("Content-Length", String(body.count)))
    if let result { fields.append(("Busbar-Result", result.rawValue)) }
    if let code { fields.append(("Busbar-Code", code)) }
    if let entry { fields.append(("Busbar-Entry", entry.description)) }
    if let retryAfter { fields.append(("Retry-After", String(retryAfter))) }
    for challenge in challenges { fields.append(("WWW-Authenticate", challenge)) }
    if closes { fields.append(("Connection", "close")) }
    return HTTPHeaders(fields)
  }
}

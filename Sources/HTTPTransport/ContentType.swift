// Content-Type, as far as it decides anything here.

/// A media type without its parameters, lower case.
///
/// The action parameter of SOAP 1.2 and the SOAPAction header of 1.1 are optional and not looked at: the message's root
/// element says what it is. The charset parameter is left to the XML reader, which goes by the bytes.
struct ContentType: Hashable {
  let mediaType: String

  init(_ field: String) {
    // As nearly everybody writes it.
    if field == "application/xml" || field == "text/xml" {
      mediaType = field
      return
    }
    let end = field.firstIndex(of: ";") ?? field.endIndex
    mediaType = String(field[..<end]).lowercased().filter { !$0.isWhitespace }
  }

  static let plainTypes = ["application/xml", "text/xml"]
  static let soapTypes = ["text/xml", "application/soap+xml"]
}

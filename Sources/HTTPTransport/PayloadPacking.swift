// Large payloads go out compressed to partners that want them so.
import CIMCodec
import Compression
package import IECMessage

extension Message {
  /// The message with its payload packed, gzip in Base64 under Format XML, where it has more than so many bytes of XML.
  ///
  /// One object is packed; what has none or several, an OperationSet or IDs, stays as it is.
  ///
  /// - SeeAlso: IEC 61968-100 edition 1, PayloadType
  package func packed(over limit: Int) -> Message {
    guard case .objects(let objects)? = payload?.content, let object = objects.first, objects.count == 1 else {
      return self
    }
    let bytes = XMLWriter.write(object)
    guard bytes.count > limit else { return self }
    var message = self
    message.payload = Payload(.compressed(Base64Text.text(GzipWriter.pack(bytes))), format: "XML")
    return message
  }
}

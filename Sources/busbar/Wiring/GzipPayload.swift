// Unpacks the compressed payloads of messages.
import Compression
import IECMessage

/// Payload/Compressed as it is found in practice: Base64 of gzip (IEC 61968-100, PayloadType).
struct GzipPayload: PayloadUnpacker {
  /// How far one payload may grow.
  var limits = ExpansionLimits(totalBytes: 64 << 20)

  func unpack(_ text: String) throws(UnpackingError) -> [UInt8] {
    guard let packed = Base64Text.bytes(text) else {
      throw UnpackingError("the compressed content is not Base64: pack it with gzip and write that as Base64")
    }
    var bytes: [UInt8] = []
    var reader = GzipReader(limits: limits)
    do throws(CompressionError) {
      try reader.feed(packed) { bytes.append(contentsOf: $0) }
      try reader.finish()
    } catch {
      let isLimit = error.code == .sizeLimit || error.code == .ratioLimit
      throw UnpackingError("the compressed content: \(error)", replyCode: isLimit ? "3.1" : "1.8")
    }
    return bytes
  }
}

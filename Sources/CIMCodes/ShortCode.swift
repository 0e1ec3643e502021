// Reading and writing of the codes with two to four parts.

enum ShortCode {
  static func numbers(of text: some StringProtocol, kind: String, parts: [String]) throws(CodeError) -> [Int] {
    var text = String(text)
    let numbers: [Int]? = text.withUTF8 { bytes in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: parts.count) { buffer in
        guard let target = buffer.baseAddress,
          DottedNumbers.read(bytes, count: parts.count, signed: -1, into: target)
        else { return nil }
        return (0..<parts.count).map { Int(target[$0]) }
      }
    }
    guard let numbers else { throw DottedNumbers.failure(of: text, kind: kind, parts: parts, signed: -1) }
    return numbers
  }

  static func decode<Value>(_ decoder: any Decoder, _ parse: (String) throws(CodeError) -> Value) throws -> Value {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(CodeError) {
      return try parse(text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
    }
  }

  static func encode(_ text: String, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

// Why a JSON text is no message.

/// What is wrong with a JSON text, and where.
public struct JSONProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of problem: open, so that codes can be added.
  public struct Code: Sendable, Hashable {
    public var rawValue: String
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Not JSON by RFC 8259.
    public static let malformed = Code("json.malformed")
    /// Not UTF-8.
    public static let encoding = Code("json.encoding")
    /// A character that XML cannot carry.
    public static let character = Code("json.character")
    /// One name twice in an object.
    public static let duplicate = Code("json.duplicate")
    /// A property that the profile does not know, or that may not stand here.
    public static let unknownProperty = Code("json.unknown-property")
    /// An object where a value must stand, a value where an array must stand, and so on.
    public static let wrongKind = Code("json.wrong-kind")
    /// The outermost object is no document.
    public static let noDocument = Code("json.no-document")
    /// No name of XML.
    public static let name = Code("json.name")
    /// Nested too deep.
    public static let depthLimit = Code("limit.depth")
    /// Too many bytes, or values.
    public static let sizeLimit = Code("limit.size")
  }

  public var code: Code
  /// What was found, what is expected, and what to do.
  public var message: String
  /// From 1; the column counts characters.
  public var line: Int
  public var column: Int
  /// Where in the text: "$.MeterReadings.MeterReading[1].Meter.mRID".
  public var path: String

  public var description: String { "\(line):\(column): \(message) (at \(path))" }
}

/// A problem at a byte of the text, before lines are counted.
package struct LocatedProblem: Error {
  package var code: JSONProblem.Code
  package var message: String
  package var offset: Int
  package var path: String

  package init(code: JSONProblem.Code, message: String, offset: Int, path: String) {
    self.code = code
    self.message = message
    self.offset = offset
    self.path = path
  }

  /// With line and column, which are worth counting only now.
  package func located(in bytes: [UInt8]) -> JSONProblem {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return JSONProblem(code: code, message: message, line: line, column: column, path: path)
  }
}

/// The way from the root to the value at hand.
struct JSONPath {
  enum Step {
    case member(String)
    case index(Int)
  }

  var steps: [Step] = []

  var text: String {
    var text = "$"
    for step in steps {
      switch step {
      case .index(let index): text += "[\(index)]"
      case .member(let name):
        let isPlain = name.utf8.allSatisfy { $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || isDigit($0) }
        text += isPlain && !name.isEmpty ? ".\(name)" : "['\(name.prefix(80))']"
      }
    }
    return text
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

// The command line of the generator.

struct Options {
  static let usage = """
    usage: generate-readings [OPTION…] FILE
      --irregular         the same data written in every way that the schema and XML allow; see Irregularity.swift
      --pretty            regular file with line breaks and indentation
      --prefix PREFIX     regular file with a prefix instead of a default namespace
      --meters N          number of meters (20000: about 100 MB of regular file)
      --megabytes N       as many meters as fill N MB, instead of --meters
      --quality PERCENT   values with a quality code (2)
      --seed N            (61968)
    """

  var path = ""
  var style = Markup.Style.compact
  var prefix = ""
  var meters = 20_000
  var megabytes: Int?
  var quality = 2.0
  var seed: UInt64 = 61_968

  struct Wrong: Error, CustomStringConvertible {
    var description: String
  }

  init(_ words: [String]) throws(Wrong) {
    var rest = words[...]
    while let word = rest.popFirst() {
      switch word {
      case "--irregular": style = .irregular
      case "--pretty": style = .pretty
      case "--prefix":
        prefix = try Self.value(of: word, in: &rest) { text in
          text.utf8.allSatisfy { (97...122).contains($0) } && !text.isEmpty && !text.hasPrefix("xml") ? text : nil
        }
      case "--meters": meters = try Self.value(of: word, in: &rest) { Self.number($0, in: 1...100_000_000) }
      case "--megabytes": megabytes = try Self.value(of: word, in: &rest) { Self.number($0, in: 1...1_000_000) }
      case "--quality":
        quality = try Self.value(of: word, in: &rest) { text in
          Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
        }
      case "--seed": seed = try Self.value(of: word, in: &rest) { UInt64($0) }
      default:
        guard path.isEmpty, !word.hasPrefix("-") else { throw Wrong(description: "what is \(word)?\n\(Self.usage)") }
        path = word
      }
    }
    guard !path.isEmpty else { throw Wrong(description: Self.usage) }
    guard style != .irregular || prefix.isEmpty else {
      throw Wrong(description: "--prefix is for the regular file; the irregular one has its own prefixes")
    }
  }

  private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
    Int(text).flatMap { range.contains($0) ? $0 : nil }
  }

  private static func value<Value>(
    of option: String, in rest: inout ArraySlice<String>, _ read: (String) -> Value?
  ) throws(Wrong) -> Value {
    guard let text = rest.popFirst(), let value = read(text) else {
      throw Wrong(description: "\(option) has no value, or one out of range\n\(usage)")
    }
    return value
  }
}

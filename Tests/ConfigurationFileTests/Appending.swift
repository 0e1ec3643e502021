// A partner is added and nothing else of the text changes.
@testable import ConfigurationFile
import IECMessage
import Testing

@Suite("Configuration file: adding partners")
struct Appending {
  private static func block(_ id: String = "NEW") -> PartnerBlock {
    var block = PartnerBlock(id: id)
    block.name = "It says \"hello: #1\""
    block.sources = ["yes", "NEW-2"]
    block.endpoint = "https://new.test/bus?a=b#c"
    block.replyAddresses = ["https://new.test/late"]
    block.soap = nil
    block.form = .typed
    block.auth = [
      .basic(user: "new", password: (key: "password-env", value: "NEW_PASSWORD")),
      .bearer(token: (key: "token-sha256", value: String(repeating: "0f", count: 32))),
    ]
    block.maySend = [PatternSettings(verbs: [.get, .create], nouns: ["MeterReadings"])]
    block.serves = [PatternSettings(verbs: [.get], nouns: nil)]
    block.subscribes = [PatternSettings(verbs: [.created], nouns: ["EndDeviceEvents"], senders: ["HES", "MS-1"])]
    return block
  }

  static let texts: [String] = [
    "", "# ours\nserver:\n  port: 1  # one\n", "partners: []\n", "partners:\n",
    "partners: []  # none yet\nschemas: [x]\n",
    "partners:\n  - id: A  # the first\n    sources: [B]\n\n# about the schemas\nschemas: [x]\n",
    "partners:\n- id: A\n- id: B\n  name: |\n    long\n    # no comment\n  # end of B\nserver: {port: 2}\n",
    "partners:\n    # four spaces\n    - id: A\n    - id: B", "partners:\n  - id: A\n\n\n",
    "server:\n  port: 1\npartners:\n  - # the first\n    id: A\n# last words\n",
  ]

  @Test(
    "every line that was there is there, in its order, and the new partner is read as it was meant", arguments: texts)
  func adding(_ text: String) throws {
    let (result, line) = try PartnerAppender.add(Self.block(), to: text, file: "b.yaml")
    var rest = result.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for old in text.split(separator: "\n", omittingEmptySubsequences: true) where !old.hasPrefix("partners: []") {
      guard let index = rest.firstIndex(of: old) else {
        Issue.record("lost: \(old)\n\(result)")
        return
      }
      rest = rest[rest.index(after: index)...]
    }
    let lines = result.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[line - 1].contains("- id: NEW"), "\(line)\n\(result)")
    let new = try #require(try Configuration(yaml: result, file: "b.yaml").partners.last)
    #expect(new.name == "It says \"hello: #1\"")
    #expect(new.sources == ["yes", "NEW-2"])
    #expect(new.endpoint == "https://new.test/bus?a=b#c")
    #expect(new.soap == nil && new.form == .typed)
    #expect(new.auth.map(\.kind) == ["basic", "bearer"])
    #expect(new.maySend == [PatternSettings(verbs: [.get, .create], nouns: ["MeterReadings"])])
    #expect(new.serves.first?.nouns == nil)
    #expect(new.serves.first?.senders == nil)
    #expect(new.subscribes.first?.senders == ["HES", "MS-1"])
  }

  @Test("comments before the next key stay with that key")
  func comments() throws {
    let (result, _) = try PartnerAppender.add(Self.block(), to: Self.texts[5], file: "b.yaml")
    #expect(result.hasSuffix("\n\n# about the schemas\nschemas: [x]\n"), "\(result)")
  }

  @Test("two can be added one after the other")
  func twice() throws {
    let first = try PartnerAppender.add(Self.block("A"), to: "", file: "b.yaml").text
    var second = PartnerBlock(id: "B")
    second.auth = [.certificate(key: "sha256", value: String(repeating: "0f", count: 32))]
    let text = try PartnerAppender.add(PartnerBlock(id: "C"), to: first, file: "b.yaml").text
    #expect(try Configuration(yaml: text, file: "b.yaml").partners.map(\.id) == ["A", "C"])
    // Roots for clients' certificates are missing: the file would be wrong, and nothing is written.
    #expect(throws: ConfigurationError.self) { try PartnerAppender.add(second, to: text, file: "b.yaml") }
  }

  @Test(
    "what cannot be added to without spoiling it is refused",
    arguments: ["partners: [{id: A}]\n", "partners:\n  - id: NEW\n", "server: {prot: 1}\n", "partners: {}\n"])
  func refused(_ text: String) {
    #expect(throws: ConfigurationError.self) { try PartnerAppender.add(Self.block(), to: text, file: "b.yaml") }
  }
}

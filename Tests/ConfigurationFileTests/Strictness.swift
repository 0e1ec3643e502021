// What is wrong in a file is told with its place and what to do.
import ConfigurationFile
import Testing

@Suite("Configuration file: errors")
struct Strictness {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var yaml: String
    var line: Int
    var column: Int
    /// What the message must hold.
    var words: [String]
  }

  static let cases: [Case] = [
    Case(
      testDescription: "unknown key", yaml: "server:\n  hosst: a\n", line: 2, column: 3,
      words: ["server has no key \"hosst\"", "did you mean host?"]),
    Case(testDescription: "unknown section", yaml: "sever: {}\n", line: 1, column: 1, words: ["did you mean server?"]),
    Case(
      testDescription: "text for a number", yaml: "server:\n  port: http\n", line: 2, column: 9,
      words: ["server.port must be a whole number from 0 to 65535"]),
    Case(testDescription: "impossible port", yaml: "server: {port: 70000}\n", line: 1, column: 16, words: ["65535"]),
    Case(
      testDescription: "yes for true", yaml: "server:\n  insecure: yes\n", line: 2, column: 13,
      words: ["must be true or false"]),
    Case(
      testDescription: "list for a mapping", yaml: "server:\n  - host\n", line: 2, column: 3,
      words: ["server must be a mapping"]),
    Case(
      testDescription: "mapping for a list", yaml: "partners:\n  id: A\n", line: 2, column: 3,
      words: ["must be a list", "- "]),
    Case(
      testDescription: "priority out of range", yaml: "priorities:\n  - {nouns: all, priority: 10}\n", line: 2,
      column: 28,
      words: ["0 to 9"]),
    Case(
      testDescription: "priority of nothing", yaml: "priorities:\n  - priority: 7\n", line: 2, column: 5,
      words: ["nouns", "verbs, nouns or senders"]),
    Case(
      testDescription: "priority of an empty list", yaml: "priorities:\n  - {nouns: [], priority: 7}\n", line: 2,
      column: 13,
      words: ["nouns is empty"]),
    Case(
      testDescription: "priority of a verb that is none", yaml: "priorities:\n  - {verbs: Created, priority: 7}\n",
      line: 2,
      column: 13, words: ["Created cannot stand here", "created"]),
    Case(
      testDescription: "no id", yaml: "partners:\n  - name: A\n", line: 2, column: 5, words: ["has no id"]),
    Case(
      testDescription: "key twice", yaml: "server:\n  port: 1\n  port: 2\n", line: 2, column: 3,
      words: ["port", "twice"]),
    Case(
      testDescription: "no YAML", yaml: "server:\n  port: [1\nschemas: x\n", line: 3, column: 8, words: ["no YAML"]),
    Case(
      testDescription: "verb that nobody sends",
      yaml: "partners:\n  - id: A\n    may-send:\n      - {verbs: [observe], nouns: all}\n",
      line: 4, column: 17, words: ["partner A.may-send", "observe", "get"]),
    Case(
      testDescription: "serving an event",
      yaml: "partners:\n  - id: A\n    endpoint: http://a.test\n    serves:\n      - {verbs: created, nouns: all}\n",
      line: 5,
      column: 17, words: ["created cannot stand here"]),
    Case(
      testDescription: "senders of what it may send",
      yaml: "partners:\n  - id: A\n    may-send:\n      - {verbs: get, nouns: all, senders: [B]}\n",
      line: 4, column: 34, words: ["no key \"senders\""]),
    Case(
      testDescription: "what becomes of unknown meters", yaml: "meter-data: {unknown-meters: drop}\n", line: 1,
      column: 30,
      words: ["create", "hold", "reject"]),
    Case(
      testDescription: "two secrets",
      yaml: "partners:\n  - id: A\n    auth:\n      bearer: {token-env: A, token-file: b}\n",
      line: 4, column: 15, words: ["one of token-sha256, token-file, token-env", "has 2"]),
    Case(
      testDescription: "password in the file",
      yaml: "partners:\n  - id: A\n    auth:\n      basic: {user: a, password: hunter2}\n", line: 4, column: 24,
      words: ["no key \"password\"", "password-hash"]),
    Case(
      testDescription: "no hash", yaml: "partners:\n  - id: A\n    auth:\n      basic: {user: a, password-hash: x}\n",
      line: 4, column: 39, words: ["busbar partner hash"]),
    Case(
      testDescription: "source of two", yaml: "partners:\n  - id: A\n  - id: B\n    sources: [C, A]\n", line: 4,
      column: 14, words: ["A is claimed by partner A"]),
    Case(
      testDescription: "no URL", yaml: "partners:\n  - id: A\n    endpoint: ftp://a\n", line: 3, column: 15,
      words: ["no http or https URL"]),
    Case(
      testDescription: "served nowhere",
      yaml: "partners:\n  - id: A\n    serves:\n      - {verbs: get, nouns: all}\n", line: 2, column: 5,
      words: ["has no endpoint"]),
    Case(
      testDescription: "certificate without roots",
      yaml: "server:\n  port: 1\npartners:\n  - id: A\n    auth: {certificate: {subject: CN=a}}\n", line: 1, column: 1,
      words: ["server.tls.client-ca"]),
    Case(
      testDescription: "one token for two",
      yaml: "operators:\n  - name: o\n    auth: &auth {bearer: {token-sha256: \(String(repeating: "ab", count: 32))}}\n"
        + "partners:\n  - id: A\n    auth: *auth\n", line: 4, column: 1, words: ["both partner A and operator o"]),
    Case(
      testDescription: "key without certificate", yaml: "server:\n  tls:\n    key: k.pem\n", line: 3, column: 5,
      words: ["server.tls has no certificate"]),
    Case(
      testDescription: "size without a unit that exists", yaml: "server:\n  limits:\n    max-bytes: 64MB\n", line: 3,
      column: 16, words: ["64MiB"]),
    Case(
      testDescription: "time without a unit", yaml: "partners:\n  - id: A\n    deadline: 30\n", line: 3, column: 15,
      words: ["30s"]),
    Case(
      testDescription: "dialect's verb", yaml: "partners:\n  - id: A\n    dialect: {verbs: {READ: fetch}}\n", line: 3,
      column: 22, words: ["fetch", "no verb of the standard"]),
    Case(
      testDescription: "subject that is no name",
      yaml: "partners:\n  - id: A\n    auth: {certificate: {subject: cis}}\n", line: 3, column: 35,
      words: ["CN=cis,O=Utility"]),
    Case(testDescription: "null", yaml: "server:\n  host:\n", line: 2, column: 8, words: ["must be a text"]),
  ]

  @Test("a mistake is told with line, column and what to do", arguments: cases)
  func mistake(_ wrong: Case) throws {
    let error = try #require(throws: ConfigurationError.self) { try Configuration(yaml: wrong.yaml, file: "b.yaml") }
    let problem = try #require(error.problems.first)
    #expect(problem.description.hasPrefix("b.yaml:\(wrong.line):\(wrong.column): "), "\(error)")
    for word in wrong.words { #expect(problem.message.contains(word), "\(error)") }
    #expect(error.problems.count == 1, "\(error)")
  }

  @Test("all mistakes are told at once, in the order of the file, and no more than 50")
  func several() throws {
    let yaml = "server: {prot: 1, host: ''}\n" + "schemas: x\n" + (0..<60).map { "key\($0): 1\n" }.joined()
    let error = try #require(throws: ConfigurationError.self) { try Configuration(yaml: yaml, file: "b.yaml") }
    #expect(error.code == .invalid)
    #expect(error.problems.count == 50)
    #expect(error.problems.map { $0.line ?? 0 } == error.problems.map { $0.line ?? 0 }.sorted())
  }

  @Test("a file that is not there is named")
  func absent() throws {
    let error = try #require(throws: ConfigurationError.self) { try Configuration(contentsOf: "/nowhere/busbar.yaml") }
    #expect(error.code == .unreadable)
    #expect(error.description.hasPrefix("/nowhere/busbar.yaml: "))
  }

  @Test("an empty file, and one of comments only, say nothing", arguments: ["", "# nothing\n", "---\n"])
  func empty(_ yaml: String) throws {
    #expect(try Configuration(yaml: yaml, file: "b.yaml") == Configuration())
  }
}

// A new partner as text for the file, with comments that say what the keys do.
import CIMModel
public import IECMessage

/// What `busbar partner add` asks for; written as a block of YAML.
public struct PartnerBlock: Sendable {
  /// One credential: the key under `auth` and the lines of its mapping.
  public enum Auth: Sendable {
    /// - Parameter password: the key and value of the password, e.g. ("password-hash", "pbkdf2-sha256$…").
    case basic(user: String, password: (key: String, value: String))
    /// - Parameter token: the key and value of the token, e.g. ("token-sha256", "…").
    case bearer(token: (key: String, value: String))
    case certificate(key: String, value: String)
  }

  public var id: String
  public var name: String?
  public var sources: [String] = []
  public var endpoint: String?
  public var replyAddresses: [String] = []
  public var soap: SOAPVersion? = .v1_1
  public var form = PartnerSettings.Form.generic
  public var auth: [Auth] = []
  public var maySend: [PatternSettings] = []
  public var serves: [PatternSettings] = []
  public var subscribes: [PatternSettings] = []

  public init(id: String) { self.id = id }

  /// The block's lines, the first beginning with "- ", without indentation.
  public var lines: [String] {
    var lines = ["- id: \(Self.quoted(id))  # what it writes into Header.Source"]
    func add(_ text: String) { lines.append("  " + text) }
    if let name { add("name: \(Self.quoted(name))") }
    if !sources.isEmpty { add("sources: \(Self.list(sources))  # what else it writes there") }
    if let endpoint { add("endpoint: \(Self.quoted(endpoint))  # where its requests and events are posted") }
    if !replyAddresses.isEmpty {
      add("reply-addresses:  # the only URLs late replies to it may go to")
      for address in replyAddresses { add("  - \(Self.quoted(address))") }
    }
    add("soap: \(soap?.rawValue ?? "none")  # 1.1, 1.2 or none")
    add("form: \(form.rawValue)  # generic, wrapped or typed")
    if auth.isEmpty {
      add("# auth: it is believed by its Header.Source; beyond this machine that takes server.insecure")
    } else {
      add("auth:  # any one of these")
      for one in auth { for line in Self.lines(of: one) { add("  " + line) } }
    }
    Self.add(maySend, "may-send", "requests and events that are taken from it; none without this", &lines)
    Self.add(serves, "serves", "requests it answers", &lines)
    Self.add(subscribes, "subscribes", "events it is told of", &lines)
    add("mode: strict  # strict, tolerant or observe")
    return lines
  }

  private static func lines(of auth: Auth) -> [String] {
    switch auth {
    case .basic(let user, let password):
      return ["basic:", "  user: \(quoted(user))", "  \(password.key): \(quoted(password.value))"]
    case .bearer(let token): return ["bearer:", "  \(token.key): \(quoted(token.value))"]
    case .certificate(let key, let value): return ["certificate:", "  \(key): \(quoted(value))"]
    }
  }

  private static func add(_ patterns: [PatternSettings], _ key: String, _ what: String, _ lines: inout [String]) {
    guard !patterns.isEmpty else { return }
    lines.append("  \(key):  # \(what)")
    for pattern in patterns {
      let verbs = Verb.allCases.filter(pattern.verbs.contains).map(\.rawValue)
      lines.append("    - verbs: \(list(verbs))")
      lines.append("      nouns: \(pattern.nouns.map { list($0.sorted()) } ?? "all")")
      if let senders = pattern.senders { lines.append("      senders: \(list(senders.sorted()))") }
    }
  }

  private static func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ", ") + "]" }

  /// A plain scalar where that is safe, a double-quoted one elsewhere.
  static func quoted(_ text: String) -> String {
    let isWord = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    if isWord, let first = text.first, first.isLetter,
      !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .contains(text.lowercased())
    {
      return text
    }
    return QuotedText.json(text)
  }
}

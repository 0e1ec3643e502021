// An entry of `partners`, read strictly.
import Dialects
import IECMessage
import Yams

extension PartnerSettings {
  /// Nil, and a problem, where it has no id.
  ///
  /// - Parameter hasRegistry: where it is called may stand there.
  init?(_ entry: Section, hasRegistry: Bool) {
    if !entry.has("id") { entry.missing("id", "say what it writes into Header.Source, e.g. CIS-001") }
    guard let id = entry.string("id") else { return nil }
    self.init(id: id)
    if id == "anonymous" {
      entry.fail("id", "anonymous is the bus's own word for senders it does not know: choose another id")
    }
    var section = entry
    // People look for its id, not for its number in the list.
    section.name = "partner \(id)"
    name = section.string("name")
    sources = section.strings("sources")
    endpoint = section.url("endpoint")
    replyAddresses = section.urls("reply-addresses")
    let versions: [(String, SOAPVersion?)] = [("1.1", .v1_1), ("1.2", .v1_2), ("none", nil)]
    soap = section.choice("soap", versions) ?? .v1_1
    form = section.choice("form", Form.allCases.map { ($0.rawValue, $0) }) ?? .generic
    auth = CredentialSettings.all(section)
    if let outgoing = section.section("outgoing", known: Keys.outgoing) { self.outgoing = OutgoingSettings(outgoing) }
    maySend = section.patterns("may-send", [.request, .event])
    serves = section.patterns("serves", [.request], known: Keys.interest)
    subscribes = section.patterns("subscribes", [.event], known: Keys.interest)
    if endpoint == nil, !hasRegistry, !section.has("endpoint"), section.has("serves") || section.has("subscribes") {
      section.missing("endpoint", "what it serves and subscribes to has to be posted somewhere")
    }
    let mode = section.choice("mode", Dialect.Mode.allCases.map { ($0.rawValue, $0) })
    if mode == .tolerant || mode == .observe { dialect = Dialect.named("tolerant") ?? dialect }
    if let own = section.section("dialect", known: Keys.dialect) { dialect.lay(own) }
    dialect.mode = mode ?? .strict
    if let limits = section.section("limits", known: Keys.partnerLimits) {
      self.limits.maxBytes = limits.bytes("max-bytes", 1024...(4 << 30))
      self.limits.requestsPerSecond = limits.integer("requests-per-second", 1...1_000_000)
      self.limits.queue = limits.integer("queue", 1...100_000_000)
    }
    deadline = section.duration("deadline", .milliseconds(100)...(.seconds(3600)))
    compressOver = section.bytes("compress-over", 0...(4 << 30))
  }
}

extension Dialect {
  /// Lays what the section says over its preset, or over this dialect where it names none.
  fileprivate mutating func lay(_ section: Section) {
    if let preset = section.choice("preset", Dialect.presetNames.map { ($0, $0) }) {
      self = Dialect.named(preset) ?? self
    }
    envelopeNamespaces.formUnion(section.strings("envelope-namespaces"))
    namespaces.merge(section.map("namespaces")) { $1 }
    elements.merge(section.map("elements")) { $1 }
    nouns.merge(section.map("nouns")) { $1 }
    headerFields.merge(section.map("header-fields")) { $1 }
    for (written, verb) in section.map("verbs").sorted(by: { $0.key < $1.key }) {
      if Verb(rawValue: verb) == nil, !verb.isEmpty {
        section.fail("verbs", "\(section.name).verbs maps \(written) to \(verb), which is no verb of the standard")
      }
      verbs[written] = verb
    }
    for (written, result) in section.map("results").sorted(by: { $0.key < $1.key }) {
      if Reply.Result(rawValue: result) == nil {
        section.fail("results", "\(section.name).results maps \(written) to \(result), not to OK, PARTIAL or FAILED")
      }
      results[written] = result
    }
    if let text = section.string("zone") {
      zone = UTCOffset(text)
      if zone == nil { section.fail("zone", "\(section.name).zone must be an offset from UTC, e.g. +01:00 or Z") }
    }
    acceptsNoNamespace = section.bool("accept-no-namespace") ?? acceptsNoNamespace
    marksLocalTimeAsUTC = section.bool("marks-local-time-as-utc") ?? marksLocalTimeAsUTC
    dateOrder = section.choice("date-order", DateOrder.allCases.map { ($0.rawValue, $0) }) ?? dateOrder
    if section.choice("reply-style", [("standard", true), ("preset", false)]) == true { replyStyle = ReplyStyle() }
  }
}

extension Section {
  /// Verbs and nouns; the word "all" stands for every verb of these roles, or for every noun.
  fileprivate func patterns(
    _ key: String, _ roles: [Verb.Role], known: [String] = Keys.pattern
  ) -> [PatternSettings] {
    let possible = Verb.allCases.filter { roles.contains($0.role) }
    return sections(key, known: known).compactMap { pattern in
      for key in Keys.pattern where !pattern.has(key) { pattern.missing(key, "give a list, or the word all") }
      guard !pattern.strings("verbs").isEmpty, !pattern.strings("nouns").isEmpty else { return nil }
      let senders = pattern.strings("senders")
      if pattern.has("senders"), senders.isEmpty { pattern.missing("senders", "give a list of ids, or leave it out") }
      return PatternSettings(
        verbs: pattern.verbs("verbs", among: possible) ?? Set(possible), nouns: pattern.nouns("nouns"),
        senders: senders.isEmpty || senders.contains("all") ? nil : Set(senders))
    }
  }

  /// Verbs; nil for the word "all", or where nothing is said.
  func verbs(_ key: String, among possible: [Verb]) -> Set<Verb>? {
    var verbs: Set<Verb> = []
    let words = strings(key)
    for word in words where word != "all" {
      if let verb = possible.first(where: { $0.rawValue == word }) {
        verbs.insert(verb)
      } else {
        let known = possible.map(\.rawValue).joined(separator: ", ")
        fail(key, "\(name).\(key): \(word.prefix(60)) cannot stand here; possible are all, \(known)")
      }
    }
    return words.isEmpty || words.contains("all") ? nil : verbs
  }

  /// Nouns; nil for the word "all", or where nothing is said.
  func nouns(_ key: String) -> Set<String>? {
    let nouns = strings(key)
    for noun in nouns where !noun.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) {
      fail(key, "\(name).\(key): \"\(noun.prefix(60))\" is no noun, e.g. MeterReadings")
    }
    return nouns.isEmpty || nouns.contains("all") ? nil : Set(nouns)
  }
}

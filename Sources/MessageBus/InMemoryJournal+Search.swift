// Search as simple as it can be: every message is looked at. The oracle of the tests of faster ones.
import CIMModel
import IECMessage

extension InMemoryJournal: SearchableJournal {
  public func search(_ query: MessageQuery) async throws -> MessagePage {
    let stored = try everything()
    var found: [JournalEntry] = []
    var next: EntryID?
    for (entry, body) in stored.reversed() where query.before.map({ entry.id < $0 }) ?? true {
      guard query.fits(entry), query.fits(body: body) else { continue }
      if found.count == query.boundedLimit {
        next = found.last?.id
        break
      }
      found.append(entry)
    }
    return MessagePage(
      entries: found, next: next, indexedUpTo: EntryID(Int64(stored.count)), unsearched: 0)
  }

  public func body(of entry: EntryID, from offset: Int, count: Int) async throws -> [UInt8]? {
    try await body(of: entry).map { Array($0.dropFirst(max(offset, 0)).prefix(max(count, 0))) }
  }

  public func bodyLength(of entry: EntryID) async throws -> Int? { try await body(of: entry)?.count }

  public func deadLetterGroups(
    by grouping: DeadLetterGroup.Grouping, limit: Int
  ) async throws -> [DeadLetterGroup] {
    let groups = Dictionary(grouping: try await deadLetters(limit: .max)) { letter in
      grouping == .cause ? letter.cause.code : letter.participant?.rawValue
    }
    let found = groups.compactMap { key, letters in
      letters.first.map { newest in
        DeadLetterGroup(
          key: key, count: letters.count, newest: newest, oldest: letters.map(\.time).min() ?? newest.time)
      }
    }
    return Array(found.sorted { ($1.count, $0.key ?? "") < ($0.count, $1.key ?? "") }.prefix(max(limit, 0)))
  }
}

extension MessageQuery {
  fileprivate func fits(_ entry: JournalEntry) -> Bool {
    func fits<Value: Equatable>(_ wanted: Value?, _ value: Value?) -> Bool { wanted == nil || wanted == value }
    let partners = [entry.from.rawValue, entry.source] + entry.deliveries.map { $0.participant.rawValue }
    return fits(messageID, entry.messageID) && fits(correlationID, entry.correlationID) && fits(noun, entry.noun)
      && fits(verb, entry.verb) && fits(state, entry.state)
      && (partner == nil || partners.contains(partner?.rawValue))
      && (from.map { entry.received >= $0 } ?? true) && (to.map { entry.received < $0 } ?? true)
  }

  fileprivate func fits(body: [UInt8]) -> Bool {
    guard object != nil || text != nil else { return true }
    let content = NaiveContent(String(decoding: body, as: UTF8.self))
    let wanted = object.map { SearchWords.folded($0) } ?? ""
    return (wanted.isEmpty || content.objects.contains(wanted))
      && content.words.isSuperset(of: text.map { SearchWords.words($0) } ?? [])
  }
}

/// The objects and words of a document, found by cutting at tags; no CDATA, no comments, no references.
private struct NaiveContent {
  var objects: Set<String> = []
  var words: Set<String> = []

  private static let objectElements: Set<Substring> = ["mRID", "name", "serialNumber", "ID"]
  private static let envelope: Set<Substring> = ["Verb", "Noun", "Source", "MessageID", "CorrelationID"]

  init(_ document: String) {
    guard document.contains("<") else {
      words = Set(SearchWords.words(document))
      return
    }
    var open: [Substring] = []
    for piece in document.split(separator: "<", omittingEmptySubsequences: false) {
      let parts = piece.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
      guard let tag = parts.first, parts.count == 2, tag.first != "?" else { continue }
      if tag.first == "/" {
        open.removeLast(open.isEmpty ? 0 : 1)
      } else {
        let name = tag.prefix { !$0.isWhitespace && $0 != "/" }
        open.append(name.split(separator: ":").last ?? name)
        add(attributes: tag.dropFirst(name.count))
        if tag.last == "/" { open.removeLast() }
      }
      let isEnvelope = open.dropLast().last == "Header" && Self.envelope.contains(open.last ?? "")
      if !isEnvelope { add(String(parts[1]), isObject: Self.objectElements.contains(open.last ?? "")) }
    }
  }

  private mutating func add(attributes: Substring) {
    let pieces = attributes.split(separator: "\"", omittingEmptySubsequences: false)
    for index in stride(from: 0, to: pieces.count - 1, by: 2) {
      let name = pieces[index].filter { !$0.isWhitespace && $0 != "=" }
      if name.hasPrefix("xmlns") || name.hasPrefix("xsi:") { continue }
      add(String(pieces[index + 1]), isObject: name == "ref")
    }
  }

  private mutating func add(_ value: String, isObject: Bool) {
    let folded = SearchWords.folded(value)
    if isObject, !folded.isEmpty { objects.insert(folded) }
    if isObject || !SearchWords.isFigure(value) { words.formUnion(SearchWords.words(value)) }
  }
}

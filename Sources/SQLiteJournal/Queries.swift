// What is read from the journal.
import CIMModel
import Foundation
import GRDB
import IECMessage
import MessageBus

enum Queries {
  private static let columns =
    "entry, received, sender, kind, verb, noun, message_id, correlation_id, source, state, answers, replays, note"

  static func pending(
    _ db: Database, _ participant: ParticipantID, _ limit: Int, _ bytes: Int, _ spool: Spool
  ) throws -> PendingPage {
    let newest = try Int64.fetchOne(db, sql: "SELECT max(entry) FROM message") ?? 0
    var page = PendingPage(deliveries: [], isLast: true, newest: EntryID(newest))
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT d.entry, d.kind, d.attempts, d.next_try, m.sender, m.received, coalesce(m.form, m.body), m.form IS NULL,
          d.priority
        FROM delivery d JOIN message m USING (entry)
        WHERE d.participant = ? AND d.state = 'pending' ORDER BY d.priority DESC, d.entry
        """, arguments: [participant.rawValue])
    var size = 0
    while let row = try rows.next() {
      guard page.deliveries.isEmpty || page.deliveries.count < limit && size < bytes else {
        page.isLast = false
        break
      }
      guard let kind = DeliveryKind(rawValue: row[1]) else { continue }
      var form: [UInt8] = []
      var document: SpoolDocument?
      do {
        let bytes: Data = row[6]
        if bytes.isEmpty, let file = try Spool.file(db, row[7] ? .body : .form, of: row[0]) {
          document = try spool.document(file, of: row[0])
        } else {
          form = Array(bytes)
        }
      } catch let error as BusError where error.code == .missingBody {
        // Without bytes it cannot be read and is given up, with a dead letter; those behind it go on.
      }
      size += document?.byteCount ?? form.count
      page.deliveries.append(
        PendingDelivery(
          entry: EntryID(row[0]), kind: kind, priority: Priority(row[8]) ?? .normal, attempts: row[2],
          nextTry: (row[3] as Int64?).map { Timestamp(microseconds: $0) }, from: ParticipantID(row[4] as String),
          received: Timestamp(microseconds: row[5]), form: form, document: document))
    }
    return page
  }

  /// Looks back no further than that, since a sender may give all its messages one CorrelationID. While identifiers are
  /// being settled they are there twice.
  private static let correlated = 1_000

  static func lowestPriority(
    _ db: Database, pendingOf correlationID: String, for participants: [ParticipantID]
  ) throws -> Priority? {
    guard !participants.isEmpty else { return nil }
    let ofCorrelation = Identifiers.hash(correlationID: correlationID)
    let ofMessage = Identifiers.hashes(messageID: correlationID)
    var arguments: StatementArguments = [
      "id": correlationID, "correlation": ofCorrelation, "low": ofMessage.lowerBound, "high": ofMessage.upperBound,
    ]
    for (place, participant) in participants.enumerated() { arguments += ["p\(place)": participant.rawValue] }
    let places = participants.indices.map { ":p\($0)" }.joined(separator: ", ")
    let statement = try db.cachedStatement(
      sql: """
        SELECT min(d.priority) FROM delivery d WHERE d.state = 'pending' AND d.participant IN (\(places)) AND d.entry IN (
          SELECT entry FROM message WHERE correlation_id = :id AND entry IN (
            \(Identifiers.newestFirst(hash: ":correlation", limit: "\(correlated * 2)")))
          UNION ALL
          SELECT entry FROM message WHERE message_id = :id AND entry IN (
            \(Identifiers.entries(from: ":low", to: ":high")) LIMIT \(correlated)))
        """)
    return try Int.fetchOne(statement, arguments: arguments).flatMap { Priority($0) }
  }

  static func hasPriorities(_ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'pending' AND priority <> ?)",
      arguments: [Priority.normal.rawValue]) ?? false
  }

  /// The newest entry of this key that is no dead letter.
  static func entry(_ db: Database, of key: InboxKey) throws -> EntryID? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT entry FROM message WHERE message_id = ? AND digest = ? AND sender = ? AND source IS ?
          AND state NOT IN ('dead', 'failed') AND entry IN (\(Identifiers.entries(of: "?"))) ORDER BY entry DESC LIMIT 1
        """)
    let hash = Identifiers.hash(messageID: key.messageID, digest: key.digest)
    let arguments: StatementArguments = [key.messageID, key.digest, key.sender.rawValue, key.source, hash]
    return try Int64.fetchOne(statement, arguments: arguments).map { EntryID($0) }
  }

  static func pendingCounts(_ db: Database) throws -> [ParticipantID: Int] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT participant, count(*) FROM delivery WHERE state = 'pending' GROUP BY participant")
    return Dictionary(rows.map { (ParticipantID($0[0] as String), $0[1] as Int) }, uniquingKeysWith: +)
  }

  static func openRequest(_ db: Database, _ correlationID: String) throws -> JournalEntry? {
    let ofMessage = Identifiers.hashes(messageID: correlationID)
    let newest = try Int64.fetchOne(
      db,
      sql: """
        SELECT max(entry) FROM (
          SELECT entry FROM message WHERE correlation_id = :id AND state = 'open'
            AND entry IN (\(Identifiers.entries(of: ":correlation"))) UNION ALL
          SELECT entry FROM message WHERE message_id = :id AND correlation_id IS NULL AND state = 'open'
            AND entry IN (\(Identifiers.entries(from: ":low", to: ":high"))))
        """,
      arguments: [
        "id": correlationID, "correlation": Identifiers.hash(correlationID: correlationID),
        "low": ofMessage.lowerBound, "high": ofMessage.upperBound,
      ])
    guard let newest else { return nil }
    return try entries(db, "entry = ?", [newest], 1).first
  }

  static func timeline(_ db: Database, messageID: String, _ limit: Int) throws -> [JournalEntry] {
    try timeline(db, "message_id", messageID, Identifiers.hashes(messageID: messageID), limit)
  }

  static func timeline(_ db: Database, correlationID: String, _ limit: Int) throws -> [JournalEntry] {
    let hash = Identifiers.hash(correlationID: correlationID)
    return try timeline(db, "correlation_id", correlationID, hash...hash, limit)
  }

  private static func timeline(
    _ db: Database, _ column: String, _ id: String, _ hashes: ClosedRange<Int64>, _ limit: Int
  ) throws -> [JournalEntry] {
    let candidates = Identifiers.entries(from: "?2", to: "?3")
    return try entries(
      db,
      """
      entry IN (
        \(candidates) UNION ALL SELECT r.entry FROM message r WHERE r.answers IN (\(candidates)))
      AND (\(column) = ?1 OR (SELECT m.\(column) FROM message m WHERE m.entry = message.answers) = ?1)
      """, [id, hashes.lowerBound, hashes.upperBound], limit)
  }

  static func deadLetters(_ db: Database, _ limit: Int) throws -> [DeadLetter] {
    try deadLetters(db, "1", [], limit)
  }

  /// Dead letters that meet a condition, newest first.
  private static func deadLetters(
    _ db: Database, _ condition: String, _ arguments: StatementArguments, _ limit: Int
  ) throws -> [DeadLetter] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT entry, participant, time, code, reason FROM dead_letter WHERE \(condition)
        ORDER BY id DESC LIMIT \(max(limit, 0))
        """, arguments: arguments)
    var known: [Int64: JournalEntry] = [:]
    return try rows.compactMap { row in
      let id: Int64 = row[0]
      guard let entry = try known[id] ?? entries(db, "entry = ?", [id], 1).first else { return nil }
      known[id] = entry
      return DeadLetter(
        entry: entry, participant: (row[1] as String?).map { ParticipantID($0) }, time: Timestamp(microseconds: row[2]),
        cause: NewEntry.Cause(code: row[3], reason: row[4]))
    }
  }

  static func deadLetterGroups(
    _ db: Database, _ grouping: DeadLetterGroup.Grouping, _ limit: Int
  ) throws -> [DeadLetterGroup] {
    let column = grouping == .cause ? "code" : "participant"
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT \(column), count(*), max(id), min(time) FROM dead_letter GROUP BY 1
        ORDER BY 2 DESC, coalesce(\(column), '') LIMIT \(max(limit, 0))
        """)
    return try rows.compactMap { row in
      try deadLetters(db, "id = ?", [row[2] as Int64], 1).first.map { newest in
        DeadLetterGroup(key: row[0], count: row[1], newest: newest, oldest: Timestamp(microseconds: row[3]))
      }
    }
  }

  /// Entries with their deliveries, lowest first.
  static func entries(
    _ db: Database, _ condition: String, _ arguments: [any DatabaseValueConvertible], _ limit: Int
  ) throws -> [JournalEntry] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT \(columns) FROM message WHERE \(condition) ORDER BY entry LIMIT \(max(limit, 0))",
      arguments: StatementArguments(arguments))
    return try rows.map { row in
      let id: Int64 = row[0]
      return JournalEntry(
        id: EntryID(id), received: Timestamp(microseconds: row[1]), from: ParticipantID(row[2] as String),
        kind: (row[3] as String?).flatMap { MessageKind(rawValue: $0) },
        verb: (row[4] as String?).flatMap { Verb(rawValue: $0) }, noun: row[5], messageID: row[6],
        correlationID: row[7],
        source: row[8], state: JournalEntry.State(rawValue: row[9]) ?? .done,
        answers: (row[10] as Int64?).map { EntryID($0) }, replays: (row[11] as Int64?).map { EntryID($0) },
        note: row[12],
        deliveries: try deliveries(db, of: id))
    }
  }

  private static func deliveries(_ db: Database, of entry: Int64) throws -> [JournalEntry.Delivery] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT participant, kind, state, attempts, next_try, error FROM delivery WHERE entry = ? ORDER BY participant
        """)
    return try Row.fetchAll(statement, arguments: [entry]).map { row in
      JournalEntry.Delivery(
        participant: ParticipantID(row[0] as String), kind: DeliveryKind(rawValue: row[1]) ?? .event,
        state: JournalEntry.Delivery.State(rawValue: row[2]) ?? .pending, attempts: row[3],
        nextTry: (row[4] as Int64?).map { Timestamp(microseconds: $0) }, lastError: row[5])
    }
  }
}

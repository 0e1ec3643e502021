// Units as bytes of the log.
import CIMModel
import IECMessage
import MessageBus

/// Collects the records of one write.
///
/// A record is its head - bytes of the content (4), index in its segment (4), number of the segment (8), checksum (8) -
/// and its content. Numbers are little-endian. A record that is not whole, or is left from an earlier use of the file, is
/// known by its head.
struct RecordWriter {
  static let headLength = 24
  private(set) var bytes: [UInt8] = []

  /// Bytes of memory that are kept for the next write.
  private static let kept = 8 << 20

  mutating func removeAll() { bytes.removeAll(keepingCapacity: bytes.capacity <= Self.kept) }

  mutating func append(raw: [UInt8]) { bytes += raw }

  mutating func append(_ logged: LoggedUnit, index: UInt32, segment: Int64) {
    let start = bytes.count
    put(UInt32(0))
    put(index)
    put(segment)
    put(UInt64(0))
    put(UInt32(logged.unit.entries.count))
    for (entry, id) in zip(logged.unit.entries, logged.ids) { put(entry, id, logged.ids) }
    put(UInt32(logged.files.count))
    for file in logged.files {
      put(UInt32(file.index))
      put(UInt8(file.part.rawValue))
      put(file.name)
      put(Int64(file.bytes))
    }
    put(UInt32(logged.unit.settlements.count))
    for settlement in logged.unit.settlements { put(settlement) }
    put(UInt32(logged.unit.states.count))
    for change in logged.unit.states {
      put(change.entry.rawValue)
      put(change.state.rawValue)
      put(change.at.microseconds)
      put(change.deadLetter)
    }
    seal(from: start, index: index, segment: segment)
  }

  private mutating func seal(from start: Int, index: UInt32, segment: Int64) {
    let length = UInt32(bytes.count - start - Self.headLength)
    bytes.withUnsafeMutableBytes { bytes in
      let content = UnsafeRawBufferPointer(rebasing: bytes[(start + Self.headLength)...])
      let sum = Checksum.of(content, index: index, segment: segment)
      bytes.storeBytes(of: length.littleEndian, toByteOffset: start, as: UInt32.self)
      bytes.storeBytes(of: sum.littleEndian, toByteOffset: start + 16, as: UInt64.self)
    }
  }

  // MARK: Parts

  private mutating func put(_ entry: NewEntry, _ id: EntryID, _ siblings: [EntryID]) {
    put(id.rawValue)
    put(entry.received.microseconds)
    put(entry.from.rawValue)
    put(entry.kind?.rawValue)
    put(entry.verb?.rawValue)
    put(entry.noun)
    put(entry.messageID)
    put(entry.correlationID)
    put(entry.source)
    put(entry.body)
    put(entry.form)
    put(entry.state.rawValue)
    put(optional: entry.answers?.entry(among: siblings)?.rawValue)
    put(UInt32(entry.deliveries.count))
    for participant in entry.deliveries { put(participant.rawValue) }
    put(entry.deliveryKind.rawValue)
    put(UInt8(entry.priority.rawValue))
    put(entry.deadLetter)
    put(optional: entry.digest)
    put(entry.note)
    put(optional: entry.replays?.rawValue)
  }

  private mutating func put(_ settlement: Settlement) {
    put(settlement.entry.rawValue)
    put(settlement.participant.rawValue)
    switch settlement.result {
    case .done: put(UInt8(0))
    case .retry(let attempts, let nextTry, let error):
      put(UInt8(1))
      put(Int64(attempts))
      put(nextTry.microseconds)
      put(error)
    case .dead(let attempts, let cause, let time):
      put(UInt8(2))
      put(Int64(attempts))
      put(time.microseconds)
      put(cause)
    }
  }

  private mutating func put(_ cause: NewEntry.Cause?) {
    put(cause?.code)
    if let cause { put(cause.reason) }
  }

  // MARK: Values

  private mutating func put<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Nil is told from a number by the byte before.
  private mutating func put(optional number: Int64?) {
    put(UInt8(number == nil ? 0 : 1))
    if let number { put(number) }
  }

  /// A length, of which the highest stands for nil, and the bytes.
  private mutating func put(_ text: String?) {
    guard var text else {
      put(UInt32.max)
      return
    }
    text.withUTF8 { utf8 in
      put(UInt32(utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  private mutating func put(_ content: [UInt8]?) {
    guard let content else {
      put(UInt32.max)
      return
    }
    put(UInt32(content.count))
    bytes += content
  }
}

extension NewEntry.Answered {
  /// - Parameter siblings: the numbers of the entries before it in its unit, or of all of them.
  func entry(among siblings: [EntryID]) -> EntryID? {
    switch self {
    case .entry(let id): id
    case .sibling(let index): siblings.indices.contains(index) ? siblings[index] : nil
    }
  }
}

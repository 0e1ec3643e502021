// Units out of the bytes of the log.
import CIMModel
import IECMessage
import MessageBus

/// Reads records one after the other, up to the first that is not whole or not of this segment.
struct RecordReader {
  private let bytes: [UInt8]
  private let segment: Int64
  private var offset: Int
  private var index: UInt32 = 0

  /// - Parameter offset: where the first record begins.
  init(_ bytes: [UInt8], segment: Int64, from offset: Int) {
    self.bytes = bytes
    self.segment = segment
    self.offset = offset
  }

  /// Where the last record that was read ends.
  private(set) var end = 0

  /// The next unit; nil behind the last whole record.
  ///
  /// - Throws: `Unknown` where a record is whole and cannot be understood.
  mutating func next() throws(Unknown) -> LoggedUnit? {
    guard let content = content() else { return nil }
    var parts = Parts(bytes: bytes, offset: content.lowerBound, end: content.upperBound)
    guard let unit = parts.unit(), parts.offset == content.upperBound else {
      throw Unknown(segment: segment, index: index)
    }
    offset = content.upperBound
    end = offset
    index += 1
    return unit
  }

  /// A record that a newer Busbar must have written.
  struct Unknown: Error, CustomStringConvertible {
    var segment: Int64
    var index: UInt32
    var description: String { "record \(index) of segment \(segment) cannot be understood" }
  }

  private func content() -> Range<Int>? {
    let start = offset + RecordWriter.headLength
    guard start <= bytes.count else { return nil }
    return bytes.withUnsafeBytes { bytes in
      let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      let number = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      let owner = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: Int64.self))
      let sum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
      guard number == index, owner == segment, length <= bytes.count - start else { return nil }
      let content = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
      return Checksum.of(content, index: index, segment: segment) == sum ? start..<start + length : nil
    }
  }

  /// The values of one record, in their order; each is nil where it cannot be.
  private struct Parts {
    let bytes: [UInt8]
    var offset: Int
    let end: Int

    mutating func unit() -> LoggedUnit? {
      var logged = LoggedUnit(unit: JournalUnit(), ids: [])
      guard let entries = count() else { return nil }
      for _ in 0..<entries {
        guard let (id, entry) = entry() else { return nil }
        logged.ids.append(id)
        logged.unit.entries.append(entry)
      }
      guard let files = count() else { return nil }
      for _ in 0..<files {
        guard let index = number(UInt32.self), let part = number(UInt8.self).flatMap({ Spool.Part(rawValue: Int($0)) }),
          let name = text(), let bytes = number(Int64.self)
        else { return nil }
        logged.files.append(Spool.File(index: Int(index), part: part, name: name, bytes: Int(bytes)))
      }
      guard let settlements = count() else { return nil }
      for _ in 0..<settlements {
        guard let settlement = settlement() else { return nil }
        logged.unit.settlements.append(settlement)
      }
      guard let states = count() else { return nil }
      for _ in 0..<states {
        guard let entry = number(Int64.self), let state = text().flatMap({ JournalEntry.State(rawValue: $0) }),
          let time = number(Int64.self), let cause = cause()
        else { return nil }
        logged.unit.states.append(
          StateChange(EntryID(entry), state, at: Timestamp(microseconds: time), deadLetter: cause.value))
      }
      return logged
    }

    /// A value that may be nil, and was read.
    private struct Read<Value> { var value: Value? }

    private mutating func entry() -> (EntryID, NewEntry)? {
      guard let id = number(Int64.self), let received = number(Int64.self), let from = text(), let kind = optional(),
        let verb = optional(), let noun = optional(), let messageID = optional(), let correlationID = optional(),
        let source = optional(), let body = blob()?.value, let form = blob(),
        let state = text().flatMap({ JournalEntry.State(rawValue: $0) }), let answers = optionalNumber(),
        let count = count()
      else { return nil }
      var deliveries: [ParticipantID] = []
      for _ in 0..<count {
        guard let participant = text() else { return nil }
        deliveries.append(ParticipantID(participant))
      }
      guard let deliveryKind = text().flatMap({ DeliveryKind(rawValue: $0) }), let priority = number(UInt8.self),
        let dead = cause(), let digest = optionalNumber(), let note = optional(), let replays = optionalNumber()
      else { return nil }
      var entry = NewEntry(
        received: Timestamp(microseconds: received), from: ParticipantID(from),
        kind: kind.value.flatMap { MessageKind(rawValue: $0) }, verb: verb.value.flatMap { Verb(rawValue: $0) },
        noun: noun.value, messageID: messageID.value, correlationID: correlationID.value, source: source.value,
        body: body, form: form.value, state: state, answers: answers.value.map { .entry(EntryID($0)) },
        deliveries: deliveries, deliveryKind: deliveryKind, deadLetter: dead.value, digest: digest.value,
        note: note.value, replays: replays.value.map { EntryID($0) })
      entry.priority = Priority(Int(priority)) ?? .normal
      return (EntryID(id), entry)
    }

    private mutating func settlement() -> Settlement? {
      guard let entry = number(Int64.self), let participant = text(), let tag = number(UInt8.self) else { return nil }
      let result: Settlement.Result
      switch tag {
      case 0: result = .done
      case 1:
        guard let attempts = number(Int64.self), let next = number(Int64.self), let error = text() else { return nil }
        result = .retry(attempts: Int(attempts), nextTry: Timestamp(microseconds: next), error: error)
      case 2:
        guard let attempts = number(Int64.self), let time = number(Int64.self), let cause = cause()?.value else {
          return nil
        }
        result = .dead(attempts: Int(attempts), cause, at: Timestamp(microseconds: time))
      default: return nil
      }
      return Settlement(EntryID(entry), ParticipantID(participant), result)
    }

    private mutating func cause() -> Read<NewEntry.Cause>? {
      guard let code = optional() else { return nil }
      guard let code = code.value else { return Read(value: nil) }
      return text().map { Read(value: NewEntry.Cause(code: code, reason: $0)) }
    }

    private mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
      let size = MemoryLayout<Number>.size
      guard offset + size <= end else { return nil }
      defer { offset += size }
      return bytes.withUnsafeBytes {
        Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
      }
    }

    /// How many follow; each takes a byte at least.
    private mutating func count() -> Int? {
      number(UInt32.self).map(Int.init).flatMap { $0 <= end - offset ? $0 : nil }
    }

    private mutating func optionalNumber() -> Read<Int64>? {
      switch number(UInt8.self) {
      case 0?: Read(value: nil)
      case 1?: number(Int64.self).map { Read(value: $0) }
      default: nil
      }
    }

    private mutating func blob() -> Read<[UInt8]>? {
      guard let length = number(UInt32.self) else { return nil }
      if length == .max { return Read(value: nil) }
      guard Int(length) <= end - offset else { return nil }
      defer { offset += Int(length) }
      return Read(value: Array(bytes[offset..<offset + Int(length)]))
    }

    private mutating func optional() -> Read<String>? {
      blob().map { Read(value: $0.value.map { String(decoding: $0, as: UTF8.self) }) }
    }

    private mutating func text() -> String? { optional()?.value }
  }
}

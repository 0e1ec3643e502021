// The two ways through a document. The general way reads token by token and holds each against the schema: it alone
// gives verdicts. The short way passes bytes that the general way has passed before in the same state: the same bytes
// in the same state have the same outcome, so comparing them is enough.
import CIMSchema
import XMLPull

/// A reader, the state of validation, what is remembered of earlier bytes, and what takes the values.
///
/// One document after another can be decoded; only one at a time.
final class DecoderCore<Sink: DecodingSink> {
  let limits: DecodingLimits
  var reader: XMLReader
  var machine: ValidationMachine
  var sink: Sink
  var tables = MemoTables()
  var day = ValueScan.Day()
  /// Microseconds that are added to stamps without a zone.
  var zone: Int64 = 0

  /// The state in which the cursor stands; -1 on the general way, where reader and machine know themselves.
  var state: Int32 = -1
  /// Off for tests that compare the two ways.
  var remembers = true
  /// Bytes behind the cursor that must be in memory, as long as more can come: values and literals are shorter. One is
  /// enough where the input is known to end between two tags for the time being.
  var lookahead = 2048

  /// Attribute values of the tag at hand, kept until it is complete.
  let pending = UnsafeMutablePointer<PendingValue>.allocate(capacity: 8)

  private(set) var isDone = false
  private(set) var failure: XMLError?
  /// Whether anything of the document has been looked at.
  private var hasBegun = false

  /// Where the last start tag of more than one line began.
  var tagPosition = XMLPosition(offset: 0, line: 1, column: 1)

  struct PendingValue {
    var slot: UInt16
    var start: UnsafePointer<UInt8>
    var count: Int
  }

  init(resolver: any SchemaResolver, limits: DecodingLimits, buildsTree: Bool, sink: Sink) {
    self.limits = limits
    self.sink = sink
    reader = XMLReader(limits: limits.xml)
    machine = ValidationMachine(resolver: resolver, limits: limits, buildsTree: buildsTree)
  }

  deinit { pending.deallocate() }

  /// Makes ready for another document.
  func restart() {
    if tables.isFull || reader.hasManyNamespaces {
      let fresh = DecoderCore(
        resolver: machine.resolver, limits: limits, buildsTree: machine.buildsTree, sink: sink)
      reader = XMLReader(limits: limits.xml)
      machine = fresh.machine
      tables = fresh.tables
      // It knows elements by numbers that mean others now.
      sink.forget()
    } else {
      reader.restart()
      machine.restart()
      tables.restart()
    }
    sink.restart()
    state = -1
    hasBegun = false
    isDone = false
    failure = nil
  }

  /// Whether the window has not grown beyond what pieces need.
  var isOrdinarySize: Bool { reader.windowCapacity <= 1 << 20 }

  /// Lets go of the last document's tree and findings.
  func forgetDocument() { machine.restart() }

  // MARK: Input

  /// Takes the next bytes and works off all that is complete. After the first breach of well-formedness the rest is
  /// ignored.
  func feed(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while rest.count > 0 && failure == nil && !isDone {
      let piece = min(rest.count, Self.pieceSize)
      reader.feed(UnsafeRawBufferPointer(rebasing: rest[..<piece]))
      drain()
      rest = UnsafeRawBufferPointer(rebasing: rest[piece...])
    }
  }

  /// Bytes that are taken into the window at a time: it stays in the cache of a core, with room beside it.
  private static var pieceSize: Int { 1 << 15 }

  /// Decodes a document that is in memory whole.
  func decode(_ bytes: [UInt8]) -> DecodedDocument {
    bytes.withUnsafeBytes { feed($0) }
    return finish()
  }

  func finish() -> DecodedDocument {
    if failure == nil && !isDone {
      reader.finish()
      drain()
    }
    return machine.result(failure: failure)
  }

  private func drain() {
    do throws(XMLError) {
      if !hasBegun && remembers { skipOpening() }
      hasBegun = true
      while true {
        if state >= 0 {
          // Ends at the end of the input or where the general way is needed.
          if run() == .needInput { break }
          if skipClosing() {
            isDone = true
            break
          }
          leaveShortWay()
        }
        guard try step() else { break }
      }
      if reader.offset > limits.xml.totalBytes { try overflow() }
    } catch {
      failure = error
    }
  }

  private func overflow() throws(XMLError) {
    throw XMLError(
      .sizeLimit, "the document is larger than \(limits.xml.totalBytes) bytes", at: reader.position(beforeCursor: 0))
  }

  // MARK: The general way

  /// What a token is learnt from: the state before it.
  private var origin: Int32 = -1
  /// Where, in the document, the end tag behind a plain value would begin.
  private var originEnd = -1

  /// Gives reader and machine the view of the state in which the cursor stands.
  private func leaveShortWay() {
    origin = state
    state = -1
    guard let context = tables.contexts[Int(origin)] else { return }
    reader.resume(context.reader)
    machine.frames = context.frames
    originEnd = -1
    let here = tables.states[Int(origin)]
    if here.kind == .value {
      sink.handBack(here.slot, &machine)
      machine.frames[machine.frames.count - 1].position =
        here.tagLength < 0 ? tagPosition : reader.position(beforeCursor: Int(here.tagLength))
      if let value = reader.decodedValue(at: reader.windowCursor) { originEnd = reader.windowOffset + value.end }
    }
  }

  /// Reads one token, and goes over to the short way where that is possible behind it.
  ///
  /// - Returns: false when input is needed or the document is complete.
  private func step() throws(XMLError) -> Bool {
    let before = SideEffects(count: machine.sideEffects, profiles: machine.profiles.count)
    switch try reader.next() {
    case .startTag:
      let learning = remembers && origin >= 0 && tables.states[Int(origin)].kind == .content
      machine.startTag(reader)
      sink.began(reader, &machine)
      if learning {
        try learnStart(TagPlaces(reader), from: origin, before)
      } else if reader.isAtEmptyElement {
        try endEmptyElement()
        enterShortWay(tagLength: 0)
      } else {
        enterShortWay(tagLength: TagPlaces(reader).characters)
        if machine.frames.count == 1 && machine.sideEffects == before.count { learnOpening() }
      }
    case .endTag:
      let node = machine.frames.last?.node ?? -1
      sink.willEnd(&machine)
      machine.endTag(reader)
      let from = origin
      let isPlain = from >= 0 && (tables.states[Int(from)].kind == .content || reader.tokenOffset == originEnd)
      enterShortWay(tagLength: 0)
      if isPlain && remembers && machine.sideEffects == before.count {
        if state >= 0 { learnEnd(from: from, node) } else if machine.frames.isEmpty { learnClosing(from: from) }
      }
    case .text:
      try machine.text(reader)
      // Behind a value's text its end tag can still be learnt; elsewhere what follows is not what the state expects.
      if originEnd < 0 { origin = -1 }
    case .endOfDocument:
      isDone = true
      return false
    case .needInput:
      return false
    }
    return true
  }

  /// The end tag that an empty-element tag stands for.
  func endEmptyElement() throws(XMLError) {
    _ = try reader.next()
    sink.willEnd(&machine)
    machine.endTag(reader)
  }

  /// Takes the short way from here, if the state is one that can be remembered.
  ///
  /// - Parameter tagLength: of the start tag just passed, see `TagPlaces.characters`; 0 behind an end tag.
  func enterShortWay(tagLength: @autoclosure () -> Int) {
    origin = -1
    originEnd = -1
    guard remembers, !machine.frames.isEmpty, machine.isMemorable else { return }
    state = currentState(tagLength: tagLength()) ?? -1
    guard state >= 0 else { return }
    reader.markCursor()
    if tables.states[Int(state)].kind == .value { sink.takeOver(tables.states[Int(state)].slot, &machine) }
  }
}

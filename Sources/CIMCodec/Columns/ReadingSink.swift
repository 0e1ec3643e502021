// From the paths of MeterReadings to its columns.
import CIMModel
import CIMSchema
import XMLPull

/// Which part of a MeterReadings document an element is.
enum ReadingPart: UInt8 {
  case outside
  case meterReadings
  case meterReading
  case intervalBlock
  case intervalReading
  case reading
  case quality
  case qualityType
  case readingType
  case meter
  case meterNames
  case usagePoint
  case usagePointNames
  case valuesInterval
  // Values with columns of their own.
  case timeStamp
  case value
  case meterMRID
  case meterName
  case usagePointMRID
  case usagePointName
  case start
  case end
  /// Anything else inside of MeterReadings.
  case other

  /// The part an element is by its name and the part it stands in.
  init(_ name: String, in parent: ReadingPart) {
    switch (parent, name) {
    case (.outside, _): self = .outside
    case (.meterReadings, "MeterReading"): self = .meterReading
    case (.meterReading, "IntervalBlocks"): self = .intervalBlock
    case (.meterReading, "Readings"): self = .reading
    case (.meterReading, "Meter"): self = .meter
    case (.meterReading, "UsagePoint"): self = .usagePoint
    case (.meterReading, "valuesInterval"): self = .valuesInterval
    case (.intervalBlock, "IntervalReadings"): self = .intervalReading
    case (.intervalBlock, "ReadingType"), (.reading, "ReadingType"): self = .readingType
    case (.intervalReading, "ReadingQualities"), (.reading, "ReadingQualities"): self = .quality
    case (.intervalReading, "timeStamp"), (.reading, "timeStamp"): self = .timeStamp
    case (.intervalReading, "value"), (.reading, "value"): self = .value
    case (.quality, "ReadingQualityType"): self = .qualityType
    case (.meter, "mRID"): self = .meterMRID
    case (.meter, "Names"): self = .meterNames
    case (.meterNames, "name"): self = .meterName
    case (.usagePoint, "mRID"): self = .usagePointMRID
    case (.usagePoint, "Names"): self = .usagePointNames
    case (.usagePointNames, "name"): self = .usagePointName
    case (.valuesInterval, "start"): self = .start
    case (.valuesInterval, "end"): self = .end
    default: self = .other
    }
  }
}

/// Writes into `ReadingColumns`.
struct ReadingSink: DecodingSink {
  static let root = SchemaName("http://iec.ch/TC57/2011/MeterReadings#", "MeterReadings")

  /// Another's from one piece of a document to the next; see `PieceWorker`.
  private(set) var columns: ReadingColumns
  let zone: Int64
  /// Parts and slots by path; the hot path reads the slots' parts through the pointer.
  private var parts: [ReadingPart] = []
  private let slots: Slots
  private let known: UnsafeMutablePointer<Slot>
  /// Counters of the paths; nil before the first slot is bound.
  private var links: UnsafeMutablePointer<PathNodes.Link>?

  /// What a slot stands for; behind a pointer, since the hot path asks.
  struct Slot {
    var part = ReadingPart.outside
    /// Whether the value belongs to the row at hand.
    var isInRow = false
    /// The nearest path around the value that can repeat; -1 where there is none.
    var repeated: PathNodes.ID = -1
  }

  final class Slots {
    let all = UnsafeMutablePointer<Slot>.allocate(capacity: 1 << 14)
    var count = 1
    var numbers: [String: UInt16] = [:]

    init() { all.initialize(repeating: Slot(), count: 1 << 14) }
    deinit { all.deallocate() }
  }

  init(columns: ReadingColumns, zone: Int64) {
    self.columns = columns
    self.zone = zone
    slots = Slots()
    known = slots.all
  }

  /// For another thread that decodes a part of the same document.
  func forThread() -> ReadingSink {
    var sink = ReadingSink(columns: ReadingColumns(capacity: 16), zone: zone)
    sink.parts = parts
    return sink
  }

  /// Writes into other columns from now on, with the same paths.
  mutating func turn(to other: ReadingColumns, paths: [ReadingColumns.Path]) {
    other.restart()
    other.paths = paths
    columns = other
  }

  /// Whether an element is a child of the payload's root in which readings stand.
  func isMeterReading(_ node: PathNodes.ID) -> Bool { part(node) == .meterReading }

  /// Whether an element is the payload's root.
  func isRoot(_ node: PathNodes.ID) -> Bool { part(node) == .meterReadings }

  // MARK: Binding

  private func part(_ node: PathNodes.ID) -> ReadingPart {
    node >= 0 && Int(node) < parts.count ? parts[Int(node)] : .outside
  }

  /// The part of the element that was pushed last.
  private mutating func bind(_ machine: borrowing ValidationMachine) -> ReadingPart {
    guard let frame = machine.frames.last, frame.node >= 0 else { return .outside }
    let node = Int(frame.node)
    while parts.count <= node { parts.append(.outside) }
    if parts[node] != .outside { return parts[node] }
    if frame.element >= 0, let schema = machine.schemas[frame.schema],
      schema.elements[Int(frame.element)].name == Self.root
    {
      parts[node] = .meterReadings
    } else {
      parts[node] = ReadingPart(frame.name, in: part(machine.nodes.parent(frame.node)))
    }
    return parts[node]
  }

  /// A slot for values at a path; 0 outside of MeterReadings.
  private mutating func slot(
    _ node: PathNodes.ID, _ part: ReadingPart, attribute: String?, _ paths: PathNodes
  ) -> UInt16 {
    if part == .outside || node < 0 { return 0 }
    links = paths.links
    var names: [String] = []
    var isInRow = false
    var here = node
    while here >= 0, self.part(here) != .meterReadings {
      names.append(paths.name(here))
      if self.part(here) == .intervalReading || self.part(here) == .reading { isInRow = true }
      here = paths.parent(here)
    }
    var path = names.reversed().joined(separator: "/")
    if let attribute { path += "/@" + attribute }
    let key = "\(node) \(path)"
    if let number = slots.numbers[key] { return number }
    guard slots.count < 1 << 14 else { return 0 }
    let number = UInt16(slots.count)
    slots.count += 1
    slots.numbers[key] = number
    var repeated = node
    while repeated >= 0, !paths.isRepeated(repeated) { repeated = paths.parent(repeated) }
    let isCountedThroughout = self.part(paths.parent(repeated)) == .meterReadings
    columns.paths.append(ReadingColumns.Path(name: path, isCountedThroughout: isCountedThroughout))
    // Of a reference the ref counts; any other attribute is a detail.
    known[Int(number)] = Slot(
      part: attribute == nil || attribute == "ref" && (part == .readingType || part == .qualityType) ? part : .other,
      isInRow: isInRow, repeated: repeated)
    return number
  }

  mutating func slot(_ node: PathNodes.ID, _ machine: borrowing ValidationMachine) -> UInt16 {
    slot(node, part(node), attribute: nil, machine.nodes)
  }

  mutating func slot(
    _ node: PathNodes.ID, attribute: Int, name: XMLBytes, _ machine: borrowing ValidationMachine
  ) -> UInt16 {
    slot(node, part(node), attribute: String(decoding: name, as: UTF8.self), machine.nodes)
  }

  func wantsNumber(_ slot: UInt16) -> Bool { known[Int(slot)].part == .value }

  mutating func beginActions(_ machine: inout ValidationMachine) -> [UInt32] {
    let part = bind(machine)
    switch part {
    case .meterReading, .intervalBlock, .reading: return [MemoAction.begin | UInt32(part.rawValue)]
    default: return []
    }
  }

  mutating func endActions(_ node: PathNodes.ID, _ machine: inout ValidationMachine) -> [UInt32] {
    let part = part(node)
    switch part {
    case .meterReading, .intervalBlock, .intervalReading, .reading: return [MemoAction.end | UInt32(part.rawValue)]
    default: return []
    }
  }

  func isWhole(_ slot: UInt16) -> Bool { false }
  mutating func takeOver(_ slot: UInt16, _ machine: inout ValidationMachine) {}
  mutating func handBack(_ slot: UInt16, _ machine: inout ValidationMachine) {}

  // MARK: The short way

  @inline(__always)
  mutating func perform(_ action: UInt32, _ tree: TreeBuilder) {
    if action == MemoAction.end | UInt32(ReadingPart.intervalReading.rawValue) {
      columns.commitRow()
    } else {
      performOther(action)
    }
  }

  @inline(never)
  private func performOther(_ action: UInt32) {
    let isEnd = action & MemoAction.kind == MemoAction.end
    switch (ReadingPart(rawValue: UInt8(truncatingIfNeeded: action & MemoAction.argument)), isEnd) {
    case (.meterReading, false): columns.beginMeterReading()
    case (.meterReading, true): columns.endMeterReading()
    case (.intervalBlock, false), (.reading, false): columns.beginBlock()
    case (.intervalBlock, true): columns.endBlock(isInterval: true)
    case (.intervalReading, true): columns.commitRow()
    case (.reading, true):
      columns.commitRow()
      columns.endBlock(isInterval: false)
    default: break
    }
  }

  @inline(__always)
  mutating func dateTime(
    _ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes, _ tree: TreeBuilder
  ) {
    if known[Int(slot)].part == .timeStamp {
      columns.head.pointee.timeStamps[columns.head.pointee.rows] = microseconds
    } else {
      otherTime(slot, microseconds, bytes)
    }
  }

  @inline(never)
  private func otherTime(_ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes) {
    switch known[Int(slot)].part {
    case .start: columns.head.pointee.current.start = microseconds
    case .end: columns.head.pointee.current.end = microseconds
    default: otherText(slot, bytes)
    }
  }

  @inline(__always)
  mutating func number(
    _ slot: UInt16, _ mantissa: Int64, scale: UInt8, _ bytes: XMLBytes, _ tree: TreeBuilder
  ) {
    let row = columns.head.pointee.rows
    columns.head.pointee.mantissas[row] = mantissa
    columns.head.pointee.scales[row] = scale
  }

  @inline(__always)
  mutating func text(_ slot: UInt16, _ bytes: XMLBytes, _ tree: TreeBuilder) { otherText(slot, bytes) }

  @inline(never)
  private func otherText(_ slot: UInt16, _ bytes: XMLBytes) {
    switch known[Int(slot)].part {
    case .value: columns.setText(bytes)
    case .readingType: columns.head.pointee.blockType = columns.head.pointee.codes.number(bytes)
    case .qualityType:
      columns.head.pointee.qualities.append(
        ReadingColumns.Quality(row: columns.head.pointee.rows, code: columns.head.pointee.codes.number(bytes)))
    case .meterMRID: columns.head.pointee.current.meterMRID = columns.keep(bytes)
    case .meterName where columns.head.pointee.current.meterName.isAbsent:
      columns.head.pointee.current.meterName = columns.keep(bytes)
    case .usagePointMRID: columns.head.pointee.current.usagePointMRID = columns.keep(bytes)
    case .usagePointName where columns.head.pointee.current.usagePointName.isAbsent:
      columns.head.pointee.current.usagePointName = columns.keep(bytes)
    default:
      columns.head.pointee.details.append(
        ReadingColumns.Detail(
          meterReading: columns.head.pointee.isOpen ? columns.head.pointee.meterReadings.count : -1,
          row: known[Int(slot)].isInRow ? columns.head.pointee.rows : -1, path: slot, occurrence: occurrence(slot),
          text: columns.keep(bytes)))
    }
  }

  private func occurrence(_ slot: UInt16) -> Int32 {
    let node = known[Int(slot)].repeated
    guard let links, node >= 0 else { return 1 }
    return links[Int(node)].count
  }

  // MARK: The general way

  mutating func began(_ reader: borrowing XMLReader, _ machine: inout ValidationMachine) {
    let part = bind(machine)
    if part == .outside { return }
    performOther(MemoAction.begin | UInt32(part.rawValue))
    guard let frame = machine.frames.last else { return }
    for i in 0..<reader.attributeCount
    where !reader.attributeIsDeclaration(i) && reader.attributeNamespace(i) != NamespaceTable.xsi {
      let slot = slot(frame.node, attribute: i, name: reader.attributeLocalName(i), machine)
      if slot != 0 { otherText(slot, reader.attributeValue(i)) }
    }
  }

  mutating func willEnd(_ machine: inout ValidationMachine) {
    guard let frame = machine.frames.last else { return }
    let part = part(frame.node)
    if part == .outside { return }
    if machine.valueType(of: frame) != nil && !frame.isNil { take(machine, frame, part) }
    performOther(MemoAction.end | UInt32(part.rawValue))
  }

  private mutating func take(
    _ machine: borrowing ValidationMachine, _ frame: ValidationMachine.Frame, _ part: ReadingPart
  ) {
    let slot = slot(frame.node, part, attribute: nil, machine.nodes)
    if slot == 0 { return }
    machine.text[frame.textStart...].withUnsafeBufferPointer { text in
      switch part {
      case .timeStamp, .start, .end:
        let text = String(decoding: text, as: UTF8.self)
        guard let instant = Timestamp(xmlText: text, zoneOffsetMinutes: Int(-zone / 60_000_000)) else { return }
        if part == .timeStamp {
          columns.head.pointee.timeStamps[columns.head.pointee.rows] = instant.microseconds
        } else {
          otherTime(slot, instant.microseconds, XMLBytes(start: nil, count: 0))
        }
      case .value:
        // The scan wants a terminator, and bytes to look at behind it.
        var padded = Array(text)
        padded.append(0x3C)
        padded.append(contentsOf: repeatElement(0, count: 16))
        let isNumber = padded.withUnsafeBufferPointer { padded -> Bool in
          guard var p = padded.baseAddress else { return false }
          let start = p
          let row = columns.head.pointee.rows
          return ValueScan.decimal(&p, &columns.head.pointee.mantissas[row], &columns.head.pointee.scales[row])
            && p - start == text.count
        }
        if !isNumber { columns.setText(text) }
      default: otherText(slot, text)
      }
    }
  }

  mutating func restart() { columns.restart() }

  mutating func forget() {
    columns.restart()
    columns.forgetPaths()
    self = ReadingSink(columns: columns, zone: zone)
  }
}

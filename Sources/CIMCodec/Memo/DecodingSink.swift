// What a decoder makes of the values it passes: a tree, columns, or nothing.
import CIMModel
import CIMSchema
import XMLPull

/// Takes what a document holds, on two ways: the general one, element by element, and the short one, by actions and
/// slots that it has named itself before, when the same bytes first came by the general way.
protocol DecodingSink {
  // MARK: Learning

  /// Actions for the start of the element that has just begun by the general way; in `MemoAction.begin`.
  mutating func beginActions(_ machine: inout ValidationMachine) -> [UInt32]
  /// Actions for the end of an element.
  mutating func endActions(_ node: PathNodes.ID, _ machine: inout ValidationMachine) -> [UInt32]
  /// How the value of an element is known; 0 where it is not wanted.
  mutating func slot(_ node: PathNodes.ID, _ machine: borrowing ValidationMachine) -> UInt16
  /// How an attribute's value is known: by its place among the attributes without declarations.
  mutating func slot(
    _ node: PathNodes.ID, attribute: Int, name: XMLBytes, _ machine: borrowing ValidationMachine
  ) -> UInt16
  /// Whether a decimal value of this slot is wanted as a number, a dateTime as an instant.
  func wantsNumber(_ slot: UInt16) -> Bool

  // MARK: From one way to the other

  /// Whether the value alone makes the element: it has no actions of its own.
  func isWhole(_ slot: UInt16) -> Bool

  /// The general way has passed a start tag behind which a value begins; the short way takes the value.
  mutating func takeOver(_ slot: UInt16, _ machine: inout ValidationMachine)
  /// The general way takes the value.
  mutating func handBack(_ slot: UInt16, _ machine: inout ValidationMachine)

  // MARK: The short way

  mutating func perform(_ action: UInt32, _ building: inout [Element])
  mutating func text(_ slot: UInt16, _ bytes: XMLBytes, _ building: inout [Element])
  mutating func dateTime(
    _ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes, _ building: inout [Element])
  mutating func number(
    _ slot: UInt16, _ mantissa: Int64, scale: UInt8, _ bytes: XMLBytes, _ building: inout [Element])

  // MARK: The general way

  /// Behind a start tag.
  mutating func began(_ reader: borrowing XMLReader, _ machine: inout ValidationMachine)
  /// Before an end tag: the element's text stands in the machine's buffer.
  mutating func willEnd(_ machine: inout ValidationMachine)

  mutating func restart()
}

/// Builds elements, or nothing when only a verdict is wanted. On the general way the machine builds them itself.
struct TreeSink: DecodingSink {
  /// Elements as they stand when their start tag has been passed.
  private var templates: [Element] = []
  /// The path of each template.
  private var paths: [Int] = []
  /// How many children the last element of each path had, so that their memory is asked for once.
  private var childCounts: [Int] = []
  /// Elements that only lack their text; slots from `firstWhole` on stand for them.
  private var wholes: [Element] = []
  private static var firstWhole: UInt16 { 0x4000 }

  mutating func beginActions(_ machine: inout ValidationMachine) -> [UInt32] {
    guard machine.buildsTree, let element = machine.building.last else { return [] }
    templates.append(element)
    let path = Int(max(0, machine.frames.last?.node ?? 0))
    paths.append(path)
    while childCounts.count <= path { childCounts.append(0) }
    return [MemoAction.begin | UInt32(templates.count - 1)]
  }

  mutating func endActions(_ node: PathNodes.ID, _ machine: inout ValidationMachine) -> [UInt32] {
    if !machine.buildsTree { return [] }
    let path = Int(max(0, node))
    while childCounts.count <= path { childCounts.append(0) }
    return [MemoAction.end | UInt32(path)]
  }

  mutating func slot(_ node: PathNodes.ID, _ machine: borrowing ValidationMachine) -> UInt16 {
    guard machine.buildsTree, let element = machine.building.last else { return 0 }
    guard element.attributes.isEmpty, machine.building.count > 1, wholes.count < 0x4000 else { return 1 }
    wholes.append(element)
    return Self.firstWhole + UInt16(wholes.count - 1)
  }

  func isWhole(_ slot: UInt16) -> Bool { slot >= Self.firstWhole }

  mutating func takeOver(_ slot: UInt16, _ machine: inout ValidationMachine) {
    if isWhole(slot) { machine.building.removeLast() }
  }

  mutating func handBack(_ slot: UInt16, _ machine: inout ValidationMachine) {
    if isWhole(slot) { machine.building.append(wholes[Int(slot - Self.firstWhole)]) }
  }

  mutating func slot(
    _ node: PathNodes.ID, attribute: Int, name: XMLBytes, _ machine: borrowing ValidationMachine
  ) -> UInt16 {
    machine.buildsTree ? UInt16(attribute + 2) : 0
  }

  func wantsNumber(_ slot: UInt16) -> Bool { false }

  @inline(__always)
  mutating func perform(_ action: UInt32, _ building: inout [Element]) {
    if action & MemoAction.kind == MemoAction.begin {
      let number = Int(action & MemoAction.argument)
      building.append(templates[number])
      let children = childCounts[paths[number]]
      if children > 0 { building[building.count - 1].children.reserveCapacity(children) }
      return
    }
    // The document's own element ends on the general way: there is a parent.
    guard building.count > 1, let element = building.popLast() else { return }
    childCounts[Int(action & MemoAction.argument)] = min(element.children.count, 1024)
    building[building.count - 1].children.append(element)
  }

  @inline(__always)
  mutating func text(_ slot: UInt16, _ bytes: XMLBytes, _ building: inout [Element]) {
    let last = building.count - 1
    if slot >= Self.firstWhole {
      var element = wholes[Int(slot - Self.firstWhole)]
      element.text = String(decoding: bytes, as: UTF8.self)
      building[last].children.append(element)
    } else if slot == 1 {
      building[last].text = String(decoding: bytes, as: UTF8.self)
    } else {
      building[last].attributes[Int(slot) - 2].value = String(decoding: bytes, as: UTF8.self)
    }
  }

  @inline(__always)
  mutating func dateTime(
    _ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes, _ building: inout [Element]
  ) {
    text(slot, bytes, &building)
  }

  @inline(__always)
  mutating func number(
    _ slot: UInt16, _ mantissa: Int64, scale: UInt8, _ bytes: XMLBytes, _ building: inout [Element]
  ) {
    text(slot, bytes, &building)
  }

  mutating func began(_ reader: borrowing XMLReader, _ machine: inout ValidationMachine) {}
  mutating func willEnd(_ machine: inout ValidationMachine) {}
  mutating func restart() {}
}

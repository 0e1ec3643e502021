// From the short way to the element tree.
import CIMModel
import CIMSchema
import XMLPull

/// Builds elements, or nothing when only a verdict is wanted. On the general way the machine builds them itself.
struct TreeSink: DecodingSink {
  /// Start tags of elements, with the attribute values that were found first.
  private var templates: [StartTag] = []
  /// Start tags of elements that only have a text; slots from `firstWhole` on stand for them.
  private var wholes: [StartTag] = []
  private static var firstWhole: UInt16 { 0x4000 }
  /// Texts, and start tags with one attribute, that came before.
  private let texts = RepeatedValues<String>()
  private let tags = RepeatedValues<StartTag>()

  mutating func beginActions(_ machine: inout ValidationMachine) -> [UInt32] {
    guard machine.buildsTree, let element = machine.tree.last else { return [] }
    templates.append(element.tag)
    return [MemoAction.begin | UInt32(templates.count - 1)]
  }

  mutating func endActions(_ node: PathNodes.ID, _ machine: inout ValidationMachine) -> [UInt32] {
    machine.buildsTree ? [MemoAction.end] : []
  }

  mutating func slot(_ node: PathNodes.ID, _ machine: borrowing ValidationMachine) -> UInt16 {
    guard machine.buildsTree, let element = machine.tree.last else { return 0 }
    guard element.tag.attributes.isEmpty, machine.tree.depth > 1, wholes.count < 0x4000 else { return 1 }
    wholes.append(element.tag)
    return Self.firstWhole + UInt16(wholes.count - 1)
  }

  func isWhole(_ slot: UInt16) -> Bool { slot >= Self.firstWhole }

  mutating func takeOver(_ slot: UInt16, _ machine: inout ValidationMachine) {
    if isWhole(slot) { machine.tree.takeBack() }
  }

  mutating func handBack(_ slot: UInt16, _ machine: inout ValidationMachine) {
    if isWhole(slot) { machine.tree.begin(wholes[Int(slot - Self.firstWhole)]) }
  }

  mutating func slot(
    _ node: PathNodes.ID, attribute: Int, name: XMLBytes, _ machine: borrowing ValidationMachine
  ) -> UInt16 {
    machine.buildsTree ? UInt16(attribute + 2) : 0
  }

  func wantsNumber(_ slot: UInt16) -> Bool { false }

  @inline(__always)
  mutating func perform(_ action: UInt32, _ tree: TreeBuilder) {
    if action & MemoAction.kind == MemoAction.begin {
      tree.begin(templates[Int(action & MemoAction.argument)])
    } else {
      tree.end()
    }
  }

  @inline(__always)
  mutating func text(_ slot: UInt16, _ bytes: XMLBytes, _ tree: TreeBuilder) {
    if slot >= Self.firstWhole {
      tree.leaf(wholes[Int(slot - Self.firstWhole)], string(bytes))
    } else if slot == 1 {
      tree.setText(string(bytes))
    } else {
      attribute(Int(slot) - 2, bytes, tree)
    }
  }

  @inline(__always)
  private func string(_ bytes: XMLBytes) -> String {
    // Short texts need no memory of their own.
    if bytes.count < 16 { return String(decoding: bytes, as: UTF8.self) }
    return texts.value(bytes, kind: 0) { String(decoding: bytes, as: UTF8.self) }
  }

  private func attribute(_ place: Int, _ bytes: XMLBytes, _ tree: TreeBuilder) {
    tree.withLast { element in
      func changed() -> StartTag {
        var attributes = element.tag.attributes
        attributes[place].value = string(bytes)
        return StartTag(element.tag, attributes: attributes)
      }
      if element.tag.attributes.count > 1 {
        element.tag = changed()
      } else {
        // A ReadingType's ref and the like: the same tag again and again. The template stays, and so does its address.
        let template = UInt(bitPattern: Unmanaged.passUnretained(element.tag).toOpaque())
        element.tag = tags.value(bytes, kind: template, make: changed)
      }
    }
  }

  @inline(__always)
  mutating func dateTime(_ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes, _ tree: TreeBuilder) {
    text(slot, bytes, tree)
  }

  @inline(__always)
  mutating func number(_ slot: UInt16, _ mantissa: Int64, scale: UInt8, _ bytes: XMLBytes, _ tree: TreeBuilder) {
    text(slot, bytes, tree)
  }

  mutating func began(_ reader: borrowing XMLReader, _ machine: inout ValidationMachine) {}
  mutating func willEnd(_ machine: inout ValidationMachine) {}
  mutating func restart() {}
  mutating func forget() { self = TreeSink() }
}

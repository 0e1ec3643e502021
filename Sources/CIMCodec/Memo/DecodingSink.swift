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

  mutating func perform(_ action: UInt32, _ tree: TreeBuilder)
  mutating func text(_ slot: UInt16, _ bytes: XMLBytes, _ tree: TreeBuilder)
  mutating func dateTime(
    _ slot: UInt16, _ microseconds: Int64, _ bytes: XMLBytes, _ tree: TreeBuilder)
  mutating func number(
    _ slot: UInt16, _ mantissa: Int64, scale: UInt8, _ bytes: XMLBytes, _ tree: TreeBuilder)

  // MARK: The general way

  /// Behind a start tag.
  mutating func began(_ reader: borrowing XMLReader, _ machine: inout ValidationMachine)
  /// Before an end tag: the element's text stands in the machine's buffer.
  mutating func willEnd(_ machine: inout ValidationMachine)

  mutating func restart()
  /// Makes ready for a decoder that has learnt nothing.
  mutating func forget()
}

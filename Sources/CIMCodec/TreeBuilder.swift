// Makes the element tree: every list of children is asked for once, and filled by moving.
import CIMModel

/// Elements under construction. Complete ones lie on one stack until their parent ends and takes those that are its own.
final class TreeBuilder {
  /// An element whose end tag has not come yet.
  struct Open {
    var tag: StartTag
    var text: String
    /// Where its children begin among the complete elements.
    var firstChild: Int
  }

  /// It lies behind a pointer: of an object's own properties the runtime would check each access.
  private struct Head {
    var open: UnsafeMutablePointer<Open>
    var openCount = 0
    var openCapacity = 32
    var complete: UnsafeMutablePointer<Element>
    var completeCount = 0
    var completeCapacity = 256
  }

  private let head: UnsafeMutablePointer<Head>

  init() {
    head = .allocate(capacity: 1)
    head.initialize(to: Head(open: .allocate(capacity: 32), complete: .allocate(capacity: 256)))
  }

  deinit {
    restart()
    head.pointee.open.deallocate()
    head.pointee.complete.deallocate()
    head.deallocate()
  }

  /// Forgets all elements.
  func restart() {
    head.pointee.open.deinitialize(count: head.pointee.openCount)
    head.pointee.openCount = 0
    head.pointee.complete.deinitialize(count: head.pointee.completeCount)
    head.pointee.completeCount = 0
    // An element with a million children needed it; the next document hardly does.
    if head.pointee.completeCapacity > Self.usualCapacity {
      head.pointee.complete.deallocate()
      head.pointee.complete = .allocate(capacity: Self.usualCapacity)
      head.pointee.completeCapacity = Self.usualCapacity
    }
  }

  /// Open elements.
  var depth: Int { head.pointee.openCount }

  /// The element that was begun last and is open.
  var last: Open? { depth > 0 ? head.pointee.open[depth - 1] : nil }

  var hasAttributes: Bool { depth > 0 && !head.pointee.open[depth - 1].tag.attributes.isEmpty }

  /// The document's element, when it is complete.
  var root: Element? { depth == 0 && head.pointee.completeCount == 1 ? head.pointee.complete[0] : nil }

  // MARK: Building

  @inline(__always)
  func begin(_ tag: StartTag) {
    let count = head.pointee.openCount
    if count == head.pointee.openCapacity { growOpen() }
    (head.pointee.open + count).initialize(
      to: Open(tag: tag, text: "", firstChild: head.pointee.completeCount))
    head.pointee.openCount = count &+ 1
  }

  /// Changes the open element that was begun last.
  @inline(__always)
  func withLast(_ body: (inout Open) -> Void) {
    if depth > 0 { body(&head.pointee.open[depth &- 1]) }
  }

  @inline(__always)
  func setText(_ text: String) {
    if depth > 0 { head.pointee.open[depth &- 1].text = text }
  }

  /// Forgets the open element that was begun last.
  func takeBack() {
    guard depth > 0 else { return }
    head.pointee.openCount -= 1
    (head.pointee.open + depth).deinitialize(count: 1)
  }

  /// The element that was begun last is complete.
  @inline(__always)
  func end() {
    guard depth > 0 else { return }
    head.pointee.openCount &-= 1
    let element = (head.pointee.open + depth).move()
    let count = head.pointee.completeCount &- element.firstChild
    var children: [Element] = []
    if count > 0 {
      let first = head.pointee.complete + element.firstChild
      // Not by `unsafeUninitializedCapacity`, which looks for the array's type at run time, each time anew.
      children.reserveCapacity(count)
      for i in 0..<count { children.append((first + i).move()) }
      head.pointee.completeCount = element.firstChild
    }
    push(Element(element.tag, text: element.text, children: children))
  }

  /// An element with a text and nothing else.
  @inline(__always)
  func leaf(_ tag: StartTag, _ text: String) {
    push(Element(tag, text: text, children: []))
  }

  @inline(__always)
  private func push(_ element: consuming Element) {
    let count = head.pointee.completeCount
    if count == head.pointee.completeCapacity { growComplete() }
    (head.pointee.complete + count).initialize(to: element)
    head.pointee.completeCount = count &+ 1
  }

  // MARK: Room

  /// Room for so many complete elements is kept from one document to the next.
  private static var usualCapacity: Int { 1 << 14 }

  @inline(never)
  private func growOpen() {
    head.pointee.open = Self.grown(head.pointee.open, head.pointee.openCapacity)
    head.pointee.openCapacity *= 2
  }

  @inline(never)
  private func growComplete() {
    head.pointee.complete = Self.grown(head.pointee.complete, head.pointee.completeCapacity)
    head.pointee.completeCapacity *= 2
  }

  private static func grown<T>(_ old: UnsafeMutablePointer<T>, _ count: Int) -> UnsafeMutablePointer<T> {
    let fresh = UnsafeMutablePointer<T>.allocate(capacity: count * 2)
    fresh.moveInitialize(from: old, count: count)
    old.deallocate()
    return fresh
  }
}

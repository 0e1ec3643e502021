// All that a decoder remembers, in memory that stays where it is while a document is read.
import CIMSchema
import XMLPull

/// States, tags and literals. Bounded: when it is full nothing new is remembered, and the general way is taken instead.
final class MemoTables {
  private(set) var states: UnsafeMutablePointer<MemoState>
  private(set) var stateCount = 0
  private var stateCapacity: Int
  private(set) var tags: UnsafeMutablePointer<MemoTag>
  private var tagSlots = 0
  private(set) var arena: UnsafeMutablePointer<UInt8>
  private var arenaCount = 0
  private var arenaCapacity: Int
  private(set) var actions: UnsafeMutablePointer<UInt32>
  private var actionCount = 0
  private var actionCapacity: Int

  /// The general way's view of each state; nil for attributes, whose tag is read from its beginning.
  private(set) var contexts: [MemoContext?] = []
  private(set) var types: [SimpleType] = []
  private var typeNumbers: [ObjectIdentifier: Int32] = [:]
  private var stateNumbers: [[UInt8]: Int32] = [:]

  static let maximumStates = 4096
  static let maximumArena = 4 << 20
  static let maximumActions = 1 << 18
  static let tagsPerState = 16

  init() {
    stateCapacity = 64
    states = .allocate(capacity: stateCapacity)
    tags = .allocate(capacity: stateCapacity * Self.tagsPerState)
    arenaCapacity = 1 << 14
    arena = .allocate(capacity: arenaCapacity)
    actionCapacity = 1024
    actions = .allocate(capacity: actionCapacity)
  }

  deinit {
    states.deallocate()
    tags.deallocate()
    arena.deallocate()
    actions.deallocate()
  }

  // MARK: States

  /// The number of a state by all that tells it from others; made by `make` when it is new.
  ///
  /// - Returns: nil when no more states are kept.
  func state(_ key: [UInt8], make: () -> (MemoState, MemoContext?)) -> Int32? {
    if let known = stateNumbers[key] { return known }
    guard stateCount < Self.maximumStates else { return nil }
    if stateCount == stateCapacity { growStates() }
    let (state, context) = make()
    let number = stateCount
    (states + number).initialize(to: state)
    states[number].tagFirst = Int32(number * Self.tagsPerState)
    contexts.append(context)
    stateNumbers[key] = Int32(number)
    stateCount += 1
    return Int32(number)
  }

  func number(of type: SimpleType) -> Int32 {
    if let known = typeNumbers[ObjectIdentifier(type)] { return known }
    types.append(type)
    typeNumbers[ObjectIdentifier(type)] = Int32(types.count - 1)
    return Int32(types.count - 1)
  }

  private func growStates() {
    let grown = stateCapacity * 2
    let freshStates = UnsafeMutablePointer<MemoState>.allocate(capacity: grown)
    freshStates.moveInitialize(from: states, count: stateCount)
    states.deallocate()
    states = freshStates
    let freshTags = UnsafeMutablePointer<MemoTag>.allocate(capacity: grown * Self.tagsPerState)
    memcpy(freshTags, tags, stateCapacity * Self.tagsPerState)
    tags.deallocate()
    tags = freshTags
    stateCapacity = grown
  }

  private func memcpy(_ to: UnsafeMutablePointer<MemoTag>, _ from: UnsafeMutablePointer<MemoTag>, _ count: Int) {
    UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: count * MemoryLayout<MemoTag>.stride)
  }

  // MARK: Tags and literals

  /// Remembers a tag, or the part of it up to an attribute's value.
  func addTag(_ bytes: UnsafeBufferPointer<UInt8>, at state: Int32, next: Int32, actions: [UInt32]) {
    let count = Int(states[Int(state)].tagCount)
    guard count < Self.tagsPerState, let literal = literal(bytes, next: next, actions: actions) else { return }
    var head: UInt64 = 0
    for i in 0..<min(8, bytes.count) { head |= UInt64(bytes[i]) << UInt64(8 * i) }
    let mask: UInt64 = bytes.count >= 8 ? ~0 : (1 << UInt64(8 * bytes.count)) - 1
    tags[Int(states[Int(state)].tagFirst) + count] = MemoTag(literal: literal, head: head, headMask: mask)
    states[Int(state)].tagCount = Int32(count + 1)
  }

  /// Remembers all that stood between two values.
  func addLiteral(_ bytes: UnsafeBufferPointer<UInt8>, at state: Int32, next: Int32, actions: [UInt32]) {
    let here = states + Int(state)
    guard let literal = literal(bytes, next: next, actions: actions) else { return }
    let places = UnsafeMutableRawPointer(here).assumingMemoryBound(to: MemoLiteral.self)
    if here.pointee.literals < MemoState.capacity {
      places[Int(here.pointee.literals)] = literal
      here.pointee.literals += 1
    } else {
      places[Int(here.pointee.victim)] = literal
      here.pointee.victim = (here.pointee.victim + 1) % MemoState.capacity
    }
  }

  private func literal(_ bytes: UnsafeBufferPointer<UInt8>, next: Int32, actions list: [UInt32]) -> MemoLiteral? {
    let chunks = (bytes.count + 63) / 64
    guard chunks > 0, chunks <= 4, arenaCount + chunks * 128 <= Self.maximumArena,
      actionCount + list.count <= Self.maximumActions
    else { return nil }
    if arenaCount + chunks * 128 > arenaCapacity {
      arena = Self.grown(arena, arenaCount, to: arenaCapacity * 4)
      arenaCapacity *= 4
    }
    while actionCount + list.count > actionCapacity {
      actions = Self.grown(actions, actionCount, to: actionCapacity * 4)
      actionCapacity *= 4
    }
    var literal = MemoLiteral(
      place: Int32(arenaCount), length: Int32(bytes.count), chunks: Int32(chunks), next: next,
      actionFirst: Int32(actionCount), actionCount: Int32(list.count))
    for i in 0..<chunks * 64 {
      let place = arenaCount + i / 64 * 128 + i % 64
      arena[place] = i < bytes.count ? bytes[i] : 0
      arena[place + 64] = i < bytes.count ? 0xFF : 0
    }
    arenaCount += chunks * 128
    for action in list {
      actions[actionCount] = action
      actionCount += 1
    }
    for (i, byte) in bytes.enumerated() where byte == 0x0A {
      literal.newlines += 1
      literal.tail = Int32(bytes.count - i - 1)
    }
    return literal
  }

  private static func grown<T>(_ old: UnsafeMutablePointer<T>, _ count: Int, to capacity: Int)
    -> UnsafeMutablePointer<T>
  {
    let fresh = UnsafeMutablePointer<T>.allocate(capacity: capacity)
    fresh.moveInitialize(from: old, count: count)
    old.deallocate()
    return fresh
  }

  // MARK: Another document

  /// Whether so much is remembered that the next document should begin anew.
  var isFull: Bool {
    stateCount >= Self.maximumStates || arenaCount + 512 > Self.maximumArena
      || actionCount + 64 > Self.maximumActions
  }

  /// A new document may be of a regular kind where the last one was not.
  func restart() {
    for i in 0..<stateCount where states[i].isFrozen {
      states[i].isFrozen = false
      states[i].hits = 0
      states[i].misses = 0
    }
  }
}

/// What the general way needs to go on from a state.
struct MemoContext {
  var reader: XMLReader.Context
  var frames: [ValidationMachine.Frame]
}

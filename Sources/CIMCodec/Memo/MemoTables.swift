// All that a decoder remembers, in memory that stays where it is while a document is read.
import CIMModel
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
  private var stateNumbers: [Key: Int32] = [:]
  /// Profiles that begin with a tag that is remembered.
  private(set) var profiles: [SchemaName] = []
  /// How documents have begun, from their first byte to the end of the root's start tag.
  private(set) var openings: [Opening] = []
  /// Which of them is given up for the next new one.
  private var nextOpening = 0
  /// The end tags of roots, by the states in which they complete a document.
  private(set) var closings: [Int32: [UInt8]] = [:]

  /// The first bytes of documents, and where they lead.
  struct Opening {
    var bytes: [UInt8]
    var state: Int32
    var node: PathNodes.ID
    var tag: StartTag
    /// Behind the bytes: line feeds before it, and characters behind the last of them.
    var lines: Int
    var characters: Int
  }

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

  /// Bytes with their hash: hashing byte by byte, as arrays do, is what looking them up would mostly cost.
  private struct Key: Hashable {
    let bytes: [UInt8]
    private let hash: UInt64

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      hash = bytes.withUnsafeBytes { all in
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        var i = 0
        while i + 8 <= all.count {
          hash = (hash ^ all.loadUnaligned(fromByteOffset: i, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
          hash ^= hash >> 32
          i += 8
        }
        while i < all.count {
          hash = (hash ^ UInt64(all[i])) &* 0x100_0000_01B3
          i += 1
        }
        return hash
      }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
  }

  // MARK: States

  /// The number of a state by all that tells it from others; made by `make` when it is new.
  ///
  /// - Returns: nil when no more states are kept.
  func state(_ key: [UInt8], make: () -> (MemoState, MemoContext?)) -> Int32? {
    let key = Key(key)
    if let known = stateNumbers[key] { return known }
    guard stateCount < Self.maximumStates else { return nil }
    if stateCount == stateCapacity { growStates() }
    let (state, context) = make()
    let number = stateCount
    (states + number).initialize(to: state)
    states[number].tagFirst = Int32(number * Self.tagsPerState)
    (tags + number * Self.tagsPerState).initialize(to: MemoTag.none)
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

  func number(ofProfile name: SchemaName) -> UInt32 {
    if let known = profiles.firstIndex(of: name) { return UInt32(known) }
    profiles.append(name)
    return UInt32(profiles.count - 1)
  }

  // MARK: Beginnings and ends

  static let maximumOpenings = 8
  static let longestOpening = 512

  func addOpening(_ opening: Opening) {
    guard opening.bytes.count <= Self.longestOpening else { return }
    if openings.count < Self.maximumOpenings {
      openings.append(opening)
    } else {
      openings[nextOpening] = opening
      nextOpening = (nextOpening + 1) % Self.maximumOpenings
    }
  }

  func addClosing(_ bytes: [UInt8], at state: Int32) {
    if closings[state] == nil, bytes.count <= Self.longestLiteral { closings[state] = bytes }
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
    func word(_ index: Int) -> (UInt64, UInt64) {
      var word: UInt64 = 0
      var mask: UInt64 = 0
      for i in 0..<8 where index * 8 + i < bytes.count {
        word |= UInt64(bytes[index * 8 + i]) << UInt64(8 * i)
        mask |= 0xFF << UInt64(8 * i)
      }
      return (word, mask)
    }
    let (first, second, third) = (word(0), word(1), word(2))
    tags[Int(states[Int(state)].tagFirst) + count] = MemoTag(
      literal: literal, words: (first.0, second.0, third.0), masks: (first.1, second.1, third.1),
      isPlain: literal.newlines == 0 && actions.isEmpty && !literal.endsInTag)
    states[Int(state)].tagCount = Int32(count + 1)
  }

  /// Remembers all that stood between two values; where there is no room, in the place of another.
  func addLiteral(_ bytes: UnsafeBufferPointer<UInt8>, at state: Int32, next: Int32, actions list: [UInt32]) {
    let here = states + Int(state)
    guard list.count <= Self.actionsPerLiteral else { return }
    let places = UnsafeMutableRawPointer(here).assumingMemoryBound(to: MemoLiteral.self)
    if here.pointee.literals < MemoState.capacity {
      // Room for the longest, since others may take this place.
      guard let literal = literal(bytes, next: next, actions: list, room: Self.literalRoom) else { return }
      places[Int(here.pointee.literals)] = literal
      here.pointee.literals += 1
      return
    }
    let victim = Int(here.pointee.victim)
    here.pointee.victim = (here.pointee.victim + 1) % MemoState.capacity
    places[victim] = write(
      bytes, next: next, actions: list, place: Int(places[victim].place), actionPlace: Int(places[victim].actionFirst))
  }

  /// The longest run of bytes that is remembered.
  static let longestLiteral = 192
  private static let literalRoom = 3
  private static let actionsPerLiteral = 24

  private func literal(
    _ bytes: UnsafeBufferPointer<UInt8>, next: Int32, actions list: [UInt32], room: Int? = nil
  ) -> MemoLiteral? {
    let chunks = room ?? (bytes.count + 63) / 64
    let actionRoom = room == nil ? list.count : Self.actionsPerLiteral
    guard chunks > 0, chunks <= Self.literalRoom, bytes.count <= Self.longestLiteral,
      arenaCount + chunks * 128 <= Self.maximumArena, actionCount + actionRoom <= Self.maximumActions
    else { return nil }
    if arenaCount + chunks * 128 > arenaCapacity {
      arena = Self.grown(arena, arenaCount, to: arenaCapacity * 4)
      arenaCapacity *= 4
    }
    while actionCount + actionRoom > actionCapacity {
      actions = Self.grown(actions, actionCount, to: actionCapacity * 4)
      actionCapacity *= 4
    }
    let literal = write(bytes, next: next, actions: list, place: arenaCount, actionPlace: actionCount)
    arenaCount += chunks * 128
    actionCount += actionRoom
    return literal
  }

  private func write(
    _ bytes: UnsafeBufferPointer<UInt8>, next: Int32, actions list: [UInt32], place: Int, actionPlace: Int
  ) -> MemoLiteral {
    let chunks = (bytes.count + 63) / 64
    var literal = MemoLiteral(
      place: Int32(place), length: Int32(bytes.count), chunks: Int32(chunks), next: next,
      actionFirst: Int32(actionPlace), actionCount: Int32(list.count),
      endsInTag: states[Int(next)].kind == .attribute)
    for chunk in 0..<chunks {
      let start = arena + place + chunk * 128
      let count = min(64, bytes.count - chunk * 64)
      start.update(repeating: 0, count: 128)
      for i in 0..<count {
        let byte = bytes[chunk * 64 + i]
        start[i] = byte
        if byte == 0x0A {
          literal.newlines += 1
          literal.tail = Int32(bytes.count - chunk * 64 - i - 1)
        }
      }
      (start + 64).update(repeating: 0xFF, count: count)
    }
    for (i, action) in list.enumerated() { actions[actionPlace + i] = action }
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

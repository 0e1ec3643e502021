/// Small numbers for reading types: the same code always gets the same number, counted from 0.
///
/// For the hot path of a reader: bytes in, number out. A code seen before in its canonical text is found by its bytes
/// without an allocation. A value type for one owner; give each connection or actor its own. Holds at most `capacity`
/// codes, 65,536 unless told otherwise.
///
/// - SeeAlso: IEC 61968-9, Annex C
public struct ReadingTypeInterner: Sendable {
  /// How many codes it holds at most.
  public let capacity: Int
  /// The codes in the order of their numbers.
  public private(set) var readingTypes: [ReadingType] = []

  // Canonical texts one after the other; those of number n end at ends[n].
  private var texts: [UInt8] = []
  private var ends: [Int] = []
  private var byText = HashSlots()
  private var byValue = HashSlots()

  public init(capacity: Int = 65_536) { self.capacity = min(max(capacity, 1), 1 << 24) }

  /// How many codes it holds.
  public var count: Int { readingTypes.count }

  /// The reading type of a number; `nil` where the number was never given out.
  public subscript(_ id: Int) -> ReadingType? { readingTypes.indices.contains(id) ? readingTypes[id] : nil }

  /// Parses a code and gives its number.
  ///
  /// - Parameter bytes: the code as ASCII, spelled in any way `ReadingType(bytes:)` reads.
  /// - Returns: the number; the same for two spellings of the same code.
  /// - Throws: `CodeError` that names the part at fault, or with code `.full`.
  public mutating func intern(_ bytes: UnsafeBufferPointer<UInt8>) throws(CodeError) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    // Eighteen digits and seventeen dots are the shortest code; only texts that were read once are found here.
    if raw.count >= 35 {
      let hash = byText.hash(raw)
      var slot = byText.first(hash)
      while let id = byText.candidate(at: &slot, hash) {
        if isText(of: id, raw) { return id }
      }
    }
    guard let value = ReadingType(bytes: bytes) else {
      throw ReadingType.failure(of: String(decoding: bytes, as: UTF8.self))
    }
    return try intern(value)
  }

  /// Parses a code and gives its number; see `intern(_:)` for bytes.
  public mutating func intern(_ text: String) throws(CodeError) -> Int {
    try intern(ReadingType(parsing: text))
  }

  /// Gives the number of a reading type.
  ///
  /// - Throws: `CodeError` with code `.full`.
  public mutating func intern(_ value: ReadingType) throws(CodeError) -> Int {
    let hash = withUnsafeBytes(of: value.words) { byValue.hash($0) }
    var slot = byValue.first(hash)
    while let id = byValue.candidate(at: &slot, hash) {
      if readingTypes[id] == value { return id }
    }
    return try insert(value, hash: hash)
  }

  private mutating func insert(_ value: ReadingType, hash: UInt64) throws(CodeError) -> Int {
    guard count < capacity else {
      throw CodeError(.full, "\(capacity) reading types are interned already; \(value) does not fit")
    }
    let id = readingTypes.count
    readingTypes.append(value)
    let start = texts.count
    texts.append(contentsOf: value.description.utf8)
    ends.append(texts.count)
    byValue.insert(id, hash)
    byText.insert(id, texts.withUnsafeBytes { byText.hash(UnsafeRawBufferPointer(rebasing: $0[start...])) })
    return id
  }

  @inline(__always)
  private func isText(of id: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let start = id == 0 ? 0 : ends[id - 1]
    guard ends[id] - start == bytes.count else { return false }
    return texts.withUnsafeBytes { all in
      var offset = 0
      while offset + 8 < bytes.count {
        if all.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
          != bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        {
          return false
        }
        offset += 8
      }
      // The last eight bytes, of which some were compared already.
      return all.loadUnaligned(fromByteOffset: start + bytes.count - 8, as: UInt64.self)
        == bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
    }
  }
}

// What a decoder remembers of one place in documents, laid out for the loop that uses it.

/// A place between two tokens, or at the beginning of a value: the open elements with the states of their content
/// models, the names they were written with and the prefixes in scope. Two documents that come to one state go on
/// alike for as long as their bytes are alike.
struct MemoState {
  /// What follows here.
  enum Kind: UInt8 {
    /// White space, comments, tags.
    case content
    /// The value of an element with simple content; its start tag has just ended.
    case value
    /// An attribute's value; its opening quote has just been passed.
    case attribute
  }

  /// How a value is checked.
  enum Check: UInt8 {
    /// Any characters.
    case text
    /// xs:dateTime without facets.
    case dateTime
    /// Any characters; a decimal is wanted as a number.
    case number
    /// By the type: `type` is its number in the tables.
    case typed
    /// Not here: the general way.
    case general
  }

  // Literals behind the value. They stand first, so that a state's address is that of its literals.
  private var first = MemoLiteral()
  private var second = MemoLiteral()
  private var third = MemoLiteral()
  private var fourth = MemoLiteral()

  var kind: Kind
  var check: Check
  /// The byte that ends the value: '<' or a quote.
  var terminator: UInt8 = 0x3C
  /// White space around the value does not belong to it.
  var isTrimmed = false
  /// Not even white space may stand here.
  var isEmptyContent = false
  /// Literals are not remembered here any more: too few of them came again.
  var isFrozen = false
  /// Literals in use.
  var literals: UInt8 = 0
  /// Which literal is given up for the next new one.
  var victim: UInt8 = 0
  /// What the sink knows the value by; 0 where it wants nothing of it.
  var slot: UInt16 = 0
  /// For attributes how many values stand before this one in the tag.
  var ordinal: Int16 = 0
  /// For values and attributes: bytes from the tag's '<' to the value.
  var tagLength: Int32 = 0
  /// For attributes: the state in which the tag began.
  var base: Int32 = -1
  var type: Int32 = -1
  var tagFirst: Int32 = 0
  var tagCount: Int32 = 0
  var hits: UInt32 = 0
  var misses: UInt32 = 0

  init(kind: Kind, check: Check) {
    self.kind = kind
    self.check = check
  }

  static var capacity: UInt8 { 4 }
}

/// Bytes that were seen behind a value, up to the next one: their state and actions need no look at them but a
/// comparison.
struct MemoLiteral {
  /// Where the bytes and their mask stand in the arena.
  var place: Int32 = 0
  var length: Int32 = 0
  /// Comparisons of 64 bytes.
  var chunks: Int32 = 0
  var next: Int32 = 0
  var actionFirst: Int32 = 0
  var actionCount: Int32 = 0
  var newlines: Int16 = 0
  /// Whether an attribute's value stands behind it.
  var endsInTag = false
  /// Bytes behind the last line feed.
  var tail: Int32 = 0
}

/// One tag, or a part of one up to an attribute's value.
struct MemoTag {
  // Stands first, so that a tag's address is that of its literal.
  var literal: MemoLiteral
  /// The first 24 bytes as words, and which of them count: most tags are not longer.
  var words: (UInt64, UInt64, UInt64)
  var masks: (UInt64, UInt64, UInt64)
  /// How often it came.
  var hits: UInt32 = 0
  /// On one line, without actions, and no attribute's value behind it.
  var isPlain = false

  static var wordLength: Int { 24 }

  /// Stands where a state knows no tag yet; nothing is like it, since no zero byte is ever passed.
  static var none: MemoTag { MemoTag(literal: MemoLiteral(), words: (0, 0, 0), masks: (.max, .max, .max)) }
}

/// What is to be done when a tag is passed.
enum MemoAction {
  /// The tag is complete: its start, then the attribute values kept so far.
  static let attributes: UInt32 = 0
  /// An element is counted; with the number of its path.
  static let count: UInt32 = 1 << 28
  /// The sink's own, with an argument.
  static let begin: UInt32 = 2 << 28
  static let end: UInt32 = 3 << 28
  /// A profile begins; with the number of its name.
  static let profile: UInt32 = 4 << 28

  static let argument: UInt32 = (1 << 28) - 1
  static let kind: UInt32 = 15 << 28
}

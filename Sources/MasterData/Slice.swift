// What is known of objects and links, and when it holds: the rows of a bitemporal store.
public import CIMModel
public import IECMessage

/// A store's own number of an object: given at its creation and never used again.
public struct ObjectNumber: Sendable, Hashable, Comparable {
  public var value: Int64
  public init(_ value: Int64) { self.value = value }
  public static func < (a: ObjectNumber, b: ObjectNumber) -> Bool { a.value < b.value }
}

/// An object, whatever is known of it and when.
public struct ObjectRecord: Sendable, Hashable {
  public var number: ObjectNumber
  public var kind: ObjectKind
  /// As its creator gave it; nil for objects known by names only.
  public var mRID: String?

  public init(number: ObjectNumber, kind: ObjectKind, mRID: String?) {
    self.number = number
    self.kind = kind
    self.mRID = mRID
  }
}

/// What an object is like during a period, as it was known during another.
public struct Slice: Sendable, Hashable {
  /// The store's number of this row.
  public var number: Int64
  public var object: ObjectNumber
  /// When it is so.
  public var valid: Period
  /// From when until when this was the state of knowledge.
  public var known: Period
  /// The object as in a message, e.g. the element Meter.
  public var content: Element
  /// What stands beside it in its profile and belongs to it, e.g. SimpleEndDeviceFunction and ReadingType.
  public var parts: [Element]

  public init(
    number: Int64 = 0, object: ObjectNumber, valid: Period, known: Period, content: Element, parts: [Element]
  ) {
    self.number = number
    self.object = object
    self.valid = valid
    self.known = known
    self.content = content
    self.parts = parts
  }

  /// Names it bears.
  public var names: [ObjectName] { content.children.lazy.filter { $0.name == "Names" }.compactMap { ObjectName($0) } }
}

/// That two objects are connected during a period, as it was known during another.
public struct Link: Sendable, Hashable {
  public var number: Int64
  /// The ends, the one whose kind comes first in `ObjectKind.all` being first.
  public var first: ObjectNumber
  public var second: ObjectNumber
  public var valid: Period
  public var known: Period

  public init(number: Int64 = 0, first: ObjectNumber, second: ObjectNumber, valid: Period, known: Period) {
    self.number = number
    self.first = first
    self.second = second
    self.valid = valid
    self.known = known
  }

  /// The end that is not this one.
  public func other(than end: ObjectNumber) -> ObjectNumber { first == end ? second : first }
}

/// A committed change, for those who subscribe to it.
public struct ChangeRecord: Sendable, Hashable {
  /// Position in the order of commits; from 1.
  public var sequence: Int64
  public var known: Timestamp
  /// `created`, `changed`, `closed`, `deleted`, `canceled`; `executed` for a whole set.
  public var verb: Verb
  /// The object, or the link's first end; nil of a set.
  public var object: ObjectNumber?
  /// The link's second end; nil of an object.
  public var other: ObjectNumber?
  /// From when on the change holds.
  public var at: Timestamp
  /// Of a set: its `executed` message, until it is published.
  public var body: [UInt8]?

  public init(
    sequence: Int64 = 0, known: Timestamp, verb: Verb, object: ObjectNumber?, other: ObjectNumber? = nil, at: Timestamp,
    body: [UInt8]? = nil
  ) {
    self.sequence = sequence
    self.known = known
    self.verb = verb
    self.object = object
    self.other = other
    self.at = at
    self.body = body
  }
}

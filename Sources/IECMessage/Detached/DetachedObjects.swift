// The objects of a payload that is too large to be held.
public import CIMModel
import XMLPull

/// Where the objects of a payload are to be read: in the message as it came, of which they are most.
///
/// Who wants them as trees attaches them (`MessageCoder.attached`); who can work on one of their parts after the other, as
/// a MeterReading of MeterReadings, reads these.
public struct DetachedObjects: Sendable, Hashable {
  /// The whole message.
  public let source: any DocumentSource
  /// The objects' roots without what is in them.
  public let roots: [Element]
  /// From the document's root to the Payload.
  let path: [PathStep]

  struct PathStep: Sendable, Hashable {
    var name: String
    var namespace: String
  }

  let limits: XMLLimits

  init(source: any DocumentSource, roots: [Element], path: [PathStep], limits: XMLLimits) {
    self.source = source
    self.roots = roots
    self.path = path
    self.limits = limits
  }

  /// The same document.
  public static func == (a: DetachedObjects, b: DetachedObjects) -> Bool {
    a.source === b.source && a.roots == b.roots
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(source)) }

  /// What one reads of an object.
  public enum Step: Sendable, Hashable {
    /// A root with its attributes; its parts follow.
    case begin(Element)
    /// A child of the root that was begun, whole, and its place among its siblings of the same name, from 1.
    case part(Element, index: Int)
    case end
  }

  /// Reads the objects in their order, each part of them as a tree of its own.
  ///
  /// - Throws: what `take` throws, or why the document cannot be read.
  public func forEachStep(_ take: (Step) throws -> Void) throws {
    var walk = PartWalk(path: path, limits: limits)
    try source.forEachPiece { piece in
      try piece.withUnsafeBytes { try walk.feed($0, take) }
    }
    try walk.finish(take)
  }
}

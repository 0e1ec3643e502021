// OperationSets made piece by piece, numbered from 1.
public import CIMModel
public import IECMessage

/// Collects operations for a set that is carried out in order, and all or nothing.
public struct SetBuilder: Sendable {
  public private(set) var operations: [OperationSet.Operation] = []
  private let shapes: ProfileShapes

  public init(shapes: ProfileShapes = .init()) { self.shapes = shapes }

  public var isEmpty: Bool { operations.isEmpty }

  /// - Parameter payload: a Config noun.
  public mutating func add(_ verb: Verb, _ payload: Element) {
    operations.append(
      .init(operationId: operations.count + 1, noun: payload.name, verb: verb.rawValue, object: payload))
  }

  /// An operation on one object.
  ///
  /// - Parameters:
  ///   - children: what is said of it besides its key, in any order.
  ///   - parts: what stands beside it.
  public mutating func add(
    _ verb: Verb, _ key: ObjectKey, at time: Timestamp, _ children: [Element] = [], parts: [Element] = []
  ) {
    let namespace = shapes.namespace(of: key.kind)
    var event = Element(key.kind.event, in: namespace)
    event.append("effectiveDateTime", time.xmlText)
    var content = Element(key.kind.element, in: namespace, children: ChangeEvents.identity(key, in: namespace))
    content.children += children.filter { $0.name != "mRID" && $0.name != key.kind.event } + [event]
    let shape = shapes[key.kind]
    shape.arrange(&content.children, of: shape.child(key.kind.element, of: shape.root)?.type)
    add(verb, ConfigPayload.element(key.kind, in: namespace, [(content, parts)]))
  }

  /// An operation on the link of two objects.
  public mutating func add(_ verb: Verb, _ first: ObjectKey, _ second: ObjectKey, at time: Timestamp) {
    add(verb, ChangeEvents.linkage([first, second], at: time, in: shapes.linkNamespace))
  }

  public var set: OperationSet {
    OperationSet(enforceMsgSequence: true, enforceTransactionalIntegrity: true, operations: operations)
  }

  /// The set as a request.
  public func message(source: String) -> Message {
    Message(
      kind: .request, header: .stamped(.execute, "OperationSet", source: source), payload: Payload(.operationSet(set)))
  }
}

// Committed changes as the messages that subscribers get.
public import CIMModel
public import IECMessage

/// Makes events of change records.
///
/// - SeeAlso: IEC 61968-9, Annex K, patterns 2 and 4
public struct ChangeEvents {
  let view: any MasterDataView
  let shapes: ProfileShapes
  let source: String

  public init(view: any MasterDataView, shapes: ProfileShapes, source: String) {
    self.view = view
    self.shapes = shapes
    self.source = source
  }

  /// The event of a change: created and changed with the whole object, the others with what identifies it.
  ///
  /// - Returns: nil for a set whose message was published and dropped.
  /// - Throws: `MasterDataError` with code `.storage`.
  public func message(of change: ChangeRecord) throws -> Message? {
    if change.verb == .executed {
      guard let body = change.body else { return nil }
      return try MessageXMLCoder().decode(body)
    }
    guard let object = change.object, let record = try view.record(of: object) else { return nil }
    if let other = change.other {
      return .event(change.verb, OperationApplier.linkage, [try linkage(object, other, change)], source: source)
    }
    let namespace = shapes.namespace(of: record.kind)
    let isPresent = change.verb == .created || change.verb == .changed
    let slice = isPresent ? try view.slice(of: object, at: change.at, known: change.known) : nil
    var content = slice?.content ?? Element(record.kind.element, in: namespace)
    if slice == nil { content.children = try identity(of: object, at: change.at, known: change.known, in: namespace) }
    if content["ConfigurationEvents"] == nil && content[record.kind.event] == nil {
      content.append(record.kind.event) { $0.append("effectiveDateTime", change.at.xmlText) }
      shapes[record.kind].arrange(
        &content.children, of: shapes[record.kind].child(record.kind.element, of: shapes[record.kind].root)?.type)
    }
    let payload = ConfigPayload.element(record.kind, in: namespace, [(content, slice?.parts ?? [])])
    return .event(change.verb, record.kind.noun, [payload], source: source)
  }

  private func identity(
    of object: ObjectNumber, at time: Timestamp, known: Timestamp, in namespace: String
  ) throws -> [Element] {
    // What has ended or was withdrawn is named as it was known just before.
    var key = try view.key(of: object, at: time, known: known)
    if key.names.isEmpty {
      key = try view.key(of: object, at: time, known: Timestamp(microseconds: known.microseconds - 1))
    }
    return Self.identity(key, in: namespace)
  }

  static func identity(_ key: ObjectKey, in namespace: String) -> [Element] {
    var holder = Element("", in: namespace)
    holder.append("mRID", key.mRID)
    return holder.children + key.names.map { $0.element(in: namespace) }
  }

  private func linkage(_ first: ObjectNumber, _ second: ObjectNumber, _ change: ChangeRecord) throws -> Element {
    try Self.linkage(
      [first, second].map { try view.key(of: $0, at: change.at, known: change.known) }, at: change.at,
      in: shapes.linkNamespace)
  }

  /// A MasterDataLinkageConfig of some ends.
  public static func linkage(_ keys: [ObjectKey], at time: Timestamp?, in namespace: String) -> Element {
    var children = keys.map { key in
      Element(key.kind.element, in: namespace, children: identity(key, in: namespace))
    }
    if let time {
      var event = Element("ConfigurationEvent", in: namespace)
      event.append("effectiveDateTime", time.xmlText)
      children.append(event)
    }
    return Element(OperationApplier.linkage, in: namespace, children: children.sorted { $0.name < $1.name })
  }
}

// What a partner says it holds: out of Config messages, or out of a table.
import CIMCodes
public import CIMModel

/// Objects and links of a partner's, as of one instant.
public struct MasterDataExport: Sendable {
  public struct Object: Sendable {
    public var key: ObjectKey
    public var content: Element
    public var parts: [Element]
  }

  public private(set) var objects: [Object] = []
  public private(set) var links: [(ObjectKey, ObjectKey)] = []

  public init() {}

  /// Takes in a payload of a Config noun.
  ///
  /// - Throws: `MasterDataError` with reply code 2.5 for other nouns, 1.7 for objects and links without identity.
  public mutating func add(_ payload: Element) throws(MasterDataError) {
    if payload.name == OperationApplier.linkage {
      let ends = payload.children.filter { $0.name != "ConfigurationEvent" }
      guard ends.count == 2, let a = ObjectKind(element: ends[0].name), let b = ObjectKind(element: ends[1].name) else {
        throw .refused("2.29", "a link of an export has two ends, each of a kind that is kept")
      }
      links.append((try ObjectKey(a, ends[0]), try ObjectKey(b, ends[1])))
      return
    }
    guard let kind = ObjectKind(noun: payload.name) else {
      throw .refused("2.5", "\(payload.name) is no master data that is kept here")
    }
    for object in try ConfigPayload(payload, kind: kind).objects {
      let key = try ObjectKey(kind, object.content)
      guard !key.isEmpty else { throw .refused("1.7", "a \(kind) of the export has neither mRID nor Names") }
      objects.append(Object(key: key, content: object.content, parts: object.parts))
      for child in object.content.children {
        guard let target = kind.target(ofReference: child.name) else { continue }
        let other = try ObjectKey(target, child)
        if !other.isEmpty { links.append((key, other)) }
      }
    }
  }
}

extension MasterDataExport {
  /// Takes in a table of objects of one kind.
  ///
  /// The header names the columns: `mRID`; `name` with `nameType` and `nameTypeAuthority`; `link:UsagePoint`, the mRID of an
  /// object this one is linked with; and elements, by path where they lie deeper: `EndDeviceInfo/AssetModel/modelNumber`.
  /// An empty field says nothing.
  /// - Parameters:
  ///   - csv: RFC 4180, comma-separated, UTF-8.
  ///   - file: for messages.
  /// - Throws: `MasterDataError` with code `.badInput` and the line.
  public mutating func add(csv: String, kind: ObjectKind, shapes: ProfileShapes, file: String) throws(MasterDataError) {
    func bad(_ message: String) -> MasterDataError {
      MasterDataError(.badInput, replyCode: "1.8", "\(file): " + message)
    }
    let table: CSVText
    do throws(CodeError) { table = try CSVText(csv, table: file) } catch { throw bad(error.message) }
    let namespace = shapes.namespace(of: kind)
    let root = shapes[kind].child(kind.element, of: shapes[kind].root)?.type
    for column in table.header where column.hasPrefix("link:") {
      guard let other = ObjectKind(element: String(column.dropFirst(5))), LinkRule.of(kind, other) != nil else {
        throw bad("the column '\(column)' is no kind that a \(kind) is linked with")
      }
    }
    for row in table.rows {
      var content = Element(kind.element, in: namespace)
      var name = (text: "", type: String?.none, authority: String?.none)
      var targets: [ObjectKey] = []
      for (column, field) in zip(table.header, row.fields) where !field.isEmpty {
        switch column {
        case "name": name.text = field
        case "nameType": name.type = field
        case "nameTypeAuthority": name.authority = field
        default:
          if column.hasPrefix("link:"), let other = ObjectKind(element: String(column.dropFirst(5))) {
            targets.append(ObjectKey(other, mRID: field))
          } else {
            let path = column.split(separator: "/").map(String.init)
            guard (1...8).contains(path.count) else { throw bad("the column '\(column)' is no element") }
            content.set(field, at: path[...])
          }
        }
      }
      if !name.text.isEmpty {
        let name = ObjectName(name.text, type: name.type, authority: name.authority)
        content.children.append(name.element(in: namespace))
      }
      shapes[kind].arrange(&content.children, of: root)
      let key = try ObjectKey(kind, content)
      guard !key.isEmpty else { throw bad("line \(row.line): neither mRID nor name") }
      objects.append(Object(key: key, content: content, parts: []))
      for target in targets { links.append((key, target)) }
    }
  }
}

extension Element {
  /// Sets a leaf, with what lies on the way to it.
  fileprivate mutating func set(_ value: String, at path: ArraySlice<String>) {
    guard let step = path.first else { return text = value }
    if !children.contains(where: { $0.name == step }) { children.append(Element(step, in: namespace)) }
    for index in children.indices where children[index].name == step {
      children[index].set(value, at: path.dropFirst())
      return
    }
  }
}

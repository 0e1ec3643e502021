// Groups of meters and usage points, out of a file.
public import MeterStore

/// Groups by name. A file has lines like these; `*` stands for any ending, and what follows `#` is a comment:
///
///     [group feeder 12]
///     meters = MTR-1*, C-7
///     usagePoints = UP-3
public struct MeterGroups: Sendable, Hashable {
  public struct Group: Sendable, Hashable {
    public var name: String
    /// mRIDs or names of meters, mRIDs or names of usage points.
    public var members: [String]

    public init(name: String, members: [String]) {
      self.name = name
      self.members = members
    }

    /// Whether a meter is one of the group's.
    public func covers(_ meter: MeterRecord) -> Bool {
      members.contains { member in
        member.hasSuffix("*")
          ? meter.keys.contains { $0.hasPrefix(member.dropLast()) } : meter.keys.contains(member)
      }
    }
  }

  /// Meters of one group at most.
  public static let mostMembers = 5_000_000

  public var groups: [Group]

  public init(_ groups: [Group] = []) { self.groups = groups }

  public subscript(name: String) -> Group? { groups.first { $0.name == name } }

  /// Reads a file.
  ///
  /// - Throws: `MeterGroupsError` at the first line that is not understood.
  public init(text: String) throws(MeterGroupsError) {
    groups = []
    for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = Self.trimmed(line.prefix { $0 != "#" })
      if content.isEmpty { continue }
      if content.hasPrefix("[group "), content.hasSuffix("]") {
        let name = Self.trimmed(content.dropFirst(7).dropLast())
        guard !name.isEmpty, self[name] == nil else {
          throw MeterGroupsError(line: place + 1, message: "a group needs a name that no other has: '\(name)'")
        }
        groups.append(Group(name: name, members: []))
        continue
      }
      let parts = content.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, ["meters", "usagePoints"].contains(Self.trimmed(parts[0])) else {
        throw MeterGroupsError(
          line: place + 1, message: "'\(content)' is neither '[group NAME]' nor 'meters = …' nor 'usagePoints = …'")
      }
      guard !groups.isEmpty else {
        throw MeterGroupsError(line: place + 1, message: "members stand before the first [group NAME]")
      }
      groups[groups.count - 1].members += parts[1].split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.dropLast(start.reversed().prefix(while: \.isWhitespace).count))
  }

  /// The meters of a group in order of their numbers.
  ///
  /// - Throws: `StoreError`; code `.limit` beyond `mostMembers`.
  public func meters(of group: Group, in reader: any StoreReader) throws -> [MeterRecord] {
    var found: [MeterRecord] = []
    if group.members.contains(where: { $0.hasSuffix("*") }) {
      var number: Int64 = 0
      while let last = try reader.meters(after: number, limit: 1000).reduce(
        into: nil as Int64?,
        { last, meter in
          if group.covers(meter) { found.append(meter) }
          last = meter.number
        })
      {
        number = last
        if found.count > Self.mostMembers {
          throw StoreError(.limit, "group \(group.name) has more than \(Self.mostMembers) meters: divide it")
        }
      }
      return found
    }
    var seen: Set<Int64> = []
    for member in group.members {
      if let meter = try reader.meter(member), seen.insert(meter.number).inserted { found.append(meter) }
    }
    return found.sorted { $0.number < $1.number }
  }
}

/// A file of groups that cannot be used.
public struct MeterGroupsError: Error, Sendable, Hashable, CustomStringConvertible {
  public var line: Int
  public var message: String

  public var description: String { "line \(line): \(message)" }
}

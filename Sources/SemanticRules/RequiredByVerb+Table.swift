// The table of what verbs require, read from CSV.
import CIMCodes
import IECMessage

extension RequiredByVerb {
  /// The table that is built in: Rules/requiredByVerb.csv.
  public static let standard: RequiredByVerb = {
    let text = RequiredByVerbText.text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    guard let rules = try? RequiredByVerb(csv: text, file: "Rules/requiredByVerb.csv") else {
      preconditionFailure("the built-in table of what verbs require cannot be read; run the tests of SemanticRules")
    }
    return rules
  }()

  private static let columns = ["noun", "verbs", "place", "elements", "severity", "clause", "source"]

  /// Reads a table in the form of Rules/requiredByVerb.csv, which explains its columns.
  ///
  /// Bounds: 100,000 rows, 64 names in a place.
  ///
  /// - Parameters:
  ///   - csv: the text.
  ///   - file: its name, for errors.
  ///   - limit: findings kept per message.
  /// - Throws: `RuleTableError`, naming file and line.
  public init(csv: String, file: String, limit: Int = 200) throws(RuleTableError) {
    let table: CSVText
    do {
      table = try CSVText(csv, table: file)
    } catch {
      throw RuleTableError(.malformed, "\(error)", cause: error)
    }
    guard table.header == Self.columns else {
      throw RuleTableError(
        .malformed,
        "\(file): the columns are \(table.header.joined(separator: ",").prefix(200)); they must be "
          + Self.columns.joined(separator: ","))
    }
    guard table.rows.count <= 100_000 else {
      throw RuleTableError(.tooLarge, "\(file) has \(table.rows.count) rows; 100000 is the most")
    }
    var places: [Key: Place] = [:]
    for row in table.rows {
      let words = row.fields.map { $0.split(separator: " ").map(String.init) }
      let path = row.fields[2].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard words[0].count == 1, !words[1].isEmpty, !words[3].isEmpty, path.count <= 64,
        row.fields[2].isEmpty || !path.contains("")
      else {
        throw RuleTableError(
          .malformed,
          "\(file), line \(row.line): noun, verbs and elements must not be empty, and a place is names "
            + "with a slash between two")
      }
      guard let severity = RuleSeverity(rawValue: row.fields[4]) else {
        throw RuleTableError(
          .unknownValue, "\(file), line \(row.line): severity \"\(row.fields[4])\" is none of reject, warn, note")
      }
      let requirements = words[3].map { element in
        Requirement(
          elements: element.split(separator: "|").map(String.init), severity: severity,
          clause: row.fields[5].isEmpty ? row.fields[6] : row.fields[5],
          source: row.fields[6])
      }
      for word in words[1] {
        guard let verb = Verb(rawValue: word) else {
          throw RuleTableError(
            .unknownValue, "\(file), line \(row.line): \"\(word)\" is no verb of the standard; write e.g. create")
        }
        places[Key(noun: words[0][0], verb: verb), default: Place()]
          .add(requirements, at: row.fields[2].isEmpty ? [] : path[...])
      }
    }
    self.init(places: places, limit: limit)
  }
}

extension RequiredByVerb.Place {
  fileprivate mutating func add(_ more: [RequiredByVerb.Requirement], at path: ArraySlice<String>) {
    if let name = path.first {
      children[name, default: Self()].add(more, at: path.dropFirst())
    } else {
      requirements += more
    }
  }
}

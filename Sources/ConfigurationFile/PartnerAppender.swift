// Adds a partner to a file that people have written, leaving every other character of it as it is.
import Yams

/// Where and how a block is put into the text of a configuration file.
public enum PartnerAppender {
  /// Adds the block to the file, which is made if it is not there.
  ///
  /// - Returns: the line, from 1, that the block begins at.
  /// - Throws: `ConfigurationError`; the file is as it was then. `.invalid` where it is wrong already or would be with the
  ///   block in it, `.notWritable` where `partners` is not written as a list of blocks.
  public static func add(_ block: PartnerBlock, toFile path: String) throws(ConfigurationError) -> Int {
    var text = ""
    do {
      text = try FileText.read(path, limit: Configuration.fileLimit)
    } catch {
      guard error.isAbsent else {
        throw ConfigurationError(.unreadable, [.init(file: path, message: "cannot be read: \(error.reason)")])
      }
    }
    let added = try add(block, to: text, file: path)
    do {
      try FileText.replace(path, with: added.text)
    } catch {
      throw ConfigurationError(.notWritable, [.init(file: path, message: "cannot be written: \(error.reason)")])
    }
    return added.line
  }

  /// The text with the block at the end of its partners, and the line the block begins at.
  static func add(
    _ block: PartnerBlock, to text: String, file: String
  ) throws(ConfigurationError) -> (text: String, line: Int) {
    let before = try Configuration(yaml: text, file: file)
    if before.partner(block.id) != nil {
      throw ConfigurationError(.invalid, [.init(file: file, message: "partner \(block.id) is there already")])
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // What follows the last line break is no line of its own.
    if lines.last == "" { lines.removeLast() }
    let place = try place(in: &lines, try YAMLText.root(text, file: file), file)
    let indentation = String(repeating: " ", count: place.indentation)
    var new = block.lines.map { indentation + $0 }
    if place.isAfterPartner { new.insert("", at: 0) }
    lines.insert(contentsOf: new, at: place.line)
    let result = lines.joined(separator: "\n") + "\n"
    // Nothing is written that could not be read again.
    let after = try Configuration(yaml: result, file: file)
    guard Array(after.partners.dropLast()) == before.partners, after.partners.last?.id == block.id else {
      throw ConfigurationError(
        .notWritable, [.init(file: file, message: "the partner cannot be added to this text: add it by hand")])
    }
    return (result, place.line + (place.isAfterPartner ? 2 : 1))
  }

  private struct Place {
    /// Index of the line that the block goes before.
    var line: Int
    var indentation: Int
    var isAfterPartner: Bool
  }

  private static func place(
    in lines: inout [String], _ root: Node?, _ file: String
  ) throws(ConfigurationError) -> Place {
    guard let mapping = root?.mapping, let entry = mapping.first(where: { $0.key.string == "partners" }),
      let start = entry.key.mark
    else {
      if !lines.isEmpty, lines.last?.isEmpty == false { lines.append("") }
      lines.append("partners:")
      return Place(line: lines.count, indentation: 2, isAfterPartner: false)
    }
    let key = start.line - 1
    let partners = entry.value.sequence
    if entry.value.null != nil { return Place(line: key + 1, indentation: 2, isAfterPartner: false) }
    if partners?.isEmpty ?? true {
      guard let bracket = lines[key].firstRange(of: "[]") else { throw unfit(file, start) }
      lines[key].replaceSubrange(bracket, with: "")
      while lines[key].last == " " { lines[key].removeLast() }
      return Place(line: key + 1, indentation: 2, isAfterPartner: false)
    }
    guard let partners, partners.style != .flow, let first = partners.first?.mark else { throw unfit(file, start) }
    // An entry begins behind its "- ", in the same line or in one further down.
    guard key + 1 < first.line, first.line <= lines.count else { throw unfit(file, start) }
    let dash = lines[(key + 1)..<first.line].last { $0.drop { $0 == " " }.first == "-" }
    guard let dash else { throw unfit(file, start) }
    let indentation = dash.prefix { $0 == " " }.count
    return Place(line: end(of: key, lines, indentation), indentation: indentation, isAfterPartner: true)
  }

  /// The line behind the last one that belongs to the list: comments and empty lines before the next key are the key's.
  private static func end(of key: Int, _ lines: [String], _ indentation: Int) -> Int {
    var end = key + 1
    for index in (key + 1)..<lines.count {
      let line = lines[index]
      let text = line.drop { $0 == " " || $0 == "\t" }
      if text.isEmpty || (text.first == "#" && text.startIndex == line.startIndex) { continue }
      let isItem = text.first == "-" && line.prefix(indentation).allSatisfy { $0 == " " }
      if text.startIndex == line.startIndex, !isItem || line.hasPrefix("---") { break }
      end = index + 1
    }
    return end
  }

  private static func unfit(_ file: String, _ mark: Mark) -> ConfigurationError {
    let message =
      "partners is not written as a list with one \"- id:\" per partner: write it so, or add the partner by hand"
    return ConfigurationError(
      .notWritable, [.init(file: file, line: mark.line, column: mark.column, message: message)])
  }
}

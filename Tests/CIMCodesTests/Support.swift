import CIMCodes
import Foundation

/// Files outside the repository that some tests read where they are present.
enum Place {
  /// The folder with the package's manifest.
  static let root: URL? = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) { return folder }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }()

  static let codes = root?.appendingPathComponent("Codes")
  static let shared = root?.deletingLastPathComponent().appendingPathComponent("shared")

  static func text(_ path: String) -> String? {
    shared.flatMap { try? String(contentsOf: $0.appendingPathComponent(path), encoding: .utf8) }
  }

  static let hasExamples = text("codes/readingtype_examples.csv") != nil
  static let telemark = "samples/feeders/telemark120/Telemark-120/Asset/CIMXML/Telemark-120-"
  static let hasTelemark = text(telemark + "ReadingType_RD.xml") != nil
  static let hasCodes = codes.map { FileManager.default.fileExists(atPath: $0.path) } ?? false
}

/// A row of the examples: code, description and what is odd about it.
struct Example: Sendable {
  let code, description, kind, generatedName, flags: String

  static let all: [Example] = {
    guard let text = Place.text("codes/readingtype_examples.csv") else { return [] }
    return rows(of: text).dropFirst().compactMap { row in
      row.count == 6
        ? Example(code: row[0], description: row[1], kind: row[2], generatedName: row[3], flags: row[5]) : nil
    }
  }()

  /// The rows that must hold: documented and without a flag.
  static let documented = all.filter { $0.kind == "documented" && $0.flags.isEmpty }

  private static func rows(of text: String) -> [[String]] {
    text.split(separator: "\n").map { line in
      var fields: [String] = [""]
      var quoted = false
      for character in line where character != "\r" {
        switch character {
        case "\"": quoted.toggle()
        case "," where !quoted: fields.append("")
        default: fields[fields.count - 1].append(character)
        }
      }
      return fields
    }
  }
}

/// Random numbers that are the same in every run.
struct Repeatable: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The error a body throws.
func codeError(_ body: () throws(CodeError) -> some Any) -> CodeError? {
  do throws(CodeError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

func code(_ text: String) throws -> ReadingType { try ReadingType(parsing: text) }

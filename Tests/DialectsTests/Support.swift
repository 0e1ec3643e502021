// Fixtures, and what strict and tolerant make of them.
import CIMCodec
import CIMModel
import CIMProfiles
import Dialects
import Foundation
import IECMessage
import Testing

/// A fixture before and after its repair.
struct Bench {
  var original: [UInt8]
  var strict: Inspection
  var repaired: Repaired
  var after: Inspection

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  /// Repairs `name.xml` and holds the result against `name.repaired.xml`, or `name.refused.txt` where it is still invalid;
  /// the repairs stand in `name.repairs.txt`. `RECORD=1 swift test` rewrites these files and fails that run.
  @discardableResult
  init(_ name: String, _ dialect: Dialect, facts: CallFacts = CallFacts()) throws {
    original = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".xml")))
    let reader = MessageReader()
    let repair = MessageRepair(dialect: dialect)
    strict = reader.read(original)
    repaired = try repair.repair(original, facts: facts)
    after = reader.read(repaired.bytes)
    let isChanged = !repaired.repairs.isEmpty
    let isValid = after.verdict == .valid
    try Self.compare(name + ".repairs.txt", isChanged ? Self.text(repaired.repairs) : nil)
    try Self.compare(
      name + ".repaired.xml", isChanged && isValid ? String(decoding: repaired.bytes, as: UTF8.self) : nil)
    try Self.compare(name + ".refused.txt", isValid ? nil : Self.text(after.violations))
    if !isChanged { #expect(repaired.bytes == original, "nothing was repaired, and still the bytes differ") }
    let lines = original.split(separator: 0x0A, omittingEmptySubsequences: false).count
    #expect(repaired.repairs.allSatisfy { (1...lines).contains($0.line) && $0.path.hasPrefix("/") })
    let again = try repair.repair(repaired.bytes, facts: facts)
    #expect(again.repairs == [], "a repaired message needs no repair")
  }

  /// Whether some repair says this.
  func says(_ words: String) -> Bool { repaired.repairs.contains { $0.message.contains(words) } }

  /// Findings of the envelope's rules that reject, by their names.
  static func rejections(_ inspection: Inspection) -> [String] {
    let findings = inspection.message.map { EnvelopeRules().check($0) } ?? []
    return findings.filter { $0.severity == .reject }.map(\.rule.rawValue)
  }

  private static func text(_ repairs: [Inspection.Repair]) -> String {
    repairs.map { "\($0.line) \($0.path): \($0.message)\n" }.joined()
  }

  private static func text(_ violations: [Violation]) -> String {
    violations.map { "\($0.replyCode) \($0.rule) \($0.path): \($0.message)\n" }.joined()
  }

  private static func compare(_ name: String, _ found: String?) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      if let found {
        try found.write(to: file, atomically: true, encoding: .utf8)
      } else {
        try? FileManager.default.removeItem(at: file)
      }
      Issue.record("recorded \(name)")
      return
    }
    let expected = try? String(contentsOf: file, encoding: .utf8)
    #expect(found == expected, "\(name)")
  }
}

extension Dialect {
  static func preset(_ name: String) throws -> Dialect { try #require(Dialect.named(name)) }
}

/// Samples that are not part of this repository.
enum Place {
  static let samples: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.deletingLastPathComponent().appending(path: "shared/samples")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  static func messages(_ folder: String) -> [URL] {
    guard let samples else { return [] }
    let files = try? FileManager.default.contentsOfDirectory(
      at: samples.appending(path: folder), includingPropertiesForKeys: nil)
    return (files ?? []).filter { $0.pathExtension == "xml" }.sorted { $0.path < $1.path }
  }
}

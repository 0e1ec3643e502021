import CIMCodec
import CIMModel
import CIMProfiles
import Foundation
import IECMessage
import SemanticRules

/// Payloads written as XML, and what the rules say about them in short.
enum Sample {
  static func payload(_ noun: String, _ body: String) throws -> Element {
    let text = "<\(noun) xmlns=\"http://iec.ch/TC57/2011/\(noun)#\">\(body)</\(noun)>"
    return try document(Array(text.utf8))
  }

  static func document(_ bytes: [UInt8]) throws -> Element {
    guard let root = DocumentDecoder.decode(bytes, resolver: SchemaLibrary.standard).root else { throw NoDocument() }
    return root
  }

  struct NoDocument: Error {}

  /// One reading of this type with this value.
  static func reading(_ type: String, value: String, more: String = "") throws -> Element {
    try payload(
      "MeterReadings",
      "<MeterReading><Readings><value>\(value)</value>\(more)<ReadingType ref=\"\(type)\"/></Readings></MeterReading>")
  }

  /// Severity, rule and reply code of each finding.
  static func brief(_ report: RuleReport) -> [String] {
    report.findings.map { "\($0.severity.rawValue) \($0.rule) \($0.replyCode)" }
  }
}

/// Files outside the repository that some tests read where they are present.
enum Place {
  static let samples: URL? = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path() != "/" {
      if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path()) { break }
      folder = folder.deletingLastPathComponent()
    }
    let samples = folder.deletingLastPathComponent().appending(path: "shared/samples")
    return FileManager.default.fileExists(atPath: samples.path()) ? samples : nil
  }()

  static func names(_ folder: String, _ fits: (String) -> Bool = { _ in true }) -> [String] {
    guard let samples else { return [] }
    let all = try? FileManager.default.contentsOfDirectory(atPath: samples.appending(path: folder).path())
    return (all ?? []).filter { $0.hasSuffix(".xml") && fits($0) }.sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    guard let samples else { return [] }
    return [UInt8](try Data(contentsOf: samples.appending(path: path)))
  }
}

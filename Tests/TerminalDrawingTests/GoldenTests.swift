// Every drawing in Fixtures/: NAME.txt in, NAME.expect out. `RECORD=1 swift test` rewrites what differs and fails.

import Foundation
import TerminalDrawing
import Testing

@Suite("Terminal drawings as recorded")
struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }()

  @Test("the fixtures are there")
  func present() { #expect(GoldenTests.names.count >= 15) }

  @Test("a drawing is what was recorded, and no wider than asked", arguments: names)
  func golden(name: String) throws {
    let input = GoldenTests.folder.appendingPathComponent(name + ".txt")
    let script = DrawingScript(try String(contentsOf: input, encoding: .utf8))
    let lines = script.drawn()
    if !script.style.colour {
      for line in lines {
        #expect(line.displayWidth <= script.width, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
    }
    let drawn = (lines.joined(separator: "\n") + "\n").replacing("\u{1B}", with: "\\e")
    let output = GoldenTests.folder.appendingPathComponent(name + ".expect")
    let recorded = try? String(contentsOf: output, encoding: .utf8)
    if drawn != recorded, ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try drawn.write(to: output, atomically: true, encoding: .utf8)
      Issue.record("recorded \(name).expect; look at it")
    } else {
      #expect(drawn == recorded, "\(name).expect differs from what is drawn:\n\(drawn)")
    }
  }
}

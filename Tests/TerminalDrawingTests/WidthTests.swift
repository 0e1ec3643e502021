// Widths: of characters, of fitted text, and of every drawing whatever goes into it.

import Testing

@testable import TerminalDrawing

@Suite("Widths on the terminal")
struct WidthTests {
  @Test(
    "text takes the columns a terminal gives it",
    arguments: [
      ("", 0), ("MDM", 3), ("電力", 4), ("ｱ", 1), ("Ａ", 2), ("e\u{301}", 1), ("한국", 4), ("\u{1100}\u{1161}\u{11A8}", 2),
      ("\u{200B}", 0), ("│─►", 3), ("⚡", 2), ("👩‍👩‍👧", 2), ("🇸🇮", 2), ("❤\u{FE0F}", 2), ("❤", 1), ("naïve", 5),
      ("\u{7F}\u{1B}", 0),
      ("नि", 1), ("、。", 4),
    ])
  func width(text: String, columns: Int) { #expect(text.displayWidth == columns) }

  @Test("control characters and direction overrides never reach the terminal")
  func printable() {
    #expect("a\u{1B}[31mb".printable == "a?[31mb")
    #expect("one\r\ntwo\tthree\u{9B}".printable == "one two three?")
    #expect("MDM\u{202E}SIC".printable == "MDM?SIC")
    #expect("電力 ok".printable == "電力 ok")
  }

  @Test("elided text keeps both ends and the width")
  func elided() {
    #expect("MeterServiceRequests".elided(to: 12) == "MeterS…uests")
    #expect("MeterServiceRequests".elided(to: 12, mark: "...") == "Meter...ests")
    #expect("MDM".elided(to: 3) == "MDM")
    #expect("MDM".elided(to: 1) == "M")
    #expect("MDM".elided(to: 0) == "")
    #expect("電力電力電力".elided(to: 6) == "電…力")
  }

  @Test("wrapped text breaks where words do")
  func wrapped() {
    #expect("create(EndDeviceControls)".wrapped(to: 10, lines: 3) == ["create(", "EndDevice", "Controls)"])
    #expect("the meter answers late".wrapped(to: 10, lines: 3) == ["the meter", "answers", "late"])
    #expect("aaaaaaaaaaaaaaa".wrapped(to: 4, lines: 2) == ["aaaa", "aa…a"])
    #expect("電力電力".wrapped(to: 3, lines: 4) == ["電", "力", "電", "力"])
    #expect("電".wrapped(to: 1, lines: 4) == [""])
    #expect("".wrapped(to: 5, lines: 3) == [""])
  }

  @Test("wrapping loses no character where there are lines enough", arguments: 0..<50)
  func wrapKeeps(round: UInt64) {
    var random = SplitMix(state: round)
    let text = words(&random)
    let width = Int.random(in: 4...30, using: &random)
    let lines = text.printable.wrapped(to: width, lines: 1000)
    #expect(lines.allSatisfy { $0.displayWidth <= width })
    #expect(lines.joined().filter { $0 != " " } == text.printable.filter { $0 != " " })
  }

  @Test("no drawing is wider than asked, whatever is drawn", arguments: 0..<300)
  func bounded(round: UInt64) {
    var random = SplitMix(state: round)
    let style: DrawingStyle = Bool.random(using: &random) ? .plain : .ascii
    let names = (0..<Int.random(in: 1...5, using: &random)).map { "\($0)" + words(&random, most: 3) }
    func someone() -> String { names.randomElement(using: &random) ?? "" }
    var diagram = SequenceDiagram(participants: names)
    for _ in 0..<8 {
      let to = (0..<Int.random(in: 0...3, using: &random)).map { _ in someone() }
      let tone = MessageTone.allCases.randomElement(using: &random) ?? .request
      let latency = Bool.random(using: &random) ? "1.8 ms" : nil
      diagram.add(tone, from: someone(), to: to, words(&random), latency: latency)
      diagram.add(note: words(&random), over: someone(), someone())
      diagram.add(divider: words(&random))
    }
    let width = Int.random(in: 60...160, using: &random)
    for line in diagram.lines(width: width, style: style) { #expect(line.displayWidth <= width, "\(line)") }

    let narrow = Int.random(in: 0...120, using: &random)
    let message = MessageLine(
      time: words(&random), from: someone(), to: [someone(), someone()], verb: words(&random, most: 1),
      noun: words(&random), tone: .event, latency: words(&random, most: 2), result: words(&random))
    #expect(message.text(width: narrow, style: style).displayWidth <= narrow)
    let progress = ProgressLine(
      label: words(&random), done: Int.random(in: -5...Int.max, using: &random),
      total: Bool.random(using: &random) ? Int.random(in: Int.min...Int.max, using: &random) : nil,
      elapsed: .milliseconds(Int.random(in: -9...10_000_000, using: &random)))
    #expect(progress.text(width: narrow, style: style).displayWidth <= narrow)
    let table = SummaryTable(
      [.text(words(&random, most: 2)), .number("n"), .text("")],
      rows: (0..<5).map { _ in [words(&random), "1,234", "x", "beyond"] })
    for line in table.lines(width: narrow, style: style) { #expect(line.displayWidth <= narrow) }
  }

  @Test("texts of any length are drawn in reasonable time", .timeLimit(.minutes(1)))
  func huge() {
    let text = String(repeating: "EndDeviceControls ", count: 20_000)
    var diagram = SequenceDiagram(participants: [text, "MS"])
    diagram.add(.request, from: text, to: "MS", text, latency: text)
    diagram.add(.request, from: "MS", to: "MS", text)
    diagram.add(note: text, over: "MS")
    diagram.add(divider: text)
    let lines = diagram.lines(width: 80)
    #expect(lines.count < 40 && lines.allSatisfy { $0.displayWidth <= 80 })
  }

  @Test("colour changes nothing but the colour", arguments: 0..<30)
  func colourOnly(round: UInt64) {
    var random = SplitMix(state: round)
    var diagram = SequenceDiagram(participants: ["CIS", "MDM", "MS"])
    diagram.add(.failure, from: "CIS", to: ["MS", "MDM"], words(&random), latency: "3 s")
    diagram.add(.event, from: "MS", to: "MS", words(&random))
    let coloured = diagram.lines(width: 80, style: .coloured).joined(separator: "\n")
    #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == diagram.lines(width: 80).joined(separator: "\n"))
    #expect(coloured.contains("\u{1B}[31m"))
  }

  @Test("ASCII drawings of ASCII text are ASCII")
  func ascii() {
    var diagram = SequenceDiagram(participants: ["CIS", "A participant with a name far too long for its box", "MS"])
    for tone in MessageTone.allCases {
      diagram.add(tone, from: "CIS", to: ["MS"], String(repeating: "label ", count: 40), latency: "1 s")
      diagram.add(tone, from: "MS", to: "MS", "self")
      diagram.add(tone, from: "CIS", to: [], "nobody")
    }
    diagram.add(note: "note", over: "MS")
    diagram.add(divider: "divider")
    #expect(diagram.lines(width: 60, style: .ascii).allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    #expect(HumanFormat.duration(.microseconds(5), style: .ascii) == "5 us")
  }

  private func words(_ random: inout SplitMix, most: Int = 12) -> String {
    let pieces = [
      "create(", "EndDeviceControls", ")", " ", "電力", "e\u{301}", "⚡", "MS", "\u{1B}[2J", "\u{301}", "ß", " ",
    ]
    return (0..<Int.random(in: 0...most, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      .joined()
  }
}

/// Seeded randomness, so that a failing round can be run again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

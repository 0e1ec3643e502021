// The little language of the fixtures: what to draw, as text.

import TerminalDrawing

/// A fixture: a first line with what to draw and its options, then one line per thing drawn.
///
///     diagram width=80 style=box|ascii|coloured      messages, table, progress and formats alike
struct DrawingScript {
  let what: String
  let width: Int
  let style: DrawingStyle
  let lines: [String]

  init(_ text: String) {
    // "\e" is the escape character, which editors would hide.
    let all = text.replacing("\\e", with: "\u{1B}").split(separator: "\n").map(String.init)
    let head = (all.first ?? "").split(separator: " ").map(String.init)
    func option(_ name: String) -> String? {
      head.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
    what = head.first ?? ""
    width = option("width").flatMap { Int($0) } ?? 80
    let styles = ["ascii": DrawingStyle.ascii, "coloured": .coloured]
    style = styles[option("style") ?? ""] ?? .plain
    lines = Array(all.dropFirst())
  }

  func drawn() -> [String] {
    switch what {
    case "diagram": diagram().lines(width: width, style: style)
    case "messages": lines.map { message($0).text(width: width, style: style) }
    case "table": table().lines(width: width, style: style)
    case "progress": lines.map { progress($0).text(width: width, style: style) }
    case "formats": lines.map(format)
    default: ["unknown: \(what)"]
    }
  }

  /// "participants CIS, MDM", "request CIS -> MDM : label @ 1.8 ms", "note CIS, MDM : text", "divider text".
  private func diagram() -> SequenceDiagram {
    var diagram = SequenceDiagram(participants: [])
    for line in lines {
      let (word, rest) = halves(line, " ")
      let (who, text) = halves(rest, " : ")
      if let tone = MessageTone(rawValue: word) {
        let (from, to) = halves(who, " -> ")
        let (label, latency) = halves(text, " @ ")
        diagram.add(tone, from: from, to: list(to), label, latency: latency.isEmpty ? nil : latency)
      } else if word == "note" {
        diagram.steps.append(.note(text, over: list(who)))
      } else if word == "divider" {
        diagram.add(divider: rest)
      } else {
        diagram.participants = list(rest)
      }
    }
    return diagram
  }

  /// "tone | time | from | to, to | verb | noun | latency | result".
  private func message(_ line: String) -> MessageLine {
    let cells = cells(line, count: 8)
    return MessageLine(
      time: cells[1], from: cells[2], to: list(cells[3]), verb: cells[4], noun: cells[5],
      tone: MessageTone(rawValue: cells[0]) ?? .request, latency: cells[6].isEmpty ? nil : cells[6], result: cells[7])
  }

  /// First line: titles, those of numbers with "#" before them.
  private func table() -> SummaryTable {
    let titles = cells(lines.first ?? "", count: 1)
    let columns = titles.map { $0.hasPrefix("#") ? .number(String($0.dropFirst())) : SummaryTable.Column.text($0) }
    return SummaryTable(columns, rows: lines.dropFirst().map { cells($0, count: 1) })
  }

  /// "label | done | total | elapsed milliseconds | unit"; total "?" is not known, without unit pieces are counted.
  private func progress(_ line: String) -> ProgressLine {
    let cells = cells(line, count: 5)
    return ProgressLine(
      label: cells[0], done: Int(cells[1]) ?? 0, total: Int(cells[2]), elapsed: .milliseconds(Int(cells[3]) ?? 0),
      unit: ProgressLine.Unit(rawValue: cells[4]) ?? .pieces)
  }

  /// "duration 1800000" (nanoseconds), "count 12345", "bytes 1234", "rate 1.5".
  private func format(_ line: String) -> String {
    let (word, value) = halves(line, " ")
    switch word {
    case "duration": return HumanFormat.duration(.nanoseconds(Int64(value) ?? 0), style: style)
    case "count": return HumanFormat.count(Int(value) ?? 0)
    case "bytes": return HumanFormat.bytes(Int(value) ?? 0)
    default: return HumanFormat.rate(Double(value) ?? 0)
    }
  }

  private func halves(_ text: String, _ separator: String) -> (String, String) {
    guard let range = text.firstRange(of: separator) else { return (text, "") }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }

  private func list(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }

  private func cells(_ line: String, count: Int) -> [String] {
    let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { cell in
      String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    return cells + Array(repeating: "", count: max(0, count - cells.count))
  }
}

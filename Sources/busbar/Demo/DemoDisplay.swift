// What the demo shows: a line per message as it happens, a drawing and a verdict per scenario, a table at the end.
import CIMModel
import IECMessage
import MessageBus
import Scenarios
import TerminalDrawing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Prints what happens on the bus for people. Writes whole lines; without colour where the style has none.
struct DemoDisplay: Sendable {
  var width: Int
  var style: DrawingStyle
  /// Takes one line without its end.
  var print: @Sendable (String) -> Void

  init(width: Int = 100, style: DrawingStyle = .plain, print: @escaping @Sendable (String) -> Void) {
    self.width = max(40, width)
    self.style = style
    self.print = print
  }

  /// For standard output: as wide as the terminal, in colour where it is one and NO_COLOR is not set, in ASCII where the
  /// locale is named and is not UTF-8.
  static func standard() -> DemoDisplay {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty }
    let isUTF8 = locale.map { $0.lowercased().contains("utf") } ?? true
    let style = DrawingStyle(boxDrawing: isUTF8 || !Terminal.isTerminal, colour: Terminal.hasColor)
    return DemoDisplay(width: min(Terminal.width, 120), style: style) { Terminal.line($0) }
  }

  // MARK: Live

  /// One line for each delivery, reply and failure; acceptance alone is not shown.
  func show(_ activity: Activity) {
    guard let line = line(for: activity) else { return }
    print("  " + line.text(width: width - 2, style: style))
  }

  private func line(for activity: Activity) -> MessageLine? {
    let verb = activity.verb?.rawValue ?? "?"
    let reason = [activity.code, activity.reason].compactMap { $0 }.joined(separator: " ")
    var line = MessageLine(
      time: time(Self.beginning(of: activity)), from: activity.from.rawValue,
      to: activity.to.map { [$0.rawValue] } ?? [], verb: verb,
      noun: activity.noun ?? "", tone: .request,
      latency: activity.latency.map { HumanFormat.latency($0, style: style) })
    switch activity.step {
    case .accepted: return nil
    case .delivered: line.tone = activity.verb?.role == .event ? .event : .request
    case .replied:
      line.tone = activity.result == .failed ? .failure : .reply
      line.result = [activity.result?.rawValue ?? "", reason].filter { !$0.isEmpty }.joined(separator: " ")
    case .refused, .dead, .retrying:
      line.tone = .failure
      line.result = "\(activity.step.rawValue) \(reason)"
    }
    return line
  }

  /// When it began: of a delivery, when the bus had accepted the message.
  static func beginning(of activity: Activity) -> Timestamp {
    guard activity.step == .delivered, let latency = activity.latency else { return activity.time }
    return Timestamp(microseconds: activity.time.microseconds - Int64((latency * 1_000_000).rounded()))
  }

  /// Time of day in UTC, to the millisecond.
  private func time(_ time: Timestamp) -> String {
    let millisecond = Timestamp(microseconds: time.microseconds / 1000 * 1000).xmlText
    var text = String(millisecond.dropFirst(11).dropLast())
    if text.utf8.count == 8 { text += "." }
    return text + String(repeating: "0", count: max(0, 12 - text.utf8.count))
  }

  // MARK: Scenarios

  func heading(_ scenario: Scenario) {
    print("")
    print(paint("Figure \(scenario.figure): \(scenario.title)", "1"))
    print("\(scenario.citation); sequence \(scenario.certainty.rawValue)")
    print("")
  }

  func show(_ report: ScenarioReport) {
    print("")
    for line in report.diagram(style: style).lines(width: width, style: style) { print(line) }
    print("")
    let seconds = HumanFormat.latency(report.seconds, style: style)
    let counts = "\(HumanFormat.count(report.messages)) messages, \(seconds)"
    if let failure = report.failure {
      print(paint("FAILED", "31") + "  figure \(report.scenario.figure): \(failure) (\(counts))")
    } else {
      print(paint("passed", "32") + "  figure \(report.scenario.figure): every message came as expected (\(counts))")
    }
  }

  func summary(_ reports: [ScenarioReport]) {
    print("")
    let table = SummaryTable(
      [
        .text("Figure"), .text("Exchange"), .text("Clause"), .text("Sequence"), .number("Messages"), .number("Time"),
        .text("Result"),
      ],
      rows: reports.map { report in
        [
          report.scenario.figure, report.scenario.title, report.scenario.clause, report.scenario.certainty.rawValue,
          HumanFormat.count(report.messages), HumanFormat.latency(report.seconds, style: style),
          report.passed ? "passed" : "FAILED",
        ]
      })
    for line in table.lines(width: width, style: style) { print(line) }
    print("")
    let failed = reports.count { !$0.passed }
    print(
      failed == 0
        ? paint("All \(reports.count) exchanges passed.", "32")
        : paint("\(failed) of \(reports.count) exchanges failed.", "31"))
  }

  private func paint(_ text: String, _ code: String) -> String {
    style.colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

// busbar watch: every message as it happens.
import ArgumentParser
import Foundation
import TerminalDrawing

struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show the messages of a running bus as they happen.",
    discussion: """
      Example:  busbar watch
                busbar watch --format json | jq 'select(.noun == "EndDeviceEvents")'

      Ends with Ctrl-C, or with the bus. Exit code 2: no bus answers.
      """)

  @Option(help: "The bus.")
  var from: String = "http://127.0.0.1:8480"

  @Option(help: "text for people, json for machines: one object per step.")
  var format: OutputFormat = .text

  @OptionGroup var clientOptions: ClientOptions

  func run() async throws {
    let style = DrawingStyle(colour: Terminal.hasColor)
    do {
      try await BusClient(from, clientOptions.access()).events("/activity") { json in
        switch format {
        case .json: Terminal.line(json)
        case .text:
          if let step = try? JSONDecoder().decode(Step.self, from: Data(json.utf8)), let line = step.line {
            Terminal.line(line.text(width: Terminal.width, style: style))
          }
        }
      }
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }

  /// A step as the bus tells it.
  private struct Step: Decodable {
    var step: String
    var time: String
    var from: String
    var to: String?
    var verb: String?
    var noun: String?
    var latency: Double?
    var result: String?
    var code: String?
    var reason: String?

    /// Nil for steps that another one tells of as well.
    var line: MessageLine? {
      let tone: MessageTone
      switch step {
      case "delivered": tone = kind
      case "replied": tone = result == "FAILED" ? .failure : .reply
      case "refused", "dead", "retrying": tone = .failure
      default: return nil
      }
      let clock = time.split(separator: "T").last.map { String($0.prefix(12)) } ?? time
      let outcome = [result, code == "0.0" ? nil : code, reason].compactMap { $0 }.joined(separator: " ")
      return MessageLine(
        time: clock.hasSuffix("Z") ? String(clock.dropLast()) : clock, from: from, to: to.map { [$0] } ?? [],
        verb: verb ?? "", noun: noun ?? "", tone: tone,
        latency: latency.map { HumanFormat.duration(.seconds($0)) }, result: outcome.isEmpty ? step : outcome)
    }

    private var kind: MessageTone {
      verb.map { $0.hasSuffix("d") && $0 != "cancel" } == true ? .event : .request
    }
  }
}

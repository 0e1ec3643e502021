// busbar partner test: can this partner be reached, and does it let us in?
import ArgumentParser
import ConfigurationFile
import HTTPTransport
import TerminalDrawing

struct TestPartner: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Try step by step whether a partner can be reached, without sending it a message.",
    discussion: """
      Reads the file and the secrets it names, then for the endpoint and each reply address: finds the host, connects, \
      shakes hands, and sends a harmless request: GET of the endpoint's WSDL, OPTIONS of a reply address.

      Example:  busbar partner test CIS-001

      Exit code 0: all is well, warnings included; 1: something is wrong, and the step says what; 2: nothing was tried.
      """)

  @Argument(help: "The partner's id.")
  var id: String

  @OptionGroup var file: ConfigurationOption

  @Option(help: "text for people, json for machines: one object per step.")
  var format: OutputFormat = .text

  func run() async throws {
    let configuration = try file.read()
    guard let settings = configuration.partner(id) else {
      let known = configuration.partners.map(\.id).joined(separator: ", ")
      Terminal.warn("busbar: \(file.path) has no partner \(id); it has \(known.isEmpty ? "none" : known)")
      throw ExitStatus.notRun
    }
    let probe: PartnerProbe
    do {
      probe = PartnerProbe(try settings.partner())
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
    guard !probe.urls.isEmpty else {
      Terminal.warn("busbar: partner \(id) has neither endpoint nor reply-addresses: it only calls us, nothing to test")
      throw ExitStatus.notRun
    }
    var isWell = true
    for url in probe.urls {
      if format == .text { Terminal.line(url) }
      do {
        try await probe.run(url) { step in
          if step.result == .failed { isWell = false }
          Terminal.line(format == .text ? Self.text(step) : Self.json(step))
        }
      } catch {
        Terminal.warn("busbar: \(Reason.text(error))")
        throw ExitStatus.notRun
      }
    }
    if !isWell { throw ExitStatus.negative }
  }

  private static func text(_ step: ProbeStep) -> String {
    let mark = step.result == .ok ? "ok     " : step.result == .warning ? "warning" : "FAILED "
    let kind = step.kind.rawValue.padded(to: 7)
    return "  \(mark) \(kind) \(step.text) (\(HumanFormat.duration(.seconds(step.seconds))))"
  }

  private static func json(_ step: ProbeStep) -> String {
    JSONText.object([
      ("url", .string(step.url)), ("step", .string(step.kind.rawValue)), ("result", .string(step.result.rawValue)),
      ("text", .string(step.text)), ("seconds", .decimal(step.seconds)),
    ]).line
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

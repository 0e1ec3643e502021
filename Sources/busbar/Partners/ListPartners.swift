// busbar partner list: the partners of the configuration file.
import ArgumentParser
import ConfigurationFile
import Dialects
import IECMessage
import TerminalDrawing

struct ListPartners: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The partners of the configuration file. Secrets are never shown.",
    discussion: """
      Example:  busbar partner list
                busbar partner list --format json | jq -r 'select(.auth == []) | .id'

      Exit code 2: the file cannot be read or is wrong.
      """)

  @OptionGroup var file: ConfigurationOption

  @Option(help: "text for people, json for machines: one object per partner.")
  var format: OutputFormat = .text

  func run() throws {
    let partners = try file.read().partners
    switch format {
    case .json: for partner in partners { Terminal.line(partner.json.line) }
    case .text:
      let table = SummaryTable(
        [.text("Partner"), .text("Authenticates by"), .text("May send"), .text("Gets"), .text("Endpoint")],
        rows: partners.map { partner in
          let kinds = partner.auth.map(\.kind)
          let gets = partner.serves + partner.subscribes
          return [
            partner.id, kinds.isEmpty ? "nothing" : kinds.joined(separator: ", "), Self.words(partner.maySend),
            Self.words(gets), partner.endpoint ?? "-",
          ]
        })
      for line in table.lines(width: max(Terminal.width, 80)) { Terminal.line(line) }
    }
  }

  private static func words(_ patterns: [PatternSettings]) -> String {
    patterns.isEmpty ? "-" : patterns.map(\.words).joined(separator: "; ")
  }
}

extension PatternSettings {
  fileprivate var orderedVerbs: [String] { Verb.allCases.filter(verbs.contains).map(\.rawValue) }

  /// As `busbar partner add` takes it.
  fileprivate var words: String {
    "\(orderedVerbs.joined(separator: ",")):\(nouns.map { $0.sorted().joined(separator: ",") } ?? "all")"
  }

  fileprivate var json: JSONText {
    .object([
      ("verbs", .array(orderedVerbs.map { .string($0) })),
      ("nouns", nouns.map { .array($0.sorted().map { .string($0) }) } ?? .string("all")),
    ])
  }
}

extension PartnerSettings {
  fileprivate var json: JSONText {
    .object([
      ("id", .string(id)), ("name", JSONText(name)), ("sources", .array(sources.map { .string($0) })),
      ("endpoint", JSONText(endpoint)), ("replyAddresses", .array(replyAddresses.map { .string($0) })),
      ("soap", .string(soap?.rawValue ?? "none")), ("form", .string(form.rawValue)),
      ("auth", .array(auth.map { .string($0.kind) })), ("maySend", .array(maySend.map(\.json))),
      ("serves", .array(serves.map(\.json))), ("subscribes", .array(subscribes.map(\.json))),
      ("mode", .string(dialect.mode.rawValue)), ("dialect", .string(dialect.name)),
    ])
  }
}

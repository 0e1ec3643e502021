// The catalogue as one page: readable on screen and on paper, without scripts and without anything to load.
import CIMExport
import CIMModel
import CIMProfiles
public import IECMessage
import MessageBus

/// Writes a catalogue as a self-contained HTML page.
public struct CatalogueHTML: Sendable {
  public let catalogue: InterfaceCatalogue
  /// Heading of the page.
  public var title = "Interface catalogue"
  /// Relative URL of an example of a message; nil: there is none.
  public var sample: @Sendable (_ verb: Verb, _ noun: String) -> String? = { _, _ in nil }
  /// Further documents beside the page: relative URL and what it is.
  public var documents: [(path: String, text: String)] = []
  /// What else there is to say of the documents, a sentence each.
  public var notes: [String] = []

  public init(_ catalogue: InterfaceCatalogue) { self.catalogue = catalogue }

  public func page() -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(XMLText.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>\(XMLText.escaped(title))</h1>
    <p>Components of the utility by the interface reference model of IEC 61968-1, and the messages they exchange.</p>
    \(overview)
    \(messages)
    \(catalogue.entries.map(section).joined(separator: "\n"))
    \(gaps)
    \(functions)
    \(links)
    </body>
    </html>

    """
  }

  private static let style = """
    body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 64rem; margin: 2rem auto;
      padding: 0 1rem; }
    h1 { font-size: 1.7rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
    table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ccc; }
    th { border-bottom: 2px solid #444; } code { font: .92em ui-monospace, monospace; }
    a { color: #0b5394; } .quiet { color: #555; }
    @media print { body { font-size: 10pt; max-width: none; margin: 0; } a { color: inherit; text-decoration: none; }
      thead { display: table-header-group; } tr, h2 { break-inside: avoid; } h2 { break-after: avoid; } }
    """

  // MARK: Parts

  private var overview: String {
    table(
      ["Component", "Name", "Functions", "State", "Health"],
      catalogue.entries.map { entry in
        [
          link(entry.id), XMLText.escaped(entry.name), XMLText.escaped(entry.functions.joined(separator: ", ")),
          XMLText.escaped(entry.state.rawValue), XMLText.escaped(entry.health?.text ?? "unknown"),
        ]
      })
  }

  /// Who exchanges what, by noun and verb.
  private var messages: String {
    // A component alone has nobody to exchange with.
    if catalogue.entries.count < 2 { return "" }
    var rows: [[String]] = []
    for noun in catalogue.nouns {
      for verb in Verb.allCases {
        let ends = ComponentEntry.Direction.allCases.map { catalogue.components($0, verb, noun) }
        if ends.allSatisfy(\.isEmpty) { continue }
        let cells = ends.map { $0.map(link).joined(separator: ", ") }
        let isEvent = verb.role == .event
        let sender = isEvent ? cells[2] : cells[3]
        let receiver = isEvent ? cells[1] : cells[0]
        rows.append([message(verb, noun), isEvent ? "event" : "request", sender, receiver])
      }
    }
    if rows.isEmpty { return "" }
    return "<h2>Messages</h2>\n" + table(["Message", "Kind", "Sent by", "Taken by"], rows)
  }

  private func section(_ entry: ComponentEntry) -> String {
    var text =
      "<h2 id=\"\(anchor(entry.id))\">\(XMLText.escaped(entry.id.rawValue)): \(XMLText.escaped(entry.name))</h2>\n"
    var facts: [[String]] = []
    if let vendor = entry.vendor { facts.append(["Vendor", XMLText.escaped(vendor)]) }
    for code in entry.functions {
      let row = BusinessFunction.named(code)
      let part = row?.part.map { ", IEC 61968-\($0)" } ?? ""
      facts.append(["Function", XMLText.escaped("\(code) \(row?.name ?? "")" + part)])
    }
    if let address = entry.address { facts.append(["Address", "<code>\(XMLText.escaped(address))</code>"]) }
    facts.append(["State", XMLText.escaped(entry.state.rawValue)])
    facts.append(["Health", XMLText.escaped(entry.health?.text ?? "unknown")])
    for direction in ComponentEntry.Direction.allCases where !entry[direction].isEmpty {
      let patterns = entry[direction].map(pattern).joined(separator: "<br>")
      facts.append([direction.rawValue.prefix(1).uppercased() + direction.rawValue.dropFirst(), patterns])
    }
    text += "<table><tbody>\n"
    for fact in facts { text += "<tr><th scope=\"row\">\(fact[0])</th><td>\(fact[1])</td></tr>\n" }
    return text + "</tbody></table>"
  }

  private var gaps: String {
    let gaps = catalogue.gaps
    if catalogue.entries.count < 2 || gaps.isEmpty { return "" }
    let items = gaps.map { "<li>\(XMLText.escaped($0.text))</li>" }.joined(separator: "\n")
    return "<h2>Interfaces with one end only</h2>\n<ul>\n\(items)\n</ul>"
  }

  /// The functions that the components name, with those they are part of.
  private var functions: String {
    var codes = Set(catalogue.entries.flatMap(\.functions))
    for code in codes { if let parent = BusinessFunction.named(code)?.parent { codes.insert(parent) } }
    let rows = BusinessFunction.all.filter { codes.contains($0.code) }.map { row in
      [
        XMLText.escaped(row.code), XMLText.escaped(row.name), XMLText.escaped(row.parent ?? ""),
        row.part.map { "IEC 61968-" + XMLText.escaped($0) } ?? "", XMLText.escaped(row.evidence.rawValue),
      ]
    }
    if rows.isEmpty { return "" }
    return "<h2>Business functions</h2>\n" + table(["Code", "Name", "Part of", "Messages in", "Evidence"], rows)
      + "\n<p class=\"quiet\">Evidence says how well a row is known: read in the standard's public parts (confirmed), "
      + "found in published profiles (partial), or still to be held against the standard (provisional).</p>"
  }

  private var links: String {
    if documents.isEmpty { return "" }
    let items = documents.map {
      "<li><a href=\"\(XMLText.escaped($0.path))\">\(XMLText.escaped($0.path))</a>: \(XMLText.escaped($0.text))</li>"
    }
    let notes = notes.map { "\n<p>\(XMLText.escaped($0))</p>" }.joined()
    return "<h2>Documents</h2>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>" + notes
  }

  // MARK: Pieces

  private func table(_ titles: [String], _ rows: [[String]]) -> String {
    let head = titles.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n")
    return "<table><thead><tr>\(head)</tr></thead>\n<tbody>\n\(body)\n</tbody></table>"
  }

  private func message(_ verb: Verb, _ noun: String) -> String {
    let text = "<code>\(verb.rawValue) \(XMLText.escaped(noun))</code>"
    guard let path = sample(verb, noun) else { return text }
    let linked = "<a href=\"\(XMLText.escaped(path))\">\(text)</a>"
    guard verb.role == .request, let reply = sample(.reply, noun) else { return linked }
    return linked + " (<a href=\"\(XMLText.escaped(reply))\">reply</a>)"
  }

  private func pattern(_ pattern: MessagePattern) -> String {
    guard let nouns = pattern.nouns else { return XMLText.escaped(pattern.text) }
    let messages = nouns.flatMap { noun in pattern.verbs.map { message($0, noun) } }.joined(separator: ", ")
    let senders = pattern.senders.map { " from " + $0.map(link).joined(separator: ", ") } ?? ""
    return messages + senders
  }

  private func link(_ id: ParticipantID) -> String {
    let text = XMLText.escaped(id.rawValue)
    return catalogue[id] == nil ? text : "<a href=\"#\(anchor(id))\">\(text)</a>"
  }

  /// An id of the page: letters and digits as they are, every other byte in hexadecimal.
  private func anchor(_ id: ParticipantID) -> String {
    var text = "component-"
    for byte in id.rawValue.utf8 {
      let character = Character(Unicode.Scalar(byte))
      text +=
        byte < 0x80 && (character.isLetter || character.isNumber) ? String(character) : "_" + String(byte, radix: 16)
    }
    return text
  }
}

// docs/configuration.md against what is read.
@testable import ConfigurationFile
import Dialects
import Foundation
import IECMessage
import Testing

@Suite("Configuration file: its documentation")
struct Documentation {
  private func text() throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "docs/configuration.md"), encoding: .utf8)
  }

  private func exampleText() throws -> String {
    let parts = try text().components(separatedBy: "```yaml\n")
    try #require(parts.count == 2)
    return try #require(parts[1].components(separatedBy: "```").first)
  }

  @Test("the complete example loads")
  func example() throws {
    let configuration = try Configuration(yaml: try exampleText(), file: "conf/busbar.yaml")
    #expect(configuration.server.tls?.certificate == "conf/tls/server.pem")
    #expect(configuration.server.limits.maxBytes == 64 << 20)
    #expect(configuration.partners.map(\.id) == ["CIS-001", "HES"])
    let cis = try #require(configuration.partner("CIS-001"))
    #expect(cis.soap == .v1_2)
    #expect(cis.auth.map(\.kind) == ["bearer", "bearer", "certificate"])
    #expect(cis.maySend.map(\.verbs) == [[.get], [.create, .cancel]])
    #expect(cis.subscribes.first?.verbs == Set(Verb.allCases.filter { $0.role == .event }))
    #expect(cis.dialect.verbs["READ"] == "get" && cis.dialect.mode == .tolerant && cis.dialect.replyStyle.isStandard)
    #expect(cis.dialect.nouns["MeterAssetReading"] == "MeterReadings")
    #expect(cis.deadline == .seconds(30))
    #expect(cis.compressOver == 256 << 10)
    #expect(configuration.partner("HES")?.maySend.first?.nouns == nil)
    #expect(configuration.priorities.map(\.priority) == [7, 3])
    #expect(configuration.priorities.first?.verbs == [.created] && configuration.priorities.first?.senders == nil)
    #expect(configuration.priorities.last?.senders == ["HES"] && configuration.priorities.last?.nouns == nil)
    #expect(configuration.masterData.isEnabled && configuration.masterData.operationsPerSet == 20_000)
    #expect(configuration.masterData.separateReplies == ["ERP"])
    #expect(configuration.meterData.isEnabled && configuration.meterData.zone == "Europe/Berlin")
    #expect(configuration.meterData.rules == "conf/./validation.conf" && configuration.meterData.unknownMeters == .hold)
    #expect(configuration.required == "conf/./required.csv")
    #expect(cis.serves.map(\.senders) == [nil, ["MDM"]])
    #expect(configuration.operators.map(\.name) == ["control-room"])
  }

  @Test("every key that is read is described")
  func keys() throws {
    let text = try text()
    for key in Set(Keys.all.joined()) {
      #expect(text.contains("`\(key)`") || text.contains("\(key):"), "\(key) is not in docs/configuration.md")
    }
  }
}

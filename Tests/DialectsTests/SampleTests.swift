// Messages of real systems, repaired with the preset that suits them.
import CIMCodec
import Dialects
import Foundation
import IECMessage
import Testing

private let noSamples: Comment = "../shared/samples is not there"

@Suite("IEC 61968-100 as it is found: sample messages")
struct SampleTests {
  struct Count: Equatable {
    var valid = 0
    var repaired = 0
    var invalid = 0
    var unreadable = 0
  }

  private func count(_ files: [URL], _ dialect: Dialect) throws -> Count {
    var count = Count()
    let reader = MessageReader()
    let repair = MessageRepair(dialect: dialect)
    for file in files {
      let name = file.lastPathComponent
      let bytes = [UInt8](try Data(contentsOf: file))
      let strict = reader.read(bytes)
      guard strict.verdict != .valid else {
        count.valid += 1
        continue
      }
      guard let repaired = try? repair.repair(bytes) else {
        count.unreadable += 1
        continue
      }
      let after = reader.read(repaired.bytes)
      if after.verdict == .valid {
        count.repaired += 1
        #expect(!repaired.repairs.isEmpty, "\(name) became valid by nothing")
      } else {
        count.invalid += 1
        #expect(!after.violations.isEmpty, "\(name) is invalid and nothing says why")
      }
      #expect(try repair.repair(repaired.bytes).repairs == [], "\(name) is repaired twice")
    }
    return count
  }

  private func part9(_ prefix: String) -> [URL] {
    Place.messages("part9").filter { $0.lastPathComponent.hasPrefix(prefix) }
  }

  @Test("EPRI's interoperability tests", .enabled(if: Place.samples != nil, noSamples))
  func epri() throws {
    // Unreadable: three that are not well-formed, three with stray text between elements.
    #expect(
      try count(part9("epri"), .preset("interim")) == Count(valid: 13, repaired: 35, invalid: 2, unreadable: 6))
  }

  @Test("SAP Cloud for Energy", .enabled(if: Place.samples != nil, noSamples))
  func sap() throws {
    // Invalid: elements and nouns of the vendor's own, which need the vendor's schema.
    #expect(try count(part9("sap"), .preset("c4e")) == Count(repaired: 35, invalid: 17))
  }

  @Test(
    "what another validator finds valid after mapping the namespace is valid after the repair",
    .enabled(if: Place.samples != nil, noSamples))
  func sapOracle() throws {
    let table = try #require(Place.samples).appending(path: "part9/EXPECTED.tsv")
    let rows = try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    var compared = 0
    for row in rows where row.count > 5 && row[0].hasPrefix("sap-c4e") && row[5] == "VALID" {
      let bytes = [UInt8](try Data(contentsOf: try #require(Place.samples).appending(path: "part9/" + row[0])))
      let after = MessageReader().read(try MessageRepair(dialect: .preset("c4e")).repair(bytes).bytes)
      // The table judges the first payload only.
      guard after.payloadRoots.count == 1 else { continue }
      #expect(after.verdict == .valid, "\(row[0])")
      compared += 1
    }
    #expect(compared == 13)
  }

  @Test("the envelope's samples", .enabled(if: Place.samples != nil, noSamples))
  func envelope() throws {
    var dialect = try Dialect.preset("tolerant")
    #expect(try count(Place.messages("envelope"), dialect) == Count(valid: 12, repaired: 11, invalid: 19))
    dialect.acceptsNoNamespace = true
    dialect.dateOrder = .monthFirst
    dialect.verbs["modify"] = "change"
    dialect.namespaces["urn:example:profile#"] = "*"
    dialect.namespaces["urn:example:get#"] = "*"
    dialect.elements["Operation/timesliceOperation"] = ""
    let told = try count(Place.messages("envelope"), dialect)
    #expect(told == Count(valid: 12, repaired: 21, invalid: 9))
  }

  @Test("Oracle's adapter", .enabled(if: Place.samples != nil, noSamples))
  func ouaf() throws {
    #expect(try count(part9("trilliant"), .preset("ouaf")) == Count(repaired: 1, invalid: 1))
  }

  @Test("payloads in a project's own namespaces", .enabled(if: Place.samples != nil, noSamples))
  func encourage() throws {
    var dialect = try Dialect.preset("tolerant")
    dialect.namespaces["http://www.encourage-project.eu/{noun}#"] = "*"
    dialect.barePayloadVerb = "created"
    let found = try count(part9("encourage"), dialect)
    #expect(found == Count(repaired: 6))
  }
}

import CIMCodes
import Foundation
import Testing

@Suite(
  "IEC 61968-9, Annex C ReadingType codes seen in the field",
  .enabled(if: Place.hasExamples, "../shared/codes/readingtype_examples.csv is absent"))
struct FieldDataTests {
  let tables = CodeTables.standard

  @Test("every documented code without a flag is read, written again and explained without an unknown part")
  func explained() throws {
    #expect(Example.documented.count == 368)
    for example in Example.documented {
      let type = try code(example.code)
      #expect(type.description == example.code)
      let explanation = try tables.explain(example.code)
      #expect(explanation.isFullyKnown && explanation.code == example.code, "\(example.code)")
      #expect(explanation.warnings.allSatisfy { $0.severity < .reject })
    }
  }

  @Test("the long name is the one the examples have")
  func names() throws {
    for example in Example.documented {
      let type = try code(example.code)
      // The examples call kinds 54 and 158 the same; ours differ so that a name leads back to one code.
      let name = tables.longName(of: type).replacingOccurrences(of: "voltageUnspecified", with: "voltage")
      #expect(name.lowercased() == example.generatedName.lowercased())
    }
  }

  @Test("the flags of the examples are found by the rules")
  func flags() throws {
    let tables = try CodeTables(edition3: true)
    for example in Example.all {
      guard let type = ReadingType(example.code) else {
        #expect(example.flags.hasPrefix("malformed"))
        continue
      }
      let rules = Set(tables.check(type).map(\.rule))
      let isMixed = example.flags.contains("kind-power-unit") || example.flags.contains("kind-energy-unit")
      #expect(rules.contains("readingType.energyPowerUnit") == isMixed, "\(example.code)")
      let isUnknown = example.flags.contains("vendor:") || example.flags.contains("unknown:")
      if isUnknown { #expect(rules.contains("readingType.unknownNumber"), "\(example.code)") }
      if isMixed || isUnknown { continue }
      #expect(rules.contains("readingType.kindUnit") == example.flags.contains("unit-kind:"), "\(example.code)")
      #expect(rules.contains("readingType.deltaPeriod") == example.flags.contains("delta-without-period"))
      if example.flags.contains("no-unit"), ![2, 34, 38, 64].contains(type.measurementKind) {
        #expect(rules.contains("readingType.noUnit"), "\(example.code)")
      }
    }
  }

  @Test(
    "the words of a code give it again among the first three proposals",
    arguments: [(true, 80), (false, 100)])
  func words(areDescription: Bool, percent: Int) throws {
    var hits = 0
    for example in Example.documented {
      let proposals = tables.proposals(for: areDescription ? example.description : example.generatedName, limit: 3)
      if proposals.contains(where: { $0.readingType.description == example.code }) { hits += 1 }
    }
    #expect(hits * 100 >= percent * Example.documented.count, "\(hits) of \(Example.documented.count)")
  }

  @Test(
    "reading types and qualities of a published utility model are explained",
    .enabled(if: Place.hasTelemark, "../shared/samples/feeders/telemark120 is absent"),
    arguments: [("ReadingType_RD.xml", 185), ("ReadingQualityType_RD.xml", 28)])
  func telemark(file: String, count: Int) throws {
    let text = try #require(Place.text(Place.telemark + file))
    let names = text.components(separatedBy: "<cim:IdentifiedObject.name>").dropFirst()
      .compactMap { $0.components(separatedBy: "<").first }
    #expect(names.count == count)
    for name in names {
      let explanation = try tables.explain(name)
      #expect(explanation.code == name && explanation.isFullyKnown, "\(name)")
    }
  }
}

// Identifiers: deterministic, distinct, and found again without a dictionary.

import CIMModel
import MeterSimulator
import Testing

@Suite("Identity of simulated meters")
struct IdentityTests {
  @Test("every identifier leads back to its meter")
  func roundTrip() {
    let fleet = makeFleet(100_000)
    for index in stride(from: 0, to: fleet.count, by: 37) {
      let meter = fleet[index]
      for identifier in [meter.mRID, meter.name, meter.serialNumber, meter.usagePointMRID, meter.usagePointName] {
        #expect(fleet.index(of: identifier) == index)
      }
      #expect(fleet.index(ofMRID: meter.mRID) == index)
      #expect(fleet.index(ofMRID: meter.mRID.uppercased()) == index)
      #expect(fleet.index(ofUsagePoint: meter.usagePointMRID) == index)
      #expect(fleet.transformer(of: meter.transformerMRID) == meter.transformer)
      #expect(fleet.transformer(of: meter.transformerName) == meter.transformer)
      #expect(fleet.feeder(of: meter.feederMRID) == meter.feeder)
      #expect(fleet.feeder(of: meter.feederName) == meter.feeder)
    }
  }

  @Test("names and mRIDs have their form")
  func form() throws {
    let meter = makeFleet(2000)[1234]
    #expect(meter.name == "MTR-00001234")
    #expect(meter.usagePointName == "UP-00001234")
    #expect(meter.mRID.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(meter.serialNumber.wholeMatch(of: /SN-[0-9A-F]{12}/) != nil)
  }

  @Test("no two mRIDs are equal")
  func distinct() {
    let fleet = makeFleet(20_000)
    let identifiers = fleet.indices.flatMap { [fleet[$0].mRID, fleet[$0].usagePointMRID, fleet[$0].serialNumber] }
    #expect(Set(identifiers).count == 60_000)
  }

  @Test(
    "what the fleet did not make is not found",
    arguments: [
      "", "MTR-", "MTR-1234", "MTR-00002000", "MTR-000001234", "MTR--0001234", "MTR-+0001234", "mtr-00001234",
      "UP-00002000",
      "SN-", "SN-000000000000", "SN-+00000000000", "00000000-0000-5000-8000-000000000000",
      "zzzzzzzz-zzzz-5zzz-8zzz-zzzzzzzzzzzz", "éééééééé-éééé-5ééé-8ééé-éééééééééééé", "MTR-99999999999999999999",
      "+0000000-0000-5000-8000-000000000000", "MTR-0000１２34",
    ])
  func unknown(identifier: String) {
    let fleet = makeFleet(2000)
    #expect(fleet.index(of: identifier) == nil)
    #expect(fleet.transformer(of: identifier) == nil)
    #expect(fleet.feeder(of: identifier) == nil)
  }

  @Test("an mRID with one wrong digit, of a meter beyond the fleet, or of another kind is not found")
  func forged() {
    let fleet = makeFleet(2000)
    let larger = makeFleet(3000)
    #expect(larger[2500].mRID.isEmpty == false && fleet.index(of: larger[2500].mRID) == nil)
    #expect(fleet.index(ofMRID: fleet[5].usagePointMRID) == nil)
    #expect(fleet.index(of: fleet[5].transformerMRID) == nil)
    let mRID = Array(fleet[5].mRID)
    for position in mRID.indices where mRID[position] != "-" {
      var forged = mRID
      forged[position] = mRID[position] == "0" ? "1" : "0"
      #expect(fleet.index(of: String(forged)) == nil)
    }
  }

}

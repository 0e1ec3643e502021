import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-5: what DER groups cannot do is refused with code, path and words")
struct DERBadInputTests {
  private func group(_ name: String, _ inverters: [String], function: String? = "true") -> String {
    let functions = [
      "connectDisconnect", "frequencyWattCurveFunction", "maxRealPowerLimiting", "rampRateControl",
      "reactivePowerDispatch", "realPowerDispatch", "voltageRegulation", "voltVarCurveFunction",
      "voltWattCurveFunction",
    ]
    let list = function.map { value in
      "<DERFunction>" + functions.map { "<\($0)>\(value)</\($0)>" }.joined() + "</DERFunction>"
    }
    let devices = inverters.map { "<EndDevices><Names><name>\($0)</name></Names></EndDevices>" }.joined()
    return
      "<DERGroups><EndDeviceGroup>\(list ?? "")\(devices)<Names><name>\(name)</name></Names></EndDeviceGroup></DERGroups>"
  }

  private func dispatch(_ name: String, _ values: [String], unit: String = "W") -> String {
    let data = values.enumerated().map {
      "<DERCurveData><intervalNumber>\($0.offset + 1)</intervalNumber><nominalYValue>\($0.element)</nominalYValue>"
        + "</DERCurveData>"
    }
    return "<DERGroupDispatches><DERGroupDispatch><EndDeviceGroup><DERMonitorableParameter>"
      + "<DERParameter>activePower</DERParameter><yMultiplier>k</yMultiplier><yUnit>\(unit)</yUnit><DispatchSchedule>"
      + "<curveStyleKind>constantYValue</curveStyleKind><startTime>2026-11-21T10:00:00Z</startTime>"
      + "<timeIntervalDuration>1</timeIntervalDuration><timeIntervalUnit>h</timeIntervalUnit>\(data.joined())"
      + "</DispatchSchedule></DERMonitorableParameter><Names><name>\(name)</name></Names></EndDeviceGroup>"
      + "</DERGroupDispatch></DERGroupDispatches>"
  }

  private func send(_ stand: PartsStand, _ verb: Verb, _ noun: String, _ payload: String) async throws -> ReplyError? {
    try await stand.refusal(verb, noun, year: 2017, from: "NO", payload)
  }

  private static let path =
    "/RequestMessage/Payload/DERGroupDispatches/DERGroupDispatch/EndDeviceGroup/DERMonitorableParameter/DispatchSchedule"

  @Test("a dispatch over capability: 6.1, and nothing of it is done")
  func overCapability() async throws {
    try await PartsStand.with(["NO", "DERMS"]) { stand in
      #expect(try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001", "INV-0003"])) == nil)
      let rated = await stand.fact("DERMS", "groups/DG-1/rated") ?? ""
      let before = await stand.fact("DERMS", "groups/DG-1/power")
      let error = try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", [rated, "99"]))
      #expect(error?.code == "6.1")
      #expect(error?.reason?.hasPrefix("interval 2 asks for 99.000 kW; group DG-1 can give -") == true)
      #expect(error?.reason?.hasSuffix(" to \(rated) kW") == true, "\(error?.reason ?? "")")
      #expect(error?.details == Self.path + "/DERCurveData[2]/nominalYValue")
      #expect(await stand.fact("DERMS", "groups/DG-1/power") == before)
      // What it can give to the last watt, it is given.
      #expect(try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", [rated])) == nil)
      let infinite = try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", ["INF"]))
      #expect(infinite?.code == "5.2" && infinite?.details == Self.path + "/DERCurveData/nominalYValue")
      #expect(try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", ["1"], unit: "VAr"))?.code == "5.2")
      #expect(try await send(stand, .create, "DERGroupDispatches", dispatch("DG-9", ["1"]))?.code == "2.29")
    }
  }

  @Test("a group without the function is neither dispatched nor disconnected: 6.1")
  func function() async throws {
    try await PartsStand.with(["NO", "DERMS"]) { stand in
      _ = try await send(stand, .create, "DERGroups", group("DG-2", ["INV-0002"], function: "false"))
      let error = try await send(stand, .create, "DERGroupDispatches", dispatch("DG-2", ["1"]))
      #expect(error?.code == "6.1" && error?.reason == "group DG-2 has no realPowerDispatch")
      let control = EndDeviceControl(endDeviceControlType: "2.31.0.23")
      var element = EndDeviceControls([control]).element
      element.children[0].append("EndDeviceGroups") { $0.append("Names") { $0.append("name", "DG-2") } }
      let request = Message.request(.create, "EndDeviceControls", [element], source: "NO")
      let reply = try await stand.bus.send(request, from: "NO").reply?.reply
      #expect(reply?.errors.first?.code == "6.1")
      #expect(
        reply?.errors.first?.details == "/RequestMessage/Payload/EndDeviceControls/EndDeviceControl/EndDeviceGroups")
      #expect(await stand.fact("DERMS", "groups/DG-2/connected") == "1")
    }
  }

  @Test("a create without DERFunction, with an unknown inverter or of a group that exists: 1.7, 2.29 and 5.2")
  func create() async throws {
    try await PartsStand.with(["NO", "DERMS"]) { stand in
      let missing = try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001"], function: nil))
      #expect(missing?.code == "1.7")
      #expect(missing?.details?.contains("DERGroups/EndDeviceGroup/DERFunction") == true, "\(missing?.details ?? "")")
      let unknown = try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001", "INV-9999"]))
      #expect(unknown?.code == "2.29" && unknown?.reason == "there is no inverter INV-9999")
      let twice = try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001", "INV-0001"]))
      #expect(twice?.code == "6.1" && twice?.reason == "INV-0001 stands in the group twice")
      #expect(unknown?.details == "/RequestMessage/Payload/DERGroups/EndDeviceGroup/EndDevices[2]")
      #expect(try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001"])) == nil)
      #expect(try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0001"]))?.code == "5.2")
    }
  }

  @Test("an inverter of another group, and a group that stands in a message twice: 6.1, 5.2")
  func shared() async throws {
    try await PartsStand.with(["NO", "DERMS"]) { stand in
      let one = group("DG-1", ["INV-0001"])
      let twice = one.replacing("</DERGroups>", with: "") + one.replacing("<DERGroups>", with: "")
      #expect(try await send(stand, .create, "DERGroups", twice)?.code == "5.2")
      #expect(try await send(stand, .create, "DERGroups", one) == nil)
      #expect(try await send(stand, .change, "DERGroups", twice)?.code == "6.1")
      let other = try await send(stand, .create, "DERGroups", group("DG-2", ["INV-0002", "INV-0001"]))
      #expect(other?.code == "6.1" && other?.reason == "INV-0001 is in group DG-1 already")
      #expect(other?.details == "/RequestMessage/Payload/DERGroups/EndDeviceGroup/EndDevices[2]")
    }
  }

  @Test("a battery gives what the curve wants while it lasts, whenever somebody looks; who leaves a group is free")
  func curve() async throws {
    var charges: [String?] = []
    for stops in [[Int64](), [600, 3_300, 7_200]] {
      charges.append(
        try await PartsStand.with(["NO", "DERMS"]) { stand in
          _ = try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0003", "INV-0006"]))
          #expect(try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", ["2"])) == nil)
          #expect(await stand.fact("DERMS", "inverters/INV-0003/charge") == "50")
          for seconds in stops + [18_000] {
            stand.utility.clock.advance(to: PartsStand.start.adding(seconds: seconds))
            _ = await stand.fact("DERMS", "groups/DG-1/power")
          }
          return await stand.fact("DERMS", "inverters/INV-0003/charge") ?? ""
        })
    }
    #expect(charges[0] == charges[1] && charges[0] != "50" && charges[0] != "0", "\(charges)")
    try await PartsStand.with(["NO", "DERMS"]) { stand in
      _ = try await send(stand, .create, "DERGroups", group("DG-1", ["INV-0003", "INV-0006"]))
      _ = try await send(stand, .create, "DERGroupDispatches", dispatch("DG-1", ["2"]))
      #expect(try await send(stand, .change, "DERGroups", group("DG-1", ["INV-0006"])) == nil)
      #expect(await stand.fact("DERMS", "groups/DG-1/power") == "2.000")
      #expect(try await send(stand, .create, "DERGroups", group("DG-2", ["INV-0003"])) == nil)
      #expect(await stand.fact("DERMS", "groups/DG-2/power") == "0.000")
    }
  }
}

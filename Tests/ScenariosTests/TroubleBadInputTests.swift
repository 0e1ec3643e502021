import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-8: trouble tickets")
struct TroubleBadInputTests {
  private func send(_ stand: PartsStand, _ tickets: String) async throws -> ReplyError? {
    try await stand.refusal(
      .create, "TroubleTickets", year: 2015, from: "CIS", "<TroubleTickets>\(tickets)</TroubleTickets>")
  }

  private func ticket(_ mRID: String, at place: String?) -> String {
    let location = place.map { "<ServiceLocation><Names><name>\($0)</name></Names></ServiceLocation>" } ?? ""
    return "<TroubleTicket><mRID>\(mRID)</mRID>\(location)</TroubleTicket>"
  }

  @Test("of nowhere, of a place nobody knows, or opened twice are refused with code, path and words")
  func refused() async throws {
    try await PartsStand.with(["CIS", "OMS", "WM"]) { stand in
      let path = "/RequestMessage/Payload/TroubleTickets/TroubleTicket"
      let nowhere = try await send(stand, ticket("T-1", at: nil))
      #expect(nowhere?.code == "1.7" && nowhere?.details == path + "/ServiceLocation")
      let unknown = try await send(stand, ticket("T-1", at: "UP-00000001") + ticket("T-2", at: "UP-99999999"))
      #expect(unknown?.code == "2.16" && unknown?.reason == "there is no service location UP-99999999")
      #expect(unknown?.details == path + "[2]/ServiceLocation")
      #expect(await stand.fact("OMS", "incidents/count") == "0")
      let twice = try await send(stand, ticket("T-1", at: "UP-00000001") + ticket("T-1", at: "UP-00000001"))
      #expect(twice?.code == "5.2" && twice?.reason == "there is a ticket T-1 already")
    }
  }

  @Test("of one transformer make one incident with one repair; it is not over while an outage is open")
  func joined() async throws {
    try await PartsStand.with(["CIS", "OMS", "WM", "MS"]) { stand in
      let metering = stand.utility.system("MS")
      let place = await stand.utility.meteringSystem.place(ofMeter: 0)?.transformer ?? ""
      try await metering?.perform(ActionCall("powerFails", ["transformer": place, "loss": "0"]))
      #expect(try await stand.settles("OMS", "outages/open", "1"))
      #expect(try await send(stand, ticket("T-1", at: "UP-00000000")) == nil)
      #expect(try await stand.settles("WM", "work/INC-1-repair/status", "scheduled"))
      #expect(try await send(stand, ticket("T-2", at: "UP-00000001")) == nil)
      #expect(await stand.fact("OMS", "incidents/INC-1/tickets") == "2")
      #expect(await stand.fact("OMS", "incidents/count") == "1")
      #expect(try await stand.settles("CIS", "outages/OUT-1/crew", "assigned"))
      #expect(await stand.fact("WM", "work/open") == "2", "the request and the order made of it")
      let outages = stand.utility.system("OMS")
      await #expect(throws: ActionError.self) {
        try await outages?.perform(ActionCall("settle", ["incident": "INC-1"]))
      }
      #expect(await stand.fact("OMS", "incidents/INC-1/state") == "open")
    }
  }

  @Test("an incident that is over without its repair cancels it; a ticket's mRID is given once")
  func cancelled() async throws {
    try await PartsStand.with(["CIS", "OMS", "WM"]) { stand in
      let calls = stand.utility.system("CIS")
      let call = ActionCall("openTicket", ["ticket": "T-1", "meter": "MTR-00000000"])
      try await calls?.perform(call)
      await #expect(throws: ActionError.self) { try await calls?.perform(call) }
      #expect(await stand.fact("CIS", "tickets/T-1/state") != "refused")
      #expect(try await stand.settles("WM", "work/INC-1-repair/status", "scheduled"))
      try await stand.utility.system("OMS")?.perform(ActionCall("settle", ["incident": "INC-1"]))
      #expect(try await stand.settles("WM", "work/INC-1-repair/status", "cancelled"))
    }
  }

  @Test("an incident is not over while the section or feeder before its transformer is out")
  func upstream() async throws {
    try await PartsStand.with(["CIS", "OMS", "WM", "MS"]) { stand in
      #expect(try await send(stand, ticket("T-1", at: "UP-00000000")) == nil)
      let metering = stand.utility.meteringSystem
      var transformers: [String] = []
      for meter in 0..<100 {
        let name = await metering.place(ofMeter: meter)?.transformer ?? ""
        if !transformers.contains(name) { transformers.append(name) }
      }
      for name in transformers {
        try await stand.utility.system("MS")?.perform(
          ActionCall("powerFails", ["transformer": name, "loss": "0"]))
      }
      #expect(try await stand.settles("OMS", "outages/last/kind", "feeder"))
      #expect(await stand.fact("OMS", "outages/open") == "1")
      await #expect(throws: ActionError.self) {
        try await stand.utility.system("OMS")?.perform(ActionCall("settle", ["incident": "INC-1"]))
      }
    }
  }
}

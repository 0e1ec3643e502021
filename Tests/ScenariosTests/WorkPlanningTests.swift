import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-6: orders of work keep their crews, names and tasks")
struct WorkPlanningTests {
  /// Work at 12:00 to 14:00 with tasks that investigate, one for each crew; without crews one task.
  private func order(
    _ name: String, _ crews: [String] = [], status: String = "approved", kind: String = "ServiceOrder", asset: String
  ) -> String {
    let tasks = (crews.isEmpty ? [""] : crews.map { "<Crews><Names><name>\($0)</name></Names></Crews>" }).map {
      "<WorkTasks>" + (kind == "WorkRequest" ? "" : "<crewETA>2026-11-21T12:00:00Z</crewETA>")
        + (kind == "WorkRequest" ? "" : "<statusKind>\(status)</statusKind>")
        + "<subject>look</subject><taskKind>investigate</taskKind>\(asset)\($0)</WorkTasks>"
    }
    return "<\(kind)><Names><name>\(name)</name></Names><Work><kind>service</kind><statusKind>\(status)</statusKind>"
      + "<TimeSchedules><kind>request</kind><scheduleInterval><end>2026-11-21T14:00:00Z</end>"
      + "<start>2026-11-21T12:00:00Z</start></scheduleInterval></TimeSchedules>\(tasks.joined())</Work></\(kind)>"
  }

  private func send(
    _ stand: PartsStand, _ verb: Verb, _ orders: String, noun: String = "ServiceOrders"
  ) async throws -> ReplyError? {
    try await stand.refusal(verb, noun, year: 2015, from: "CIS", "<\(noun)>\(orders)</\(noun)>")
  }

  private func with(_ body: @escaping @Sendable (PartsStand, String) async throws -> Void) async throws {
    try await PartsStand.with(["CIS", "WM"]) { stand in
      let meter = await stand.utility.meteringSystem.place(ofMeter: 0)?.meter.mRID ?? ""
      try await body(stand, "<Assets><mRID>\(meter)</mRID></Assets>")
    }
  }

  @Test("two orders in one message, the second with a crew of the first: neither is taken")
  func doubleBooked() async throws {
    try await with { stand, asset in
      let both = order("SO-1", ["CREW-1", "CREW-2"], asset: asset) + order("SO-2", ["CREW-1"], asset: asset)
      let error = try await send(stand, .create, both)
      #expect(error?.code == "6.1")
      #expect(error?.details == "/RequestMessage/Payload/ServiceOrders/ServiceOrder[2]/Work/WorkTasks/Crews")
      #expect(await stand.fact("WM", "work/open") == "0")
      #expect(await stand.fact("WM", "crews/CREW-2/bookings") == "0")
    }
  }

  @Test("an order with two crews keeps both until it is over")
  func twoCrews() async throws {
    try await with { stand, asset in
      #expect(try await send(stand, .create, order("SO-1", ["CREW-3", "CREW-2"], asset: asset)) == nil)
      #expect(try await stand.settles("CIS", "work/SO-1/status", "scheduled"))
      #expect(await stand.fact("CIS", "work/SO-1/crew") == "CREW-3")
      #expect(await stand.fact("WM", "crews/CREW-2/bookings") == "1")
      #expect(await stand.fact("WM", "crews/CREW-3/bookings") == "1")
      let named = "<ServiceOrder><Names><name>SO-1</name></Names></ServiceOrder>"
      let refusal = try await send(stand, .cancel, named)
      #expect(refusal == nil)
      #expect(await stand.fact("WM", "crews/CREW-2/bookings") == "0")
    }
  }

  @Test("an order that stands in a message twice: 5.2 for create, 6.1 for change")
  func twice() async throws {
    try await with { stand, asset in
      let one = order("SO-1", asset: asset)
      let created = try await send(stand, .create, one + one)
      #expect(created?.code == "5.2" && created?.reason == "there is an order SO-1 already")
      #expect(await stand.fact("WM", "work/open") == "0")
      #expect(try await send(stand, .create, one) == nil)
      let change =
        "<ServiceOrder><Names><name>SO-1</name></Names><Work><statusKind>onSite</statusKind></Work></ServiceOrder>"
      #expect(try await send(stand, .change, change + change)?.code == "6.1")
    }
  }

  @Test("the order made of a request takes no name that is given; its crews and times are changed at the order")
  func raised() async throws {
    try await with { stand, _ in
      let transformer = await stand.utility.meteringSystem.place(ofMeter: 0)?.transformer ?? ""
      let asset = "<Assets><critical>true</critical><utcNumber>\(transformer)</utcNumber></Assets>"
      let request = order("WR-1", kind: "WorkRequest", asset: asset)
      #expect(try await send(stand, .create, request, noun: "WorkRequests") == nil)
      #expect(try await stand.settles("WM", "work/MO-1/status", "scheduled"))
      let late =
        "<WorkRequest><Names><name>WR-1</name></Names><Work><TimeSchedules><kind>request</kind><scheduleInterval>"
        + "<end>2026-11-21T16:00:00Z</end><start>2026-11-21T15:00:00Z</start></scheduleInterval></TimeSchedules></Work>"
        + "</WorkRequest>"
      let error = try await send(stand, .change, late, noun: "WorkRequests")
      #expect(error?.code == "6.1")
      #expect(error?.reason == "its crews and times are those of its order: change order MO-1")
      // Two orders are kept; the next would be the second MaintenanceOrder.
      let mine = order("MO-2", kind: "WorkRequest", asset: asset)
      #expect(try await send(stand, .create, mine, noun: "WorkRequests") == nil)
      #expect(try await stand.settles("WM", "work/MO-3/status", "scheduled"))
      #expect(await stand.fact("WM", "work/open") == "4")
    }
  }

  @Test("an order that is said to be scheduled gets a crew; a task nobody has cannot change")
  func scheduled() async throws {
    try await with { stand, asset in
      #expect(try await send(stand, .create, order("SO-1", status: "scheduled", asset: asset)) == nil)
      #expect(try await stand.settles("WM", "work/SO-1/crew", "CREW-1"))
      let change =
        "<ServiceOrder><Names><name>SO-1</name></Names><Work><WorkTasks><mRID>T-9</mRID><Crews><Names>"
        + "<name>CREW-4</name></Names></Crews></WorkTasks></Work></ServiceOrder>"
      let error = try await send(stand, .change, change)
      #expect(error?.code == "6.1" && error?.reason == "no WorkTask T-9")
      #expect(error?.details == "/RequestMessage/Payload/ServiceOrders/ServiceOrder/Work/WorkTasks")
      #expect(await stand.fact("WM", "crews/CREW-4/bookings") == "0")
    }
  }

  @Test("master data follows an exchange of meters known by name, and not half of one whose usage point has no mRID")
  func exchange() async throws {
    try await PartsStand.with(["CIS", "MASTER", "WM"]) { stand in
      var names: [String] = []
      for index in 0..<2 {
        let meter = await stand.utility.meteringSystem.place(ofMeter: index)?.meter
        names.append(meter?.names.first ?? "")
        let config = "<MeterConfig><Meter><mRID>\(meter?.mRID ?? "")</mRID></Meter></MeterConfig>"
        #expect(try await stand.refusal(.create, "MeterConfig", year: 2011, from: "CIS", config) == nil)
      }
      func exchange(_ order: String, old: String, point: String = "") -> String {
        "<ServiceOrder><Names><name>\(order)</name></Names><Work><kind>service</kind><statusKind>approved</statusKind>"
          + "<WorkTasks><crewETA>2026-11-21T12:00:00Z</crewETA><statusKind>approved</statusKind>"
          + "<subject>exchange</subject><taskKind>exchange</taskKind><Assets><Names><name>\(names[1])</name></Names>"
          + "</Assets>\(old)\(point)</WorkTasks></Work></ServiceOrder>"
      }
      let old = "<OldAsset><Names><name>\(names[0])</name></Names></OldAsset>"
      let point =
        "<UsagePoint><ratedCurrent>63</ratedCurrent><Names><name>UP-00000000</name></Names></UsagePoint>"
      #expect(try await send(stand, .create, exchange("SO-1", old: old)) == nil)
      #expect(try await send(stand, .create, exchange("SO-2", old: old, point: point)) == nil)
      #expect(try await send(stand, .create, exchange("SO-3", old: "")) == nil)
      for name in ["SO-1", "SO-2"] {
        #expect(try await stand.settles("WM", "work/\(name)/status", "scheduled"))
        try await stand.utility.system("WM")?.perform(ActionCall("dispatch", ["order": name]))
      }
      #expect(try await stand.settles("CIS", "work/SO-1/masterData", "OK"))
      #expect(try await stand.settles("CIS", "work/SO-2/masterData", "FAILED"))
      #expect(try await stand.settles("WM", "work/SO-3/status", "waitingOnMaterial"))
      // A usage point is no meter.
      let place = "<OldAsset><Names><name>UP-00000000</name></Names></OldAsset>"
      #expect(try await send(stand, .create, exchange("SO-4", old: place))?.code == "2.4")
    }
  }
}

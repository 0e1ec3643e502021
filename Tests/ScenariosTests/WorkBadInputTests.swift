import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-6: orders of work that cannot be taken are refused with code, path and words")
struct WorkBadInputTests {
  private static let root = "/RequestMessage/Payload/ServiceOrders/ServiceOrder"

  /// An order for an exchange, or what a test makes of it.
  private func order(
    _ mRID: String, old: String, new: String, status: String = "approved", crew: String? = nil,
    from: String = "2026-11-21T12:00:00Z", to: String = "2026-11-21T14:00:00Z"
  ) -> String {
    let crews = crew.map { "<Crews><Names><name>\($0)</name></Names></Crews>" } ?? ""
    return "<ServiceOrders><ServiceOrder><mRID>\(mRID)</mRID><Work><kind>service</kind>"
      + "<statusKind>\(status)</statusKind><TimeSchedules><kind>request</kind><scheduleInterval><end>\(to)</end>"
      + "<start>\(from)</start></scheduleInterval></TimeSchedules><WorkTasks><crewETA>\(from)</crewETA>"
      + "<statusKind>\(status)</statusKind><subject>exchange</subject><taskKind>exchange</taskKind>"
      + "<Assets><mRID>\(new)</mRID></Assets>\(crews)<OldAsset><mRID>\(old)</mRID></OldAsset></WorkTasks></Work>"
      + "</ServiceOrder></ServiceOrders>"
  }

  private func change(_ mRID: String, status: String) -> String {
    "<ServiceOrders><ServiceOrder><mRID>\(mRID)</mRID><Work><statusKind>\(status)</statusKind></Work></ServiceOrder>"
      + "</ServiceOrders>"
  }

  private static let first = "0b2ac8b6-6a0f-4d05-8c0b-95a3c1f2a001"
  private static let second = "0b2ac8b6-6a0f-4d05-8c0b-95a3c1f2a002"
  private static let nobody = "0b2ac8b6-6a0f-4d05-8c0b-95a3c1f2a0ff"

  private func with(_ body: @escaping @Sendable (PartsStand, String, String) async throws -> Void) async throws {
    try await PartsStand.with(["CIS", "WM"]) { stand in
      let old = await stand.utility.meteringSystem.place(ofMeter: 0)?.meter.mRID
      let new = await stand.utility.meteringSystem.place(ofMeter: 1)?.meter.mRID
      try await body(stand, old ?? "", new ?? "")
    }
  }

  private func send(_ stand: PartsStand, _ verb: Verb, _ payload: String) async throws -> ReplyError? {
    try await stand.refusal(verb, "ServiceOrders", year: 2015, from: "CIS", payload)
  }

  @Test("a status that goes backwards: 6.1")
  func backwards() async throws {
    try await with { stand, old, new in
      #expect(try await send(stand, .create, order(Self.first, old: old, new: new)) == nil)
      #expect(try await stand.settles("WM", "work/\(Self.first)/status", "scheduled"))
      #expect(try await send(stand, .change, change(Self.first, status: "onSite")) == nil)
      let error = try await send(stand, .change, change(Self.first, status: "scheduled"))
      #expect(error?.code == "6.1")
      #expect(error?.reason == "ServiceOrder \(Self.first) is onSite: scheduled cannot follow")
      #expect(error?.details == Self.root + "/Work/statusKind")
      #expect(await stand.fact("WM", "work/\(Self.first)/status") == "onSite")
      // What is completed is not cancelled any more, and what is not completed is not closed.
      let early = try await send(stand, .close, change(Self.first, status: "closed"))
      #expect(early?.code == "6.1" && early?.details == Self.root)
      #expect(try await send(stand, .change, change(Self.first, status: "completed")) == nil)
      #expect(try await send(stand, .cancel, change(Self.first, status: "cancelled"))?.code == "6.1")
    }
  }

  @Test("an order for an unknown asset: 2.4 for a meter, 2.29 for another")
  func unknownAsset() async throws {
    try await with { stand, old, _ in
      let error = try await send(stand, .create, order(Self.first, old: old, new: Self.nobody))
      #expect(error?.code == "2.4")
      #expect(error?.reason == "no meter \(Self.nobody)")
      #expect(error?.details == Self.root + "/Work/WorkTasks/Assets")
      let request =
        "<WorkRequests><WorkRequest><Work><kind>repair</kind><statusKind>approved</statusKind><WorkTasks>"
        + "<subject>repair</subject><taskKind>investigate</taskKind><Assets><critical>false</critical>"
        + "<utcNumber>X-1</utcNumber></Assets></WorkTasks></Work></WorkRequest></WorkRequests>"
      let other = try await stand.refusal(.create, "WorkRequests", year: 2015, from: "CIS", request)
      #expect(other?.code == "2.29" && other?.reason == "no asset X-1")
      #expect(other?.details == "/RequestMessage/Payload/WorkRequests/WorkRequest/Work/WorkTasks/Assets")
      #expect(await stand.fact("WM", "work/open") == "0")
    }
  }

  @Test("a crew that is booked twice: 6.1, and neither order of the message is taken")
  func doubleBooked() async throws {
    try await with { stand, old, new in
      #expect(try await send(stand, .create, order(Self.first, old: old, new: new, crew: "CREW-2")) == nil)
      let clash = order(
        Self.second, old: old, new: new, crew: "CREW-2", from: "2026-11-21T13:00:00Z", to: "2026-11-21T15:00:00Z")
      let error = try await send(stand, .create, clash)
      #expect(error?.code == "6.1")
      #expect(
        error?.reason == "CREW-2 is booked from 2026-11-21T12:00:00Z to 2026-11-21T14:00:00Z for order \(Self.first): "
          + "take another crew or time")
      #expect(error?.details == Self.root + "/Work/WorkTasks/Crews")
      // One period ends where the next begins.
      let after = order(
        Self.second, old: old, new: new, crew: "CREW-2", from: "2026-11-21T14:00:00Z", to: "2026-11-21T15:00:00Z")
      #expect(try await send(stand, .create, after) == nil)
      #expect(await stand.fact("WM", "crews/CREW-2/bookings") == "2")
      #expect(try await send(stand, .create, order(Self.nobody, old: old, new: new, crew: "CREW-9"))?.code == "2.29")
    }
  }

  @Test("a create without what create requires: 1.7, though a change may leave it out")
  func missing() async throws {
    try await with { stand, old, new in
      let whole = order(Self.first, old: old, new: new)
      let error = try await send(stand, .create, whole.replacing("<kind>service</kind>", with: ""))
      #expect(error?.code == "1.7")
      #expect(error?.reason?.contains("create ServiceOrders requires kind in Work") == true, "\(error?.reason ?? "")")
      #expect(error?.details?.contains("ServiceOrders/ServiceOrder/Work/kind") == true, "\(error?.details ?? "")")
      let empty = "<ServiceOrders><ServiceOrder><mRID>\(Self.first)</mRID></ServiceOrder></ServiceOrders>"
      #expect(try await send(stand, .create, empty)?.code == "1.7")
      #expect(try await send(stand, .create, whole) == nil)
      #expect(try await send(stand, .change, change(Self.first, status: "scheduled")) == nil)
      #expect(try await send(stand, .create, whole)?.code == "5.2")
    }
  }

  @Test("a change of an order nobody has: 2.15")
  func unknownOrder() async throws {
    try await with { stand, _, _ in
      let error = try await send(stand, .change, change(Self.nobody, status: "scheduled"))
      #expect(error?.code == "2.15" && error?.reason == "no ServiceOrder \(Self.nobody)")
      #expect(error?.details == Self.root)
    }
  }

  @Test("what is cancelled gives its crew back and is told of")
  func cancelled() async throws {
    try await with { stand, old, new in
      _ = try await send(stand, .create, order(Self.first, old: old, new: new, crew: "CREW-3"))
      #expect(try await send(stand, .cancel, change(Self.first, status: "cancelled")) == nil)
      #expect(try await stand.settles("CIS", "work/\(Self.first)/status", "cancelled"))
      #expect(await stand.fact("WM", "crews/CREW-3/bookings") == "0")
    }
  }

  @Test("a request that has a crew can be changed; what is completed cannot")
  func changes() async throws {
    try await PartsStand.with(["MAM", "WM"]) { stand in
      let place = await stand.utility.meteringSystem.place(ofMeter: 0)
      let transformer = place?.transformer ?? ""
      func request(_ work: String) -> String {
        "<WorkRequests><WorkRequest><Names><name>WR-1</name></Names><Work>\(work)</Work></WorkRequest></WorkRequests>"
      }
      func send(_ verb: Verb, _ work: String) async throws -> ReplyError? {
        try await stand.refusal(verb, "WorkRequests", year: 2015, from: "MAM", request(work))
      }
      let task =
        "<WorkTasks><subject>look</subject><taskKind>investigate</taskKind><Assets><critical>true</critical>"
        + "<utcNumber>\(transformer)</utcNumber></Assets></WorkTasks>"
      let work = "<kind>inspection</kind><statusKind>approved</statusKind>" + task
      #expect(try await send(.create, work) == nil)
      #expect(try await stand.settles("WM", "work/MO-1/status", "scheduled"))
      #expect(try await send(.change, "<priority><rank>1</rank></priority>") == nil)
      #expect(await stand.fact("WM", "crews/CREW-1/bookings") == "1")
      try await stand.utility.system("WM")?.perform(ActionCall("dispatch", ["order": "WR-1"]))
      #expect(try await stand.settles("MAM", "work/WR-1/status", "completed"))
      let late = try await send(.change, "<priority><rank>2</rank></priority>")
      #expect(late?.code == "6.1" && late?.reason == "WorkRequest WR-1 is completed: nothing of it can change")
      #expect(late?.details == "/RequestMessage/Payload/WorkRequests/WorkRequest")
      #expect(await stand.fact("WM", "crews/CREW-1/bookings") == "0")
    }
  }

  @Test("nobody books a crew for years")
  func tooLong() async throws {
    try await with { stand, old, new in
      let years = order(Self.first, old: old, new: new, crew: "CREW-1", to: "2036-11-21T14:00:00Z")
      let error = try await send(stand, .create, years)
      #expect(error?.code == "6.1" && error?.reason == "a crew is booked for 30 days at most")
    }
  }
}

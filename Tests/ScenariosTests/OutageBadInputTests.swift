import CIMModel
import Components
import IECMessage
import MessageBus
import Testing

@Suite("IEC 61968-3: outages that cannot be planned are refused with code, path and words")
struct OutageBadInputTests {
  private func outage(
    _ transformer: String, from start: String, to end: String, lit: String? = nil, dark: String? = nil
  ) -> String {
    let dark = dark.map { "<DeEnergizedUsagePoint><mRID>\($0)</mRID></DeEnergizedUsagePoint>" } ?? ""
    let lit = lit.map { "<EnergizedUsagePoint><mRID>\($0)</mRID></EnergizedUsagePoint>" } ?? ""
    return "<PlannedOutage>\(dark)\(lit)<Equipments><Names><name>\(transformer)</name></Names></Equipments>"
      + "<estimatedPeriod><end>2026-11-22T\(end):00Z</end><start>2026-11-22T\(start):00Z</start></estimatedPeriod>"
      + "</PlannedOutage>"
  }

  private func send(_ stand: PartsStand, _ outages: String...) async throws -> ReplyError? {
    try await stand.refusal(
      .create, "PlannedOutages", year: 2021, from: "WM", "<PlannedOutages>\(outages.joined())</PlannedOutages>")
  }

  private static let root = "/RequestMessage/Payload/PlannedOutages/PlannedOutage"

  private func with(_ body: @escaping @Sendable (PartsStand, String) async throws -> Void) async throws {
    try await PartsStand.with(["CIS", "NO", "WM"]) { stand in
      let place = await stand.utility.meteringSystem.place(ofMeter: 0)
      try await body(stand, place?.transformer ?? "")
    }
  }

  @Test("an outage that overlaps itself: 6.1, and none of the message is planned")
  func overlaps() async throws {
    try await with { stand, transformer in
      let twice = try await send(
        stand, outage(transformer, from: "08:00", to: "10:00"), outage(transformer, from: "09:30", to: "11:00"))
      #expect(twice?.code == "6.1")
      #expect(
        twice?.reason == "\(transformer) is out from 2026-11-22T08:00:00Z to 2026-11-22T10:00:00Z already, by PO-1: "
          + "take another time")
      #expect(twice?.details == Self.root + "[2]/estimatedPeriod")
      #expect(await stand.fact("NO", "switching/SP-1/state") == nil)
      // One ends where the next begins; and one that was planned before counts, too.
      let apart = try await send(
        stand, outage(transformer, from: "08:00", to: "10:00"), outage(transformer, from: "10:00", to: "11:00"))
      #expect(apart == nil)
      let later = try await send(stand, outage(transformer, from: "10:59", to: "12:00"))
      #expect(later?.code == "6.1" && later?.details == Self.root + "/estimatedPeriod")
      #expect(try await stand.settles("CIS", "outages/open", "2"))
    }
  }

  @Test("one that ends before it begins, or leaves a usage point with power and without: 6.1")
  func contradicts() async throws {
    try await with { stand, transformer in
      let backwards = try await send(stand, outage(transformer, from: "10:00", to: "08:00"))
      #expect(backwards?.code == "6.1" && backwards?.details == Self.root + "/estimatedPeriod")
      #expect(
        backwards?.reason == "the outage ends at 2026-11-22T08:00:00Z, before it begins at 2026-11-22T10:00:00Z")
      let both = try await send(stand, outage(transformer, from: "08:00", to: "10:00", lit: "UP", dark: "UP"))
      #expect(both?.code == "6.1" && both?.reason == "usage point UP has power and has none: name it once")
      #expect(both?.details == Self.root + "/EnergizedUsagePoint")
    }
  }

  @Test("unknown equipment and documents: 2.29; a period or equipment that is missing: 1.7")
  func unknown() async throws {
    try await with { stand, transformer in
      let nowhere = try await send(stand, outage("TR-999999", from: "08:00", to: "10:00"))
      #expect(nowhere?.code == "2.29" && nowhere?.reason == "there is no transformer TR-999999")
      #expect(nowhere?.details == Self.root + "/Equipments")
      #expect(try await send(stand, "<PlannedOutage><reason>work</reason></PlannedOutage>")?.code == "1.7")
      let release =
        "<SafetyDocuments><ClearanceDocument><releasedDateTime>2026-11-21T10:05:00Z</releasedDateTime><Names>"
        + "<name>CL-1</name></Names></ClearanceDocument></SafetyDocuments>"
      let document = try await stand.refusal(.change, "SafetyDocuments", year: 2021, from: "WM", release)
      #expect(document?.code == "2.29" && document?.reason == "there is no clearance CL-1")
      // A plan that nobody has begun has a clearance that is not out.
      #expect(try await send(stand, outage(transformer, from: "08:00", to: "10:00")) == nil)
      let early = try await stand.refusal(.change, "SafetyDocuments", year: 2021, from: "WM", release)
      #expect(early?.code == "6.1" && early?.reason == "CL-1 is not out")
      #expect(early?.details == "/RequestMessage/Payload/SafetyDocuments/ClearanceDocument")
    }
  }

  @Test("nothing is put back while a clearance is out")
  func clearance() async throws {
    try await with { stand, transformer in
      _ = try await send(stand, outage(transformer, from: "08:00", to: "10:00"))
      let network = stand.utility.system("NO")
      try await network?.perform(ActionCall("isolate", ["plan": "SP-1"]))
      #expect(await stand.fact("NO", "clearances/open") == "1")
      await #expect(throws: ActionError.self) {
        try await network?.perform(ActionCall("reenergise", ["plan": "SP-1"]))
      }
      #expect(await stand.fact("NO", "switching/SP-1/steps") == "4")
    }
  }

  @Test("an outage is cancelled until it begins, and its time is free again")
  func cancelled() async throws {
    try await with { stand, transformer in
      let name = "<PlannedOutages><PlannedOutage><Names><name>PO-1</name></Names></PlannedOutage></PlannedOutages>"
      let cancel = { try await stand.refusal(.cancel, "PlannedOutages", year: 2021, from: "WM", name) }
      #expect(try await cancel()?.code == "2.29")
      _ = try await send(stand, outage(transformer, from: "08:00", to: "10:00"))
      #expect(try await cancel() == nil)
      #expect(try await stand.settles("CIS", "outages/open", "0"))
      #expect(try await stand.settles("WM", "plans/SP-1/state", "cancelled"))
      #expect(try await send(stand, outage(transformer, from: "08:00", to: "10:00")) == nil)
      let network = stand.utility.system("NO")
      try await network?.perform(ActionCall("isolate", ["plan": "SP-2"]))
      let late = try await stand.refusal(
        .cancel, "PlannedOutages", year: 2021, from: "WM", name.replacing("PO-1", with: "PO-2"))
      #expect(late?.code == "6.1" && late?.reason == "PO-2 is inProgress: it cannot be cancelled")
      #expect(late?.details == Self.root)
    }
  }

  @Test("one of two transformers: 6.1; it keeps its requester's mRID and names, and is cancelled by them")
  func names() async throws {
    try await with { stand, transformer in
      let whole = outage(transformer, from: "08:00", to: "10:00")
      let equipment = "<Equipments><Names><name>\(transformer)</name></Names></Equipments>"
      let two = try await send(stand, whole.replacing(equipment, with: equipment + equipment))
      #expect(two?.code == "6.1" && two?.details == Self.root + "/Equipments[2]")
      let mine = whole.replacing("<PlannedOutage>", with: "<PlannedOutage><mRID>O-1</mRID>")
        .replacing("</estimatedPeriod>", with: "</estimatedPeriod><Names><name>tap changer</name></Names>")
      let root = try WrittenXML.element(
        "<PlannedOutages>\(mine)</PlannedOutages>", in: "http://iec.ch/TC57/2021/PlannedOutages#")
      let request = Message.request(.create, "PlannedOutages", [root], source: "WM")
      let reply = try await stand.bus.send(request, from: "WM").reply?.reply
      #expect(reply?.result == .ok && reply?.ids.map(\.value) == ["O-1"])
      #expect(try await send(stand, mine)?.code == "5.2")
      let name =
        "<PlannedOutages><PlannedOutage><Names><name>tap changer</name></Names></PlannedOutage></PlannedOutages>"
      #expect(try await stand.refusal(.cancel, "PlannedOutages", year: 2021, from: "WM", name) == nil)
      #expect(try await stand.settles("WM", "plans/SP-1/state", "cancelled"))
    }
  }

  @Test("a transformer that is out of service is not isolated for another plan")
  func inProgress() async throws {
    try await with { stand, transformer in
      _ = try await send(
        stand, outage(transformer, from: "08:00", to: "10:00"), outage(transformer, from: "10:00", to: "11:00"))
      let network = stand.utility.system("NO")
      try await network?.perform(ActionCall("isolate", ["plan": "SP-1"]))
      await #expect(throws: ActionError.self) {
        try await network?.perform(ActionCall("isolate", ["plan": "SP-2"]))
      }
      #expect(await stand.fact("NO", "clearances/open") == "1")
    }
  }
}

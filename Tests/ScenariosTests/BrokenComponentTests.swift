import CIMModel
import Components
import IECMessage
import MessageBus
import Scenarios
import Testing

/// A component with one fault: what it takes and answers may be changed or dropped.
private struct Faulty: Participant {
  var inner: any Participant
  var interests: [Interest]
  var onAnswer: @Sendable (Message, Message) -> Message = { _, reply in reply }
  var hears: @Sendable (Message) -> Bool = { _ in true }

  init(_ inner: any Participant) {
    self.inner = inner
    interests = inner.interests
  }

  var id: ParticipantID { inner.id }
  func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    onAnswer(request, try await inner.answer(request, from: sender))
  }
  func receive(_ event: Message, from sender: ParticipantID) async throws {
    if hears(event) { try await inner.receive(event, from: sender) }
  }
}

@Suite("A scenario with a broken component fails and says what came instead")
struct BrokenComponentTests {
  private func run(
    _ scenario: Scenario, breaking id: ParticipantID, timeLimit: Duration = .seconds(20),
    switchDeadline: Duration = .seconds(5), _ edit: @escaping @Sendable (inout Faulty) -> Void
  ) async throws -> String? {
    var scenario = scenario
    scenario.timeLimit = timeLimit
    return try await Stand.with(
      switchDeadline: switchDeadline,
      participants: { utility, _ in
        utility.participants.map { participant in
          guard participant.id == id else { return participant }
          var faulty = Faulty(participant)
          edit(&faulty)
          return faulty
        }
      },
      { [scenario] stand in
        try await ScenarioRunner(bus: stand.bus, utility: stand.utility).run(scenario).failure
      })
  }

  @Test("a head end that answers readings with FAILED")
  func wrongReply() async throws {
    let failure = try await run(.figure16, breaking: "MS") { faulty in
      faulty.onAnswer = { request, _ in request.failure("5.7", reason: "out of order", source: "MS") }
    }
    #expect(
      failure
        == "step 2: expected MDM → MS get MeterReadings with reply OK, the reply was FAILED 5.7 (out of order) from MS")
  }

  @Test("a head end that answers OK without a reading")
  func emptyReply() async throws {
    let failure = try await run(.figure16, breaking: "MS", timeLimit: .seconds(8)) { faulty in
      faulty.onAnswer = { request, _ in request.reply(.ok, source: "MS") }
    }
    #expect(
      failure?.hasPrefix("expected CIS answer/values/0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0 to be 1, it is 0") == true)
  }

  @Test("an MDM that does not hear the event of the switch")
  func deafToSwitch() async throws {
    let failure = try await run(.figure33, breaking: "MDM", switchDeadline: .milliseconds(200)) { faulty in
      faulty.hears = { $0.noun != EndDeviceEvents.noun }
    }
    #expect(
      failure == "step 4: expected MDM → MS get MeterReadings with reply OK, but step 5 came first: "
        + "MDM → CIS changed MeterServiceRequests")
  }

  @Test("an MDM that stores readings and does not pass them on")
  func keepsReadings() async throws {
    let failure = try await run(.figure14, breaking: "MDM", timeLimit: .seconds(8)) { faulty in
      faulty.hears = { $0.noun != MeterReadings.noun }
    }
    #expect(failure?.hasPrefix("step 4: expected MDM → CIS created MeterReadings; nothing came") == true)
  }

  @Test("an OMS that does not subscribe")
  func noSubscription() async throws {
    let failure = try await run(.figure7, breaking: "OMS", timeLimit: .seconds(8)) { faulty in
      faulty.interests = []
    }
    #expect(
      failure?.hasPrefix("step 1: expected MS → OMS, MDM created EndDeviceEvents; OMS did not get it") == true)
  }

  @Test("an OMS that passes over what it is told")
  func deafOutageManagement() async throws {
    let failure = try await run(.figure7, breaking: "OMS", timeLimit: .seconds(8)) { faulty in
      faulty.hears = { _ in false }
    }
    #expect(
      failure?.hasPrefix("step 2: expected OMS → MS get MeterReadings with reply OK or FAILED (5.7); nothing came")
        == true)
  }

  @Test("a CIS that loses its notice: all messages are right, what they were to bring about is not")
  func losesNotice() async throws {
    let failure = try await run(.figure33, breaking: "CIS", timeLimit: .seconds(8)) { faulty in
      faulty.hears = { _ in false }
    }
    #expect(failure?.hasPrefix("expected CIS notices/disconnect/count to rise by 1, it went from 0 to 0") == true)
  }

  @Test("a head end that answers in the place of the MDM")
  func misdelivered() async throws {
    let failure = try await run(.figure16, breaking: "MS") { faulty in
      faulty.interests = [.serves([.get], [MeterReadings.noun], from: ["CIS", "MDM"])]
    }
    #expect(failure == "step 1: expected CIS → MDM get MeterReadings with reply OK, it went to MS")
  }

  @Test("no MDM at all: the bus refuses the order")
  func absent() async throws {
    let failure = try await Stand.with(
      participants: { utility, _ in utility.participants.filter { $0.id != "MDM" } },
      { stand in try await ScenarioRunner(bus: stand.bus, utility: stand.utility).run(.figure33).failure })
    #expect(failure?.contains("the bus refused CIS: create MeterServiceRequests with 2.5") == true)
  }

  @Test("a head end that never comes back: the time it took is told")
  func silent() async throws {
    let failure = try await run(.figure16, breaking: "MDM", timeLimit: .seconds(8)) { faulty in
      faulty.interests = [.serves([.get], [MeterReadings.noun])]
      faulty.inner = Silent()
    }
    #expect(
      failure
        == "step 1: expected CIS → MDM get MeterReadings with reply OK; the request was sent, no reply came, within "
        + "8.0 seconds")
  }

  private struct Silent: Participant {
    var id: ParticipantID { "MDM" }
    var interests: [Interest] { [] }
    func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
      try await Task.sleep(for: .seconds(600))
      throw CancellationError()
    }
  }
}

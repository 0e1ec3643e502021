// The far end of a bad line: what a system is sent, and its replies.
import IECMessage
import MessageBus

/// Stands for a system on the bus; between the two lies a `FaultyPort`'s line.
struct FaultyParticipant: Participant {
  let system: any Participant
  let line: FaultyPort

  var id: ParticipantID { system.id }
  var interests: [Interest] { system.interests }

  /// A request that is lost, or whose reply is, is answered FAILED with 5.3 by the bus: who asked does not hear more.
  func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    try await line.carry(request, of: id, "to \(id)")
    let reply = try await system.answer(request, from: sender)
    try await line.carry(reply, of: id, "reply of \(id)")
    return reply
  }

  /// An event that is lost is not delivered again: it is listed as destroyed.
  func receive(_ event: Message, from sender: ParticipantID) async throws {
    guard await arrives(event) else { return }
    try await system.receive(event, from: sender)
  }

  func receive(reply: Message, from sender: ParticipantID) async throws {
    guard await arrives(reply) else { return }
    try await system.receive(reply: reply, from: sender)
  }

  private func arrives(_ message: Message) async -> Bool {
    do {
      try await line.carry(message, of: id, "to \(id)")
      return true
    } catch {
      return false
    }
  }
}

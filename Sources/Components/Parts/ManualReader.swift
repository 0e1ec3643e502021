// Readings a person takes at the meter.
public import CIMModel
import IECMessage
public import Logging
public import MessageBus

/// A meter reader with a handheld: publishes `created MeterReadings` of what was read by eye.
///
/// - SeeAlso: IEC 61968-9, 5.3.2 (Figure 15)
public actor ManualReader: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest] = []
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  private var taken = 0

  public init(id: ParticipantID, port: any MessagePort, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.logger = logger
    self.now = now
  }

  public static let actions: [ActionDescription] = [
    .init("readMeter", ["meter", "value"], "a reader takes the register of a meter, in kWh")
  ]
  public static let facts: [FactDescription] = [.init("taken/count", "readings taken by hand")]

  public func perform(_ action: ActionCall) async throws {
    let value = try action.text("value")
    guard let number = Double(value), number >= 0 else { throw ActionError("value must be a number") }
    taken += 1
    let reading = MeterReading(
      meter: IdentifiedObject(mRID: try action.text("meter")),
      readings: [
        Reading(reason: "billing", timeStamp: now(), value: value, readingType: ReadingTypeCode.registerForward)
      ])
    await port.publish(
      .event(.created, MeterReadings.noun, [MeterReadings([reading]).element], source: id.rawValue), from: id,
      logger: logger)
  }

  public func fact(_ path: FactPath) async -> String? { String(taken) }
}

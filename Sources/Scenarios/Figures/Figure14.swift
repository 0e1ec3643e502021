// Figure 14: readings by schedule.
import Components
import IECMessage
import MessageBus

extension Scenario {
  /// IEC 61968-9, 5.3.2, Figure 14.
  public static let figure14 = Scenario(
    id: "figure-14", figure: "14", title: "Example use of meter read schedule to create subscription", clause: "5.3.2",
    certainty: .confirmed,
    basis:
      "Published test procedures have CIS and MDM exchange these messages, and the readings carry the MessageID of "
      + "the request as CorrelationID; the part between MDM and MS is inferred.",
    participants: ["CIS", "MDM", "MS"],
    steps: [
      .request(
        "CIS", .create, MeterReadSchedule.noun, to: "MDM",
        trigger: .scheduleReadings(
          readingTypes: [ReadingTypeCode.registerForward, ReadingTypeCode.quarterHourForward], every: 900, times: 2),
        "the CIS orders readings of all meters, twice"),
      .request("MDM", .create, MeterReadSchedule.noun, to: "MS", "the MDM passes the order on"),
      .event(
        "MS", .created, MeterReadings.noun, to: ["MDM"], repeats: .oneOrMore, trigger: .timePasses,
        "the first readings fall due"),
      .event(
        "MDM", .created, MeterReadings.noun, to: ["CIS"], repeats: .asOften(as: 3),
        "the MDM stores them and passes them on"),
      .event(
        "MS", .created, MeterReadings.noun, to: ["MDM"], repeats: .oneOrMore, trigger: .timePasses,
        "the second readings fall due"),
      .event(
        "MDM", .created, MeterReadings.noun, to: ["CIS"], repeats: .asOften(as: 5),
        "the MDM stores them and passes them on"),
    ],
    expectations: [.valuesPerMeter(4)], timeLimit: .seconds(120))
}

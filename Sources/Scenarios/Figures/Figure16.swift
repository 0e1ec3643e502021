// Figure 16: a reading on request.
import Components
import IECMessage
import MessageBus

extension Scenario {
  /// IEC 61968-9, 5.3.2, Figure 16.
  public static let figure16 = Scenario(
    id: "figure-16", figure: "16", title: "Example On-Request meter read", clause: "5.3.2", certainty: .confirmed,
    basis: "Published test procedures have get MeterReadings go this way and its reply come back the same way.",
    participants: ["CIS", "MDM", "MS"],
    steps: [
      .request(
        "CIS", .get, MeterReadings.noun, to: "MDM",
        trigger: .askForReading(readingTypes: [ReadingTypeCode.registerForward, ReadingTypeCode.voltage]),
        "the CIS asks for what a meter shows now"),
      .request("MDM", .get, MeterReadings.noun, to: "MS", "the MDM asks the head end, as only the meter knows"),
    ],
    expectations: [.readingAnswered], timeLimit: .seconds(15))
}

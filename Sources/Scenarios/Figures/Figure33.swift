// Figure 33: remote disconnect and reconnect.
import Components
import IECMessage
import MessageBus

extension Scenario {
  /// IEC 61968-9, 5.4.2, Figure 33.
  public static let figure33 = Scenario(
    id: "figure-33", figure: "33", title: "Example message exchange for meter connect/disconnect", clause: "5.4.2",
    certainty: .confirmed,
    basis: "Published test procedures have these messages; the event of the switch is inferred from its codes.",
    participants: ["CIS", "MDM", "MS"],
    steps: [
      .request(
        "CIS", .create, MeterServiceRequests.noun, to: "MDM", trigger: .order(.disconnect),
        "the CIS orders a disconnect"),
      .request("MDM", .create, EndDeviceControls.noun, to: "MS", "the MDM commands the switch to open, 3.31.0.23"),
      .event("MS", .created, EndDeviceEvents.noun, to: ["MDM"], "the switch has opened, 3.31.0.68"),
      .request("MDM", .get, MeterReadings.noun, to: "MS", "the MDM reads the meter"),
      .event("MDM", .changed, MeterServiceRequests.noun, to: ["CIS"], "the CIS is told, with the reading"),
      .request(
        "CIS", .create, MeterServiceRequests.noun, to: "MDM", trigger: .order(.reconnect), "the CIS orders a reconnect"),
      .request("MDM", .get, MeterReadings.noun, to: "MS", "the MDM reads the meter"),
      .request("MDM", .create, EndDeviceControls.noun, to: "MS", "the MDM commands the switch to close, 3.31.0.18"),
      .event("MS", .created, EndDeviceEvents.noun, to: ["MDM"], "the switch has closed, 3.31.0.42"),
      .event("MDM", .changed, MeterServiceRequests.noun, to: ["CIS"], "the CIS is told, with the reading"),
    ],
    expectations: [.workCompleted(.disconnect), .workCompleted(.reconnect), .meterConnected(true)])
}

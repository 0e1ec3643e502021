// Figure 7: outage detection by publish/subscribe.
import Components
import IECMessage
import MessageBus

extension Scenario {
  /// IEC 61968-9, 5.2.2, Figure 7.
  public static let figure7 = Scenario(
    id: "figure-7", figure: "7", title: "Outage Detection, publish/subscribe exchange, Example 1", clause: "5.2.2",
    certainty: .inferred,
    basis:
      "Last gasps 3.26.0.85 and restorations 3.26.0.216 reach the OMS as created EndDeviceEvents in published test "
      + "procedures; the question to a neighbour follows from the request/reply figures 5 and 6.",
    participants: ["MDM", "MS", "OMS"],
    steps: [
      .event(
        "MS", .created, EndDeviceEvents.noun, to: ["OMS", "MDM"], trigger: .powerFails,
        "a transformer loses power"),
      .request(
        "OMS", .get, MeterReadings.noun, to: "MS", reply: .okOrFailed(["5.7"]),
        "the OMS asks a neighbour that has not reported"),
      .event(
        "MS", .created, EndDeviceEvents.noun, to: ["OMS", "MDM"], trigger: .powerReturns,
        "its power is back"),
    ],
    expectations: [.outageFoundAndClosed])
}

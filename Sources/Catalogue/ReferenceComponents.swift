// What Busbar's own components are for, and what they send: their interests do not say that.
import IECMessage
import MessageBus

/// Descriptions of the reference components. What they offer and consume is taken from the participants themselves.
public enum ReferenceComponents {
  public static let vendor = "Busbar"

  public static let entries: [ComponentEntry] = [
    ComponentEntry(
      id: "CIS", name: "Customer information system", vendor: vendor, functions: ["CIS"],
      requests: [
        MessagePattern([.get], ["MeterReadings"]),
        MessagePattern([.create], ["MeterReadSchedule", "MeterServiceRequests"]),
      ]),
    ComponentEntry(
      id: "MDM", name: "Meter data management", vendor: vendor, functions: ["MDM"],
      emits: [
        MessagePattern([.created], ["MeterReadings"]), MessagePattern([.changed], ["MeterServiceRequests"]),
      ],
      requests: [
        MessagePattern([.get], ["MeterReadings"]),
        MessagePattern([.create], ["EndDeviceControls", "MeterReadSchedule"]),
      ]),
    ComponentEntry(
      id: "MS", name: "Metering system", vendor: vendor, functions: ["MS"],
      emits: [MessagePattern([.created], ["EndDeviceEvents", "MeterReadings"])]),
    ComponentEntry(
      id: "OMS", name: "Outage management system", vendor: vendor, functions: ["OMS", "FLT"],
      requests: [MessagePattern([.get], ["MeterReadings"])]),
  ]
}

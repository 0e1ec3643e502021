// What Busbar's own components are for, and what they send: their interests do not say that.
import IECMessage
import MessageBus

/// Descriptions of the reference components. What they offer and consume is taken from the participants themselves.
public enum ReferenceComponents {
  public static let vendor = "Busbar"

  /// The Config nouns of IEC 61968-9, 5.9 and 5.10.
  static let configNouns = [
    "AuxiliaryAgreement", "ComModule", "Customer", "CustomerAccount", "CustomerAgreement", "EndDevice", "Meter",
    "PricingStructure", "ServiceCategory", "ServiceLocation", "ServiceSupplier", "UsagePoint", "UsagePointLocation",
  ].map { $0 + "Config" }

  /// Every system, as it is in a small utility: the four of its core with their main parts alone.
  public static let entries: [ComponentEntry] = core + further

  private static let core: [ComponentEntry] = [
    ComponentEntry(
      id: "CIS", name: "Customer information system", vendor: vendor, functions: ["CIS"],
      requests: [
        MessagePattern([.get], ["MeterReadings"]),
        MessagePattern([.create], ["MeterReadSchedule", "MeterServiceRequests"]),
      ]),
    ComponentEntry(
      id: "MASTER", name: "Master data management", vendor: vendor, functions: ["CIS", "MAM"],
      emits: [
        MessagePattern([.created, .changed, .closed, .deleted, .canceled], configNouns + ["MasterDataLinkageConfig"]),
        MessagePattern([.executed], ["OperationSet"]),
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

import CIMModel
import Components
import Testing

/// The children each class may have, in the order of the profile.
private let order: [String: [String: [String]]] = [
  "MeterReadings": [
    "MeterReadings": ["EndDeviceEventType", "MeterReading", "ReadingQualityType", "ReadingType"],
    "MeterReading": [
      "isCoincidentTrigger", "EndDeviceEvents", "IntervalBlocks", "Meter", "Readings", "UsagePoint", "valuesInterval",
    ],
    "IntervalBlocks": ["IntervalReadings", "PendingCalculation", "ReadingType"],
    "IntervalReadings": ["reportedDateTime", "source", "timeStamp", "value", "ReadingQualities", "timePeriod"],
    "Meter": ["mRID", "Names", "status"],
    "Readings": [
      "reason", "reportedDateTime", "source", "timeStamp", "value", "ReadingQualities", "ReadingType", "timePeriod",
    ],
  ],
  "GetMeterReadings": [
    "GetMeterReadings": [
      "EndDevice", "EndDeviceGroup", "MeterReadings", "Reading", "ReadingQuality", "ReadingType", "TimeSchedule",
      "TransformerTank", "UsagePoint", "UsagePointGroup",
    ],
    "Reading": ["reason", "source", "timePeriod"],
    "TimeSchedule": ["scheduleInterval"],
  ],
  "MeterReadSchedule": [
    "MeterReadSchedule": [
      "CustomerAccount", "CustomerAgreement", "EndDevice", "EndDeviceGroup", "ReadingType", "TimeSchedule",
      "UsagePoint",
      "UsagePointGroup",
    ],
    "TimeSchedule": ["disabled", "offset", "recurrencePattern", "recurrencePeriod", "scheduleInterval", "TimePoints"],
    "TimePoints": ["dateTime", "relativeTimeInterval", "sequenceNumber", "window"],
  ],
  "EndDeviceControls": [
    "EndDeviceControls": ["EndDeviceControl", "EndDeviceControlType"],
    "EndDeviceControl": [
      "mRID", "drProgramLevel", "drProgramMandatory", "issuerID", "issuerTrackingID", "priceSignal", "reason",
      "PanDemandResponse", "PanDisplay", "PanPricing", "EndDeviceControlType", "EndDeviceGroups", "EndDevices",
      "primaryDeviceTiming", "secondaryDeviceTiming", "UsagePointGroups", "UsagePoints",
    ],
    "EndDevices": ["mRID", "installCode", "isPan", "electronicAddress", "Names"],
  ],
  "EndDeviceEvents": [
    "EndDeviceEvents": ["EndDeviceEvent", "EndDeviceEventType"],
    "EndDeviceEvent": [
      "mRID", "createdDateTime", "issuerID", "issuerTrackingID", "reason", "severity", "userID", "Assets",
      "EndDeviceEventDetails", "EndDeviceEventType", "Names", "status", "UsagePoint",
    ],
  ],
  "MeterServiceRequests": [
    "MeterServiceRequests": ["MeterServiceWork", "ReadingQualityType", "ReadingType"],
    "MeterServiceWork": [
      "kind", "lastModifiedDateTime", "priority", "requestDateTime", "type", "ActivityRecords", "Customers", "Meter",
      "OldMeter", "status", "UsagePoint",
    ],
    "Meter": ["mRID", "amrSystem", "formNumber", "serialNumber", "MeterMultipliers", "MeterReadings", "Names"],
    "MeterReadings": ["Readings", "valuesInterval"],
    "Readings": [
      "reason", "reportedDateTime", "source", "timeStamp", "value", "ReadingQualities", "ReadingType", "timePeriod",
    ],
    "status": ["dateTime", "reason", "remark", "value"],
  ],
]

/// For classes all profiles share.
private let common: [String: [String]] = [
  "Names": ["name", "NameType"], "scheduleInterval": ["end", "start"], "valuesInterval": ["end", "start"],
  "timePeriod": ["end", "start"], "ReadingQualities": ["comment", "source", "timeStamp", "ReadingQualityType"],
]

private let object = IdentifiedObject(mRID: "3dc53ee5-777e-50b4-8699-a1c224f45f3d", names: ["MTR-1", "Zähler 1"])
private let period = DateTimeInterval(start: start, end: start.adding(seconds: 900))
private let reading = Reading(
  reason: "inquiry", timeStamp: start, value: "12.345", readingType: ReadingTypeCode.registerForward,
  qualities: ["1.0.0", "3.5.258"])
private let code = ReadingTypeCode.quarterHourForward

/// Payloads with every property the components write.
private let payloads: [Element] = [
  MeterReadings([
    MeterReading(
      intervalBlocks: [
        IntervalBlock(
          readingType: code,
          intervalReadings: [IntervalReading(timeStamp: period.end, value: "0.125", qualities: ["2.5.259"])])
      ], meter: object, readings: [reading, reading], usagePoint: object, valuesInterval: period)
  ]).element,
  GetMeterReadings(
    endDevices: [object], readingTypes: [code], scheduleIntervals: [period], transformerTanks: [object],
    usagePoints: [object], reasons: ["inquiry"]
  ).element,
  MeterReadSchedule(
    endDevices: [object], readingTypes: [code],
    timeSchedules: [TimeSchedule(recurrencePeriod: 900, offset: 60, scheduleInterval: period, timePoints: [start])],
    usagePoints: [object]
  ).element,
  EndDeviceControls([
    EndDeviceControl(
      mRID: "c", issuerID: "MDM", issuerTrackingID: "1", reason: "arrears", endDeviceControlType: "3.31.0.23",
      endDevices: [object], usagePoints: [object])
  ]).element,
  EndDeviceEvents([
    EndDeviceEvent(
      mRID: "e", createdDateTime: start, reason: "storm", asset: object, endDeviceEventType: "3.26.0.85",
      usagePoint: object)
  ]).element,
  MeterServiceRequests([
    MeterServiceWork(
      kind: .disconnect, lastModifiedDateTime: start, priority: "high", requestDateTime: start, meter: object,
      readings: [reading], status: .init(dateTime: start, reason: "done", value: "completed"))
  ]).element,
]

@Suite("IEC 61968-9, payload profiles: what the components write")
struct PayloadOrderTests {
  @Test("children stand in the order of the profile, in its namespace", arguments: payloads.indices)
  func inOrder(index: Int) throws {
    let payload = payloads[index]
    let rules = try #require(order[payload.name])
    check(payload, rules, namespace: "http://iec.ch/TC57/2011/\(payload.name)#")
  }

  private func check(_ element: Element, _ rules: [String: [String]], namespace: String) {
    #expect(element.namespace == namespace)
    #expect(element.text.isEmpty || element.children.isEmpty)
    let known = rules[element.name] ?? common[element.name] ?? ["mRID", "Names"]
    let places = element.children.map { known.firstIndex(of: $0.name) }
    #expect(!places.contains(nil), "\(element.name) holds \(element.children.map(\.name))")
    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted(), "order in \(element.name)")
    for child in element.children { check(child, rules, namespace: namespace) }
  }

  @Test("what is written is read back equal")
  func roundTrip() {
    #expect(MeterReadings(payloads[0]).element == payloads[0])
    #expect(GetMeterReadings(payloads[1]).scheduleIntervals == [period])
    #expect(MeterReadSchedule(payloads[2]).element == payloads[2])
    #expect(EndDeviceControls(payloads[3]).element == payloads[3])
    #expect(EndDeviceEvents(payloads[4]).element == payloads[4])
    #expect(MeterServiceRequests(payloads[5]).element == payloads[5])
  }

  @Test("an element without anything is read as an empty payload")
  func empty() {
    let element = Element("MeterReadings", in: "")
    #expect(MeterReadings(element).meterReadings.isEmpty)
    #expect(GetMeterReadings(element).endDevices.isEmpty)
    #expect(
      EndDeviceEvents(Element("x", in: "", children: [Element("EndDeviceEvent", in: "")])).endDeviceEvents.isEmpty)
    #expect(
      MeterServiceWork.Kind("x")
        == MeterServiceRequests([MeterServiceWork(kind: .init("x"), meter: nil)])
        .meterServiceWorks[0].kind)
  }
}

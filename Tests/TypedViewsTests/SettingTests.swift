import CIMCodec
import CIMModel
import Part9
import Testing

@Suite("IEC 61968-9: setting by typed views")
struct SettingTests {
  private func sample() -> MeterReadings {
    var reading = MeterReadings.Reading(readingType: "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    reading.timePeriod = MeterReadings.DateTimeInterval()
    reading.timePeriod?.start = Timestamp(seconds: 0)
    reading.value = "12.5"
    reading.reason = .demandReset
    var set = MeterReadings.MeterReading()
    set.valuesInterval = MeterReadings.DateTimeInterval()
    set.readings = [reading]
    set.meter = MeterReadings.Meter()
    set.meter?.mRID = "m-1"
    set.isCoincidentTrigger = false
    var readings = MeterReadings()
    readings.meterReading = [set]
    return readings
  }

  @Test("children stand in the order of the profile, whatever the order of setting")
  func order() throws {
    let readings = sample()
    let set = try #require(readings.element["MeterReading"])
    #expect(set.children.map(\.name) == ["isCoincidentTrigger", "Meter", "Readings", "valuesInterval"])
    #expect(set["Readings"]?.children.map(\.name) == ["reason", "value", "ReadingType", "timePeriod"])
    #expect(readings.violations().isEmpty)
  }

  @Test("what is set is read back, and equal")
  func equality() throws {
    let readings = sample()
    #expect(readings.meterReading.first?.readings.first?.reason == .demandReset)
    let decoded = try MeterReadings(xml: readings.xml())
    #expect(decoded == readings)
    #expect(decoded.hashValue == readings.hashValue)
    let meter = readings.meterReading.first?.meter
    var same = MeterReadings.Meter()
    same.mRID = "m-1"
    #expect(meter == same)
    same.mRID = "m-2"
    #expect(meter != same)
    var other = readings
    other.meterReading[0].readings[0].readingType.ref = "0.0.0.1.19.1.12.0.0.0.0.0.0.0.0.3.72.0"
    #expect(other != readings)
    #expect(other.violations().isEmpty)
  }

  @Test("parts taken from another profile take the namespace of the place where they are put")
  func namespaces() throws {
    var name = MeterConfig.Name(name: "4711")
    name.nameType = MeterConfig.NameType(name: "SerialNumber")
    var meter = MeterConfig.Meter()
    meter.names = [name]
    var config = MeterConfig()
    config.meter = [meter]
    #expect(config.violations().isEmpty)
    var readings = sample()
    readings.meterReading[0].meter?.names = config.meter[0].names
    #expect(readings.violations().isEmpty)
    #expect(readings.meterReading[0].meter?.names == [name])
  }

  @Test("nil and an empty array take elements away, and the rest stays")
  func removal() throws {
    var set = sample().meterReading[0]
    set.meter = nil
    set.isCoincidentTrigger = nil
    #expect(set.element.children.map(\.name) == ["Readings", "valuesInterval"])
    set.readings += set.readings
    #expect(set.element.children.map(\.name) == ["Readings", "Readings", "valuesInterval"])
    set.readings[1].value = "13"
    #expect(set.readings.map(\.value) == ["12.5", "13"])
    set.readings = []
    #expect(set.element.children.map(\.name) == ["valuesInterval"])
  }

  @Test("elements that no property stands for are kept in their places")
  func unknown() throws {
    let vendor = Element("quality", in: "urn:vendor", text: "good")
    var set = sample().meterReading[0]
    set.element.children.insert(vendor, at: 1)
    set.usagePoint = MeterReadings.UsagePoint()
    set.intervalBlocks = [MeterReadings.IntervalBlock(readingType: "x")]
    let names = set.element.children.map(\.name)
    #expect(
      names == [
        "isCoincidentTrigger", "IntervalBlocks", "quality", "Meter", "Readings", "UsagePoint", "valuesInterval",
      ]
    )
    var readings = MeterReadings()
    readings.meterReading = [set]
    #expect(readings.meterReading[0].element["quality"] == vendor)
  }

  @Test("members of a choice that repeats stay mixed as they were when as many are set")
  func mixed() throws {
    var meter = MeterConfig.Meter()
    meter.comFunction = ["c1"]
    meter.connectDisconnectFunction = ["d1"]
    meter.element.children.append(Element("ComFunction", in: "", attributes: [.init(name: "ref", value: "c2")]))
    meter.comFunction[1].ref = "c3"
    #expect(meter.element.children.map { $0.attribute("ref") } == ["c1", "d1", "c3"])
    var config = MeterConfig()
    config.meter = [meter]
    #expect(config.violations().isEmpty)
  }

  @Test("values that an enumeration does not have are kept, and only then the document is not written")
  func openEnumeration() throws {
    var readings = sample()
    readings.meterReading[0].readings[0].reason = "curiosity".asReason
    #expect(readings.meterReading[0].readings[0].reason?.isKnown == false)
    #expect(readings.meterReading[0].readings[0].reason?.rawValue == "curiosity")
    let error = #expect(throws: ProfileError.self) { try readings.xml() }
    #expect(error?.violations.first?.path.hasSuffix("/Readings/reason") == true)
    #expect(readings.unvalidatedXML().count > 100)
    readings.meterReading[0].readings[0].reason = .inquiry
    #expect(throws: Never.self) { try readings.xml() }
  }

  @Test("the indented document has a line for every tag and the same content")
  func pretty() throws {
    let readings = sample()
    let text = String(decoding: try readings.xml(pretty: true), as: UTF8.self)
    #expect(
      text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">
          <MeterReading>
            <isCoincidentTrigger>false</isCoincidentTrigger>
            <Meter>
              <mRID>m-1</mRID>
            </Meter>
            <Readings>
              <reason>demandReset</reason>
              <value>12.5</value>
              <ReadingType ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/>
              <timePeriod>
                <start>1970-01-01T00:00:00Z</start>
              </timePeriod>
            </Readings>
            <valuesInterval/>
          </MeterReading>
        </MeterReadings>

        """)
    #expect(try MeterReadings(xml: Array(text.utf8)) == readings)
  }
}

extension String {
  fileprivate var asReason: MeterReadings.ReadingReasonKind { MeterReadings.ReadingReasonKind(self) }
}

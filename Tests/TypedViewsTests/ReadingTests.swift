import CIMCodec
import CIMModel
import Part9
import Testing

@Suite("IEC 61968-9, 5.3.3 MeterReadings: reading by typed views")
struct ReadingTests {
  static let document = """
    <m:MeterReadings xmlns:m="http://iec.ch/TC57/2011/MeterReadings#">
      <m:MeterReading>
        <m:isCoincidentTrigger> 1 </m:isCoincidentTrigger>
        <m:IntervalBlocks>
          <m:IntervalReadings><m:timeStamp>2026-03-29T03:15:00+02:00</m:timeStamp><m:value>0.250</m:value>
          </m:IntervalReadings>
          <m:IntervalReadings><m:timeStamp>2026-03-29T01:30:00Z</m:timeStamp><m:value>0.1</m:value>
            <m:ReadingQualities><m:ReadingQualityType ref="2.7.1"/></m:ReadingQualities>
            <m:timePeriod><m:end>2026-03-29T01:30:00Z</m:end><m:start>2026-03-29T01:15:00Z</m:start></m:timePeriod>
          </m:IntervalReadings>
          <m:PendingCalculation>
            <m:offset>-7</m:offset><m:scalarFloat>1.5E1</m:scalarFloat><m:ReadingType ref="after"/>
          </m:PendingCalculation>
          <m:ReadingType ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/>
        </m:IntervalBlocks>
        <m:Meter><m:mRID>m-1</m:mRID><m:Names><m:name>4711</m:name><m:NameType><m:name>SerialNumber</m:name>
          </m:NameType></m:Names></m:Meter>
        <m:Readings><m:reason>billing</m:reason><m:timeStamp>2026-03-29T00:00:00Z</m:timeStamp>
          <m:value>1042.0</m:value><m:ReadingType ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/></m:Readings>
      </m:MeterReading>
      <m:MeterReading/>
    </m:MeterReadings>
    """

  @Test("every kind of value has its type")
  func values() throws {
    let readings = try MeterReadings(xml: Array(Self.document.utf8))
    #expect(readings.meterReading.count == 2)
    let set = try #require(readings.meterReading.first)
    #expect(set.isCoincidentTrigger == true)
    #expect(set.meter?.mRID == "m-1")
    #expect(set.meter?.names.first?.nameType?.name == "SerialNumber")
    #expect(set.readings.first?.reason == .billing)
    #expect(set.readings.first?.value == "1042.0")
    #expect(set.readings.first?.readingType.ref == "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    let block = try #require(set.intervalBlocks.first)
    #expect(block.readingType == "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    #expect(block.intervalReadings.map { $0.value } == ["0.250", "0.1"])
    // 2026-03-29T01:15:00Z by `date -u -d @1774746900`.
    #expect(block.intervalReadings.first?.timeStamp == Timestamp(seconds: 1_774_746_900))
    #expect(block.intervalReadings.last?.timePeriod?.start == Timestamp(seconds: 1_774_746_900))
    #expect(block.intervalReadings.last?.readingQualities.map { $0.readingQualityType.ref } == ["2.7.1"])
    #expect(block.pendingCalculation?.offset == -7)
    #expect(block.pendingCalculation?.scalarFloat == 15)
    #expect(readings.meterReading.last?.meter == nil)
    #expect(readings.meterReading.last?.isCoincidentTrigger == nil)
  }

  @Test("an invalid document is an error with line and path of every breach")
  func invalid() throws {
    let text = Self.document.replacing("<m:offset>-7<", with: "<m:offset>seven<")
      .replacing("<m:reason>billing<", with: "<m:reason>curiosity<")
    let error = #expect(throws: ProfileError.self) { try MeterReadings(xml: Array(text.utf8)) }
    #expect(error?.code == .invalid)
    let lines = error?.violations.map { $0.line } ?? []
    #expect(lines.first == 12)
    #expect(lines.last == 18)
    #expect(error?.violations.first?.path.hasSuffix("/IntervalBlocks/PendingCalculation/offset") == true)
    #expect(error?.description.contains("\n12:") == true)
  }

  @Test("a text that is no XML is an error with its place")
  func malformed() throws {
    let error = #expect(throws: ProfileError.self) { try MeterReadings(xml: Array("<MeterReadings>\n<a".utf8)) }
    #expect(error?.code == .otherNoun || error?.code == .invalid)
    let cut = #expect(throws: ProfileError.self) {
      try MeterReadings(xml: Array(Self.document.utf8.dropLast(20)))
    }
    #expect(cut?.code == .invalid)
    #expect(cut?.violations.isEmpty == false)
    #expect(throws: ProfileError.self) { try MeterReadings(xml: []) }
  }

  @Test("another noun, or the same without its namespace, is refused by name")
  func otherNoun() throws {
    let error = #expect(throws: ProfileError.self) { try MeterConfig(xml: Array(Self.document.utf8)) }
    #expect(error?.code == .otherNoun)
    #expect(error?.message.contains("the root of the document is MeterReadings of http") == true)
    #expect(throws: ProfileError.self) { try MeterReadings(Element("MeterReadings", in: "")) }
    #expect(throws: ProfileError.self) { try MeterReadings(xml: Array("<MeterReadings/>".utf8)) }
    var message = Element("EventMessage", in: "http://iec.ch/TC57/2011/schema/message")
    message.append("Payload") { _ in }
    let advice = #expect(throws: ProfileError.self) { try MeterReadings(xml: XMLWriter.write(message)) }
    #expect(advice?.message.contains("MessageReader") == true)
  }

  @Test("the payload of a message becomes a view, and the view a payload")
  func payload() throws {
    var payload = Element("MeterReadings", in: MeterReadings.namespace)
    payload.append("MeterReading") { $0.append("isCoincidentTrigger", "false") }
    let view = try MeterReadings(payload)
    #expect(view.meterReading.first?.isCoincidentTrigger == false)
    #expect(view.element == payload)
  }

  @Test("a file is read and written, and a missing one is an error that names it")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("readings.xml")
    let view = try MeterReadings(xml: Array(Self.document.utf8))
    try view.write(to: path, pretty: true)
    #expect(try MeterReadings(contentsOf: path) == view)
    let error = #expect(throws: ProfileError.self) { try MeterReadings(contentsOf: folder.path("absent.xml")) }
    #expect(error?.code == .unreadableFile)
    #expect(error?.message.contains("absent.xml") == true)
    let folderError = #expect(throws: ProfileError.self) { try MeterReadings(contentsOf: folder.path("")) }
    #expect(folderError?.code == .unreadableFile)
    let unwritable = #expect(throws: ProfileError.self) { try view.write(to: folder.path("no/such/folder.xml")) }
    #expect(unwritable?.code == .unwritableFile)
  }

  @Test("what is required and absent is empty, and reported")
  func absent() throws {
    var block = Element("IntervalBlocks", in: MeterReadings.namespace)
    block.append("IntervalReadings") { $0.append("timeStamp", "yesterday") }
    let view = MeterReadings.IntervalBlock(unchecked: block)
    #expect(view.readingType.ref == "")
    #expect(view.intervalReadings.first?.timeStamp == nil)
    var readings = MeterReadings()
    var set = MeterReadings.MeterReading()
    set.intervalBlocks = [view]
    readings.meterReading = [set]
    let paths = readings.violations().map { $0.path.split(separator: "/").last ?? "" }
    #expect(paths.contains("timeStamp"))
    #expect(paths.contains("IntervalBlocks"))
    #expect(throws: ProfileError.self) { try readings.xml() }
  }
}

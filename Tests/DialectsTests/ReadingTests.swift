// Strict reading and repair in their order.
import CIMCodec
import CIMModel
import Dialects
import Foundation
import IECMessage
import Testing

@Suite("Reading a partner's messages")
struct ReadingTests {
  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Bench.folder.appending(path: name + ".xml")))
  }

  private func read(_ name: String, _ dialect: Dialect) throws -> MessageRepair.Reading {
    MessageRepair(dialect: dialect).read(try bytes(name), with: MessageReader())
  }

  @Test("strict mode gives the strict verdict")
  func strict() throws {
    let reading = try read("row-01-reply-2008", Dialect())
    #expect(reading.inspection.verdict == .invalid)
    #expect(reading.inspection.repairs.isEmpty)
    #expect(reading.bytes == (try bytes("row-01-reply-2008")))
  }

  @Test(
    "tolerant mode gives the verdict after the repair, with the repairs", arguments: [Dialect.Mode.tolerant, .observe])
  func tolerant(_ mode: Dialect.Mode) throws {
    var dialect = try Dialect.preset("2008")
    dialect.mode = mode
    let reading = try read("row-01-reply-2008", dialect)
    #expect(reading.inspection.verdict == .valid)
    #expect(reading.inspection.repairs.map(\.line) == [2, 4, 8])
    #expect(reading.inspection.message?.reply?.result == .ok)
  }

  @Test("a valid message with a verb in the wrong tense is repaired, for the rules reject it")
  func rules() throws {
    let reading = try read("row-09-created-in-request", .preset("tolerant"))
    #expect(reading.inspection.message?.verb == .create)
    #expect(reading.inspection.repairs.count == 1)
  }

  @Test("a valid message with local times is repaired where the dialect has a zone")
  func zone() throws {
    var dialect = try Dialect.preset("tolerant")
    #expect(try read("row-06-readings-zoneless", dialect).inspection.repairs.isEmpty)
    dialect.zone = StampZone("+03:30")
    #expect(try read("row-06-readings-zoneless", dialect).inspection.repairs.count == 1)
  }

  @Test("what is still wrong after the repair has the lines of the original")
  func lines() throws {
    let text = """
      <RequestMessage xmlns="http://www.iec.ch/TC57/2008/schema/message">
        <Header>
          <Verb>CREATE</Verb>
          <!-- a comment
               of two lines -->
          <Noun>MeterConfig</Noun>
          <Timestamp>never</Timestamp>
        </Header>
        <Payload>
          <MeterConfig xmlns="http://iec.ch/TC57/2011/MeterConfig#"
              xmlns:v="urn:example:vendor">
            <Meter>
              <mRID>M-1</mRID>
              <v:colour>red</v:colour>
            </Meter>
          </MeterConfig>
        </Payload>
      </RequestMessage>
      """
    let reading = MessageRepair(dialect: try .preset("2008")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.verdict == .invalid)
    #expect(reading.inspection.violations.map(\.line) == [7, 14])
    #expect(reading.inspection.repairs.map(\.line) == [1, 3])
  }

  @Test("a document that cannot be repaired keeps the strict verdict, and the reading says why")
  func obstacle() throws {
    let text = "<RequestMessage>text<Header/></RequestMessage>"
    let reading = MessageRepair(dialect: try .preset("tolerant")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.verdict == .invalid)
    #expect(reading.obstacle?.code == .unreadable)
    let broken = MessageRepair(dialect: try .preset("tolerant")).read(Array("<a".utf8), with: MessageReader())
    #expect(broken.inspection.verdict == .unreadable)
    #expect(broken.obstacle == nil)
  }

  @Test("qualified names in content keep their namespaces, prefixes of theirs get new ones")
  func qualifiedNames() throws {
    let text = """
      <r:ResponseMessage xmlns:r="http://www.iec.ch/TC57/2008/schema/message" xmlns:p="urn:example:p">
        <r:Header><r:Verb>reply</r:Verb><r:Noun>A &amp;&#13; B &lt;"'</r:Noun></r:Header>
        <r:Reply><r:Result>FAILED</r:Result>
          <r:Error><r:code>2.4</r:code><r:xpath>p:Meter</r:xpath></r:Error></r:Reply>
      </r:ResponseMessage>
      """
    let reading = MessageRepair(dialect: try .preset("2008")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.verdict == .valid)
    #expect(reading.inspection.message?.noun == "A &\r B <\"'")
    let written = String(decoding: reading.bytes, as: UTF8.self)
    #expect(written.contains("xmlns:q0=\"urn:example:p\""))
    #expect(written.contains(">q0:Meter<"))
  }

  @Test("attributes of SOAP, xsi:nil and xsi:types that a schema has are kept")
  func attributes() throws {
    let text = """
      <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <s:Header><v:Trace xmlns:v="urn:example:v" s:mustUnderstand="1" xml:lang="en" v:depth="2">t</v:Trace></s:Header>
        <s:Body>
          <e:RequestMessage xmlns:e="http://iec.ch/TC57/2011/schema/message" xmlns:m="http://iec.ch/TC57/2011/MeterConfig#">
            <e:Header><e:Verb>CREATE</e:Verb><e:Noun>MeterConfig</e:Noun></e:Header>
            <e:Payload><m:MeterConfig><m:Meter xsi:type="m:Meter"><m:mRID>1</m:mRID></m:Meter></m:MeterConfig></e:Payload>
          </e:RequestMessage>
        </s:Body>
      </s:Envelope>
      """
    let reading = MessageRepair(dialect: try .preset("tolerant")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.verdict == .valid)
    #expect(reading.inspection.repairs.count == 1)
    let block = try #require(reading.inspection.soapHeaders.first)
    #expect(block.text == "t")
    #expect(block.attributes.count == 3)
    #expect(block.attributes.contains { $0.namespace == SOAPVersion.v1_1.namespace && $0.name == "mustUnderstand" })
    #expect(block.attributes.contains { $0.namespace == "urn:example:v" && $0.value == "2" })
    #expect(String(decoding: reading.bytes, as: UTF8.self).contains(":Meter\""), "xsi:type is still there")
  }

  @Test("lines inside a string argument are those of the whole document")
  func argumentLines() throws {
    let text = """
      <call xmlns="urn:example:hes">
        <arg>

          &lt;RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"&gt;
            &lt;Header&gt;
              &lt;Verb&gt;GET&lt;/Verb&gt;&lt;Noun&gt;N&lt;/Noun&gt;
            &lt;/Header&gt;&lt;Request/&gt;&lt;/RequestMessage&gt;</arg>
      </call>
      """
    let reading = MessageRepair(dialect: try .preset("tolerant")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.verdict == .valid)
    #expect(reading.inspection.repairs.map(\.line) == [1, 2, 6])
  }

  @Test("an envelope of another edition is left to its own schema")
  func otherEdition() throws {
    let text = """
      <RequestMessage xmlns="http://iec.ch/TC57/2021/schema/message"><Header><Verb>GET</Verb><Noun>N</Noun></Header>\
      </RequestMessage>
      """
    let reading = MessageRepair(dialect: try .preset("tolerant")).read(Array(text.utf8), with: MessageReader())
    #expect(reading.inspection.repairs.isEmpty)
    #expect(reading.bytes == Array(text.utf8))
  }
}

import CIMCodec
import CIMModel
import CIMProfiles
import IECMessage
import Testing

@Suite("IEC 61968-5 and -6: messages of query services")
struct QueryMessageTests {
  @Test(
    "a query is read and written under the names of its part",
    arguments: [
      ("2017", "DERGroupQueries", "DERGroups", "DERGroupQueriesRequestMessage", "DERGroupQueriesResponseMessage"),
      ("2015", "GetWorkRequests", "WorkRequests", "GetWorkRequestsRequestMessage", "GetWorkRequestsResponseMessage"),
      ("2011", "GetMeterReadings", "MeterReadings", "GetMeterReadings", "MeterReadingsResponseMessage"),
    ])
  func bothWays(_ year: String, _ query: String, _ noun: String, _ root: String, _ answer: String) throws {
    let inside = query == "DERGroupQueries" ? "<EndDeviceGroup><mRID>1</mRID></EndDeviceGroup>" : ""
    let text = """
      <t:\(root) xmlns:t="http://iec.ch/TC57/\(year)/\(query)Message" xmlns="http://iec.ch/TC57/2011/schema/message">\
      <t:Header><Verb>get</Verb><Noun>\(noun)</Noun><MessageID>1</MessageID><CorrelationID>1</CorrelationID></t:Header>\
      <t:Request><\(query) xmlns="http://iec.ch/TC57/\(year)/\(query)#">\(inside)</\(query)></t:Request></t:\(root)>
      """
    let inspection = MessageReader().read(Array(text.utf8))
    #expect(inspection.verdict == .valid, "\(inspection.violations.map(\.message))")
    let message = try #require(inspection.message)
    let form = try #require(inspection.form)
    #expect(message.kind == .request)
    #expect(message.request?.objects.map(\.name) == [query])
    let written = try MessageWriter().write(message, as: form)
    #expect(
      String(decoding: written, as: UTF8.self).contains(":\(root)")
        || String(decoding: written, as: UTF8.self).contains("<\(root)"))
    #expect(MessageReader().read(written).message == message)
    let reply = Message(
      kind: .response, header: Header(verb: .reply, noun: noun, correlationID: "1"), reply: Reply(result: .ok))
    let answered = try MessageWriter().write(reply, as: form)
    #expect(String(decoding: answered, as: UTF8.self).contains(answer))
    #expect(MessageReader().read(answered).message?.kind == .response)
  }
}

// Search, single messages, dead letters by cause, and what is sent again.
import CIMModel
import HTTPTransport
import IECMessage
import MessageBus
import Testing

@Suite("Journal over HTTP", .timeLimit(.minutes(1)))
struct JournalQueries {
  @Test("parameters become a query")
  func search() async throws {
    let bus = StubBus()
    let path =
      "/messages?object=MTR%201&text=a%20b&noun=N&verb=get&partner=P&from=1970-01-01T00:00:01Z&to=1970-01-01T00:00:02Z"
      + "&state=dead&limit=5&before=7&correlationID=c"
    let answer = try await withServer(bus) { try await exchange($0, "GET", path) }
    #expect(answer.status == 200 && answer.body.contains("\"next\":3,\"indexedUpTo\":9,\"unsearched\":1"))
    #expect(
      bus.searched == [
        MessageQuery(
          correlationID: "c", noun: "N", verb: .get, partner: "P", object: "MTR 1", text: "a b",
          from: Timestamp(seconds: 1), to: Timestamp(seconds: 2), state: .dead, limit: 5, before: EntryID(7))
      ])
  }

  @Test(
    "a parameter that makes no sense is named",
    arguments: ["from=yesterday", "state=lost", "verb=fetch", "limit=many", "before=x", "mridd=1"])
  func badParameter(_ query: String) async throws {
    let answer = try await withServer(StubBus()) { try await exchange($0, "GET", "/messages?\(query)") }
    #expect(answer.status == 400)
    #expect(answer.body.contains(query.split(separator: "=").first ?? "?"), "\(answer.body)")
  }

  @Test("one message, its bytes in pieces, and none")
  func message() async throws {
    try await withServer(StubBus()) { port in
      let entry = try await exchange(port, "GET", "/messages/3")
      #expect(entry.status == 200 && entry.body.contains("\"replies\":[{\"entry\":3"))
      let body = try await exchange(port, "GET", "/messages/3/body")
      #expect(body.status == 200 && Array(body.body.utf8) == StubBus.body)
      #expect(body.headers["content-type"] == "application/octet-stream")
      #expect(try await exchange(port, "GET", "/messages/4").status == 404)
      #expect(try await exchange(port, "GET", "/messages/4/body").status == 404)
      #expect(try await exchange(port, "GET", "/messages/abc").status == 400)
    }
  }

  @Test("dead letters by cause and by participant", arguments: [("cause", "4.1"), ("participant", "MDM")])
  func deadLetters(_ grouping: String, _ key: String) async throws {
    let answer = try await withServer(StubBus()) { try await exchange($0, "GET", "/dead-letters?by=\(grouping)") }
    #expect(answer.status == 200 && answer.body.contains("{\"groups\":[{\"key\":\"\(key)\",\"count\":2"))
  }

  @Test("what was sent again is not sent twice unless asked for; nothing is sent for a page in a browser")
  func sendingAgain() async throws {
    let bus = StubBus()
    try await withServer(bus) { port in
      #expect(try await exchange(port, "POST", "/messages/3/replay?to=OMS", ["Origin": "http://a"]).status == 403)
      #expect(try await exchange(port, "POST", "/messages/3/replay").status == 400)
      let first = try await exchange(port, "POST", "/messages/3/replay?to=OMS")
      #expect(first.status == 200 && first.body == "{\"entry\":10,\"result\":\"accepted\"}\n")
      #expect(try await exchange(port, "POST", "/messages/3/replay?to=OMS").status == 409)
      #expect(try await exchange(port, "POST", "/messages/3/resubmit?again=true", plain, get()).status == 200)
      // The stub's body is no message.
      #expect(try await exchange(port, "POST", "/messages/3/resubmit?again=true").status == 422)
      #expect(try await exchange(port, "POST", "/messages/5/replay?to=OMS").status == 404)
    }
    #expect(bus.sentAgain.first == "replay 3 to OMS")
    #expect(bus.sentAgain.last == "resubmit 3 MeterReadings \(get().utf8.count)")
  }
}

// Connections that are lost.
#if PostgreSQL
  import Foundation
  import MeterStore
  import Testing

  @testable import PostgreSQLMeterStore

  @Suite(
    "Connections to PostgreSQL", .enabled(if: ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] != nil))
  struct PostgreSQLConnectionTests {
    @Test("a store whose connections the server has closed opens new ones, and has lost nothing that was committed")
    func lost() throws {
      let server = ProcessInfo.processInfo.environment["BUSBAR_POSTGRESQL"] ?? ""
      let name = "test_" + UUID().uuidString.lowercased().split(separator: "-").joined()
      let store = try PostgreSQLReadingStore(address: server + " application_name=\(name)", schema: name)
      func add(_ meter: String, then body: () throws -> Void = {}) throws -> Int64? {
        try store.write(Batch(kind: "ingest", source: "s", author: "a")) { writer in
          let number = try writer.meter(MeterRecord(mRID: meter, name: nil, usagePoint: nil))?.number
          try body()
          return number
        }
      }
      func closeAll() throws {
        let other = try PostgreSQLConnection(server)
        try other.run(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", .text(name))
        // The server says so before it has done so.
        for _ in 0..<500 {
          let left = try other.run(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", .text(name))
          if left.integer(0, 0) == 0 { return }
          usleep(10_000)
        }
      }
      #expect(try add("M1") == 1)
      #expect(try store.read { try $0.meter("M1") }?.number == 1)
      try closeAll()
      #expect(try store.read { try $0.meter("M1") }?.number == 1)
      #expect(try add("M2") == 2)
      // In the middle of a batch: it fails as something that passes, and leaves nothing behind.
      let error = #expect(throws: StoreError.self) { try add("M3", then: closeAll) }
      #expect(error?.code == .notWritable)
      #expect(try add("M4") == 3)
      #expect(try store.read { try $0.meters(after: 0, limit: 9) }.map(\.key) == ["M1", "M2", "M4"])
    }
  }
#endif

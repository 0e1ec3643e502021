import Components
import Testing

@Suite("The network of an OMS as a table")
struct NetworkTableTests {
  @Test("meters and what feeds them, under the utility's own words")
  func read() throws {
    let network = try NetworkHierarchy(
      table: """
        meter,usagePoint,transformer,section,feeder
        M1, U1 ,T1,S1,F1

        "M2","U2","T1","S1","F1"\r
        M3,,T2,,F1
        """)
    #expect(network.meterCount == 3)
    #expect(network.levels == ["transformer", "section", "feeder"])
    #expect(network.place(of: IdentifiedObject(names: ["M2"]))?.devices == ["T1", "S1", "F1"])
    #expect(network.place(of: IdentifiedObject(names: ["M1"]))?.usagePoint == "U1")
    #expect(network.place(of: IdentifiedObject(names: ["M3"]))?.devices == ["T2", "F1"])
    #expect(network.place(of: IdentifiedObject(names: ["M3"]))?.usagePoint == nil)
    #expect(network.place(of: IdentifiedObject(names: ["M4"])) == nil)
  }

  @Test(
    "what cannot be is refused with its line",
    arguments: [
      ("", "line 1: no header"), ("transformer,meter\n", "line 1: the header has to be meter"),
      ("meter\nM1\n", "line 1: the header"),
      ("meter,transformer,feeder\nM1,T1\n", "line 2: 2 values, the header names 3"),
      ("meter,transformer\nM1,T1\n\nM1,T2\n", "line 4: the meter M1 stands there twice"),
      ("meter,transformer\n,T1\n", "line 2: no meter"),
      ("meter,transformer,feeder\nM1,T1,F1\nM2,T1,F2\n", "line 3: T1 on F2, but before T1 on F1"),
    ])
  func refused(table: String, reason: String) {
    let error = #expect(throws: NetworkHierarchy.TableError.self) { try NetworkHierarchy(table: table) }
    #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
  }

  @Test("a meter is known by eight of its identifiers at most")
  func identifiers() {
    let meter = IdentifiedObject(mRID: "M", names: (1..<1000).map { "N\($0)" })
    let network = NetworkHierarchy([.init(meter: meter, devices: ["T"])])
    #expect(network.place(of: IdentifiedObject(names: ["N7"]))?.meter.identifiers.count == 8)
    #expect(network.place(of: IdentifiedObject(names: ["N8"])) == nil)
  }
}

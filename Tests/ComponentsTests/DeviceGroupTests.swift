import CIMModel
import Components
import IECMessage
import MessageBus
import MeterSimulator
import Testing

@Suite("IEC 61968-9, 5.4: groups of devices in controls")
struct DeviceGroupTests {
  private let head = HeadEnd {
    $0.servesDevices = true
    $0.commandLimit = 10
  }

  private func create(_ members: [String]) async throws -> Message {
    var root = Element("EndDeviceGroups", in: "http://iec.ch/TC57/2011/EndDeviceGroups#")
    root.append("EndDeviceGroup") { group in
      group.append("mRID", "G")
      for member in members { group.append("EndDevices") { $0.append("mRID", member) } }
    }
    return try await head.system.answer(.request(.create, "EndDeviceGroups", [root], source: "LMS"), from: "LMS")
  }

  /// Controls that each name the group so many times.
  private func control(_ namings: [Int]) async throws -> Message {
    var root = Element("EndDeviceControls", in: "http://iec.ch/TC57/2011/EndDeviceControls#")
    for count in namings {
      root.append("EndDeviceControl") { control in
        control.append("EndDeviceControlType", ref: "16.15.0.54")
        for _ in 0..<count { control.append("EndDeviceGroups") { $0.append("mRID", "G") } }
      }
    }
    return try await head.system.answer(.request(.create, "EndDeviceControls", [root], source: "LMS"), from: "LMS")
  }

  @Test("a group that is named many times is meant once, as is a member; more commands than may wait are refused")
  func expanded() async throws {
    let devices = (0..<6).map { head.fleet[$0].loadControlMRID }
    #expect(try await create(devices + devices).reply?.result == .ok)
    #expect(try await control([1, 1]).codes == ["3.2"])
    #expect(try await control([5]).reply?.result == .ok)
    // Four are left.
    #expect(try await control([1]).codes == ["3.2"])
  }

  @Test("a group of too many members is refused, not cut")
  func tooLarge() async throws {
    let device = head.fleet[0].loadControlMRID
    #expect(try await create(Array(repeating: device, count: 100_001)).codes == ["3.1"])
    #expect(try await control([1]).codes == ["5.2"])
  }
}

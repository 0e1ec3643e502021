// Faults as a command line says them.
public import Components
import MessageBus

/// What goes wrong while scenarios are played: "drop=0.02,delay=5s,duplicate=0.01,reorder,offline=MS:30s".
public struct FaultPlan: Sendable, Hashable {
  public var faults: FaultyPort.Plan

  /// - Parameter seed: equal seeds give equal faults.
  /// - Throws: `ScenarioError` `.faults`, with what is wrong and what may stand there.
  public init(_ text: String, seed: UInt64) throws(ScenarioError) {
    faults = FaultyPort.Plan(seed: seed)
    for part in text.split(separator: ",").map(String.init) {
      let words = part.split(separator: "=", maxSplits: 1).map(String.init)
      let value = words.count == 2 ? words[1] : ""
      switch words.first {
      case "drop": faults.drop = try Self.share(value, of: part)
      case "duplicate": faults.duplicate = try Self.share(value, of: part)
      case "delay": faults.delay = try Self.duration(value, of: part)
      case "reorder" where words.count == 1: faults.reorders = true
      case "offline":
        let ends = value.split(separator: ":", maxSplits: 1).map(String.init)
        let id = ParticipantID((ends.first ?? "").uppercased())
        guard ends.count == 2, ReferenceModel.system(id) != nil else {
          throw ScenarioError(.faults, "'\(part)': write offline=SYSTEM:TIME, e.g. offline=MS:2s")
        }
        faults.offline[id] = try Self.duration(ends[1], of: part)
      default:
        throw ScenarioError(
          .faults,
          "'\(part)' is no fault; known are drop=SHARE, delay=TIME, duplicate=SHARE, reorder, offline=SYSTEM:TIME")
      }
    }
  }

  /// How much longer a scenario of so many messages may take.
  func allowance(_ messages: Int) -> Duration {
    let longest = faults.offline.values.max() ?? .zero
    return longest + (faults.delay + .milliseconds(60)) * Double(2 * messages + 4) + .seconds(2)
  }

  /// How long the bus may be quiet though messages are under way: one that is late waits, and is lost twice at most.
  var settling: Duration { faults.delay + (faults.offline.values.max() ?? .zero) + .milliseconds(100) }

  private static func share(_ text: String, of part: String) throws(ScenarioError) -> Double {
    guard let value = Double(text), (0...1).contains(value) else {
      throw ScenarioError(.faults, "'\(part)': a share is a number from 0 to 1, e.g. 0.02")
    }
    return value
  }

  private static func duration(_ text: String, of part: String) throws(ScenarioError) -> Duration {
    let unit = text.hasSuffix("ms") ? "ms" : text.hasSuffix("s") ? "s" : ""
    guard !unit.isEmpty, let count = Int(text.dropLast(unit.count)), (0...600_000).contains(count) else {
      throw ScenarioError(.faults, "'\(part)': a time is a whole number with ms or s behind it, e.g. 500ms")
    }
    return unit == "ms" ? .milliseconds(count) : .seconds(min(count, 600))
  }
}

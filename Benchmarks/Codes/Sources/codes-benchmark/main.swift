// Times the hot path of reading types: parsing, interning, and both.

import CIMCodes
import Foundation

let codes = [
  "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0",
  "0.0.7.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
  "0.0.0.1.19.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.0.9.1.1.12.0.0.0.0.1.0.0.0.3.72.0",
  "0.0.0.9.1.1.12.0.0.0.0.2.0.0.0.3.72.0", "11.8.0.6.1.1.8.0.0.0.0.0.0.0.0.3.38.0",
  "0.0.0.12.0.1.54.0.0.0.0.0.0.0.128.0.29.0", "0.0.0.12.0.1.54.0.0.0.0.0.0.0.64.0.29.0",
  "0.0.0.12.0.1.54.0.0.0.0.0.0.0.32.0.29.0", "0.0.0.12.0.1.4.0.0.0.0.0.0.0.128.0.5.0",
  "0.0.0.12.1.1.37.0.0.0.0.0.0.0.224.3.38.0", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.73.0",
]
let rounds = 31
let operations = 200_000

/// One text with all codes, as a message has them, and where each one starts and ends.
let text = Array(codes.joined(separator: "\n").utf8)
let ranges: [Range<Int>] = {
  var start = 0
  return codes.map { code in
    defer { start += code.utf8.count + 1 }
    return start..<start + code.utf8.count
  }
}()

/// Prints median and best of the rounds in nanoseconds per operation, and returns the best: others may share the machine.
func measure(_ name: String, _ body: (UnsafeBufferPointer<UInt8>) -> Int) -> Double {
  var times: [Double] = []
  var sink = 0
  for _ in 0..<rounds {
    let clock = ContinuousClock()
    let elapsed = clock.measure {
      text.withUnsafeBufferPointer { bytes in
        var next = 0
        for _ in 0..<operations {
          sink &+= body(UnsafeBufferPointer(rebasing: bytes[ranges[next]]))
          next = next + 1 == ranges.count ? 0 : next + 1
        }
      }
    }
    let (seconds, attoseconds) = elapsed.components
    times.append((Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(operations))
  }
  times.sort()
  let median = times[rounds / 2]
  print("\(name): median \(tenths(median)) ns, best \(tenths(times[0])) ns  (check \(sink & 0xFFFF))")
  return times[0]
}

func tenths(_ value: Double) -> String { "\(Int(value * 10 + 0.5) / 10).\(Int(value * 10 + 0.5) % 10)" }

var interner = ReadingTypeInterner()
let types = codes.compactMap { ReadingType($0) }
var turn = 0

_ = measure("parse") { ReadingType(bytes: $0)?.unit ?? 0 }
_ = measure("parse, then intern the value") { bytes in
  guard let type = ReadingType(bytes: bytes) else { return -1 }
  return (try? interner.intern(type)) ?? -1
}
_ = measure("intern a parsed type") { _ in
  turn = turn + 1 == types.count ? 0 : turn + 1
  return (try? interner.intern(types[turn])) ?? -1
}
let both = measure("bytes to number") { (try? interner.intern($0)) ?? -1 }
_ = measure("explain one code / 1000") { bytes in
  // A thousandth of the calls: an explanation is no hot path.
  turn &+= 1
  guard turn % 1000 == 0, let type = ReadingType(bytes: bytes) else { return 0 }
  return CodeTables.standard.explain(type).name.utf8.count
}
let clock = ContinuousClock()
let load = clock.measure { _ = try? CodeTables() }
print("load all tables: \(load.components.attoseconds / 1_000_000_000_000) µs, once per process")
let build = clock.measure { _ = CodeTables.standard.proposals(for: "15-minute delta forward active energy kWh") }
print("propose codes for words: \(build.components.attoseconds / 1_000_000_000_000) µs")
if both >= 60 {
  print("bytes to number takes 60 ns or more")
  exit(1)
}

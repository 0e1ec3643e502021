// CPU time, wall time and peak memory of this process, and the lines that report them.

import Glibc

/// Times one after another; the first `warmUps` are not printed. Ends the process where the body throws.
func measure(_ mode: String, bytes: Int, rounds: Int, warmUps: Int, _ body: () throws -> String) {
  for round in 0..<warmUps + rounds {
    let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
    let wall = seconds(CLOCK_MONOTONIC)
    do {
      let found = try body()
      let processorTime = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor
      let wallTime = seconds(CLOCK_MONOTONIC) - wall
      if round >= warmUps { print(mode, rounded(processorTime), rounded(wallTime), bytes, found, separator: "\t") }
    } catch {
      fail("\(mode): \(error)")
    }
  }
}

/// One round, and the most memory the process ever held, in KiB: mode, CPU seconds, wall seconds, KiB, what was found.
func measurePeak(_ mode: String, _ path: String, _ body: () throws -> String) throws {
  let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
  let wall = seconds(CLOCK_MONOTONIC)
  let found = try body()
  let processorTime = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor
  let wallTime = seconds(CLOCK_MONOTONIC) - wall
  var usage = rusage()
  guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else {
    fail("getrusage: \(String(cString: strerror(errno)))")
  }
  print(mode, rounded(processorTime), rounded(wallTime), usage.ru_maxrss, found, separator: "\t")
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Six decimals, as the peers print.
func rounded(_ seconds: Double) -> String {
  let micros = Int(seconds * 1e6 + 0.5)
  let fraction = String(micros % 1_000_000)
  return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
}

// How the benchmark ends where it cannot go on.

import Glibc

func fail(_ message: String) -> Never {
  complain(message)
  exit(1)
}

/// Ends with 3 where a mode waits for code that is not there yet; `run` leaves such a mode out and says so.
func notBuilt(_ mode: String) -> Never {
  complain("the mode \(mode) is not there yet")
  exit(3)
}

private func complain(_ message: String) {
  let line = Array("decode-benchmark: \(message)\n".utf8)
  _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}

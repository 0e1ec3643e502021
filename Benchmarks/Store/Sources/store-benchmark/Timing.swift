// Time, and the lines that report it.
import Glibc

/// What a round did.
struct Work {
  var readings: Int
  var remark = ""
}

func measure(_ mode: String, _ rounds: Int, _ body: () throws -> Work) throws {
  for _ in 0..<rounds {
    let processor = seconds(CLOCK_PROCESS_CPUTIME_ID)
    let wall = seconds(CLOCK_MONOTONIC)
    let work = try body()
    let processorTime = seconds(CLOCK_PROCESS_CPUTIME_ID) - processor
    let wallTime = seconds(CLOCK_MONOTONIC) - wall
    print(
      mode, rounded(processorTime), rounded(wallTime), work.readings, Int(Double(work.readings) / wallTime),
      work.remark,
      separator: "\t")
  }
}

func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func rounded(_ seconds: Double) -> String {
  let micros = Int(seconds * 1e6 + 0.5)
  let fraction = String(micros % 1_000_000)
  return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count) + fraction
}

func fail(_ message: String) -> Never {
  let bytes = Array((message + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
  exit(1)
}

struct Failure: Error, CustomStringConvertible {
  var description: String
}

/// Hands out a file in pieces.
func readPieces(_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { throw Failure(description: "cannot open \(path): \(String(cString: strerror(errno)))") }
  defer { close(file) }
  let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  defer { piece.deallocate() }
  while true {
    let count = read(file, piece.baseAddress, piece.count)
    if count == 0 { return }
    if count < 0 { throw Failure(description: "cannot read \(path): \(String(cString: strerror(errno)))") }
    try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
  }
}

/// Bytes of a file, 0 where there is none.
func size(of path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

func remove(store path: String) { for end in ["", "-wal", "-shm"] { unlink(path + end) } }

// Standard output and error.
import TerminalDrawing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum Terminal {
  /// Whether colour may be used on standard output.
  static var hasColor: Bool { isTerminal && getenv("NO_COLOR") == nil }
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal; 100 where there is none.
  static var width: Int { columns(of: STDOUT_FILENO) }
  static var errorWidth: Int { columns(of: STDERR_FILENO) }

  /// How drawings on standard error look, where it is a terminal.
  static var errorStyle: DrawingStyle {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { name in getenv(name).map { String(cString: $0) } }.first { !$0.isEmpty }
    let isUnicode = locale.map { $0.lowercased().contains("utf") } ?? true
    return DrawingStyle(boxDrawing: isUnicode, colour: getenv("NO_COLOR") == nil)
  }

  private static func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return Int(size.ws_col)
  }

  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }
  static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  static func line(_ text: String) { write(text + "\n") }

  static func warn(_ text: String) { writeError(text + "\n") }
}

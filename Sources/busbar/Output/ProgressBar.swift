// A progress bar on standard error, for people at a terminal.
import TerminalDrawing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shows how far a long piece of work has come; nothing where standard error is no terminal, or in the first two seconds.
struct ProgressBar {
  var label: String
  /// Bytes in all; nil where that is not known.
  let total: Int?
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var next: ContinuousClock.Instant
  private var done = 0
  private var isShown = false

  init(label: String, total: Int?) {
    self.label = label
    self.total = total
    start = clock.now
    next = start + .seconds(2)
  }

  /// Counts bytes, and draws ten times a second.
  mutating func advance(_ bytes: Int) {
    done += bytes
    guard isTerminal, clock.now >= next else { return }
    next = clock.now + .milliseconds(100)
    let line = ProgressLine(label: label, done: done, total: total, elapsed: clock.now - start, unit: .bytes)
    isShown = true
    Terminal.writeError("\r" + line.text(width: Terminal.errorWidth - 1, style: Terminal.errorStyle) + "\u{1B}[K")
  }

  /// Takes the bar away before something else is written.
  mutating func hide() {
    guard isShown else { return }
    isShown = false
    Terminal.writeError("\r\u{1B}[K")
  }
}

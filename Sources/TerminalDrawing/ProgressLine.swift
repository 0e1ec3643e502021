// How far a long piece of work has come, as one line.

/// A progress bar with count, rate and time left, as a pure function of its numbers.
///
/// ```swift
/// ProgressLine(label: "Reading", done: 420, total: 1000, elapsed: .seconds(3)).text(width: 70)
/// // Reading  ━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  42 %  420/1,000  140/s  4.1 s left
/// ```
public struct ProgressLine: Sendable, Hashable {
  /// What is counted.
  public enum Unit: String, Sendable, Hashable {
    case pieces
    case bytes
  }

  public var label: String
  public var done: Int
  /// Nil while it is not known how much there is to do.
  public var total: Int?
  /// Since the beginning of the work.
  public var elapsed: Duration
  public var unit: Unit

  public init(label: String, done: Int, total: Int?, elapsed: Duration, unit: Unit = .pieces) {
    self.label = label
    self.done = done
    self.total = total
    self.elapsed = elapsed
    self.unit = unit
  }

  /// Pieces done per second; nil before the first and before time has passed.
  public var rate: Double? {
    let seconds = elapsed / .seconds(1)
    return seconds > 0 && done > 0 ? Double(done) / seconds : nil
  }

  /// Time left at the rate so far; nil where rate or total is not known.
  public var remaining: Duration? {
    guard let rate, let total else { return nil }
    // A century is as good as for ever, and keeps the arithmetic in range.
    return .seconds(min(max(0, Double(total) - Double(done)) / rate, 3e9))
  }

  /// Share done, 0 to 1; nil where the total is not known. Nothing to do counts as done.
  public var fraction: Double? {
    total.map { $0 > 0 ? min(max(0, Double(done) / Double($0)), 1) : 1 }
  }

  /// The line, never wider than `width` columns.
  public func text(width: Int, style: DrawingStyle = .plain) -> String {
    var figures: [String] = []
    if let fraction {
      // Rounded down: 100 % is for what is finished.
      figures.append("\(Int(fraction * 100)) %".fitted(to: 5, .right))
    }
    figures.append(amount(done) + (total.map { "/" + amount($0) } ?? ""))
    if let rate {
      // As many bytes as fit a number, which a rate may exceed.
      figures.append(unit == .bytes ? amount(Int(min(rate, 1e18))) + "/s" : HumanFormat.rate(rate))
    }
    if let fraction, fraction < 1, let remaining {
      figures.append(HumanFormat.duration(remaining, style: style) + " left")
    } else {
      figures.append(HumanFormat.duration(elapsed, style: style))
    }
    let name = label.printable
    var tail = figures.joined(separator: "  ")
    // The name of the work tells more than its rate.
    let leastName = min(name.displayWidth, 16)
    while width - tail.displayWidth - 2 < leastName, figures.count > 1 {
      figures.removeLast()
      tail = figures.joined(separator: "  ")
    }
    let room = width - tail.displayWidth - 4
    let shownName = name.elided(to: max(leastName, min(name.displayWidth, room - 10)), mark: style.ellipsis)
    let barWidth = min(40, room - shownName.displayWidth)
    guard barWidth >= 4 else {
      let text = name.elided(to: max(0, room + 2), mark: style.ellipsis) + "  " + tail
      return text.trimmed.leading(max(0, width))
    }
    return (shownName.isEmpty ? "" : shownName + "  ") + bar(barWidth, style) + "  " + tail
  }

  private func amount(_ value: Int) -> String {
    unit == .bytes ? HumanFormat.bytes(value) : HumanFormat.count(value)
  }

  private func bar(_ width: Int, _ style: DrawingStyle) -> String {
    let (full, empty) = style.boxDrawing ? ("━", "╌") : ("=", "-")
    guard let fraction else {
      // Wanders to and fro, a column every 100 ms, to show that something happens.
      let block = max(1, width / 5)
      let way = max(1, width - block)
      let step = Int(min(max(0, elapsed / .milliseconds(100)), 1e15)) % (2 * way)
      let at = step < way ? step : 2 * way - step
      return style.paint(String(repeating: empty, count: at), .faint)
        + style.paint(String(repeating: full, count: block), .cyan)
        + style.paint(String(repeating: empty, count: max(0, width - at - block)), .faint)
    }
    let done = Int(fraction * Double(width))
    return style.paint(String(repeating: full, count: done), fraction < 1 ? .cyan : .green)
      + style.paint(String(repeating: empty, count: width - done), .faint)
  }
}

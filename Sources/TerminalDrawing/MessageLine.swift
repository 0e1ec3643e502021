// One message as one line of a live display.

/// What the live display tells of one message.
///
/// ```swift
/// MessageLine(time: "10:15:02.125", from: "CIS", to: ["MDM"], verb: "create", noun: "MeterServiceRequests",
///   tone: .request, latency: "1.8 ms", result: "OK").text(width: 80)
/// // 10:15:02.125  CIS    → MDM     create MeterServiceRequests   1.8 ms  OK
/// ```
public struct MessageLine: Sendable, Hashable {
  /// At most 12 columns, e.g. "10:15:02.125".
  public var time: String
  public var from: String
  /// Several for a publication; none where nobody took the message.
  public var to: [String]
  public var verb: String
  public var noun: String
  public var tone: MessageTone
  /// E.g. "1.8 ms"; nil where it is not known. Of one that is too long only the first words are shown.
  public var latency: String?
  /// E.g. "OK" or "FAILED 2.4 no such meter"; its end is cut off first, so the code comes before the words.
  public var result: String

  public init(
    time: String, from: String, to: [String], verb: String, noun: String, tone: MessageTone, latency: String? = nil,
    result: String = ""
  ) {
    self.time = time
    self.from = from
    self.to = to
    self.verb = verb
    self.noun = noun
    self.tone = tone
    self.latency = latency
    self.result = result
  }

  /// The line, never wider than `width` columns and without trailing spaces. Lines of one width have one layout.
  ///
  /// - Parameter width: columns; under 70 the time is left out, under 54 the latency too.
  public func text(width: Int, style: DrawingStyle = .plain) -> String {
    let columns = Columns(width: width, arrow: style.arrow.displayWidth)
    let mark = style.ellipsis
    let message = verb.printable + " " + noun.printable
    var pieces: [(text: String, ink: Ink?)] = []
    if columns.time > 0 { pieces.append((time.printable.fitted(to: columns.time, mark: mark) + "  ", .faint)) }
    pieces.append((from.printable.fitted(to: columns.party, mark: mark) + " \(style.arrow) ", nil))
    pieces.append((receivers(columns.party, mark).fitted(to: columns.party, mark: mark) + "  ", nil))
    let fitted = message.fitted(to: columns.message, mark: mark)
    let verbEnd = fitted.prefix { $0 != " " }
    pieces.append((String(verbEnd), tone.ink))
    pieces.append((String(fitted.dropFirst(verbEnd.count)), tone == .failure ? .red : nil))
    if columns.latency > 0 {
      let latency = (latency ?? "").printable.leadingWords(columns.latency)
      pieces.append(("  " + latency.fitted(to: columns.latency, .right, mark: mark), .faint))
    }
    let resultInk: Ink? = tone == .failure ? .red : tone == .reply ? .green : nil
    if columns.result > 0 {
      pieces.append(("  " + result.printable.elidedAtEnd(to: columns.result, mark: mark), resultInk))
    }
    return join(pieces, width: width, style)
  }

  /// The first receiver and how many more where not all fit.
  private func receivers(_ width: Int, _ mark: String) -> String {
    let names = to.map(\.printable)
    let all = names.joined(separator: ", ")
    guard all.displayWidth > width, let first = names.first, names.count > 1 else { return all }
    let more = " +\(names.count - 1)"
    return first.elided(to: max(1, width - more.displayWidth), mark: mark) + more
  }

  /// Cuts spaces off the end, then colours.
  private func join(_ pieces: [(text: String, ink: Ink?)], width: Int, _ style: DrawingStyle) -> String {
    var left = min(max(0, width), pieces.reduce("") { $0 + $1.text }.trimmedRight.displayWidth)
    var line = ""
    for piece in pieces where left > 0 {
      let text = piece.text.leading(left)
      left -= text.displayWidth
      line += style.paint(text, piece.ink)
    }
    return line
  }

  /// The widths of the columns for a terminal's width.
  private struct Columns {
    var time = 12
    var party = 6
    var message = 27
    var latency = 7
    var result = 0

    init(width: Int, arrow: Int) {
      if width < 70 { time = 0 }
      if width < 54 { latency = 0 }
      if width >= 100 { latency = 11 }
      let fixed = 2 * party + arrow + 4 + (time > 0 ? time + 2 : 0) + (latency > 0 ? latency + 2 : 0)
      var left = width - fixed - message
      if left < 0 { message = max(4, message + left) }
      guard left > 4 else { return }
      // First room for a short result, then for names and nouns; what is left is the result's.
      result = min(left - 2, 11)
      left -= result + 2
      let more = min(left / 4, 10)
      party += more
      left -= 2 * more
      let forMessage = min(left / 2, 13)
      message += forMessage
      result += left - forMessage
    }
  }
}

extension String {
  /// The words that fit; the text itself where not even the first does.
  fileprivate func leadingWords(_ width: Int) -> String {
    var words = split(separator: " ")
    // A number without its unit tells nothing.
    while words.count > 2, words.joined(separator: " ").displayWidth > width { words.removeLast(2) }
    return words.joined(separator: " ")
  }

  var trimmedRight: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

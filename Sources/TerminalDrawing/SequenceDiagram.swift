// Who said what to whom, as a drawing in text.

/// A sequence diagram: participants side by side, time running down.
///
/// ```swift
/// var diagram = SequenceDiagram(participants: ["CIS", "MDM", "MS"])
/// diagram.add(.request, from: "MDM", to: "MS", "create(EndDeviceControls)", latency: "1.8 ms")
/// diagram.add(.event, from: "MS", to: ["MDM", "CIS"], "created(EndDeviceEvents)")
/// print(diagram.lines(width: 80).joined(separator: "\n"))
/// ```
public struct SequenceDiagram: Sendable, Hashable {
  /// A message from one participant to one or, when published, several.
  public struct Exchange: Sendable, Hashable {
    /// Requests are drawn solid, replies and events dashed, failures solid with a cross for a head.
    public var tone: MessageTone
    public var from: String
    /// One arrow passes all of them. Just the sender: it did something itself. Empty: nobody took the message.
    public var to: [String]
    /// E.g. "create(EndDeviceControls)"; wrapped and, beyond three lines, elided.
    public var label: String
    /// E.g. "1.8 ms": stands on the arrow where there is room, else behind the label.
    public var latency: String?

    public init(_ tone: MessageTone, from: String, to: [String], _ label: String, latency: String? = nil) {
      self.tone = tone
      self.from = from
      self.to = to
      self.label = label
      self.latency = latency
    }
  }

  /// What stands on one level of the drawing.
  public enum Step: Sendable, Hashable {
    case exchange(Exchange)
    /// A frame with text over the lifelines of some participants; over all when none are named.
    case note(String, over: [String])
    /// A line across the drawing with a title in it.
    case divider(String)
  }

  /// From left to right. A participant a step names and this list does not comes behind the last.
  public var participants: [String]
  /// From top to bottom.
  public var steps: [Step]

  public init(participants: [String], steps: [Step] = []) {
    self.participants = participants
    self.steps = steps
  }

  /// Adds an exchange with one receiver.
  public mutating func add(
    _ tone: MessageTone, from: String, to: String, _ label: String, latency: String? = nil
  ) {
    add(tone, from: from, to: [to], label, latency: latency)
  }

  /// Adds an exchange with any number of receivers.
  public mutating func add(
    _ tone: MessageTone, from: String, to: [String], _ label: String, latency: String? = nil
  ) {
    steps.append(.exchange(Exchange(tone, from: from, to: to, label, latency: latency)))
  }

  /// Adds a note.
  public mutating func add(note text: String, over participants: String...) {
    steps.append(.note(text, over: participants))
  }

  /// Adds a divider.
  public mutating func add(divider text: String) { steps.append(.divider(text)) }

  /// The drawing, without trailing spaces.
  ///
  /// - Parameters:
  ///   - width: columns at most. Labels get as much of it as they need and wrap where it is not enough. Only more
  ///     participants than `width` / 6 make the drawing wider.
  public func lines(width: Int, style: DrawingStyle = .plain) -> [String] {
    DiagramRenderer(self, width: width, style: style).lines()
  }
}

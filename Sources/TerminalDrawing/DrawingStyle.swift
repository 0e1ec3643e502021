// With which characters and colours to draw.

/// How drawings look. Whether a terminal can show box-drawing characters and colours is for the caller to find out
/// (locale, NO_COLOR, is it a terminal at all).
public struct DrawingStyle: Sendable, Hashable {
  /// False: nothing but ASCII in frames, arrows, ellipses and units; names and labels stay as they are.
  public var boxDrawing: Bool
  /// True: ANSI colour sequences.
  public var colour: Bool

  public init(boxDrawing: Bool = true, colour: Bool = false) {
    self.boxDrawing = boxDrawing
    self.colour = colour
  }

  /// Box-drawing characters, no colour.
  public static let plain = DrawingStyle()
  /// ASCII, no colour.
  public static let ascii = DrawingStyle(boxDrawing: false)
  /// Box-drawing characters in colour.
  public static let coloured = DrawingStyle(colour: true)

  var ellipsis: String { boxDrawing ? "…" : "..." }
  var arrow: String { boxDrawing ? "→" : "->" }

  func paint(_ text: String, _ ink: Ink?) -> String {
    guard colour, let ink, !text.isEmpty else { return text }
    return "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m"
  }

  func paint(_ text: String, _ kind: MessageTone) -> String { paint(text, kind.ink) }
}

/// What kind of message a line or an arrow is about; it decides the colour and, for arrows, the stroke.
public enum MessageTone: String, Sendable, Hashable, CaseIterable {
  case request, reply, event, failure

  var ink: Ink {
    switch self {
    case .request: .cyan
    case .reply: .green
    case .event: .yellow
    case .failure: .red
    }
  }
}

/// Colours, as parameters of the ANSI sequence "select graphic rendition". All can be read on dark and light ground.
enum Ink: String, Sendable {
  case bold = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
}

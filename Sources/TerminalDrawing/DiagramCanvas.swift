// A sheet of terminal cells to draw on.

/// One row of cells. Wide characters take two cells, combining marks none of their own.
struct CanvasRow {
  private struct Cell {
    /// Empty: the right half of a wide character.
    var text: String
    var ink: Ink?
  }

  private var cells: [Cell] = []

  /// Writes text from a column on, over what is there. Columns left of 0 are cut off.
  mutating func write(_ text: String, at column: Int, _ ink: Ink? = nil) {
    var column = column
    for character in text {
      let width = character.displayWidth
      if width == 0 {
        if column > 0, column <= cells.count { cells[column - 1].text.append(character) }
        continue
      }
      if column >= 0 {
        reserve(column + width)
        erase(column)
        cells[column] = Cell(text: String(character), ink: ink)
        if width == 2 {
          erase(column + 1)
          cells[column + 1] = Cell(text: "", ink: ink)
        }
      }
      column += width
    }
  }

  /// Takes out a cell, and with half a wide character its other half.
  private mutating func erase(_ column: Int) {
    if cells[column].text.isEmpty, column > 0 { cells[column - 1].text = " " }
    if column + 1 < cells.count, cells[column + 1].text.isEmpty { cells[column + 1].text = " " }
    cells[column] = Cell(text: " ", ink: nil)
  }

  private mutating func reserve(_ count: Int) {
    while cells.count < count { cells.append(Cell(text: " ", ink: nil)) }
  }

  /// The row as text, one colour sequence per run of cells, without trailing spaces.
  func text(_ style: DrawingStyle) -> String {
    var (line, run, ink) = ("", "", Ink?.none)
    let end = (cells.lastIndex { $0.text != " " } ?? -1) + 1
    for cell in cells[..<end] {
      if cell.ink != ink {
        line += style.paint(run, ink)
        (run, ink) = ("", cell.ink)
      }
      run += cell.text
    }
    return line + style.paint(run, ink)
  }
}

/// The strokes a diagram is made of.
struct Strokes {
  let lifeline, corners, horizontal, boxFoot, solid, dashed, crossing: String
  let right, left, cross, nobody, divider: String
  /// How an arrow leaves a lifeline: to the right, to the left, to both sides.
  let leaveRight, leaveLeft, leaveBoth: String
  /// Round corners: of notes and of messages to oneself.
  let noteCorners: String

  static let box = Strokes(
    lifeline: "│", corners: "┌┐└┘", horizontal: "─", boxFoot: "┬", solid: "─", dashed: "╌", crossing: "┼", right: "►",
    left: "◄", cross: "×", nobody: "○", divider: "═", leaveRight: "├", leaveLeft: "┤", leaveBoth: "┼",
    noteCorners: "╭╮╰╯")

  static let ascii = Strokes(
    lifeline: "|", corners: "++++", horizontal: "-", boxFoot: "+", solid: "-", dashed: ".", crossing: "+", right: ">",
    left: "<", cross: "x", nobody: "o", divider: "=", leaveRight: "|", leaveLeft: "|", leaveBoth: "|",
    noteCorners: "++++")
}

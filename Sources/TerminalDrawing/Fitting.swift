// Text brought to a width: padded, elided, wrapped. All widths are terminal columns.

extension String {
  /// This text with its middle left out where it is wider than `width`: "MeterServ…quests".
  ///
  /// - Parameters:
  ///   - width: columns; the result never takes more. Below 1 gives nothing.
  ///   - mark: stands for what is left out.
  public func elided(to width: Int, mark: String = "…") -> String {
    guard displayWidth > width else { return self }
    let room = width - mark.displayWidth
    guard room > 0 else { return leading(width) }
    // The beginning tells more than the end, so it gets the odd column.
    let head = leading(room - room / 2)
    return head + mark + trailing(room / 2)
  }

  /// This text with its end left out where it is wider than `width`.
  func elidedAtEnd(to width: Int, mark: String = "…") -> String {
    guard displayWidth > width, width > mark.displayWidth else { return leading(width) }
    return leading(width - mark.displayWidth) + mark
  }

  /// The longest beginning that fits.
  func leading(_ width: Int) -> String {
    var (result, left) = ("", width)
    for character in self {
      left -= character.displayWidth
      if left < 0 { break }
      result.append(character)
    }
    return result
  }

  private func trailing(_ width: Int) -> String {
    var (kept, left) = ([Character](), width)
    for character in reversed() {
      left -= character.displayWidth
      if left < 0 { break }
      kept.append(character)
    }
    // A mark without its base would sit on the ellipsis.
    while let last = kept.last, last.displayWidth == 0 { kept.removeLast() }
    return String(kept.reversed())
  }

  /// Elided or padded with spaces to exactly `width` columns.
  func fitted(to width: Int, _ alignment: Alignment = .left, mark: String = "…") -> String {
    let text = elided(to: width, mark: mark)
    let missing = max(0, width - text.displayWidth)
    switch alignment {
    case .left: return text + String(repeating: " ", count: missing)
    case .right: return String(repeating: " ", count: missing) + text
    case .centre:
      return String(repeating: " ", count: missing / 2) + text + String(repeating: " ", count: missing - missing / 2)
    }
  }

  /// This text in lines of at most `width` columns, broken at spaces, after brackets and commas, before capital letters
  /// inside words, and anywhere else where nothing better offers.
  ///
  /// - Parameter lines: at most so many; the middle of what is left for the last one is elided.
  func wrapped(to width: Int, lines: Int, mark: String = "…") -> [String] {
    guard width > 0, lines > 0 else { return [] }
    var rest = trimmed
    var result: [String] = []
    while rest.displayWidth > width, result.count < lines - 1 {
      let line = rest.leading(width)
      // A wide character in a column of one: there is no way to show it.
      guard !line.isEmpty else { break }
      let cut = rest.breakPoint(before: line.count)
      result.append(String(rest.prefix(cut)).trimmed)
      rest = String(rest.dropFirst(cut)).trimmed
    }
    result.append(rest.elided(to: width, mark: mark))
    return result
  }

  /// How many characters belong on a line that has room for `limit`.
  private func breakPoint(before limit: Int) -> Int {
    let characters = Array(prefix(limit + 1))
    // Better places first. Pieces that would leave most of the line empty look worse than a word cut in two.
    let places: [(least: Int, isHere: (Character, Character) -> Bool)] = [
      (limit / 3, { $0 == " " || $1 == " " }),
      (limit * 2 / 3, { before, _ in "(,;/".contains(before) }),
      (
        limit / 3, { ($0.isLowercase && $1.isUppercase) || ($0.displayWidth == 2 && $1.displayWidth == 2) || $0 == "-" }
      ),
      (limit / 3, { before, _ in "(,;/".contains(before) }),
    ]
    for place in places {
      for index in stride(from: min(limit, characters.count - 1), to: max(0, place.least - 1), by: -1)
      where place.isHere(characters[index - 1], characters[index]) { return index }
    }
    return max(1, limit)
  }

  var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Where text stands in its column.
public enum Alignment: Sendable, Hashable { case left, right, centre }

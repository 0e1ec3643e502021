// Which known word a misspelt one may have meant.

enum Spelling {
  /// The word nearest to `text`, if it is at most two changed, added or left out characters away.
  static func nearest(to text: String, in words: [String]) -> String? {
    // A key is short; anything longer is no misspelling of one.
    guard text.utf8.count <= 40 else { return nil }
    let best = words.map { ($0, distance(Array(text.utf8), Array($0.utf8))) }.min { $0.1 < $1.1 }
    return best.flatMap { $0.1 <= 2 ? $0.0 : nil }
  }

  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let replaced = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}

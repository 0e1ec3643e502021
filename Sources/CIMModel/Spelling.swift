// Names that were probably meant.

package enum Spelling {
  /// The first of the names that differs from a word by the case of its letters, else the one that differs in fewest
  /// letters, two at most and fewer than a third of the word.
  package static func nearest(to word: String, among names: [String]) -> String? {
    let lowered = word.lowercased()
    if let same = names.first(where: { $0 != word && $0.lowercased() == lowered }) { return same }
    let limit = min(2, (word.utf8.count - 1) / 3)
    guard limit > 0, word.utf8.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names where name != word && abs(name.utf8.count - word.utf8.count) <= limit {
      let distance = distance(Array(lowered.utf8), Array(name.lowercased().utf8))
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Letters that have to be added, left out or replaced to make one word of the other.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for i in a.indices {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], row[j + 1]) + 1)
      }
    }
    return row[b.count]
  }
}

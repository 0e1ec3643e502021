// The general categories a pattern may name with \p{...}.

/// Characters by general category, as the Unicode version of the Swift library at hand has them.
///
/// - SeeAlso: XML Schema Part 2, F.1.1 (category escapes)
enum UnicodeCategories {
  /// The characters of a category such as `Lu`, or of a group of categories such as `L`; nil when there is none.
  static func set(named name: String) -> ScalarSet? { sets[name] }

  /// `\d`, from a table because patterns want it more than all the others.
  static let digit = ScalarSet(ranges: digitTable)

  /// `\w`: everything but punctuation, separators and others.
  static let word = ["P", "Z", "C"].reduce(ScalarSet([])) { $0.union(sets[$1] ?? ScalarSet([])) }.complement

  /// Built in one pass on first use, in about ten milliseconds.
  private static let sets: [String: ScalarSet] = {
    var ranges: [String: [ClosedRange<UInt32>]] = [
      "Cn": [0x32400...0xDFFFF, 0xE0200...0xEFFFF, 0xFFFFE...0xFFFFF, 0x10FFFE...0x10FFFF],
      "Co": [0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD],
      "Cs": [0xD800...0xDFFF], "Lo": ideographs.ranges, "Nd": digit.ranges,
    ]
    let known = ranges.values.reduce(ScalarSet([])) { $0.union(ScalarSet($1)) }
    for part in known.complement.ranges {
      var start = part.lowerBound
      var current = category(start)
      for scalar in part.dropFirst() {
        let next = category(scalar)
        guard next != current else { continue }
        ranges[name(current), default: []].append(start...scalar - 1)
        start = scalar
        current = next
      }
      ranges[name(current), default: []].append(start...part.upperBound)
    }
    var result = ranges.mapValues { ScalarSet($0) }
    for (name, set) in result {
      let group = String(name.prefix(1))
      result[group] = result[group].map { $0.union(set) } ?? set
    }
    return result
  }()

  /// Ideographs and syllables of the great blocks, which are not looked up one by one.
  private static let ideographs = ScalarSet(
    ranges: """
      3400-4DB5 4E00-9FA5 AC00-D7A3 17000-187EC 20000-2A6D6 2A700-2B734 2B740-2B81D 2B820-2CEA1 2CEB0-2EBE0
      """)

  /// Decimal digits of all scripts, Unicode 14.0.0.
  private static let digitTable: StaticString = """
    30-39 660-669 6F0-6F9 7C0-7C9 966-96F 9E6-9EF A66-A6F AE6-AEF B66-B6F BE6-BEF C66-C6F CE6-CEF D66-D6F DE6-DEF
    E50-E59 ED0-ED9 F20-F29 1040-1049 1090-1099 17E0-17E9 1810-1819 1946-194F 19D0-19D9 1A80-1A89 1A90-1A99
    1B50-1B59 1BB0-1BB9 1C40-1C49 1C50-1C59 A620-A629 A8D0-A8D9 A900-A909 A9D0-A9D9 A9F0-A9F9 AA50-AA59 ABF0-ABF9
    FF10-FF19 104A0-104A9 10D30-10D39 11066-1106F 110F0-110F9 11136-1113F 111D0-111D9 112F0-112F9 11450-11459
    114D0-114D9 11650-11659 116C0-116C9 11730-11739 118E0-118E9 11950-11959 11C50-11C59 11D50-11D59 11DA0-11DA9
    16A60-16A69 16AC0-16AC9 16B50-16B59 1D7CE-1D7FF 1E140-1E149 1E2F0-1E2F9 1E950-1E959 1FBF0-1FBF9
    """

  private static func category(_ scalar: UInt32) -> Unicode.GeneralCategory {
    Unicode.Scalar(scalar)?.properties.generalCategory ?? .surrogate
  }

  private static func name(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}

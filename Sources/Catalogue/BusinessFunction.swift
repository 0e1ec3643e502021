// The business functions of the interface reference model: what a component is for.

/// How well a row of the table is known.
public enum Evidence: String, Sendable, Hashable, CaseIterable {
  /// Read in the standard's public parts.
  case confirmed
  /// Found in published profiles and test reports.
  case partial
  /// Common knowledge of the field; still to be held against the standard's text.
  case provisional
}

/// A business function, a sub-function of one, or an abstract component, with its code: "MR", "MDM".
///
/// - SeeAlso: IEC 61968-1, interface reference model; IEC 61968-9, 4.2
public struct BusinessFunction: Sendable, Hashable {
  /// "NO", "FLT", "MDM".
  public var code: String
  /// The function this one is part of; nil for those of the first level.
  public var parent: String?
  public var name: String
  /// The part of IEC 61968 that has its messages, e.g. "9"; nil where none has.
  public var part: String?
  public var evidence: Evidence

  /// All rows, a function before its parts.
  public static let all: [BusinessFunction] = rows("\(BusinessFunctionText.rows)")

  private static let byCode = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// The row of a code; nil for codes of a site's own, which are allowed.
  public static func named(_ code: String) -> BusinessFunction? { byCode[code] }

  /// "Meter reading and control" for "MR"; the code itself where the table does not have it.
  public static func label(_ code: String) -> String { byCode[code]?.name ?? code }

  /// Rows of `code|parent|name|part|evidence`.
  private static func rows(_ text: String) -> [BusinessFunction] {
    text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 5, let evidence = Evidence(rawValue: cells[4]) else { return nil }
      return BusinessFunction(
        code: cells[0], parent: cells[1].isEmpty ? nil : cells[1], name: cells[2],
        part: cells[3].isEmpty ? nil : cells[3], evidence: evidence)
    }
  }
}

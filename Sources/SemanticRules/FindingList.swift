// Findings with an upper bound: what is grave stays when there is too much.
import IECMessage

struct FindingList {
  let limit: Int
  private(set) var isTruncated = false
  private var kept: [(finding: RuleFinding, code: CodeKey?)] = []
  /// How often a code occurred whose findings are told once.
  private var occurrences: [CodeKey: Int] = [:]

  init(limit: Int) { self.limit = limit }

  /// Whether nothing of this severity would be kept.
  func isFull(for severity: RuleSeverity) -> Bool {
    kept.count >= limit && !kept.contains { $0.finding.severity < severity }
  }

  mutating func add(_ finding: RuleFinding, code: CodeKey? = nil) {
    if kept.count >= limit {
      isTruncated = true
      guard let lesser = kept.lastIndex(where: { $0.finding.severity < finding.severity }) else { return }
      kept.remove(at: lesser)
    }
    kept.append((finding, code))
  }

  mutating func markTruncated() { isTruncated = true }

  /// Counts an occurrence of a code.
  ///
  /// - Returns: whether it is the first.
  mutating func isFirst(_ code: CodeKey) -> Bool {
    if let count = occurrences[code] {
      occurrences[code] = count + 1
      return false
    }
    if occurrences.count >= CodeMemory.capacity { occurrences.removeAll(keepingCapacity: true) }
    occurrences[code] = 1
    return true
  }

  var findings: [RuleFinding] {
    kept.map { finding, code in
      guard let code, let count = occurrences[code], count > 1 else { return finding }
      var finding = finding
      finding.message += "; the code stands at \(count) places"
      return finding
    }
  }
}

extension RuleFinding {
  /// Detached objects that cannot be read any more cannot be judged, and are not taken unjudged.
  static func unreadable(_ objects: DetachedObjects, _ error: any Error) -> RuleFinding {
    RuleFinding(
      rule: "payload.unreadable", severity: .reject, clause: "IEC 61968-100, 6.3", path: "/",
      message: "the payload of \(objects.source.byteCount) bytes could not be read back from the disk; send it again",
      replyCode: "5.3")
  }
}

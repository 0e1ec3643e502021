// One file, from its bytes to its verdict.
import CIMCodec
import CIMModel
import Compression
import IECMessage
import SemanticRules

/// Judges files of any size in bounded memory.
///
/// Without rules the message is a stream of which no tree is built. The rules need the tree: up to `treeLimit` bytes are
/// held for them, and a larger message is judged by its schemas alone.
struct FileJudge {
  var reader: MessageReader
  /// Nil: the schemas alone judge.
  var rules: MessageRules?
  var context = RuleContext()
  var input = PieceInput()
  /// Bytes of the largest message whose tree is built.
  var treeLimit = 64 << 20

  struct Verdict {
    var inspection: Inspection
    var report = RuleReport()
    /// The rules were asked for, but the message is too large for them.
    var isWithoutRules = false
  }

  /// - Parameter progress: called with the number of bytes read from the disk, piece by piece.
  /// - Throws: `FileError` where the file cannot be read.
  func judge(_ path: String, progress: (Int) -> Void) throws(FileError) -> Verdict {
    var stream = reader.stream()
    var held: [UInt8] = []
    var isHolding = rules != nil
    let broken = try input.read(path, progress: progress) { piece in
      if isHolding && held.count + piece.count <= treeLimit {
        held.append(contentsOf: piece)
        return
      }
      if isHolding {
        isHolding = false
        stream.feed(held)
        held = []
      }
      stream.feed(piece)
    }
    if let broken { return Verdict(inspection: unreadable(broken)) }
    guard let rules, isHolding else {
      return Verdict(inspection: stream.finish(), isWithoutRules: rules != nil)
    }
    let document = reader.decode(held)
    var verdict = Verdict(inspection: reader.inspect(document))
    if document.isWellFormed, let root = document.root {
      verdict.report = rules.check(verdict.inspection.message, in: root, context: context)
      if verdict.report.hasReject { verdict.inspection.verdict = .invalid }
    }
    return verdict
  }

  /// What was unpacked before is not to be trusted: only that it is broken is said.
  private func unreadable(_ error: CompressionError) -> Inspection {
    var inspection = Inspection(verdict: .unreadable)
    inspection.violations = [
      Violation(
        line: 1, column: 1, path: "/", rule: error.code.rawValue, message: error.description,
        replyCode: error.code.rawValue.hasPrefix("limit.") ? "3.1" : "1.8")
    ]
    return inspection
  }
}

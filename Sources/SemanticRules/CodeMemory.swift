// Codes judged before: a bus sees the same few hundred all day.
import CIMCodes
import Synchronization

/// The text of a code and what kind of code it has to be.
struct CodeKey: Hashable {
  var kind: CodeExplanation.Kind
  var text: String
}

/// What is known about the text of a code.
struct JudgedCode {
  /// The reading type, where the text is one.
  var readingType: ReadingType?
  var findings: [CodeFinding]
}

final class CodeMemory: Sendable {
  static let capacity = 4_096
  /// Longer texts are no codes, and not worth keeping.
  static let longest = 256

  private let tables: CodeTables
  private let known = Mutex<[CodeKey: JudgedCode]>([:])

  init(tables: CodeTables) { self.tables = tables }

  func judged(_ key: CodeKey) -> JudgedCode {
    if let judged = known.withLock({ $0[key] }) { return judged }
    let judged = JudgedCode(
      readingType: key.kind == .readingType ? ReadingType(key.text) : nil,
      findings: tables.check(key.text, as: key.kind))
    if key.text.utf8.count <= Self.longest {
      known.withLock { known in
        // Who sends new codes without end shall not fill the memory; the usual ones are back soon.
        if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
        known[key] = judged
      }
    }
    return judged
  }
}

// Documents that more than one schema includes.
import Synchronization

/// Built-in documents, read once and kept as trees: one noun includes much the same of them as the next. Safe to share
/// between threads.
package final class SharedDocuments: Sendable {
  private let roots = Mutex<[String: SchemaNode]>([:])

  package init() {}

  func root(_ path: String) -> SchemaNode? { roots.withLock { $0[path] } }

  func keep(_ root: SchemaNode, _ path: String) { roots.withLock { $0[path] = root } }
}

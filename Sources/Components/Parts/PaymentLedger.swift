// Keeps what the points of sale tell: receipts, transactions, and how accounts stand.
import CIMModel
public import IECMessage
public import MessageBus

/// Subscribes to `created ReceiptRecord` and `created TransactionRecord`; what has come twice counts once. 100,000 of each
/// at most.
public actor PaymentLedger: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  /// Amounts in thousandths by mRID.
  private var receipts: [String: Int64] = [:]
  private var transactions: [String: (kind: String, milli: Int64, meter: String?)] = [:]
  private static let limit = 100_000

  public init(id: ParticipantID) {
    self.id = id
    interests = [.subscribes([.created], ["ReceiptRecord", "TransactionRecord"])]
  }

  public static let facts: [FactDescription] = [
    .init("receipts/*/amount", "amount of a receipt by mRID, in thousandths of the currency"),
    .init("transactions/*/amount", "amount of a transaction by mRID"),
    .init("transactions/*/kind", "kind of a transaction by mRID"),
    .init("paid/*", "sum of the transactions of a kind"),
  ]

  public func receive(_ event: Message, from sender: ParticipantID) async throws {
    for root in event.payload?.objects ?? [] {
      for receipt in root.all("Receipt") {
        guard let key = receipt.text("mRID"), receipts.count < Self.limit else { continue }
        receipts[key] = receipt.at("line", "amount").flatMap { PaymentDesk.milli($0.text) } ?? 0
      }
      for transaction in root.all("Transaction") {
        guard let key = transaction.text("mRID"), transactions.count < Self.limit else { continue }
        transactions[key] = (
          transaction.text("kind") ?? "other",
          transaction.at("line", "amount").flatMap { PaymentDesk.milli($0.text) } ?? 0,
          transaction.at("Meter", "mRID")?.text
        )
      }
    }
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[2]) {
    case ("receipts", _): return receipts[path[1]].map { String($0) }
    case ("transactions", "kind"): return transactions[path[1]]?.kind
    case ("transactions", _): return transactions[path[1]].map { String($0.milli) }
    default: return String(transactions.values.filter { $0.kind == path[1] }.reduce(0) { $0 + $1.milli })
    }
  }
}

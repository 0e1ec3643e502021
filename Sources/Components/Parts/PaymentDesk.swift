// The point of sale: sells credit for meters, and keeps back what customers owe.
public import CIMModel
public import IECMessage
public import Logging
public import MessageBus

/// Point of sale (POS). Serves `create`, `change` and `close AuxiliaryAgreementConfig`: of what a customer pays, the
/// agreement's share goes to the debt until it is paid. Publishes `created ReceiptRecord` and `created TransactionRecord`.
///
/// Amounts are kept in thousandths of the currency. 10,000 agreements at most.
///
/// - SeeAlso: IEC 61968-9, 5.8
public actor PaymentDesk: SystemPart {
  private struct Agreement {
    var vendPortion: Int64
    var balance: Int64
    var isOpen = true
  }

  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let port: any MessagePort
  private let logger: Logger
  private let now: @Sendable () -> Timestamp
  /// By mRID of the agreement.
  private var agreements: [String: Agreement] = [:]
  private var receipts = 0
  private static let noun = "AuxiliaryAgreementConfig"

  public init(id: ParticipantID, port: any MessagePort, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
    self.id = id
    self.port = port
    self.logger = logger
    self.now = now
    interests = [.serves([.create, .change, .close], [Self.noun])]
  }

  public static let actions: [ActionDescription] = [
    .init(
      "sell", ["meter", "amount"], optional: ["agreement", "account", "receipt", "transaction"],
      "a customer pays for credit of a meter; part of it goes to an agreement")
  ]

  public static let facts: [FactDescription] = [
    .init("agreements/*/balance", "what is still owed, in thousandths of the currency"),
    .init("agreements/*/state", "open or closed"),
    .init("receipts/count", "receipts given"),
  ]

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    let wanted = (request.payload?.objects ?? []).flatMap { $0.all("AuxiliaryAgreement") }
    guard !wanted.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no AuxiliaryAgreement", source: id.rawValue)
    }
    var changed = agreements
    for element in wanted {
      guard let mRID = element.text("mRID") else {
        return request.failure("1.7", reason: "an AuxiliaryAgreement without mRID", source: id.rawValue)
      }
      guard request.verb == .create || changed[mRID] != nil else {
        return request.failure("5.7", reason: "there is no agreement \(mRID)", source: id.rawValue)
      }
      if request.verb == .close {
        changed[mRID]?.isOpen = false
        continue
      }
      let portion = element.text("vendPortion").flatMap(Self.milli) ?? 0
      guard (0...100_000).contains(portion) else {
        return request.failure("5.8", reason: "vendPortion must be a share in percent", source: id.rawValue)
      }
      let balance = element["AuxiliaryAccounts"]?.text("balance").flatMap(Self.milli) ?? 0
      changed[mRID] = Agreement(vendPortion: portion, balance: balance)
    }
    guard changed.count <= 10_000 else {
      return request.failure("3.2", reason: "\(agreements.count) agreements are kept", source: id.rawValue)
    }
    agreements = changed
    return request.reply(.ok, source: id.rawValue)
  }

  public func perform(_ action: ActionCall) async throws {
    guard let paid = Self.milli(try action.text("amount")), paid > 0 else {
      throw ActionError("amount must be above 0")
    }
    let meter = try action.text("meter")
    var toDebt: Int64 = 0
    if let key = action["agreement"] {
      guard let agreement = agreements[key], agreement.isOpen else { throw ActionError("there is no agreement \(key)") }
      // A share in thousandths of a percent of an amount in thousandths.
      let (share, isTooLarge) = paid.multipliedReportingOverflow(by: agreement.vendPortion)
      guard !isTooLarge else { throw ActionError("amount is too large") }
      toDebt = min(agreement.balance, share / 100_000)
      agreements[key]?.balance -= toDebt
      if agreements[key]?.balance == 0 { agreements[key]?.isOpen = false }
    }
    let receipt = action["receipt"] ?? UUIDText.random()
    let transaction = action["transaction"] ?? UUIDText.random()
    receipts += 1
    let time = now()
    let record = Element.profile("ReceiptRecord") { root in
      root.append("Receipt") { element in
        element.append("mRID", receipt)
        element.append("isBankable", "true")
        element.append("line") { Self.line(paid, time, into: &$0) }
        element.append("Tenders") {
          $0.append("amount", Self.text(paid))
          $0.append("kind", "cash")
        }
        element.append("Transactions", IdentifiedObject(mRID: transaction))
      }
    }
    await publish("ReceiptRecord", record, correlationID: receipt)
    let sale = Element.profile("TransactionRecord") { root in
      root.append("Transaction") { element in
        element.append("mRID", transaction)
        element.append("kind", "tokenSalePayment")
        element.append("CustomerAccount", action["account"].map { IdentifiedObject(mRID: $0) })
        element.append("line") { Self.line(paid - toDebt, time, into: &$0) }
        element.append("Meter", IdentifiedObject(mRID: meter))
        element.append("Receipt", IdentifiedObject(mRID: receipt))
      }
      if toDebt > 0 {
        root.append("Transaction") { element in
          element.append("mRID", transaction + "-debt")
          element.append("kind", "auxiliaryChargePayment")
          element.append("CustomerAccount", action["account"].map { IdentifiedObject(mRID: $0) })
          element.append("line") { Self.line(toDebt, time, into: &$0) }
          element.append("Receipt", IdentifiedObject(mRID: receipt))
        }
      }
    }
    await publish("TransactionRecord", sale, correlationID: receipt)
  }

  private func publish(_ noun: String, _ element: Element, correlationID: String) async {
    await port.publish(
      .event(.created, noun, [element], source: id.rawValue, correlationID: correlationID), from: id, logger: logger)
  }

  public func fact(_ path: FactPath) async -> String? {
    switch (path[0], path[2]) {
    case ("receipts", _): return String(receipts)
    case (_, "balance"): return agreements[path[1]].map { String($0.balance) }
    default: return agreements[path[1]].map { $0.isOpen ? "open" : "closed" }
    }
  }

  private static func line(_ milli: Int64, _ time: Timestamp, into element: inout Element) {
    element.append("amount", text(milli))
    element.append("dateTime", time)
  }

  /// "12.5" in thousandths; nil for what is no such number.
  static func milli(_ text: String) -> Int64? {
    guard let value = Double(text), value >= 0, value < 1e12 else { return nil }
    return Int64((value * 1000).rounded())
  }

  static func text(_ milli: Int64) -> String {
    let fraction = String(1000 + milli % 1000).dropFirst()
    return "\(milli / 1000).\(fraction)"
  }
}

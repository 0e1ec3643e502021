// Schedules: the metering system keeps them, their readings are passed on.
import CIMModel
import IECMessage
import MessageBus

extension MeterDataManagement {
  /// Answers `create MeterReadSchedule`: the metering system keeps it, its readings are passed on as they come.
  func passOn(schedule request: Message) async -> Message {
    let objects = (request.payload?.objects ?? []).filter { $0.name == MeterReadSchedule.noun }
    guard !objects.isEmpty else {
      return request.failure("1.7", reason: "the Payload holds no MeterReadSchedule", source: id.rawValue)
    }
    let order = Message.request(
      .create, MeterReadSchedule.noun, objects, source: id.rawValue, correlationID: request.correlation)
    // Known before it is sent: the first readings may come before the reply does.
    if let key = order.header?.messageID, let cause = request.header?.messageID { remember(key, cause) }
    let answer = await port.ask(order, from: id)
    if answer.reply?.result != .ok, let key = order.header?.messageID {
      forwarded[key] = nil
      forwardedInOrder.removeAll { $0 == key }
    }
    let ids = answer.reply?.result == .ok ? request.header?.messageID.map { [ObjectID($0, kind: .transaction)] } : nil
    return request.reply(
      answer.reply?.result ?? .failed, errors: answer.reply?.errors ?? [], ids: ids ?? [], source: id.rawValue)
  }

  private func remember(_ key: String, _ cause: String) {
    if forwardedInOrder.count >= configuration.scheduleLimit { forwarded[forwardedInOrder.removeFirst()] = nil }
    forwardedInOrder.append(key)
    forwarded[key] = cause
  }
}

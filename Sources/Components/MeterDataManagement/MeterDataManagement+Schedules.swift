// Schedules: the metering system keeps them, their readings are passed on.
import CIMModel
import IECMessage
import Logging
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
    if let key = order.header?.messageID, let cause = request.header?.messageID {
      do {
        try remember(PassedOnSchedule(order: key, cause: cause))
      } catch {
        logger.error("\(id) cannot keep a schedule: \(error)")
        return request.failure("5.1", reason: "the schedule cannot be kept at present", source: id.rawValue)
      }
    }
    let answer = await port.ask(order, from: id)
    settle(order, isAccepted: answer.reply?.result == .ok)
    let ids = answer.reply?.result == .ok ? request.header?.messageID.map { [ObjectID($0, kind: .transaction)] } : nil
    return request.reply(
      answer.reply?.result ?? .failed, errors: answer.reply?.errors ?? [], ids: ids ?? [], source: id.rawValue)
  }

  /// The schedules, with those of the last run.
  ///
  /// - Throws: `ParticipantOutage` where they cannot be read: the bus then holds the message.
  func passedOn() throws -> PassedOnSchedules {
    guard !knowsSchedules else { return schedules }
    do {
      for schedule in try configuration.scheduleRecord?.schedules() ?? [] {
        schedules.add(schedule)
      }
      schedules.trim(to: configuration.scheduleLimit)
    } catch {
      logger.error("\(id) cannot read its schedules: \(error)")
      throw ParticipantOutage("the schedules cannot be read")
    }
    knowsSchedules = true
    return schedules
  }

  private func remember(_ schedule: PassedOnSchedule) throws {
    var all = try passedOn()
    all.add(schedule)
    try configuration.scheduleRecord?.keep(all.all)
    schedules = all
  }

  /// Forgets a schedule that was refused; for one that was not the oldest gives way, where there are too many.
  private func settle(_ order: Message, isAccepted: Bool) {
    let count = schedules.all.count
    if !isAccepted, let key = order.header?.messageID { schedules.remove(key) }
    schedules.trim(to: configuration.scheduleLimit)
    guard schedules.all.count != count else { return }
    do {
      try configuration.scheduleRecord?.keep(schedules.all)
    } catch {
      // Readings that nobody sends are waited for; nothing else comes of it.
      logger.warning("\(id) cannot forget a schedule: \(error)")
    }
  }
}

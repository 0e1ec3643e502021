// Planning, and what crews do.
import CIMModel
import IECMessage
import Logging
import MessageBus
import MeterSimulator

extension WorkDesk {
  /// Gives every order that waits a crew and a time.
  func plan() {
    for key in sequence {
      guard let kept = orders[key], kept.status.isPlannable else { continue }
      guard kept.order.hasMaterial else {
        if kept.status != .waitingOnMaterial { set(.waitingOnMaterial, key) }
        continue
      }
      schedule(key, kept)
    }
  }

  private func schedule(_ key: String, _ kept: Kept) {
    guard let work = kept.order.works.first else { return }
    let wish = wish(work)
    let booked = roster.bookings(of: key)
    let booking: CrewRoster.Booking
    if let first = booked.first {
      booking = first
    } else {
      let length = Int64(min(max(60, wish.end.seconds(since: wish.start)), Self.longestBooking))
      let free = roster.firstFree(nil, from: wish.start, seconds: length)
      booking = .init(order: key, crew: free.crew, start: free.start, end: free.start.adding(seconds: length))
      roster.book(booking)
    }
    var order = kept.order
    for index in order.works.indices {
      // A work whose crews are named is done when they were booked for it.
      let named = Set(order.works[index].tasks.flatMap(\.crews).flatMap(\.identifiers))
      let start = self.wish(order.works[index]).start
      let own = booked.filter { named.contains($0.crew) }
      let given = own.first { $0.start == start } ?? own.first ?? booking
      order.works[index].timeSchedules = [
        .init(kind: "estimate", interval: DateTimeInterval(start: given.start, end: given.end))
      ]
      for task in order.works[index].tasks.indices {
        order.works[index].tasks[task].crewETA = given.start
        guard order.works[index].tasks[task].crews.isEmpty else { continue }
        order.works[index].tasks[task].crews = [IdentifiedObject(names: [given.crew])]
      }
    }
    orders[key]?.order = order
    set(.scheduled, key)
    if order.kind == .workRequest { raise(from: key, order, kept.correlationID) }
  }

  /// Makes the order of maintenance that a request for work comes to.
  private func raise(from request: String, _ order: WorkOrder, _ correlationID: String?) {
    guard hasRoom(for: 1) else {
      logger.warning("\(id): no MaintenanceOrder for \(request): \(orders.count) orders are kept")
      return
    }
    var number = orders.values.count { $0.order.kind == .maintenanceOrder } + 1
    // Somebody else may have taken the name for an order of his own.
    while index["MO-\(number)"] != nil { number += 1 }
    let name = "MO-\(number)"
    var raised = WorkOrder(.maintenanceOrder, IdentifiedObject(names: [name]), works: order.works)
    raised.set(.scheduled)
    for work in raised.works.indices {
      raised.works[work].mRID = nil
      for task in raised.works[work].tasks.indices {
        raised.works[work].tasks[task].mRID = nil
        // A create of MaintenanceOrders asks for both.
        for index in raised.works[work].tasks[task].assets.indices {
          let asset = raised.works[work].tasks[task].assets[index]
          raised.works[work].tasks[task].assets[index].critical = asset.critical ?? "false"
          raised.works[work].tasks[task].assets[index].utcNumber = asset.utcNumber ?? asset.label
        }
      }
    }
    // The crews are the order's now.
    roster.move(from: request, to: name)
    keep(raised, correlationID: correlationID, partner: request)
    orders[request]?.partner = name
    tell(.created, name)
  }

  /// A crew goes, does the work and reports.
  func carryOut(_ key: String) {
    for status in WorkStatus.field { set(status, key) }
    readMeters(key)
    set(.completed, key)
    if orders[key]?.order.kind == .maintenanceOrder, let request = orders[key]?.partner { set(.completed, request) }
  }

  /// Reads the meters that come and go, and publishes what they show.
  private func readMeters(_ key: String) {
    guard var kept = orders[key], kept.order.kind == .serviceOrder else { return }
    let time = now()
    var readings: [MeterReading] = []
    func read(_ asset: inout WorkTask.Asset, _ reason: String, _ usagePoint: IdentifiedObject?) {
      guard let meter = assets.meter(asset.identifiers) else { return }
      let reading = Reading(
        reason: reason, timeStamp: time, value: assets.shown(by: meter, at: time),
        readingType: ReadingTypeCode.registerForward)
      asset.readings = [reading]
      // Whoever follows acts by mRID.
      if asset.object.mRID == nil { asset.object.mRID = meter.mRID }
      readings.append(
        MeterReading(meter: IdentifiedObject(mRID: meter.mRID), readings: [reading], usagePoint: usagePoint))
    }
    for work in kept.order.works.indices {
      for index in kept.order.works[work].tasks.indices {
        var task = kept.order.works[work].tasks[index]
        // A task that only removes may name what goes either way.
        if task.taskKind == "remove", task.oldAsset == nil, !task.assets.isEmpty {
          task.oldAsset = task.assets.removeFirst()
        }
        if task.taskKind == "exchange" || task.taskKind == "remove", var old = task.oldAsset {
          read(&old, "removal", task.usagePoint)
          task.oldAsset = old
        }
        if task.taskKind == "exchange" || task.taskKind == "install" {
          for asset in task.assets.indices { read(&task.assets[asset], "installation", task.usagePoint) }
        }
        kept.order.works[work].tasks[index] = task
      }
    }
    orders[key] = kept
    if !readings.isEmpty { publish(readings, correlationID: kept.correlationID) }
  }
}

extension WorkOrder {
  /// Whether everything that is to be put up is named, and what an exchange takes down.
  fileprivate var hasMaterial: Bool {
    works.allSatisfy { work in
      work.tasks.allSatisfy { task in
        let isNamed = task.assets.contains { !$0.identifiers.isEmpty }
        return switch task.taskKind {
        case "exchange": isNamed && !(task.oldAsset?.identifiers.isEmpty ?? true)
        case "install": isNamed
        default: true
        }
      }
    }
  }
}

// What work management takes, and what it refuses.
import CIMModel
import IECMessage
import MessageBus

extension WorkDesk {
  /// Takes new orders: all of a message or none.
  func create(_ wanted: [WorkOrder], _ request: Message) throws -> [ObjectID] {
    var booked = roster
    var taken: [WorkOrder] = []
    var seen: Set<String> = []
    for (number, order) in wanted.enumerated() {
      var order = order
      if order.object.identifiers.isEmpty { order.object.mRID = UUIDText.random() }
      let path = "\(order.kind.noun)/" + Refusal.step(order.kind.rawValue, number)
      if let known = order.object.identifiers.first(where: { index[$0] != nil || seen.contains($0) }) {
        throw Refusal("5.2", "there is an order \(known) already", at: path)
      }
      try check(new: order, at: path)
      try check(assetsOf: order, at: path)
      try book(order, in: &booked, at: path)
      // Whoever says that it is scheduled has no crew of ours: it still has to be planned.
      if order.works.first?.statusKind == WorkStatus.scheduled.rawValue { order.set(.waitingToBeScheduled) }
      seen.formUnion(order.object.identifiers)
      taken.append(order)
    }
    guard hasRoom(for: taken.count) else {
      throw Refusal("3.2", "\(orders.count) orders are kept", at: wanted[0].kind.noun)
    }
    roster = booked
    for order in taken { keep(order, correlationID: request.correlation) }
    return taken.map { ObjectID($0.identifier, objectType: $0.kind.rawValue) }
  }

  /// Whether so many more orders can be kept, once the oldest that are over have been dropped.
  func hasRoom(for count: Int) -> Bool {
    var surplus = orders.count + count - Self.limit
    guard surplus > 0 else { return true }
    var gone: Set<String> = []
    for key in sequence where surplus > 0 && orders[key]?.status.isSettled ?? true {
      orders[key] = nil
      gone.insert(key)
      surplus -= 1
    }
    sequence.removeAll(where: gone.contains)
    index = index.filter { !gone.contains($0.value) }
    return surplus <= 0
  }

  func keep(_ order: WorkOrder, correlationID: String?, partner: String? = nil) {
    let key = order.identifier
    orders[key] = Kept(order: order, correlationID: correlationID, partner: partner)
    sequence.append(key)
    for identifier in order.object.identifiers { index[identifier] = key }
  }

  private func check(new order: WorkOrder, at path: String) throws {
    guard !order.works.isEmpty else {
      throw Refusal("1.7", "a \(order.kind.rawValue) without Work", at: path + "/Work")
    }
    for (number, work) in order.works.enumerated() {
      let place = path + "/" + Refusal.step("Work", number)
      guard work.kind != nil else { throw Refusal("1.7", "a Work without kind", at: place + "/kind") }
      guard let text = work.statusKind, let status = WorkStatus(rawValue: text) else {
        throw Refusal("1.7", "a Work without statusKind", at: place + "/statusKind")
      }
      guard status.stage <= WorkStatus.scheduled.stage else {
        throw Refusal("6.1", "an order begins before it is dispatched: this is \(text)", at: place + "/statusKind")
      }
      for (index, task) in work.tasks.enumerated() where task.taskKind == nil || task.subject == nil {
        throw Refusal(
          "1.7", "a WorkTask without subject or taskKind", at: "\(place)/\(Refusal.step("WorkTasks", index))")
      }
    }
  }

  /// Assets that are named have to be known; a meter in a ServiceOrder has a reply code of its own.
  private func check(assetsOf order: WorkOrder, at path: String) throws {
    for (number, work) in order.works.enumerated() {
      for (index, task) in work.tasks.enumerated() {
        let place = "\(path)/\(Refusal.step("Work", number))/\(Refusal.step("WorkTasks", index))"
        let named =
          task.assets.enumerated().map { ($0.element, Refusal.step("Assets", $0.offset)) }
          + (task.oldAsset.map { [($0, "OldAsset")] } ?? [])
        for (asset, step) in named where !asset.identifiers.isEmpty {
          if order.kind == .serviceOrder {
            guard assets.meter(asset.identifiers) != nil else {
              throw Refusal("2.4", "no meter \(asset.label)", at: "\(place)/\(step)")
            }
          } else if !assets.knows(asset.identifiers) {
            throw Refusal("2.29", "no asset \(asset.label)", at: "\(place)/\(step)")
          }
        }
      }
    }
  }

  /// Books the crew that an order names, where it names one.
  private func book(_ order: WorkOrder, in roster: inout CrewRoster, at path: String) throws {
    roster.release(order.identifier)
    for (number, work) in order.works.enumerated() {
      for (index, task) in work.tasks.enumerated() {
        for (count, crew) in task.crews.enumerated() {
          let step = [("Work", number), ("WorkTasks", index), ("Crews", count)].map { Refusal.step($0.0, $0.1) }
          let place = path + "/" + step.joined(separator: "/")
          guard let name = crew.identifiers.first(where: CrewRoster.crews.contains) else {
            throw Refusal(
              "2.29", "no crew \(crew.label); there are \(CrewRoster.crews.joined(separator: ", "))", at: place)
          }
          let wish = wish(work)
          guard wish.end.seconds(since: wish.start) <= Self.longestBooking else {
            throw Refusal("6.1", "a crew is booked for 30 days at most", at: place)
          }
          if let clash = roster.clash(of: name, start: wish.start, end: wish.end, besides: order.identifier) {
            throw Refusal(
              "6.1",
              "\(name) is booked from \(clash.start.xmlText) to \(clash.end.xmlText) for order \(clash.order): "
                + "take another crew or time", at: place)
          }
          roster.book(.init(order: order.identifier, crew: name, start: wish.start, end: wish.end))
        }
      }
    }
  }

  /// When a work is to be done: as it says, else from now on.
  func wish(_ work: Work) -> (start: Timestamp, end: Timestamp) {
    let interval = work.timeSchedules.first { $0.interval.start != nil }?.interval
    let start = interval?.start ?? now()
    let end = interval?.end ?? start.adding(seconds: Self.usualSeconds)
    return (start, end > start ? end : start.adding(seconds: Self.usualSeconds))
  }

  /// Changes, cancels or closes orders: all of a message or none.
  func change(_ wanted: [WorkOrder], _ request: Message) throws -> [ObjectID] {
    var booked = roster
    var changed: [(key: String, order: WorkOrder, status: WorkStatus?)] = []
    var seen: Set<String> = []
    for (number, order) in wanted.enumerated() {
      let path = "\(order.kind.noun)/" + Refusal.step(order.kind.rawValue, number)
      guard let key = order.object.identifiers.lazy.compactMap({ self.index[$0] }).first, let kept = orders[key],
        kept.order.kind == order.kind
      else { throw Refusal("2.15", "no \(order.kind.rawValue) \(order.object.label)", at: path) }
      guard seen.insert(key).inserted else {
        throw Refusal("6.1", "\(order.kind.rawValue) \(order.object.label) stands in the message twice", at: path)
      }
      var status: WorkStatus?
      switch request.verb {
      case .cancel: status = .cancelled
      case .close: status = .closed
      default:
        status = order.works.first?.statusKind.flatMap(WorkStatus.init(rawValue:))
        // It is planned first: to say that it is scheduled gives it no crew.
        if status == .scheduled, kept.status.stage < WorkStatus.scheduled.stage { status = .waitingToBeScheduled }
        try check(assetsOf: order, at: path)
        guard !kept.status.isOver || status != nil else {
          throw Refusal(
            "6.1",
            "\(order.kind.rawValue) \(kept.order.object.label) is \(kept.status.rawValue): nothing of it can change",
            at: path)
        }
      }
      if let status, !status.mayFollow(kept.status) {
        throw Refusal(
          "6.1",
          "\(order.kind.rawValue) \(kept.order.object.label) is \(kept.status.rawValue): \(status.rawValue) "
            + "cannot follow", at: request.verb == .change ? path + "/Work/statusKind" : path)
      }
      let merged = request.verb == .change ? try kept.order.merging(order, at: path) : kept.order
      // What is over stays as it is; the crew of a request is that of the order made of it.
      let changes = request.verb == .change && !kept.status.isOver
      if changes, order.kind == .workRequest, let raised = kept.partner {
        guard !order.works.contains(where: \.namesCrewsOrTimes) else {
          throw Refusal("6.1", "its crews and times are those of its order: change order \(raised)", at: path + "/Work")
        }
      } else if changes {
        try book(merged, in: &booked, at: path)
      }
      changed.append((key, changes ? merged : kept.order, status))
    }
    roster = booked
    for (key, order, status) in changed {
      orders[key]?.order = order
      guard let status, status != orders[key]?.status else {
        // To cancel or close what is cancelled or closed changes nothing.
        if request.verb == .change { tell(.changed, key) }
        continue
      }
      // A request and the order made of it end together.
      if status.isOver, let partner = orders[key]?.partner, let other = orders[partner]?.status, other != status,
        status.mayFollow(other)
      {
        set(status, partner)
      }
      set(status, key)
    }
    return []
  }

  /// Answers a get: orders by mRID, name or status; all of the noun where nothing is said. 1,000 at most.
  func orders(_ kind: WorkOrder.Kind, for request: Message) -> Message {
    let query = request.request?.objects.first { $0.name == "Get" + kind.noun }
    let named = (query?.all(kind.rawValue) ?? []).flatMap { IdentifiedObject($0).identifiers }
    let statuses = (query?.all("Work") ?? []).compactMap { $0.text("statusKind") }
    let found = sequence.compactMap { orders[$0]?.order }.filter { order in
      order.kind == kind && (named.isEmpty || order.object.identifiers.contains(where: named.contains))
        && (statuses.isEmpty || order.works.contains { $0.statusKind.map(statuses.contains) ?? false })
    }
    guard !found.isEmpty else { return request.failure("5.7", reason: "there is no such order", source: id.rawValue) }
    guard found.count <= 1_000 else {
      return request.failure("3.1", reason: "\(found.count) orders: name fewer", source: id.rawValue)
    }
    return request.reply(.ok, objects: found.map(\.element), source: id.rawValue)
  }
}

extension Work {
  fileprivate var namesCrewsOrTimes: Bool { !timeSchedules.isEmpty || tasks.contains { !$0.crews.isEmpty } }
}

extension WorkOrder {
  /// This order with what a change says of its works: priority, times, assets and crews; its status is left. Works and
  /// tasks are found by mRID, those without by their place.
  fileprivate func merging(_ change: WorkOrder, at path: String) throws -> WorkOrder {
    var order = self
    for (number, new) in change.works.enumerated() {
      let place = path + "/" + Refusal.step("Work", number)
      let work = try Self.position(of: new.mRID, number, in: order.works.map(\.mRID), "Work", at: place)
      if new.rank != nil { order.works[work].rank = new.rank }
      if !new.timeSchedules.isEmpty { order.works[work].timeSchedules = new.timeSchedules }
      for (number, task) in new.tasks.enumerated() {
        let index = try Self.position(
          of: task.mRID, number, in: order.works[work].tasks.map(\.mRID), "WorkTask",
          at: place + "/" + Refusal.step("WorkTasks", number))
        if !task.assets.isEmpty { order.works[work].tasks[index].assets = task.assets }
        if !task.crews.isEmpty { order.works[work].tasks[index].crews = task.crews }
        if let old = task.oldAsset { order.works[work].tasks[index].oldAsset = old }
      }
    }
    return order
  }

  private static func position(
    of mRID: String?, _ number: Int, in known: [String?], _ what: String, at path: String
  ) throws -> Int {
    if let mRID {
      guard let index = known.firstIndex(of: mRID) else { throw Refusal("6.1", "no \(what) \(mRID)", at: path) }
      return index
    }
    guard number < known.count else { throw Refusal("6.1", "the order has \(known.count) \(what)s", at: path) }
    return number
  }
}

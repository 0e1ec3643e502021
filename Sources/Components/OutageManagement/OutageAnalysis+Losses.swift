// Losses of power: held off, judged, and brought up the network to what is out.
public import CIMModel

extension OutageAnalysis {
  /// A meter told that its power has gone.
  ///
  /// - Parameters:
  ///   - time: by the meter's clock; one in the future counts as now.
  ///   - now: when it was heard.
  public mutating func lost(_ meter: IdentifiedObject, usagePoint: String? = nil, at time: Timestamp, now: Timestamp) {
    self.time = max(self.time, now)
    guard let number = number(of: meter, usagePoint) else { return }
    counts.losses += 1
    let time = min(time, now).microseconds
    let known = meters[number]
    guard time >= known.changed else {
      counts.late += 1
      return
    }
    guard time > known.changed || !known.isOut else {
      counts.duplicates += 1
      return
    }
    meters[number].changed = time
    meters[number].isAssumed = false
    // Power was back meanwhile, which has not been told yet, or it had not told when it was asked.
    if known.isOut {
      if known.outage < 0 { lostAgain(number, at: time) }
      return
    }
    set(number, isOut: true, at: time)
    meters[number].changed = time
    if let outage = outage(over: number, at: time) {
      join(number, outage)
    } else {
      meters[number].outage = -1
      hold(number)
    }
  }

  /// A switch has tried again: what is held off went out now, not at the first attempt.
  private mutating func lostAgain(_ meter: Int, at time: Int64) {
    let device = Int(network.meters[meter].device)
    guard device >= 0 else { return }
    for device in network.path(from: device) where devices[device].isDark {
      devices[device].darkAt = max(devices[device].darkAt, time)
    }
  }

  private mutating func number(of meter: IdentifiedObject, _ usagePoint: String?) -> Int? {
    if let known = network.number(of: meter) { return known }
    guard network.meterCount < configuration.learningLimit, meter.identifiers.first != nil else {
      counts.unknownMeters += 1
      return nil
    }
    add(.init(meter: meter, usagePoint: usagePoint, devices: usagePoint.flatMap(network.devices(ofUsagePoint:)) ?? []))
    return network.number(of: meter)
  }

  /// The open outage a loss is part of: its own, or that of a device above, unless power has been seen there since.
  private func outage(over meter: Int, at time: Int64) -> Int? {
    let own = Int(meters[meter].outage)
    if let record = open[own], record.state == .partiallyRestored || record.state == .predicted { return own }
    let device = Int(network.meters[meter].device)
    guard device >= 0 else { return nil }
    for device in network.path(from: device) {
      let number = Int(devices[device].outage)
      guard let record = open[number], record.state != .restored, !record.isPartial, !record.isBeingChecked else {
        continue
      }
      if devices[device].aliveAt == .min || devices[device].aliveAt <= record.began &+ tolerance { return number }
    }
    return nil
  }

  mutating func join(_ meter: Int, _ outage: Int) {
    if meters[meter].outage == Int32(outage) {
      // It had told of power restored meanwhile.
      open[outage]?.back -= 1
    } else {
      meters[meter].outage = Int32(outage)
      open[outage]?.meters.append(Int32(meter))
    }
    mark(outage)
  }

  /// Puts the place of a loss among those that are judged when its time is over.
  private mutating func hold(_ meter: Int) {
    let device = Int(network.meters[meter].device)
    guard device >= 0 else {
      pending.append((Int32(-1 - meter), due(in: configuration.holdOff), correlationID))
      return
    }
    guard !devices[device].isPending else { return }
    devices[device].isPending = true
    pending.append((Int32(device), due(in: configuration.holdOff), correlationID))
  }

  // MARK: Judgement

  /// Judges the losses next to a device that belong to no outage.
  mutating func judge(device: Int) {
    devices[device].isPending = false
    let held = time.microseconds &- configuration.holdOff * 1_000_000
    let lost = network.devices[device].meters.map { Int($0) }.filter { meters[$0].isOut && meters[$0].outage < 0 }
    if isOut(device) {
      if !lost.isEmpty { declare(topmost(over: device)) }
      return
    }
    guard configuration.findsServices else { return }
    for meter in lost where meters[meter].changed <= held { declareService(meter) }
    if let later = lost.first(where: { meters[$0].changed > held }) { hold(later) }
  }

  mutating func judge(meter: Int) {
    if meters[meter].isOut, meters[meter].outage < 0, configuration.findsServices { declareService(meter) }
  }

  /// The topmost device that is out for all that is known, at the time when this one went out.
  private func topmost(over device: Int) -> Int {
    let wentOut = devices[device].darkAt
    var found = device
    for above in network.path(from: device).dropFirst() {
      guard isOut(above), areOut(network.devices[above].devices, at: wentOut) else { break }
      // One device alone on another is as good as it: the lower one is where to look first.
      if network.devices[above].devices.count > 1 { found = above }
    }
    return found
  }

  private func areOut(_ devices: [Int32], at time: Int64) -> Bool {
    let out = devices.count {
      let condition = self.devices[Int($0)]
      return condition.isDark && isNear(condition.darkAt, time, within: tolerance)
    }
    return out >= neededDevices(of: devices.count)
  }

  /// Makes an outage of a device of all losses behind it; outages of the same time below it become part of it.
  private mutating func declare(_ device: Int) {
    let wentOut = devices[device].darkAt
    var lost: [Int32] = []
    var below: Set<Int> = []
    network.forEachLeaf(of: device) { leaf in
      for meter in network.devices[leaf].meters where meters[Int(meter)].isOut {
        let outage = Int(meters[Int(meter)].outage)
        if outage < 0 || open[outage] == nil { lost.append(meter) } else { below.insert(outage) }
      }
      return true
    }
    let joined = below.filter { number in
      guard let record = open[number], record.state == .predicted || record.state == .confirmed else { return false }
      return isNear(record.began, wentOut, within: 2 * tolerance)
    }.sorted()
    for number in joined {
      lost += lostMeters(of: number).map { Int32($0) }
      close(number, .joined)
    }
    let began = lost.map { meters[Int($0)].changed }.filter { $0 != .min }.min() ?? wentOut
    let number = open(device, lost, began: began)
    ask(about: number, of: device)
  }

  private mutating func declareService(_ meter: Int) {
    let number = open(nil, [Int32(meter)], began: meters[meter].changed)
    if configuration.asksTold { question(meter, number, .told) }
    if open[number]?.outstanding == 0 { conclude(number) }
  }

  private mutating func open(_ device: Int?, _ lost: [Int32], began: Int64) -> Int {
    number += 1
    var record = OutageRecord(number: number, device: device, began: began, detected: time)
    record.meters = lost
    record.correlationID = correlationID
    open[number] = record
    for meter in lost { meters[Int(meter)].outage = Int32(number) }
    if let device { devices[device].outage = Int32(number) }
    mark(number)
    return number
  }
}

// Power that is back: momentary interruptions, parts of outages, their end.
public import CIMModel

extension OutageAnalysis {
  /// A meter told that its power is back.
  ///
  /// - Parameters:
  ///   - time: by the meter's clock; one in the future counts as now.
  ///   - now: when it was heard.
  public mutating func restored(_ meter: IdentifiedObject, at time: Timestamp, now: Timestamp) {
    self.time = max(self.time, now)
    guard let number = network.number(of: meter) else {
      counts.unknownMeters += 1
      return
    }
    counts.restorations += 1
    let time = min(time, now).microseconds
    let known = meters[number]
    guard time >= known.changed else {
      counts.late += 1
      return
    }
    if time == known.changed, !known.isOut {
      counts.duplicates += 1
      return
    }
    meters[number].changed = time
    sawPower(at: number, time)
    guard known.isOut else {
      // Its last gasp was lost: it was out with the others.
      if let outage = missed(number, at: time) {
        meters[number].outage = Int32(outage)
        open[outage]?.meters.append(Int32(number))
        open[outage]?.back += 1
        assess(outage, at: time)
      }
      return
    }
    set(number, isOut: false, at: time)
    guard open[Int(known.outage)] != nil else {
      if known.changed == .min || time &- known.changed <= configuration.momentaryLimit * 1_000_000 {
        counts.momentary += 1
      }
      return
    }
    open[Int(known.outage)]?.back += 1
    assess(Int(known.outage), at: time)
  }

  /// The open outage of a device above a meter that is not known to be part of one.
  private func missed(_ meter: Int, at time: Int64) -> Int? {
    let device = Int(network.meters[meter].device)
    guard device >= 0 else { return nil }
    for device in network.path(from: device) {
      let number = Int(devices[device].outage)
      guard let record = open[number], record.began <= time, meters[meter].outage != Int32(number) else { continue }
      return number
    }
    return nil
  }

  /// How far an outage is restored.
  private mutating func assess(_ number: Int, at time: Int64) {
    guard let record = open[number] else { return }
    mark(number)
    if record.state == .restored || record.isBeingChecked { return }
    let isMomentary = !record.wasConfirmed && time &- record.began <= configuration.momentaryLimit * 1_000_000
    if record.back >= record.meters.count, isMomentary, configuration.momentaryLimit > 0 {
      return close(number, .momentary)
    }
    let needed = Int((Double(record.meters.count) * configuration.closingShare).rounded(.up))
    guard record.back >= max(1, needed) else {
      if record.wasConfirmed { open[number]?.state = .partiallyRestored }
      return
    }
    open[number]?.restored = time
    open[number]?.state = .restored
    guard let hold = configuration.restorationHold else {
      // Those that have not told are taken to have power too.
      let others = lostMeters(of: number)
      close(number, nil)
      for meter in others { set(meter, isOut: false, at: time) }
      return
    }
    checks.append((number, due(in: hold)))
  }

  /// Goes through an outage whose meters may be back without having told.
  mutating func beginCheck(_ number: Int) {
    open[number]?.isBeingChecked = true
    guard let hold = configuration.restorationHold else { return settle(number) }
    checks.append((number, due(in: hold)))
  }

  /// Asks the meters of a restored outage that have not told.
  mutating func checkRestoration(_ number: Int) {
    guard open[number] != nil else { return }
    open[number]?.isBeingChecked = true
    for meter in lostMeters(of: number) { question(meter, number, .remaining) }
    if open[number]?.outstanding == 0 { settle(number) }
  }

  /// Asks a meter of an outage that has been open for long: what told of its end may have been lost.
  mutating func recheck(_ number: Int) {
    guard let record = open[number], record.state != .restored, !record.isBeingChecked else { return }
    if record.outstanding == 0, let meter = lostMeters(of: number).first { question(meter, number, .told) }
    if let pause = configuration.recheck { rechecks.append((number, due(in: pause))) }
  }

  /// Closes an outage whose meters have all told or been asked; those without power are an outage of their own.
  mutating func settle(_ number: Int) {
    guard let record = open[number] else { return }
    let lost = lostMeters(of: number)
    if record.restored == nil { open[number]?.restored = time.microseconds }
    // When power came back is known where a meter has told; where one has only answered, it may have been at once.
    let isMomentary =
      record.restored.map { $0 &- record.began <= configuration.momentaryLimit * 1_000_000 } ?? record.toldHadPower
    if let device = record.device, !lost.isEmpty { devices[device].isRefuted = true }
    close(number, !record.wasConfirmed && isMomentary ? .momentary : nil)
    release(lost, record.correlationID)
  }

  /// Ends an outage.
  ///
  /// - Parameter falseAlarm: why it was none.
  mutating func close(_ number: Int, _ falseAlarm: Outage.FalseAlarm?) {
    guard var record = open[number] else { return }
    record.state = .closed
    var outage = outage(of: record)
    outage.falseAlarm = falseAlarm
    open[number] = nil
    if let device = record.device, devices[device].outage == Int32(number) { devices[device].outage = -1 }
    counts.closed += 1
    if falseAlarm != nil { counts.falseAlarms += 1 }
    if keepsChanges, record.isPublished {
      ended.append(
        Change(
          kind: .closed, publicKind: record.isPublic ? .closed : nil, outage: outage,
          correlationID: record.correlationID))
    }
    if finished.count >= max(1, configuration.outageLimit) { _ = finished.popFirst() }
    finished.append(outage)
  }

  // MARK: Changes

  /// Outages that have changed since they were last taken, in their present state; the oldest change first.
  public mutating func takeChanges(limit: Int) -> [Change] {
    var taken: [Change] = []
    while taken.count < limit, let number = changed.popFirst() {
      guard let record = open[number] else { continue }
      open[number]?.isChanged = false
      open[number]?.isPublished = true
      if record.wasConfirmed { open[number]?.isPublic = true }
      taken.append(
        Change(
          kind: record.isPublished ? .changed : .created,
          publicKind: record.wasConfirmed ? (record.isPublic ? .changed : .created) : nil,
          outage: outage(of: record), correlationID: record.correlationID))
    }
    while taken.count < limit, let next = ended.popFirst() { taken.append(next) }
    return taken
  }

  public var hasChanges: Bool { !changed.isEmpty || !ended.isEmpty }

  mutating func mark(_ number: Int) {
    guard keepsChanges, let record = open[number], !record.isChanged else { return }
    open[number]?.isChanged = true
    changed.append(number)
  }
}

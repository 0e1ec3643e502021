// Questions to meters where evidence is thin, and what their answers tell.
public import CIMModel

extension OutageAnalysis {
  /// The questions that are to be asked now, the oldest first; each has to be answered with `answer`.
  public mutating func takeQuestions(limit: Int) -> [Question] {
    var taken: [Question] = []
    while taken.count < limit, let next = questions.popFirst() { taken.append(next) }
    return taken
  }

  public var hasQuestions: Bool { !questions.isEmpty }

  mutating func question(_ meter: Int, _ outage: Int, _ kind: Question.Kind) {
    counts.questions += 1
    open[outage]?.outstanding += 1
    questions.append(
      Question(
        meter: network.meters[meter].object, correlationID: open[outage]?.correlationID, number: meter, outage: outage,
        kind: kind))
  }

  /// Asks silent meters behind a device and one that told; where none is silent, one of a neighbour.
  mutating func ask(about outage: Int, of device: Int) {
    var silent: [Int] = []
    let wanted = configuration.silentAsked
    let isLeaf = !network.devices[device].meters.isEmpty
    network.forEachLeaf(of: device) { leaf in
      // One from each device, so that they stand for all of it.
      var left = isLeaf ? wanted : 1
      for meter in network.devices[leaf].meters where !meters[Int(meter)].isOut && left > 0 {
        silent.append(Int(meter))
        left -= 1
      }
      return silent.count < wanted
    }
    for meter in silent.prefix(wanted) { question(meter, outage, .silent) }
    if silent.isEmpty, let meter = neighbour(of: device) { question(meter, outage, .neighbour) }
    if configuration.asksTold, let told = open[outage]?.meters.first { question(Int(told), outage, .told) }
    if open[outage]?.outstanding == 0 { conclude(outage) }
  }

  /// A meter with power, for all that is known, on the next device; those that follow come before those that lead.
  private func neighbour(of device: Int) -> Int? {
    for (here, above) in zip(network.path(from: device), network.path(from: device).dropFirst()) {
      let siblings = network.devices[above].devices
      guard let place = siblings.firstIndex(of: Int32(here)) else { continue }
      let others = siblings[(place + 1)...] + siblings[..<place].reversed()
      for other in others.prefix(64) {
        var found: Int?
        network.forEachLeaf(of: Int(other)) { leaf in
          guard devices[leaf].metersOut == 0 else { return true }
          found = network.devices[leaf].meters.first.map { Int($0) }
          return false
        }
        if let found { return found }
      }
    }
    return nil
  }

  /// What came of a question.
  ///
  /// - Parameter answer: `.silent` where the meter itself gave none; `.unknown` where it could not be asked.
  public mutating func answer(_ question: Question, _ answer: Answer, now: Timestamp) {
    time = max(time, now)
    let meter = question.number
    if answer == .silent, question.attempt < configuration.attempts, meters[meter].isOut || question.kind != .told {
      var again = question
      again.attempt += 1
      retries.append((again, due(in: configuration.attemptPause)))
      return
    }
    if answer == .hasPower { power(at: meter) }
    let number = question.outage
    guard var record = open[number] else { return verify(closed: number, question, answer) }
    record.outstanding -= 1
    switch question.kind {
    case .silent, .neighbour:
      Self.verify(&record.verification, question, answer)
      if question.kind == .silent, answer == .hasPower { record.silentHadPower = true }
    case .told: if answer == .hasPower { record.toldHadPower = true }
    case .remaining: break
    }
    open[number] = record
    if question.kind == .silent, answer == .silent, !meters[meter].isOut {
      // It cannot tell by itself when it has lost power; the outage's own time is as good as any.
      set(meter, isOut: true, at: record.began)
      meters[meter].isAssumed = true
      meters[meter].changed = max(meters[meter].changed, record.began)
      join(meter, number)
    }
    if record.outstanding == 0 { conclude(number) }
    mark(number)
  }

  private static func verify(_ verification: inout Outage.Verification?, _ question: Question, _ answer: Answer) {
    guard verification == nil || verification?.answered == false else { return }
    verification = .init(
      meter: question.meter, onSameTransformer: question.kind == .silent, answered: answer == .hasPower)
  }

  /// The outage was over before the answer came: it is noted there.
  private mutating func verify(closed number: Int, _ question: Question, _ answer: Answer) {
    guard question.kind == .silent || question.kind == .neighbour else { return }
    finished.changeLast(where: { $0.number == number }) { Self.verify(&$0.verification, question, answer) }
  }

  /// A meter has power now.
  private mutating func power(at meter: Int) {
    let wasOut = meters[meter].isOut
    set(meter, isOut: false, at: time.microseconds)
    if wasOut {
      // The meter's clock may be slow: what it tells next must not look older than this.
      meters[meter].changed = max(meters[meter].changed, time.microseconds &- tolerance)
      if open[Int(meters[meter].outage)] != nil { open[Int(meters[meter].outage)]?.back += 1 }
    }
    sawPower(at: meter, time.microseconds)
  }

  /// Decides about an outage whose questions are all answered.
  mutating func conclude(_ number: Int) {
    guard let record = open[number] else { return }
    if record.isBeingChecked { return settle(number) }
    guard record.state == .predicted else {
      if record.toldHadPower, record.state != .restored { beginCheck(number) }
      return
    }
    let isBack = record.back >= record.meters.count
    if isBack { return close(number, .momentary) }
    if record.toldHadPower {
      // Others may be back too, and have told in vain.
      return beginCheck(number)
    }
    if record.silentHadPower, let device = record.device {
      guard stillStands(record, device) else { return narrow(number, device) }
      open[number]?.isPartial = true
    }
    open[number]?.state = .confirmed
    open[number]?.wasConfirmed = true
    counts.confirmed += 1
    if let pause = configuration.recheck { rechecks.append((number, due(in: pause))) }
    mark(number)
  }

  /// Whether an outage with a meter that has power is one all the same: enough meters next to one device have lost it
  /// together, as when one phase is gone.
  private func stillStands(_ record: OutageRecord, _ device: Int) -> Bool {
    guard !network.devices[device].meters.isEmpty, devices[device].isDark else { return false }
    return record.meters.allSatisfy { isNear(meters[Int($0)].changed, record.began, within: 2 * tolerance) }
  }

  /// A silent meter had power: the device is not out, but something below it is.
  private mutating func narrow(_ number: Int, _ device: Int) {
    devices[device].isRefuted = true
    let lost = lostMeters(of: number)
    let correlationID = open[number]?.correlationID
    close(number, .narrowed)
    release(lost, correlationID)
  }

  /// Judges losses that are part of no outage any more.
  ///
  /// - Parameter correlationID: of the outage they were part of.
  mutating func release(_ lost: [Int], _ correlationID: String?) {
    let told = self.correlationID
    defer { self.correlationID = told }
    self.correlationID = correlationID
    var places: [Int] = []
    var seen: Set<Int> = []
    for meter in lost {
      meters[meter].outage = -1
      let device = Int(network.meters[meter].device)
      if device < 0 { judge(meter: meter) } else if seen.insert(device).inserted { places.append(device) }
    }
    for device in places { judge(device: device) }
  }
}

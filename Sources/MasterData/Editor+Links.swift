// Changes to links in valid time.
import CIMModel
import IECMessage

extension Editor {
  /// Ends a link at an instant; one that begins then or later is gone.
  func cut(_ link: Link, at time: Timestamp, verb: Verb) throws {
    try transaction.supersede(link)
    if link.valid.from < time {
      try transaction.insertLink(link.first, link.second, valid: Period(link.valid.from, to: time))
    }
    try note(verb, link.first, link.second, at: time)
  }

  /// The rule for two objects, and the two in its order.
  private func rule(_ a: End, _ b: End) throws -> (rule: LinkRule, first: End, second: End) {
    guard let rule = LinkRule.of(a.key.kind, b.key.kind) else {
      throw MasterDataError.refused(
        LinkRule.otherCode, "a \(a.key.kind) is not linked with a \(b.key.kind)", object: a.key.identifier,
        related: b.key.identifier)
    }
    if a.object == b.object {
      throw MasterDataError.refused(rule.code, "\(a.key) cannot be linked with itself", object: a.key.identifier)
    }
    return a.key.kind <= b.key.kind ? (rule, a, b) : (rule, b, a)
  }

  /// An object at the end of a link, and how the message names it.
  struct End {
    var object: ObjectNumber
    var key: ObjectKey
  }

  /// An object that is kept elsewhere is there, as long as anybody says so.
  private func existing(_ key: ObjectKey, at time: Timestamp) throws -> ObjectNumber {
    guard key.kind.origin == .elsewhere else { return try transaction.existing(key, at: time) }
    if let known = try transaction.find(key, at: time) { return known }
    let object = try transaction.insertObject(key.kind, mRID: key.mRID)
    let namespace = shapes.namespace(of: key.kind)
    let content = Element(key.kind.element, in: namespace, children: ChangeEvents.identity(key, in: namespace))
    try transaction.insert(object, valid: Period(Self.always), content: content, parts: [])
    return object
  }

  /// 1900, the earliest date that is taken: since when an object that is kept elsewhere is there is not known.
  private static let always = Timestamp(seconds: -2_208_988_800)

  /// Finds an end.
  ///
  /// - Throws: `MasterDataError` with the kind's reply code where it is not known or has ended by then.
  func end(_ key: ObjectKey, at time: Timestamp) throws -> End {
    let object = try existing(key, at: time)
    let periods = try transaction.validity(of: object)
    // An end may begin later than its link: one vendor dates them so.
    guard periods.contains(where: { $0.to > time }) else {
      throw refuse(key, Self.absence(periods, at: time))
    }
    var key = key
    if let record = try transaction.record(of: object) { key.kind = record.kind }
    return End(object: object, key: key)
  }

  /// Links two objects from an instant on.
  ///
  /// - Parameter replaces: ends what stands in the way, as a reference within an object does; else that is refused.
  /// - Throws: `MasterDataError` with the pair's reply code where they cannot be linked, or are at that time.
  func link(_ a: End, _ b: End, at time: Timestamp, replaces: Bool = false) throws {
    let (rule, first, second) = try rule(a, b)
    var valid = Period(time)
    // An end that has many links may not be read as a whole: one supplier serves a million usage points.
    let ofFirst = rule.firstHasOne ? try transaction.links(of: first.object, known: nil) : nil
    let near = try ofFirst?.filter { $0.second == second.object } ?? transaction.links(first.object, second.object)
    for link in near where link.valid.overlaps(valid) {
      if replaces, link.valid.contains(time) { return }
      if replaces {
        valid.to = min(valid.to, link.valid.from)
        continue
      }
      throw MasterDataError.refused(
        rule.code, "\(first.key) and \(second.key) are linked already, \(link.valid)", object: first.key.identifier,
        related: second.key.identifier)
    }
    if let ofFirst { try makeRoom(for: first, besides: second, among: ofFirst, rule, valid, replaces) }
    if rule.secondHasOne {
      let links = try transaction.links(of: second.object, known: nil)
      try makeRoom(for: second, besides: first, among: links, rule, valid, replaces)
    }
    try transaction.insertLink(first.object, second.object, valid: valid)
    try note(.created, first.object, second.object, at: time)
  }

  private func makeRoom(
    for end: End, besides other: End, among links: [Link], _ rule: LinkRule, _ valid: Period, _ replaces: Bool
  ) throws {
    for link in links where link.valid.overlaps(valid) {
      let neighbour = link.other(than: end.object)
      guard neighbour != other.object, let record = try transaction.record(of: neighbour),
        record.kind == other.key.kind
      else { continue }
      if replaces {
        try cut(link, at: valid.from, verb: .closed)
      } else {
        let key = try transaction.key(of: neighbour, at: valid.from)
        throw MasterDataError.refused(
          rule.code, "\(end.key) is linked with \(key), \(link.valid): end that link first", object: end.key.identifier,
          related: key.identifier)
      }
    }
  }

  /// Ends the link of two objects at an instant.
  ///
  /// - Throws: `MasterDataError` with the pair's reply code where they are not linked then or later.
  func unlink(_ a: End, _ b: End, at time: Timestamp, verb: Verb) throws {
    let (rule, first, second) = try rule(a, b)
    let open = try transaction.links(first.object, second.object).filter { $0.valid.to > time }
    guard !open.isEmpty else {
      throw MasterDataError.refused(
        rule.code, "\(first.key) and \(second.key) are not linked at \(time.xmlText) or later",
        object: first.key.identifier, related: second.key.identifier)
    }
    for link in open { try cut(link, at: time, verb: verb) }
  }

  /// Withdraws the link of two objects that is to begin, or its end that is to come, at an instant or later.
  ///
  /// - Throws: `MasterDataError` with the pair's reply code where neither is planned.
  func cancelLink(_ a: End, _ b: End, at time: Timestamp) throws {
    let (rule, first, second) = try rule(a, b)
    let all = try transaction.links(first.object, second.object)
    let planned = all.filter { $0.valid.from >= time }
    let ending = planned.isEmpty ? all.last { !$0.valid.isOpen && $0.valid.to >= time } : nil
    guard !planned.isEmpty || ending != nil else {
      throw MasterDataError.refused(
        rule.code, "no link of \(first.key) and \(second.key) is planned at \(time.xmlText) or later",
        object: first.key.identifier, related: second.key.identifier)
    }
    for link in planned { try transaction.supersede(link) }
    if let ending {
      try transaction.supersede(ending)
      // Only what stands in the way from the planned end on counts: until then the link was there.
      let rest = Period(ending.valid.to)
      for (end, other, hasOne) in [(first, second, rule.firstHasOne), (second, first, rule.secondHasOne)] where hasOne {
        let links = try transaction.links(of: end.object, known: nil)
        try makeRoom(for: end, besides: other, among: links, rule, rest, false)
      }
      try transaction.insertLink(first.object, second.object, valid: Period(ending.valid.from))
    }
    try note(.canceled, first.object, second.object, at: time)
  }
}

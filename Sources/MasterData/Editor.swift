// Changes to objects in valid time, on the rows of a transaction. Nothing is overwritten: what was known stays known.
import CIMModel
import IECMessage

/// Carries out changes within one transaction.
struct Editor {
  let transaction: any MasterDataTransaction
  let shapes: ProfileShapes

  func refuse(_ key: ObjectKey, _ message: String) -> MasterDataError {
    .refused(key.kind.code, "\(key) " + message, object: key.identifier)
  }

  func note(_ verb: Verb, _ object: ObjectNumber, _ other: ObjectNumber? = nil, at time: Timestamp) throws {
    try transaction.append(ChangeRecord(known: transaction.time, verb: verb, object: object, other: other, at: time))
  }

  /// Makes an object that is valid from an instant on. One that has ended may begin again.
  ///
  /// - Throws: `MasterDataError` with the kind's reply code where it is valid then or later already, or a name is in use.
  func create(_ key: ObjectKey, content: Element, parts: [Element], at time: Timestamp) throws -> ObjectNumber {
    guard !key.isEmpty else {
      throw MasterDataError.refused("1.7", "a \(key.kind) has neither mRID nor Names: give it one of them")
    }
    let valid = Period(time)
    let object: ObjectNumber
    if let mRID = key.mRID, let known = try transaction.object(key.kind, mRID: mRID) {
      if let period = try transaction.validity(of: known).first(where: { $0.overlaps(valid) }) {
        throw refuse(key, "is there already, \(period)")
      }
      try checkNames(key, of: known, during: valid)
      object = known
    } else {
      try checkNames(key, of: nil, during: valid)
      object = try transaction.insertObject(key.kind, mRID: key.mRID)
    }
    try transaction.insert(object, valid: valid, content: content, parts: parts)
    try note(.created, object, at: time)
    return object
  }

  /// A name of one type and authority belongs to one object of a kind at any time.
  private func checkNames(_ key: ObjectKey, of object: ObjectNumber?, during valid: Period) throws {
    for name in key.names {
      for slice in try transaction.slices(key.kind, by: .name(name.name), known: nil)
      where slice.object != object && slice.valid.overlaps(valid) && slice.names.contains(name) {
        let holder = try transaction.key(of: slice.object, at: slice.valid.from)
        throw MasterDataError.refused(
          key.kind.code, "the name \(name) is that of another \(key.kind), \(slice.valid)", object: key.identifier,
          related: holder.identifier)
      }
    }
  }

  /// Changes an object from an instant on, until the next change that is recorded already.
  ///
  /// - Throws: `MasterDataError` with the kind's reply code where it is not valid then; what `edit` throws.
  func change(
    _ object: ObjectNumber, _ key: ObjectKey, at time: Timestamp,
    _ edit: (Slice) throws -> (content: Element, parts: [Element])
  ) throws {
    let slices = try transaction.slices(of: object, known: nil)
    guard let slice = slices.first(where: { $0.valid.contains(time) }) else {
      throw refuse(key, Self.absence(slices.map(\.valid), at: time))
    }
    let (content, parts) = try edit(slice)
    let rest = Period(time, to: slice.valid.to)
    let newKey = try ObjectKey(key.kind, content)
    guard newKey.mRID == slice.content.text("mRID") || newKey.mRID == nil else {
      throw refuse(key, "cannot get another mRID")
    }
    try checkNames(newKey, of: object, during: rest)
    try transaction.supersede(slice)
    if slice.valid.from < time {
      try transaction.insert(
        object, valid: Period(slice.valid.from, to: time), content: slice.content, parts: slice.parts)
    }
    try transaction.insert(object, valid: rest, content: content, parts: parts)
    try note(.changed, object, at: time)
  }

  static func absence(_ periods: [Period], at time: Timestamp) -> String {
    if let last = periods.last, last.to <= time { return "has ended at \(last.to.xmlText)" }
    if let next = periods.first(where: { $0.from > time }) { return "begins at \(next.from.xmlText)" }
    return "is not valid at \(time.xmlText)"
  }

  /// Ends an object and its links at an instant: from then on it is not there, and what it was stays known.
  ///
  /// - Parameter verb: `closed` or `deleted`, for the event.
  /// - Throws: `MasterDataError` with the kind's reply code where it has ended by then.
  func end(_ object: ObjectNumber, _ key: ObjectKey, at time: Timestamp, verb: Verb) throws {
    let slices = try transaction.slices(of: object, known: nil)
    let open = slices.filter { $0.valid.to > time }
    guard !open.isEmpty else { throw refuse(key, Self.absence(slices.map(\.valid), at: time)) }
    for slice in open {
      try transaction.supersede(slice)
      if slice.valid.from < time {
        try transaction.insert(
          object, valid: Period(slice.valid.from, to: time), content: slice.content, parts: slice.parts)
      }
    }
    for link in try transaction.links(of: object, known: nil) where link.valid.to > time {
      try cut(link, at: time, verb: verb)
    }
    try note(verb, object, at: time)
  }

  /// Withdraws what is to begin, change or end at an instant or later.
  ///
  /// - Throws: `MasterDataError` with the kind's reply code where nothing is to happen from then on.
  func cancel(_ object: ObjectNumber, _ key: ObjectKey, at time: Timestamp) throws {
    let slices = try transaction.slices(of: object, known: nil)
    let planned = slices.filter { $0.valid.from >= time }
    let before = slices.last { $0.valid.from < time }
    if let before, before.valid.to >= time, before.valid.to != .endless {
      // What was in force goes on in place of what was planned.
      let continued = Period(before.valid.from)
      try checkNames(key, of: object, during: Period(before.valid.to))
      for slice in planned { try transaction.supersede(slice) }
      try transaction.supersede(before)
      try transaction.insert(object, valid: continued, content: before.content, parts: before.parts)
    } else {
      guard !planned.isEmpty else {
        throw refuse(key, "has nothing planned at \(time.xmlText) or later that could be cancelled")
      }
      for slice in planned { try transaction.supersede(slice) }
      if before == nil {
        for link in try transaction.links(of: object, known: nil) { try transaction.supersede(link) }
      }
    }
    try note(.canceled, object, at: time)
  }
}

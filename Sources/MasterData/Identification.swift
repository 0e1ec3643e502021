// Finding the object that a message means: by mRID, else by its names.
public import CIMModel

extension MasterDataView {
  /// The object that a key identifies; nil where there is none.
  ///
  /// - Parameters:
  ///   - time: when the names are borne; a name that is borne later or was borne before counts where none is borne then.
  ///   - known: whose knowledge counts; nil: of now.
  /// - Throws: `MasterDataError` with the kind's reply code where the names are those of several objects, 1.7 where the
  ///   key is empty.
  public func find(_ key: ObjectKey, at time: Timestamp, known: Timestamp? = nil) throws -> ObjectNumber? {
    if let mRID = key.mRID { return try object(key.kind, mRID: mRID) }
    guard !key.names.isEmpty else {
      throw MasterDataError.refused("1.7", "a \(key.kind) has neither mRID nor Names: it cannot be told which it is")
    }
    var found: Set<ObjectNumber> = []
    for name in key.names {
      let bearers = try slices(key.kind, by: .name(name.name), known: known).filter { slice in
        slice.names.contains { $0.fits(name) }
      }
      let then = bearers.filter { $0.valid.contains(time) }
      found.formUnion((then.isEmpty ? bearers : then).map(\.object))
    }
    if found.count > 1 {
      throw MasterDataError.refused(
        key.kind.code, "\(found.count) objects bear the names of \(key): give type and authority, or the mRID",
        object: key.identifier)
    }
    return found.first
  }

  /// As `find`, but an object has to be there.
  ///
  /// A meter is an end device as well: where none of that kind is found, meters are looked at.
  /// - Throws: `MasterDataError` with the kind's reply code.
  public func existing(_ key: ObjectKey, at time: Timestamp, known: Timestamp? = nil) throws -> ObjectNumber {
    if let object = try find(key, at: time, known: known) { return object }
    if key.kind == .endDevice {
      let meter = ObjectKey(.meter, mRID: key.mRID, names: key.names)
      if let object = try find(meter, at: time, known: known) { return object }
    }
    throw MasterDataError.refused(key.kind.code, "\(key) is not known", object: key.identifier)
  }

  /// How messages name an object: its mRID, and the names it bears at an instant, or else those it bore last.
  public func key(of object: ObjectNumber, at time: Timestamp, known: Timestamp? = nil) throws -> ObjectKey {
    guard let record = try record(of: object) else {
      throw MasterDataError.storage("no object \(object.value)")
    }
    let slices = try slices(of: object, known: known)
    let slice = slices.first { $0.valid.contains(time) } ?? slices.last
    return ObjectKey(record.kind, mRID: record.mRID, names: slice?.names ?? [])
  }
}

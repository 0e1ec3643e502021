// What happens at a usage point, as sets of operations: exchange of the meter, move-in, move-out, change of supplier.
public import CIMModel
import IECMessage

/// Builds the sets of everyday changes out of what the store holds; nothing is changed by building.
public struct GuidedChange {
  private let view: any MasterDataView
  private let shapes: ProfileShapes
  /// When the change takes effect.
  private let time: Timestamp

  public init(view: any MasterDataView, shapes: ProfileShapes = .init(), at time: Timestamp) {
    self.view = view
    self.shapes = shapes
    self.time = time
  }

  /// Keys of the objects of a kind that one is linked with at the time.
  private func linked(_ object: ObjectNumber, _ kind: ObjectKind) throws -> [ObjectKey] {
    try view.links(of: object, known: nil).filter { $0.valid.contains(time) }.compactMap { link in
      let key = try view.key(of: link.other(than: object), at: time)
      return key.kind == kind ? brief(key) : nil
    }
  }

  /// As short as it identifies.
  private func brief(_ key: ObjectKey) -> ObjectKey { key.mRID == nil ? key : ObjectKey(key.kind, mRID: key.mRID) }

  private func existing(_ key: ObjectKey) throws -> (object: ObjectNumber, key: ObjectKey) {
    let object = try view.existing(key, at: time)
    return (object, brief(try view.key(of: object, at: time)))
  }

  /// Adds an object where it is not known.
  private func make(_ key: ObjectKey, _ children: [Element], _ builder: inout SetBuilder) throws -> ObjectKey {
    if let object = try view.find(key, at: time) { return brief(try view.key(of: object, at: time)) }
    builder.add(.create, key, at: time, children)
    return brief(key)
  }

  /// Takes a meter from its usage point and puts another there.
  ///
  /// - Parameters:
  ///   - old: nil where one meter hangs there.
  ///   - new: made where it is not known.
  ///   - attributes: of the new meter, where it is made.
  /// - Throws: `MasterDataError` with reply code 2.12 or 2.4 for what is not known, 2.13 where it is not clear which meter
  ///   is meant.
  public func exchangeMeter(
    at usagePoint: ObjectKey, from old: ObjectKey? = nil, to new: ObjectKey, attributes: [Element] = []
  ) throws -> SetBuilder {
    var builder = SetBuilder(shapes: shapes)
    let point = try existing(usagePoint)
    let hanging = try linked(point.object, .meter)
    let leaving: ObjectKey
    if let old {
      leaving = try existing(old).key
      guard hanging.contains(leaving) else {
        throw MasterDataError.refused("2.13", "\(leaving) does not hang at \(point.key) at \(time.xmlText)")
      }
    } else {
      guard let only = hanging.first, hanging.count == 1 else {
        throw MasterDataError.refused("2.13", "\(hanging.count) meters hang at \(point.key): say which one goes")
      }
      leaving = only
    }
    builder.add(.close, leaving, point.key, at: time)
    let coming = try make(new, attributes, &builder)
    guard coming != leaving else { throw MasterDataError.refused("2.13", "\(leaving) hangs there already") }
    builder.add(.create, coming, point.key, at: time)
    return builder
  }

  /// Gives a customer an agreement for a usage point.
  ///
  /// - Parameters:
  ///   - customer: made where it is not known.
  ///   - agreement: likewise.
  /// - Throws: `MasterDataError` with reply code 2.12 for an unknown usage point, 2.26 where somebody lives there.
  public func moveIn(
    _ customer: ObjectKey, agreement: ObjectKey, at usagePoint: ObjectKey
  ) throws -> SetBuilder {
    var builder = SetBuilder(shapes: shapes)
    let point = try existing(usagePoint)
    if let other = try linked(point.object, .customerAgreement).first {
      throw MasterDataError.refused("2.26", "\(point.key) has \(other): let that customer move out first")
    }
    let isKnown = try view.find(agreement, at: time)
    let customer = try make(customer, [], &builder)
    let agreement = try make(agreement, [], &builder)
    if let isKnown, try linked(isKnown, .customer).contains(customer) {
      // The customer gets a further usage point under an agreement it has.
    } else {
      builder.add(.create, customer, agreement, at: time)
    }
    builder.add(.create, agreement, point.key, at: time)
    return builder
  }

  /// Ends the agreements for a usage point: wholly where they are for this one only.
  ///
  /// - Throws: `MasterDataError` with reply code 2.12 for an unknown usage point, 2.26 where it has no agreement.
  public func moveOut(of usagePoint: ObjectKey) throws -> SetBuilder {
    var builder = SetBuilder(shapes: shapes)
    let point = try existing(usagePoint)
    let agreements = try linked(point.object, .customerAgreement)
    guard !agreements.isEmpty else {
      throw MasterDataError.refused("2.26", "\(point.key) has no agreement at \(time.xmlText)")
    }
    for agreement in agreements {
      let object = try existing(agreement).object
      if try linked(object, .usagePoint).count > 1 {
        builder.add(.close, agreement, point.key, at: time)
      } else {
        // The end of the agreement ends its links.
        builder.add(.close, agreement, at: time)
      }
    }
    return builder
  }

  /// Gives a usage point another supplier.
  ///
  /// - Throws: `MasterDataError` with reply code 2.12 or 2.20 for what is not known, 2.28 where it has that supplier.
  public func switchSupplier(of usagePoint: ObjectKey, to supplier: ObjectKey) throws -> SetBuilder {
    var builder = SetBuilder(shapes: shapes)
    let point = try existing(usagePoint)
    let supplier = try existing(supplier).key
    let before = try linked(point.object, .serviceSupplier)
    guard !before.contains(supplier) else {
      throw MasterDataError.refused("2.28", "\(point.key) has \(supplier) already")
    }
    for old in before { builder.add(.close, point.key, old, at: time) }
    builder.add(.create, point.key, supplier, at: time)
    return builder
  }
}

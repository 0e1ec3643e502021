// Makes the systems of a utility out of their parts.
import CIMModel
import Logging
import MasterData
import MessageBus
import MeterSimulator

/// Knows what the parts of one utility need.
struct SystemBuilder {
  /// Parts that exist already.
  let core: [any SystemPart]
  let fleet: MeterFleet
  let port: any MessagePort
  let clock: UtilityClock
  let logger: Logger

  /// One system, with a part of each type that the reference model names for it.
  ///
  /// - Parameter isWhole: false: with its main part alone, the first.
  func system(_ kind: ReferenceModel.SystemKind, isWhole: Bool) -> ReferenceSystem {
    let keeper = ConfigKeeper(id: kind.id)
    return ReferenceSystem(
      kind.id, kind.parts.prefix(isWhole ? kind.parts.count : 1).compactMap { part($0, of: kind.id, keeper) })
  }

  private func part(
    _ type: any SystemPart.Type, of id: ParticipantID, _ keeper: ConfigKeeper
  ) -> (any SystemPart)? {
    if let part = core.first(where: { Swift.type(of: $0) == type && $0.id == id }) { return part }
    let now: @Sendable () -> Timestamp = { [clock] in clock.now() }
    switch type {
    case is MasterDataManagement.Type:
      return MasterDataManagement(
        id: id, store: MemoryMasterData(now: now), port: port, logger: logger, now: now)
    case is LoadControl.Type:
      return LoadControl(
        id: id, fleet: fleet, field: core.lazy.compactMap { $0 as? any LoadField }.first, port: port, logger: logger,
        now: now, advance: { [clock] in clock.advance(to: $0) })
    case is EventKeeper.Type: return EventKeeper(id: id)
    case is ConfigKeeper.Type: return keeper
    case is CustomerDataDesk.Type: return CustomerDataDesk(id: id, keeper: keeper)
    case is Inquirer.Type: return Inquirer(id: id, port: port, now: now)
    case is ServiceDesk.Type: return ServiceDesk(id: id, port: port, logger: logger, now: now)
    case is OrderBook.Type: return OrderBook(id: id, port: port, now: now)
    case is ManualReader.Type: return ManualReader(id: id, port: port, logger: logger, now: now)
    case is GroupDesk.Type: return GroupDesk(id: id, port: port)
    case is FirmwarePlanner.Type: return FirmwarePlanner(id: id, port: port)
    case is PaymentDesk.Type: return PaymentDesk(id: id, port: port, logger: logger, now: now)
    case is PaymentLedger.Type: return PaymentLedger(id: id)
    case is WorkDesk.Type:
      return WorkDesk(id: id, port: port, assets: AssetRegister(fleet), logger: logger, now: now)
    case is DERDesk.Type:
      let inverters = InverterFleet(count: 30, seed: fleet.seed, start: clock.now())
      return DERDesk(id: id, fleet: inverters, port: port, logger: logger, now: now)
    case is SwitchingDesk.Type: return SwitchingDesk(id: id, fleet: fleet, port: port, logger: logger, now: now)
    case is ClearanceBook.Type: return ClearanceBook(id: id, port: port, now: now)
    case is TroubleDesk.Type: return TroubleDesk(id: id, port: port, logger: logger, now: now)
    case is TroubleLine.Type:
      return TroubleLine(
        id: id, fleet: fleet, outages: core.lazy.compactMap { $0 as? OutageManagement }.first, port: port,
        logger: logger, now: now)
    case is OutageBook.Type: return OutageBook(id: id)
    case is DERBook.Type: return DERBook(id: id)
    case is WorkFollower.Type:
      return WorkFollower(id: id, keepsMeters: id == "CIS", port: port, logger: logger, now: now)
    default: return nil
    }
  }
}

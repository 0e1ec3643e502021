// The systems of the reference model: who there is, what can be done at each and what each can tell.
public import MessageBus

/// The reference model's systems as Busbar plays them.
///
/// - SeeAlso: IEC 61968-9, 4.2
public enum ReferenceModel {
  /// One kind of system.
  public struct SystemKind: Sendable {
    public var id: ParticipantID
    public var name: String
    let parts: [any SystemPart.Type]

    init(_ id: ParticipantID, _ name: String, _ parts: [any SystemPart.Type]) {
      self.id = id
      self.name = name
      self.parts = parts
    }

    public var actions: [ActionDescription] { parts.flatMap { $0.actions } }
    public var facts: [FactDescription] { parts.flatMap { $0.facts } }

    public func action(_ name: String) -> ActionDescription? { actions.first { $0.name == name } }
    public func knows(_ path: FactPath) -> Bool { facts.contains { $0.matches(path) } }
  }

  /// From the customer to the meter, as sequence diagrams have them from left to right.
  public static let systems: [SystemKind] = [
    SystemKind(
      "CIS", "customer information",
      [
        CustomerInformation.self, EventKeeper.self, ConfigKeeper.self, PaymentLedger.self, WorkFollower.self,
        OutageBook.self, TroubleDesk.self,
      ]),
    SystemKind("POS", "point of sale", [PaymentDesk.self]),
    SystemKind(
      "DRMS", "demand response management", [EventKeeper.self, ConfigKeeper.self, Inquirer.self, GroupDesk.self]),
    SystemKind(
      "LMS", "load management",
      [EventKeeper.self, ConfigKeeper.self, Inquirer.self, OrderBook.self, GroupDesk.self]),
    SystemKind("PLAN", "planning", [EventKeeper.self, Inquirer.self, OrderBook.self]),
    SystemKind("NO", "network operations", [EventKeeper.self, Inquirer.self, DERBook.self, SwitchingDesk.self]),
    SystemKind(
      "OMS", "outage management",
      [OutageManagement.self, EventKeeper.self, Inquirer.self, TroubleLine.self, WorkFollower.self]),
    SystemKind("WM", "work management", [ServiceDesk.self, WorkDesk.self, ClearanceBook.self]),
    SystemKind("MM", "meter maintenance", [EventKeeper.self, OrderBook.self, ManualReader.self]),
    SystemKind(
      "MAM", "meter asset management",
      [FirmwarePlanner.self, EventKeeper.self, ConfigKeeper.self, OrderBook.self, WorkFollower.self]),
    SystemKind("MASTER", "master data management", [MasterDataManagement.self]),
    SystemKind(
      "MDM", "meter data management",
      [MeterDataManagement.self, EventKeeper.self, ConfigKeeper.self, CustomerDataDesk.self]),
    SystemKind("DERMS", "management of distributed energy resources", [DERDesk.self]),
    SystemKind("LC", "load control", [LoadControl.self, ConfigKeeper.self]),
    SystemKind("MS", "metering system", [MeteringSystem.self, ConfigKeeper.self]),
  ]

  public static func system(_ id: ParticipantID) -> SystemKind? { systems.first { $0.id == id } }
}

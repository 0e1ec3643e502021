// Tells what belongs to a customer: for those who take the customer over.
import CIMModel
public import IECMessage
public import MessageBus

/// Serves `get CustomerMeterDataSet` out of a system's copy of master data: the objects that are named and all they are
/// linked with, directly or through others, 1,000 at most.
///
/// - SeeAlso: IEC 61968-9, 5.8.2 (Figure 43)
public actor CustomerDataDesk: SystemPart {
  public nonisolated let id: ParticipantID
  public nonisolated let interests: [Interest]
  private let keeper: ConfigKeeper
  static let noun = "CustomerMeterDataSet"

  /// What the profile has of each kind, in its order; what else master data knows is left out.
  private static let shapes: [(kind: String, children: [String])] = [
    ("Customer", ["mRID", "kind", "pucNumber", "specialNeed", "vip", "Names"]),
    ("CustomerAccount", ["mRID", "billingCycle", "Names"]),
    ("CustomerAgreement", ["mRID", "loadMgmt", "signDate", "Names", "validityInterval"]),
    ("EndDevice", ["mRID", "amrSystem", "isVirtual", "serialNumber", "type", "Names"]),
    ("Meter", ["mRID", "amrSystem", "formNumber", "isVirtual", "serialNumber", "type", "Names"]),
    ("PricingStructure", ["mRID", "code", "Names"]),
    ("ServiceLocation", ["mRID", "accessMethod", "siteAccessProblem", "Names"]),
    ("ServiceSupplier", ["mRID", "issuerIdentificationNumber", "kind", "Names"]),
    ("UsagePoint", ["mRID", "isSdp", "isVirtual", "readCycle", "readRoute", "Names"]),
    ("UsagePointLocation", ["mRID", "accessMethod", "Names"]),
  ]

  init(id: ParticipantID, keeper: ConfigKeeper) {
    self.id = id
    self.keeper = keeper
    interests = [.serves([.get], [Self.noun])]
  }

  public func answer(_ request: Message, from sender: ParticipantID) async throws -> Message {
    guard let query = request.request?.objects.first(where: { $0.name == "Get" + Self.noun }) else {
      return request.failure("1.6", reason: "the Request holds no Get\(Self.noun)", source: id.rawValue)
    }
    let named = query.children.compactMap { $0.text("mRID") }
    guard !named.isEmpty else {
      return request.failure("1.7", reason: "name an object by its mRID", source: id.rawValue)
    }
    let found = await keeper.neighbourhood(of: named, limit: 1_000)
    guard !found.isEmpty else {
      return request.failure("5.7", reason: "nothing is known of \(named.joined(separator: ", "))", source: id.rawValue)
    }
    let namespace = profileNamespace(Self.noun)
    var root = Element(Self.noun, in: namespace)
    for (kind, children) in Self.shapes {
      for object in found where object.name == kind {
        let kept = children.flatMap { object.all($0) }.map { $0.moved(to: namespace) }
        root.children.append(Element(kind, in: namespace, children: kept))
      }
    }
    return request.reply(.ok, objects: [root], source: id.rawValue)
  }
}

extension Element {
  /// The same in another namespace.
  func moved(to namespace: String) -> Element {
    Element(
      name, in: namespace, attributes: attributes, text: text, children: children.map { $0.moved(to: namespace) })
  }
}

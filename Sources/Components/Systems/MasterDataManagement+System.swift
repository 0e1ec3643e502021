// The keeper of master data as a system of the reference model.
import CIMModel
import IECMessage
import MasterData
import MessageBus

extension MasterDataManagement: SystemPart {
  public static let facts: [FactDescription] = [
    .init("objects/*/*/exists", "yes or no: an object by kind and mRID, as a get finds it now")
  ]

  public func fact(_ path: FactPath) async -> String? {
    guard let kind = ObjectKind(element: path[1]) else { return nil }
    let namespace = "http://iec.ch/TC57/2011/\(kind.noun)#"
    let object = Element(
      kind.element, in: namespace, children: [Element("mRID", in: namespace, text: path[2])])
    let query = Message.get(
      kind.noun, Element(kind.noun, in: namespace, children: [object]), source: id.rawValue)
    guard let answer = try? await answer(query, from: id) else { return nil }
    return answer.reply?.result == .failed ? "no" : "yes"
  }

  public func work() async throws { try await run() }
}

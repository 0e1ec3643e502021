// What the registry of components says of a partner.
public import Catalogue
import MessageBus

extension Partner {
  /// Takes over what the registry says of it and its own settings do not: what it may send, what it answers and hears of,
  /// where it is reached. One that is planned, suspended or retired sends nothing and is sent nothing, whatever else is said.
  public mutating func take(_ entry: ComponentEntry) {
    guard entry.state.exchangesMessages else {
      maySend = []
      interests = []
      // What waits for it stays in the journal.
      endpoint = nil
      replyAddresses = []
      return
    }
    if maySend?.isEmpty ?? true {
      maySend = (entry.requests + entry.emits).map { Permission(Set($0.verbs), $0.nouns.map { Set($0) }) }
    }
    endpoint = endpoint ?? entry.address
    if interests.isEmpty, endpoint != nil { interests = entry.interests }
  }
}

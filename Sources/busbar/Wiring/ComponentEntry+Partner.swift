// Partners as rows of the catalogue.
import Catalogue
import ConfigurationFile
import HTTPTransport
import MessageBus

extension ComponentEntry {
  /// A partner of a running server. What it sends is known where it is limited to that.
  init(_ partner: Partner) {
    self.init(id: partner.id, name: partner.displayName, address: partner.endpoint)
    take(partner.interests)
    take(sent: (partner.maySend ?? []).map { MessagePattern($0.verbs, $0.nouns.map(Array.init)) })
  }

  /// A partner of a running server, with what the registry says that the server does not know.
  init(_ partner: Partner, registered entry: ComponentEntry?) {
    self.init(partner)
    guard let entry else { return }
    (name, vendor, functions, state) = (entry.name, entry.vendor, entry.functions, entry.state)
  }

  /// A partner of the configuration file; its secrets are not looked at.
  init(_ partner: PartnerSettings) {
    self.init(id: ParticipantID(partner.id), name: partner.name, address: partner.endpoint)
    func patterns(_ settings: [PatternSettings]) -> [MessagePattern] {
      settings.map { MessagePattern($0.verbs, $0.nouns.map(Array.init)) }
    }
    offers = patterns(partner.serves)
    consumes = patterns(partner.subscribes)
    take(sent: patterns(partner.maySend))
  }
}

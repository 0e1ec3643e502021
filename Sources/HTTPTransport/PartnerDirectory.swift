// Who is who: from Header.Source to the partner, and which reply addresses are its own.
import Dialects
public import IECMessage
public import MessageBus

/// The registered partners.
public struct PartnerDirectory: Sendable {
  /// The participant that unknown senders are taken for where that is allowed.
  public static let anonymous = ParticipantID("anonymous")

  /// In the order of registration.
  public let partners: [Partner]
  private let bySource: [String: Int]
  /// Partners known by their Source only, whose messages may hide it from the strict reader.
  let dialectsWithoutCredentials: [Partner]
  let replyRoutes = ReplyRoutes()

  /// - Throws: `TransportError` with code `.badConfiguration` where two partners claim the same source.
  public init(_ partners: [Partner] = []) throws {
    var bySource: [String: Int] = [:]
    for (index, partner) in partners.enumerated() {
      for source in partner.sources {
        if let other = bySource.updateValue(index, forKey: source) {
          throw TransportError(
            .badConfiguration, "source \(source) is claimed by partners \(partners[other].id) and \(partner.id)")
        }
      }
    }
    self.partners = partners
    self.bySource = bySource
    dialectsWithoutCredentials = partners.filter { $0.credentials.isEmpty && $0.dialect.mode != .strict }
  }

  /// The partner that signs with this Header.Source; nil for unknown ones.
  public func partner(source: String) -> Partner? { bySource[source].map { partners[$0] } }

  /// The partners that have somewhere to be called, to join the bus.
  ///
  /// - Throws: `TransportError` with code `.badConfiguration` where an address is no http or https URL.
  public func participants(client: PartnerClient, reader: MessageReader, writer: MessageWriter) throws
    -> [RemotePartner]
  {
    try partners.filter { $0.endpoint != nil || !$0.replyAddresses.isEmpty }.map {
      try RemotePartner($0, replyRoutes: replyRoutes, client: client, reader: reader, writer: writer)
    }
  }
}

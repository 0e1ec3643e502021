// Tries whether a partner can be reached, step by step, without sending it a message.
import NIOCore
import NIOPosix
import NIOSSL

/// Resolves, connects, shakes hands and sends a harmless request to each address of a partner.
///
/// The endpoint is asked for its WSDL by GET, the reply addresses are asked for their OPTIONS; both may be answered with
/// any status but those that say we are not let in. Each step takes ten seconds at most; steps behind one that failed are
/// not tried.
public struct PartnerProbe: Sendable {
  static let deadline = Duration.seconds(10)
  private let partner: Partner

  public init(_ partner: Partner) { self.partner = partner }

  /// The partner's addresses, each once: its endpoint, then its reply addresses.
  public var urls: [String] {
    var urls: [String] = []
    for url in (partner.endpoint.map { [$0] } ?? []) + partner.replyAddresses where !urls.contains(url) {
      urls.append(url)
    }
    return urls
  }

  /// Probes one address and tells each step as it ends.
  ///
  /// - Throws: `TransportError` `.badConfiguration` where the address or a certificate file is at fault.
  public func run(_ url: String, _ tell: (ProbeStep) -> Void) async throws {
    let target = try ProbeTarget(url)
    let tls = target.isTLS ? try partner.outgoing.tls() ?? .makeClientConfiguration() : nil
    let clock = ContinuousClock()
    var start = clock.now
    func step(_ kind: ProbeStep.Kind, _ result: ProbeStep.Result, _ text: String) {
      let seconds = (clock.now - start) / .seconds(1)
      tell(ProbeStep(kind: kind, url: url, result: result, text: text, seconds: seconds))
      start = clock.now
    }
    let address: SocketAddress
    do {
      address = try await withDeadline(Self.deadline) { try await target.resolve() }
      step(.resolve, .ok, "\(target.host) is \(address.ipAddress ?? "\(address)")")
    } catch {
      step(.resolve, .failed, "\(target.host) has no address: check the name, or the name server of this machine")
      return
    }
    do {
      try await connect(address)
      step(.connect, .ok, "port \(target.port) takes connections")
    } catch {
      step(.connect, .failed, "port \(target.port) takes no connections (\(reason(error))): check address and firewall")
      return
    }
    if let tls {
      let (result, text) = await TLSProbe(target: target, address: address).run(tls)
      step(.tls, result, text)
      if result == .failed { return }
    }
    let (result, text) = await request(url, tls)
    step(.request, result, text)
  }

  private func connect(_ address: SocketAddress) async throws {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(TimeAmount(Self.deadline)).connect(to: address).get()
    try? await channel.close()
  }

  private func request(_ url: String, _ tls: TLSConfiguration?) async -> (ProbeStep.Result, String) {
    let isEndpoint = url == partner.endpoint
    let asked = isEndpoint ? url + (url.contains("?") ? "&wsdl" : "?wsdl") : url
    let method = isEndpoint ? "GET" : "OPTIONS"
    do {
      let response = try await PartnerClient.once(
        method, asked, access: partner.outgoing, tls: tls, deadline: Self.deadline, limit: 16 << 20)
      let answer = "\(method) \(asked) answered \(response.status)"
      switch response.status {
      case 401, 403: return (.failed, "\(answer): it does not let us in; check outgoing credentials")
      case 300..<400: return (.failed, "\(answer), a redirect, which is never followed: register where it leads")
      case 500...: return (.warning, "\(answer): it is there, and not well")
      case 200..<300 where isEndpoint:
        let isWSDL = String(decoding: response.body.prefix(4096), as: UTF8.self).contains("definitions")
        return (.ok, "\(answer)\(isWSDL ? " with a WSDL" : "") (\(response.body.count) bytes)")
      default: return (.ok, "\(answer): it is there")
      }
    } catch {
      return (.failed, "\(method) \(asked) was not answered: \(reason(error))")
    }
  }

  private func reason(_ error: any Error) -> String { TLSProbe.reason(error) }
}

// A TLS handshake for its facts.
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import SwiftASN1
import X509

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Shakes hands, and where that fails once more without verifying, to say what is wrong with the certificate.
struct TLSProbe {
  let target: ProbeTarget
  let address: SocketAddress

  func run(_ configuration: TLSConfiguration) async -> (ProbeStep.Result, String) {
    do {
      let facts = try await handshake(configuration)
      return (facts.daysLeft < 30 ? .warning : .ok, facts.text)
    } catch {
      var lenient = configuration
      lenient.certificateVerification = .none
      let why = Self.reason(error)
      guard let facts = try? await handshake(lenient) else {
        return (.failed, "the handshake failed: \(why)")
      }
      return (.failed, "its certificate is not believed: \(why); it is \(facts.text). Check outgoing.ca and the name")
    }
  }

  private struct Facts: Sendable {
    var text: String
    var daysLeft: Int
  }

  private func handshake(_ configuration: TLSConfiguration) async throws -> Facts {
    let context = try NIOSSLContext(configuration: configuration)
    let target = target
    let done = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(PartnerProbe.deadline))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let handler = try NIOSSLClientHandler(
              context: context, serverHostname: target.isNumeric ? nil : target.host)
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.pipeline.syncOperations.addHandler(HandshakeWaiter(done))
          }
        }.connect(to: address).get()
    } catch {
      done.fail(error)
      throw error
    }
    do {
      try await withDeadline(PartnerProbe.deadline) { try await done.futureResult.get() }
    } catch {
      done.fail(error)
      try? await channel.close()
      throw error
    }
    let certificate = try await channel.nioSSL_peerCertificate().get()
    let version = try await channel.nioSSL_tlsVersion().get()
    try? await channel.close()
    return Self.facts(certificate, version)
  }

  private static func facts(_ certificate: NIOSSLCertificate?, _ version: TLSVersion?) -> Facts {
    var text = ["TLS"]
    switch version {
    case .tlsv12: text[0] += " 1.2"
    case .tlsv13: text[0] += " 1.3"
    default: break
    }
    guard let certificate else { return Facts(text: text[0] + ", no certificate", daysLeft: 0) }
    if let der = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: der) {
      text.append("subject \(parsed.subject)")
      text.append("issuer \(parsed.issuer)")
    }
    let days = (Int(certificate.notValidAfter) - time(nil)) / 86_400
    text.append(days < 0 ? "expired \(-days) days ago" : "valid for \(days) more days")
    return Facts(text: text.joined(separator: ", "), daysLeft: days)
  }

  /// The words of an error for people.
  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as TransportError: return error.cause.map { "\(error.message): \(reason($0))" } ?? error.message
    case let error as NIOConnectionError: return error.connectionErrors.first.map { reason($0.error) } ?? "\(error)"
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    default:
      let text = "\(error)"
      if text.contains("CERTIFICATE_VERIFY_FAILED") { return "no root that we know vouches for it, or it has expired" }
      return text
    }
  }
}

/// Fulfils a promise when the handshake is over.
private final class HandshakeWaiter: ChannelInboundHandler {
  typealias InboundIn = Any
  private let done: EventLoopPromise<Void>

  init(_ done: EventLoopPromise<Void>) { self.done = done }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.handshakeCompleted) = event as? TLSUserEvent { done.succeed() }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    done.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    done.fail(ChannelError.eof)
    context.fireChannelInactive()
  }
}

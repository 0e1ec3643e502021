// The commands that talk to a running bus, over its plain XML binding.
import AsyncHTTPClient
import HTTPTransport
import IECMessage
import NIOCore
import NIOHTTP1
import NIOSSL

/// Why the bus did not answer.
struct ClientError: Error, CustomStringConvertible {
  var description: String
}

struct BusClient {
  /// E.g. "http://127.0.0.1:8480".
  let base: String

  private let access: OutgoingAccess
  private let tls: TLSConfiguration?

  /// - Throws: `TransportError` where a certificate cannot be read.
  init(_ base: String, _ access: OutgoingAccess = OutgoingAccess()) throws {
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.access = access
    tls = try access.tls()
  }

  /// Says at once that a bus is not there or not believed, where the library's shared client would try on and on.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(10)))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  struct Answer {
    var status: Int
    var body: [UInt8]
  }

  /// Posts a message as it is and waits for its answer, at most a minute.
  func post(_ body: [UInt8], isSOAP: SOAPVersion? = nil) async throws -> Answer {
    var request = request(isSOAP == nil ? "/messages" : "/soap")
    request.method = .POST
    request.headers.add(name: "content-type", value: (isSOAP?.mediaType ?? "application/xml") + "; charset=utf-8")
    request.headers.add(name: "accept", value: "*/*")
    request.body = .bytes(ByteBuffer(bytes: body))
    return try await answer(to: request, within: .seconds(60), limit: 256 << 20)
  }

  /// Posts to a path and waits for its answer, at most a minute.
  ///
  /// - Parameter option: of the command, for naming another bus.
  func post(_ body: [UInt8], to path: String, option: String) async throws -> Answer {
    var request = request(path)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/xml; charset=utf-8")
    request.body = .bytes(ByteBuffer(bytes: body))
    return try await answer(to: request, within: .seconds(60), limit: 64 << 20, option)
  }

  /// What stands at a path, at most 64 MiB within half a minute.
  ///
  /// - Parameter option: of the command, for naming another bus.
  func get(_ path: String, option: String) async throws -> Answer {
    try await answer(to: request(path), within: .seconds(30), limit: 64 << 20, option)
  }

  /// - Parameter limit: bytes of the largest answer.
  private func answer(
    to request: HTTPClientRequest, within timeout: TimeAmount, limit: Int, _ option: String = "--to"
  ) async throws -> Answer {
    do {
      let response = try await Self.client.execute(request, timeout: timeout)
      let body = try await response.body.collect(upTo: limit)
      return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
    } catch {
      throw unreachable(error, option)
    }
  }

  /// The data of server-sent events, one after another, until the server ends or the task is cancelled.
  ///
  /// - Parameter begun: called when the server tells from now on.
  func events(_ path: String, begun: () -> Void = {}, _ body: (String) async throws -> Void) async throws {
    let response: HTTPClientResponse
    do {
      response = try await Self.client.execute(request(path), deadline: .distantFuture)
    } catch {
      throw unreachable(error)
    }
    guard response.status == .ok else {
      throw ClientError(description: "\(base)\(path) answered \(response.status.code)")
    }
    begun()
    var pending: [UInt8] = []
    for try await chunk in response.body {
      pending.append(contentsOf: chunk.readableBytesView)
      while let end = pending.firstIndex(of: 0x0A) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        if line.hasPrefix("data: ") { try await body(String(line.dropFirst(6))) }
      }
    }
  }

  private func request(_ path: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: base + path)
    access.authorize(&request)
    request.tlsConfiguration = tls
    return request
  }

  private func unreachable(_ error: any Error, _ option: String = "--to") -> ClientError {
    ClientError(
      description:
        "no bus answers at \(base) (\(error)): start one with 'busbar serve', or name another with \(option) URL")
  }
}

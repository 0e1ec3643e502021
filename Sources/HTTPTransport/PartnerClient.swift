// The one HTTP client all outbound messages go through.
import AsyncHTTPClient
import IECMessage
public import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
public import ServiceLifecycle

/// Posts messages to partners' endpoints. Run it as a service; it closes its connections when it is shut down.
///
/// Redirects are never followed: they would lead past the registered addresses. At most 8 connections per host are
/// open, each closed after 60 idle seconds; opening one takes at most 10 seconds.
public final class PartnerClient: Service {
  private let client: HTTPClient
  private let logger: Logger

  public convenience init(logger: Logger) {
    self.init(HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration), logger)
  }

  private init(_ client: HTTPClient, _ logger: Logger) {
    self.client = client
    self.logger = logger
  }

  deinit {
    // One that was never run, because something else could not start, has connections to give back as well; where it was,
    // this changes nothing.
    client.shutdown { _ in }
  }

  private static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)), decompression: .disabled)
    configuration.httpVersion = .http1Only
    // The bus tries again, with its own pauses.
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }

  /// One request by a client of its own, without a body.
  ///
  /// - Throws: as `post`.
  static func once(
    _ method: String, _ url: String, access: OutgoingAccess, tls: TLSConfiguration?, deadline: Duration, limit: Int
  ) async throws -> Response {
    let client = PartnerClient(logger: Logger(label: "probe") { _ in SwiftLogNoOpLogHandler() })
    var request = HTTPClientRequest(url: url)
    request.method = HTTPMethod(rawValue: method)
    let result: Result<Response, any Error>
    do {
      result = .success(try await client.execute(request, access: access, tls: tls, deadline: deadline, limit: limit))
    } catch {
      result = .failure(error)
    }
    try? await client.shutdown()
    return try result.get()
  }

  /// Returns after a graceful shutdown.
  public func run() async throws {
    // A cancelled wait ends as well as a graceful one: the client has to be shut down either way.
    try? await gracefulShutdown()
    try await client.shutdown()
  }

  /// Ends the client where it is not run as a service.
  public func shutdown() async throws { try await client.shutdown() }

  /// What came back.
  struct Response: Sendable {
    var status: Int
    var mediaType: String?
    var body: [UInt8]
  }

  /// - Parameters:
  ///   - access: how we show who we are.
  ///   - tls: made from `access`; nil: the client's own, with the roots of the system.
  ///   - deadline: from now to the last byte of the answer.
  ///   - limit: largest answer in bytes.
  /// - Throws: `TransportError` `.unreachable`, `.timedOut` or `.badAnswer` (too large).
  func post(
    _ body: [UInt8], to url: String, headers: [(String, String)], access: OutgoingAccess, tls: TLSConfiguration?,
    deadline: Duration, limit: Int
  ) async throws -> Response {
    var request = Self.request(to: url, headers)
    request.body = .bytes(ByteBuffer(bytes: body))
    return try await execute(request, access: access, tls: tls, deadline: deadline, limit: limit)
  }

  private static func request(to url: String, _ headers: [(String, String)]) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    return request
  }

  /// The same with a body that is not in memory.
  func post(
    _ body: any DocumentSource, to url: String, headers: [(String, String)], access: OutgoingAccess,
    tls: TLSConfiguration?, deadline: Duration, limit: Int
  ) async throws -> Response {
    var request = Self.request(to: url, headers)
    request.body = .stream(DocumentPieces(document: body), length: .known(Int64(body.byteCount)))
    return try await execute(request, access: access, tls: tls, deadline: deadline, limit: limit)
  }

  private func execute(
    _ prepared: HTTPClientRequest, access: OutgoingAccess, tls: TLSConfiguration?, deadline: Duration, limit: Int
  ) async throws -> Response {
    var request = prepared
    access.authorize(&request)
    request.tlsConfiguration = tls
    let url = request.url
    do {
      let response = try await client.execute(request, deadline: .now() + TimeAmount(deadline), logger: logger)
      let answer = try await response.body.collect(upTo: limit)
      return Response(
        status: Int(response.status.code), mediaType: response.headers.first(name: "content-type"),
        body: Array(answer.readableBytesView))
    } catch is NIOTooManyBytesError {
      throw TransportError(.badAnswer, "the answer of \(url) is larger than \(limit) bytes")
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
      throw TransportError(.timedOut, "\(url) did not answer within \(deadline)", cause: error)
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as TransportError {
      throw error
    } catch let error as DocumentCutShort {
      throw TransportError(.storage, "a large message cannot be read back", cause: error)
    } catch {
      throw TransportError(.unreachable, "\(url) cannot be reached", cause: error)
    }
  }
}

/// A document piece by piece.
private struct DocumentPieces: AsyncSequence, Sendable {
  let document: any DocumentSource

  struct Iterator: AsyncIteratorProtocol {
    let document: any DocumentSource
    var offset = 0

    mutating func next() async throws -> ByteBuffer? {
      guard offset < document.byteCount else { return nil }
      let piece = try document.bytes(from: offset, count: 1 << 16)
      guard !piece.isEmpty else { throw DocumentCutShort(expected: document.byteCount, found: offset) }
      offset += piece.count
      return ByteBuffer(bytes: piece)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(document: document) }
}

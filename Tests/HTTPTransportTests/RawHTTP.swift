// HTTP as bytes on a socket, so that tests can be as wrong as partners are.
import NIOCore
import NIOPosix

struct RawResponse: Sendable {
  var status: Int
  /// Lower-case names.
  var headers: [String: String]
  var body: String
}

struct RawHTTPError: Error { var message: String }

/// One connection to a server on this machine.
struct RawConnection {
  let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
  let channel: any Channel
  var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  var buffer = ""

  func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

  /// Closes the sending half.
  func finish() async throws { try await channel.close(mode: .output).get() }

  /// Reads until the text is there; nil when the connection ends before it.
  mutating func read(until text: String) async throws -> String? {
    while true {
      if let range = buffer.firstRange(of: text) {
        let found = String(buffer[..<range.upperBound])
        buffer = String(buffer[range.upperBound...])
        return found
      }
      guard let more = try await iterator.next() else { return nil }
      buffer += String(buffer: more)
    }
  }

  mutating func response() async throws -> RawResponse {
    guard let head = try await read(until: "\r\n\r\n") else { throw RawHTTPError(message: "closed without an answer") }
    let lines = head.split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
    }
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    if status == 100 { return RawResponse(status: 100, headers: headers, body: "") }
    let length = Int(headers["content-length"] ?? "0") ?? 0
    while buffer.utf8.count < length {
      guard let more = try await iterator.next() else { throw RawHTTPError(message: "closed inside the answer") }
      buffer += String(buffer: more)
    }
    let body = String(decoding: Array(buffer.utf8.prefix(length)), as: UTF8.self)
    buffer = String(decoding: Array(buffer.utf8.dropFirst(length)), as: UTF8.self)
    return RawResponse(status: status, headers: headers, body: body)
  }

  /// Whether the other side has closed, without sending anything more.
  mutating func isClosed() async throws -> Bool { try await iterator.next() == nil }
}

func withConnection<Result: Sendable>(
  to port: Int, _ work: @Sendable (inout RawConnection) async throws -> Result
) async throws -> Result {
  let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
    .connect(host: "127.0.0.1", port: port) { channel in
      channel.eventLoop.makeCompletedFuture {
        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
          wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
      }
    }
  return try await channel.executeThenClose { inbound, outbound in
    var connection = RawConnection(
      inbound: inbound, outbound: outbound, channel: channel.channel, iterator: inbound.makeAsyncIterator())
    return try await work(&connection)
  }
}

/// A request as it goes over the wire.
func raw(_ method: String, _ path: String, _ headers: [String: String] = [:], _ body: String = "") -> String {
  var text = "\(method) \(path) HTTP/1.1\r\nHost: bus.test\r\n"
  for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
  if method == "POST", headers["Content-Length"] == nil, headers["Transfer-Encoding"] == nil {
    text += "Content-Length: \(body.utf8.count)\r\n"
  }
  return text + "\r\n" + body
}

func exchange(
  _ port: Int, _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: String = ""
) async throws -> RawResponse {
  try await withConnection(to: port) { connection in
    try await connection.send(raw(method, path, headers, body))
    return try await connection.response()
  }
}

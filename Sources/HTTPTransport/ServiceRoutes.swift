// The endpoints that describe the services: their list, their WSDLs and the schemas these need.
import CIMExport
import CIMModel
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// `GET /soap?wsdl`, `GET /services/{service}?wsdl`, `…?xsd={path}` and `GET /services`.
struct ServiceRoutes: Sendable {
  let catalog: ServiceCatalog
  let access: AccessControl
  let configuration: HTTPConfiguration

  func add(to router: RouterGroup<ConnectionContext>) {
    router.get("soap") { request, context in
      if let refusal = await access.refusalForStrangers(request, context) { return Response.refusal(refusal) }
      return describe(catalog.generic, request)
    }
    router.get("services/:service") { request, context in
      if let refusal = await access.refusalForStrangers(request, context) { return Response.refusal(refusal) }
      guard let name = context.parameters.get("service"), let service = catalog.service(named: name) else {
        return Response.text("no such service; GET \(configuration.basePath)/services lists them\n", .notFound)
      }
      return describe(service, request)
    }
    router.get("services") { request, context in
      if let refusal = await access.refusalForStrangers(request, context) { return Response.refusal(refusal) }
      return list(request)
    }
  }

  private func describe(_ service: WebService, _ request: HummingbirdCore.Request) -> Response {
    let query = request.uri.query?.lowercased() ?? ""
    if query == "wsdl" || query.hasPrefix("wsdl=") || query.hasPrefix("wsdl&") {
      return .xml(catalog.wsdl(of: service, address: address(of: service, request), locations: .served))
    }
    for (name, path) in request.uri.queryParameters where name.lowercased() == "xsd" {
      do {
        guard let schema = try catalog.schema(String(path), for: service, locations: .served) else {
          return .text("no such schema\n", .notFound)
        }
        return .xml(schema)
      } catch {
        return .text("the schema cannot be read\n", .internalServerError)
      }
    }
    return .text("\(service.name): POST a SOAP envelope here; GET ?wsdl describes the service\n", .ok)
  }

  private func list(_ request: HummingbirdCore.Request) -> Response {
    let accept = request.headers[.accept] ?? ""
    let services = [catalog.generic] + catalog.services
    if accept.contains("text/html") {
      var rows = ""
      for service in services {
        let url = XMLText.escaped(address(of: service, request))
        rows += "<tr><td>\(XMLText.escaped(service.name))</td><td><a href=\"\(url)?wsdl\">\(url)?wsdl</a></td>"
        rows += "<td>\(XMLText.escaped(service.operations.map(\.name).joined(separator: ", ")))</td></tr>\n"
      }
      let page = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Services</title></head><body><h1>Services</h1>
        <table><tr><th>Service</th><th>WSDL</th><th>Operations</th></tr>
        \(rows)</table></body></html>

        """
      return Response.make(page, "text/html; charset=utf-8", .ok)
    }
    let items = services.map { service in
      var object = JSONObject()
      object.add("name", service.name)
      object.add("noun", service.noun)
      object.add("address", address(of: service, request))
      object.add("wsdl", address(of: service, request) + "?wsdl")
      object.addRaw("operations", JSONObject.array(service.operations.map { JSONObject.quoted($0.name) }))
      return object.closed
    }
    return .json("{\"services\":" + JSONObject.array(items) + "}")
  }

  /// Where the service is, as the client reaches it.
  private func address(of service: WebService, _ request: HummingbirdCore.Request) -> String {
    let base =
      configuration.publicURL
      ?? "\(configuration.tls == nil ? "http" : "https")://\(request.head.authority ?? configuration.host)"
    let root = base.hasSuffix("/") ? String(base.dropLast()) : base
    return root + configuration.basePath + "/" + service.path
  }
}

extension Response {
  /// Why a request without a message is not answered, in a line of text.
  static func refusal(_ refusal: Refusal) -> Response {
    var response = text("\(refusal.code) \(refusal.reason)\n", refusal.status)
    if let wait = refusal.retryAfter { response.headers[.retryAfter] = String(wait) }
    for challenge in refusal.challenges {
      response.headers.append(HTTPField(name: .wwwAuthenticate, value: challenge))
    }
    return response
  }

  static func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
    make(text, "text/plain; charset=utf-8", status)
  }

  static func xml(_ text: String) -> Response { make(text, "text/xml; charset=utf-8", .ok) }

  static func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
    make(text + "\n", "application/json", status)
  }

  static func make(_ text: String, _ type: String, _ status: HTTPResponse.Status) -> Response {
    let buffer = ByteBuffer(string: text)
    let fields: HTTPFields = [.contentType: type, .contentLength: String(buffer.readableBytes)]
    return Response(status: status, headers: fields, body: .init(byteBuffer: buffer))
  }
}

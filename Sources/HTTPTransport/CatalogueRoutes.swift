// The endpoint that tells who is on the bus and what they exchange.
import Catalogue
import HTTPTypes
import Hummingbird
import HummingbirdCore
import MessageBus

/// `GET /catalogue`: JSON, or what `format` (json, html, text) or the Accept header asks for; `component` names one.
///
/// It names partners and their addresses: it is for operators, as `/activity` is.
struct CatalogueRoutes: Sendable {
  let access: AccessControl
  /// The catalogue of this moment.
  let catalogue: @Sendable () async -> InterfaceCatalogue

  func add(to router: RouterGroup<ConnectionContext>) {
    router.get("catalogue") { request, context in
      if let refusal = await access.refusalForOperators(request, context) { return Response.refusal(refusal) }
      return await show(request)
    }
  }

  private func show(_ request: HummingbirdCore.Request) async -> Response {
    let parameters = request.uri.queryParameters
    var shown = await catalogue()
    if let id = parameters["component"] {
      do throws(CatalogueError) {
        shown = try shown.only(ParticipantID(String(id)))
      } catch {
        return .text(error.message + "\n", .notFound)
      }
    }
    let accept = request.headers[.accept] ?? ""
    let asked = parameters["format"].map(String.init) ?? (accept.contains("text/html") ? "html" : "json")
    switch asked {
    case "json":
      return .make(String(decoding: CatalogueJSON.write(shown), as: UTF8.self), "application/json", .ok)
    case "html": return .make(CatalogueHTML(shown).page(), "text/html; charset=utf-8", .ok)
    case "text":
      return .text(CatalogueText(shown).lines(width: 100).joined(separator: "\n") + "\n", .ok)
    default: return .text("format is json, html or text\n", .badRequest)
    }
  }
}

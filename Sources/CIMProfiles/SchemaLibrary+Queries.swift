// Which profile asks for a noun, and what the messages of its query service are called.

extension SchemaLibrary {
  /// The profile that a get of this noun carries in its Request: GetMeterReadings of MeterReadings, DERGroupQueries of
  /// DERGroups; nil where the noun has none.
  public func query(ofNoun noun: String) -> Profile? {
    if let get = profile("Get" + noun) { return get }
    for ending in ["s", "es"] where noun.hasSuffix(ending) {
      if let queries = profile(noun.dropLast(ending.count) + "Queries") { return queries }
    }
    return nil
  }

  /// The noun that a request profile asks for; nil for profiles of nouns.
  public func noun(ofQuery name: String) -> String? {
    if name.hasPrefix("Get"), profile(String(name.dropFirst(3))) != nil { return String(name.dropFirst(3)) }
    guard name.hasSuffix("Queries") else { return nil }
    let stem = name.dropLast("Queries".count)
    return ["s", "es"].map { stem + $0 }.first { profile($0) != nil && query(ofNoun: $0)?.noun == name }
  }

  /// Local names of the root elements of a query service's messages: request, and what the names of its answers begin
  /// with.
  ///
  /// Part 9 has GetMeterReadings and MeterReadingsResponseMessage; Parts 5 and 6, whose profiles are later than 2011,
  /// have GetWorkRequestsRequestMessage and GetWorkRequestsResponseMessage.
  public func queryNames(of typed: TypedNamespace) -> (request: String, answers: String) {
    let isFirst = profile(typed.name)?.namespace.hasPrefix("http://iec.ch/TC57/2011/") ?? true
    return typed.name != typed.noun && isFirst
      ? (typed.name, typed.noun) : (typed.name + "RequestMessage", typed.name)
  }
}

// Verbs and nouns on the command line.
import ArgumentParser
import ConfigurationFile
import IECMessage

/// `get:MeterReadings`, `create,cancel:EndDeviceControls,MeterReadings`, `created:all`.
struct PatternArgument: ExpressibleByArgument {
  var verbs: [String]
  var nouns: [String]

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    verbs = parts[0].split(separator: ",").map(String.init)
    nouns = parts[1].split(separator: ",").map(String.init)
    if verbs.isEmpty || nouns.isEmpty { return nil }
  }

  /// - Throws: `ValidationError` where a verb cannot stand here.
  func pattern(_ option: String, _ roles: [Verb.Role]) throws -> PatternSettings {
    let possible = Verb.allCases.filter { roles.contains($0.role) }
    var found: Set<Verb> = []
    for word in verbs {
      if word == "all" {
        found.formUnion(possible)
      } else if let verb = possible.first(where: { $0.rawValue == word }) {
        found.insert(verb)
      } else {
        let known = possible.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option): \(word) cannot stand here; possible are all, \(known).")
      }
    }
    return PatternSettings(verbs: found, nouns: nouns.contains("all") ? nil : Set(nouns))
  }
}

// Which classes and enumerations are the same in several profiles, so that they are written once.

/// Components that two profiles or more have in common: same name, same members, same words, all the way down.
struct SharedComponents {
  /// By name; where a name stands for several things that are shared, the one that most profiles have.
  private(set) var classes: [String: FacadeClass] = [:]
  private(set) var enumerations: [String: FacadeEnumeration] = [:]
  /// Nouns of the profiles that have them, by name.
  private var users: [String: Set<String>] = [:]

  init(_ profiles: [FacadeProfile]) {
    var enumerationUsers: [FacadeEnumeration: Set<String>] = [:]
    var classUsers: [FacadeClass: Set<String>] = [:]
    for profile in profiles {
      for made in profile.enumerations { enumerationUsers[made, default: []].insert(profile.noun) }
      for made in profile.classes { classUsers[made, default: []].insert(profile.noun) }
    }
    for (made, nouns) in enumerationUsers where isBest(nouns, for: made.name) {
      enumerations[made.name] = made
      users[made.name] = nouns
    }
    for (made, nouns) in classUsers where isBest(nouns, for: made.name) {
      classes[made.name] = made
      enumerations[made.name] = nil
      users[made.name] = nouns
    }
    settle()
  }

  /// More users go first; among as many, the ones that come first by name, so that the outcome is always the same.
  private func isBest(_ nouns: Set<String>, for name: String) -> Bool {
    guard nouns.count > 1 else { return false }
    guard let other = users[name] else { return true }
    return nouns.count != other.count
      ? nouns.count > other.count : nouns.sorted().lexicographicallyPrecedes(other.sorted())
  }

  /// Same members by name is not enough: what they name must be shared as well, by the same profiles.
  private mutating func settle() {
    var isChanging = true
    while isChanging {
      isChanging = false
      for (name, made) in classes {
        var nouns = users[name] ?? []
        for member in made.properties.compactMap(\.type.component) { nouns.formIntersection(users[member] ?? []) }
        guard nouns != users[name] else { continue }
        isChanging = true
        users[name] = nouns.count > 1 ? nouns : nil
        if nouns.count <= 1 { classes[name] = nil }
      }
    }
  }

  /// Whether this profile takes the shared component of that name.
  func covers(_ name: String, in noun: String) -> Bool { users[name]?.contains(noun) ?? false }
}

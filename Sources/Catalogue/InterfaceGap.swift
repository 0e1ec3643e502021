// Interfaces with one end only.
public import IECMessage
public import MessageBus

/// Something a component counts on and nobody else provides.
public struct InterfaceGap: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// It sends requests that nobody answers.
    case unserved
    /// It publishes events that nobody hears of.
    case unheard
    /// It waits for events that nobody publishes.
    case silent
  }

  public var kind: Kind
  public var component: ParticipantID
  public var verb: Verb
  public var noun: String

  /// By component first.
  fileprivate var key: (String, String, String, String) {
    (component.rawValue, kind.rawValue, noun, verb.rawValue)
  }

  public var text: String {
    switch kind {
    case .unserved: "\(component) requests \(verb.rawValue) \(noun), but nobody offers it"
    case .unheard: "\(component) emits \(verb.rawValue) \(noun), but nobody consumes it"
    case .silent: "\(component) consumes \(verb.rawValue) \(noun), but nobody emits it"
    }
  }
}

extension InterfaceCatalogue {
  /// Interfaces with one end only, by component; patterns for every noun are no gap. Components that are out of the
  /// exchange are taken as absent.
  public var gaps: [InterfaceGap] {
    let present = entries.filter(\.state.exchangesMessages)
    var gaps: [InterfaceGap] = []
    func look(_ kind: InterfaceGap.Kind, _ mine: ComponentEntry.Direction, _ theirs: ComponentEntry.Direction) {
      for entry in present {
        for pattern in entry[mine] {
          for noun in pattern.nouns ?? [] {
            for verb in pattern.verbs {
              let isMet = present.contains { other in
                other.id != entry.id && (pattern.senders?.contains(other.id) ?? true)
                  && other[theirs].contains { $0.covers(verb, noun, from: entry.id) }
              }
              if !isMet { gaps.append(InterfaceGap(kind: kind, component: entry.id, verb: verb, noun: noun)) }
            }
          }
        }
      }
    }
    look(.unserved, .requests, .offers)
    look(.unheard, .emits, .consumes)
    look(.silent, .consumes, .emits)
    return gaps.sorted { $0.key < $1.key }
  }
}

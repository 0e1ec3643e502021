// Which events and controls belong together.

extension CodeTables {
  /// The events that end what an event has begun: max limit reached cleared for max limit reached, stopped for started.
  ///
  /// - Returns: the events of the same device, domain and sub-domain; empty where there is none of its own. The general
  ///   events cleared (28) and restored (216) come last, the latter for the domains where they are in the lists.
  public func clearing(_ event: EndDeviceEventType) -> [EndDeviceEventType] {
    partners(of: event.eventOrAction, kinds: ["raised/cleared", "started/stopped"], from: 0)
      .map { event.with($0) } + generalClearing(of: event)
  }

  /// The events that an event brings to an end; the reverse of `clearing(_:)` without the general ones.
  public func raising(_ event: EndDeviceEventType) -> [EndDeviceEventType] {
    partners(of: event.eventOrAction, kinds: ["raised/cleared", "started/stopped"], from: 1).map { event.with($0) }
  }

  /// Whether an event opens an alarm that a later event can close.
  public func isRaised(_ event: EndDeviceEventType) -> Bool { !clearing(event).isEmpty }

  /// Whether an event closes an alarm; cleared (28) and restored (216) close whatever their sub-domain has open.
  public func isCleared(_ event: EndDeviceEventType) -> Bool {
    event.eventOrAction == 28 || event.eventOrAction == 216 || !raising(event).isEmpty
  }

  /// What a device answers to a control.
  ///
  /// - Returns: the events that tell success and those that tell failure. Listed pairs (Annex F) come before the pairs
  ///   of Table E.4; all pairs are inferred from the names.
  public func results(
    of control: EndDeviceControlType
  ) -> (succeeded: [EndDeviceEventType], failed: [EndDeviceEventType]) {
    if let row = resultEvents.first(where: { $0.control.matches(control) }), !row.events.isEmpty {
      let events = row.events.map { $0.event(type: control.type) }
      return (events.filter { !isFailure($0) }, events.filter(isFailure))
    }
    func events(_ kind: String) -> [EndDeviceEventType] {
      partners(of: control.eventOrAction, kinds: [kind], from: 0).map {
        EndDeviceEventType(
          type: control.type, domain: control.domain, subDomain: control.subDomain, eventOrAction: $0)
      }
    }
    return (events("command/result"), events("command/failure"))
  }

  /// The controls an event may be the answer to, in the order of the tables.
  public func controls(answeredBy event: EndDeviceEventType) -> [EndDeviceControlType] {
    var found: [EndDeviceControlType] = []
    for row in resultEvents where row.events.contains(where: { $0.event(type: event.type) == event }) {
      found.append(row.control.control(type: event.type))
    }
    for number in partners(of: event.eventOrAction, kinds: ["command/result", "command/failure"], from: 1) {
      let control = EndDeviceControlType(
        type: event.type, domain: event.domain, subDomain: event.subDomain, eventOrAction: number)
      if !found.contains(control) { found.append(control) }
    }
    return found
  }

  /// Whether a last part is a command, an event, or either, Table E.4; `nil` for 0 and unknown numbers.
  public func isCommand(eventOrAction number: Int) -> Bool? {
    guard let table = self["eventOrAction"], let row = table[number] else { return nil }
    switch table.value("kind", of: row) {
    case "command": return true
    case "event": return false
    default: return nil
    }
  }

  private func isFailure(_ event: EndDeviceEventType) -> Bool {
    self["eventOrAction"]?[event.eventOrAction]?.name.hasSuffix("Failed") ?? false
  }

  private func generalClearing(of event: EndDeviceEventType) -> [EndDeviceEventType] {
    guard isCommand(eventOrAction: event.eventOrAction) == false, ![28, 216].contains(event.eventOrAction),
      raising(event).isEmpty
    else { return [] }
    return [28, 216].map { event.with($0) }.filter { candidate in
      self["eventType"]?["*." + candidate.description.drop { $0 != "." }.dropFirst()] != nil
    }
  }

  private func partners(of number: Int, kinds: [String], from: Int) -> [Int] {
    guard let table = self["eventPair"] else { return [] }
    return table.rows.compactMap { row in
      guard row.values.count > 2, kinds.contains(row.values[0]), Int(row.values[1 + from]) == number else { return nil }
      return Int(row.values[2 - from])
    }
  }
}

extension EndDeviceEventType {
  fileprivate func with(_ eventOrAction: Int) -> EndDeviceEventType {
    EndDeviceEventType(type: type, domain: domain, subDomain: subDomain, eventOrAction: eventOrAction)
  }
}

extension EndDeviceCodePattern {
  fileprivate func event(type: Int) -> EndDeviceEventType {
    EndDeviceEventType(type: type, domain: domain ?? 0, subDomain: subDomain ?? 0, eventOrAction: eventOrAction ?? 0)
  }

  fileprivate func control(type: Int) -> EndDeviceControlType {
    EndDeviceControlType(type: type, domain: domain ?? 0, subDomain: subDomain ?? 0, eventOrAction: eventOrAction ?? 0)
  }
}

/// A row of Annex F: a control and the events that answer it.
struct EndDeviceResultRow: Sendable {
  let control: EndDeviceCodePattern
  let events: [EndDeviceCodePattern]

  static func rows(of table: CodeTable?) throws(CodeError) -> [EndDeviceResultRow] {
    guard let table else { return [] }
    var rows: [EndDeviceResultRow] = []
    for row in table.rows {
      var events: [EndDeviceCodePattern] = []
      for text in (table.value("resultEvents", of: row) ?? "").split(separator: "/") {
        events.append(try EndDeviceCodePattern(parsing: String(text.filter { $0 != " " })))
      }
      rows.append(EndDeviceResultRow(control: try EndDeviceCodePattern(parsing: row.code), events: events))
    }
    return rows
  }
}

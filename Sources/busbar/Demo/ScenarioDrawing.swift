// A scenario's report as a sequence diagram.
import CIMModel
import IECMessage
import MessageBus
import Scenarios
import TerminalDrawing

extension ScenarioReport {
  /// The messages as they were observed, replies where they came back. A step that took several messages is drawn once.
  func diagram(style: DrawingStyle) -> SequenceDiagram {
    var diagram = SequenceDiagram(participants: scenario.participants.map(\.rawValue))
    for row in rows(style).sorted(by: { ($0.time, $0.order) < ($1.time, $1.order) }) { diagram.steps += row.steps }
    if let failure { diagram.add(note: failure) }
    return diagram
  }

  private struct Row {
    var time: Timestamp
    var order: Int
    var steps: [SequenceDiagram.Step]
  }

  private func rows(_ style: DrawingStyle) -> [Row] {
    var rows: [Row] = []
    var drawn: Set<Int> = []
    for exchange in exchanges.sorted(by: { $0.entry < $1.entry }) {
      if let step = exchange.step, !drawn.insert(step).inserted { continue }
      let same = exchange.step.map { step in exchanges.filter { $0.step == step } } ?? [exchange]
      var receivers: [String] = []
      for receiver in same.flatMap(\.to) where !receivers.contains(receiver.rawValue) {
        receivers.append(receiver.rawValue)
      }
      let times = same.count > 1 ? (style.boxDrawing ? " ×" : " x") + "\(same.count)" : ""
      var steps: [SequenceDiagram.Step] = []
      if let step = exchange.step, scenario.steps[step - 1].trigger != nil {
        steps.append(.divider(scenario.steps[step - 1].text))
      }
      let label = "\(exchange.verb?.rawValue ?? "?")(\(exchange.noun ?? "?"))" + times
      let latency = same.compactMap(\.latency).max().map { HumanFormat.latency($0, style: style) }
      steps.append(
        .exchange(
          .init(
            exchange.isRequest ? .request : .event, from: exchange.from.rawValue, to: receivers, label,
            latency: exchange.isRequest ? nil : latency)))
      rows.append(Row(time: exchange.time, order: rows.count, steps: steps))
      if let reply = exchange.reply {
        let result = [reply.result?.rawValue ?? "reply", reply.code].compactMap { $0 }.joined(separator: " ")
        rows.append(
          Row(
            time: reply.time, order: rows.count,
            steps: [
              .exchange(
                .init(
                  reply.result == .failed ? .failure : .reply, from: reply.from.rawValue, to: [exchange.from.rawValue],
                  "reply(\(result))", latency: reply.latency.map { HumanFormat.latency($0, style: style) }))
            ]))
      }
    }
    return rows
  }
}

extension Scenario {
  /// The scenario as it should go: every step with the reply it has to get.
  var plan: SequenceDiagram {
    var diagram = SequenceDiagram(participants: participants.map(\.rawValue))
    if !precondition.isEmpty { diagram.add(divider: "given: " + precondition) }
    for step in steps {
      if step.trigger != nil { diagram.add(divider: step.text) }
      let times = step.repetition == .once ? "" : " ×n"
      let tone: MessageTone = step.expectedReply == nil ? .event : .request
      diagram.add(
        tone, from: step.from.rawValue, to: step.to.map(\.rawValue), "\(step.verb.rawValue)(\(step.noun))" + times)
      if let reply = step.expectedReply, let to = step.to.first {
        let words = reply.results.map(\.rawValue).sorted(by: >).joined(separator: " or ")
        let codes = reply.codes.sorted().joined(separator: ", ")
        diagram.add(
          .reply, from: to.rawValue, to: step.from.rawValue,
          "reply(\(words)\(codes.isEmpty ? "" : " " + codes))")
      }
    }
    return diagram
  }
}

extension HumanFormat {
  /// Seconds with fraction as people read them, e.g. "1.8 ms".
  static func latency(_ seconds: Double, style: DrawingStyle) -> String {
    // To the microsecond, which is what the bus measures in.
    duration(.microseconds(Int64((seconds * 1_000_000).rounded())), style: style)
  }
}

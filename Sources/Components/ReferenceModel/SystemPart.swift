// What every system of the reference model can be asked from outside: to do something, and what its state is.
public import MessageBus

/// A part of a system: it exchanges messages, does what people at the system decide, and tells its state as facts.
///
/// Several parts make one system (`ReferenceSystem`); they all have the system's id.
public protocol SystemPart: Participant {
  /// What can be done at it.
  static var actions: [ActionDescription] { get }
  /// What it can be asked about its state.
  static var facts: [FactDescription] { get }

  /// Does something, as a person at the system or the world around it would.
  ///
  /// - Throws: `ActionError`. That a request was answered FAILED is no error: the reply tells.
  func perform(_ action: ActionCall) async throws

  /// The value of a fact; nil where there is none. The path is one of `facts`.
  func fact(_ path: FactPath) async -> String?

  /// Does what the part does of its own accord, until cancelled. To be called once.
  func work() async throws
}

extension SystemPart {
  public static var actions: [ActionDescription] { [] }
  public static var facts: [FactDescription] { [] }
  public func perform(_ action: ActionCall) async throws { throw ActionError("\(id) cannot '\(action.name)'") }
  public func fact(_ path: FactPath) async -> String? { nil }
  public func work() async throws {}
}

/// An action and its parameters.
public struct ActionDescription: Sendable, Hashable {
  public var name: String
  public var required: [String]
  public var optional: [String]
  /// What it does, in a few words.
  public var text: String

  public init(_ name: String, _ required: [String] = [], optional: [String] = [], _ text: String) {
    self.name = name
    self.required = required
    self.optional = optional
    self.text = text
  }

  public var parameters: [String] { required + optional }
}

/// A fact, or a family of facts: steps of the path that are "*" stand for any one step.
public struct FactDescription: Sendable, Hashable {
  /// E.g. "meters/*/switch".
  public var path: String
  /// What its value says.
  public var text: String

  public init(_ path: String, _ text: String) {
    self.path = path
    self.text = text
  }

  /// Whether a path is one of the family.
  public func matches(_ other: FactPath) -> Bool {
    let own = FactPath(path).steps
    return own.count == other.steps.count && zip(own, other.steps).allSatisfy { $0 == "*" || $0 == $1 }
  }
}

/// A fact's path in steps.
public struct FactPath: Sendable, Hashable, CustomStringConvertible {
  public var steps: [String]

  /// - Parameter text: steps with slashes between them.
  public init(_ text: String) {
    steps = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
  }

  public subscript(index: Int) -> String { steps.indices.contains(index) ? steps[index] : "" }
  public var description: String { steps.joined(separator: "/") }
}

/// An action with the values of its parameters.
public struct ActionCall: Sendable, Hashable {
  public var name: String
  public var parameters: [String: String]

  public init(_ name: String, _ parameters: [String: String] = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// A parameter, nil where it is not given.
  public subscript(name: String) -> String? { parameters[name] }

  /// - Throws: `ActionError` where it is not given.
  public func text(_ name: String) throws -> String {
    guard let value = parameters[name] else { throw ActionError("'\(self.name)' needs the parameter \(name)") }
    return value
  }

  /// - Throws: `ActionError` where it is no whole number in the range.
  public func int(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = parameters[name] else { return standard }
    guard let value = Int(text), range.contains(value) else {
      throw ActionError(
        "\(name) of '\(self.name)' must be a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "it is '\(text.prefix(40))'")
    }
    return value
  }

  /// - Throws: `ActionError` where it is no number from 0 to 1.
  public func share(_ name: String) throws -> Double? {
    guard let text = parameters[name] else { return nil }
    guard let value = Double(text), (0...1).contains(value) else {
      throw ActionError("\(name) of '\(self.name)' must be a number from 0 to 1, it is '\(text.prefix(40))'")
    }
    return value
  }

  /// Words with blanks or commas between them.
  public func list(_ name: String) -> [String] {
    (parameters[name] ?? "").split { $0 == "," || $0 == " " }.map(String.init)
  }
}

/// Why an action could not be done.
public struct ActionError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}

// Which meters are held against which rules, out of a file.
public import CIMCodes
import CIMModel

/// The settings of validation and estimation. Groups are tried in their order; the first that covers a series counts.
public struct VEESettings: Sendable, Hashable {
  public struct Group: Sendable, Hashable {
    public var name: String
    /// Meters by mRID, name or usage point, with `*` at the end for any ending; empty: all.
    public var meters: [String] = []
    /// Nil: all series of intervals.
    public var readingTypes: ReadingTypePattern?
    public var rules = RuleSettings()
    public var methods: [EstimationMethod] = [.linear, .sameWeekdayAverage, .previousDay]
    public var linearLongest = 4
    /// Days of history that estimators may use, at most 56.
    public var historyDays = 28
    /// Whether readings that pass get 3.0.1.
    public var marksValid = true

    public init(name: String) { self.name = name }

    func covers(_ keys: [String], _ type: ReadingType) -> Bool {
      if let readingTypes, !readingTypes.matches(type) { return false }
      if meters.isEmpty { return true }
      return meters.contains { pattern in
        pattern.hasSuffix("*")
          ? keys.contains { $0.hasPrefix(pattern.dropLast()) } : keys.contains(pattern)
      }
    }
  }

  /// Kept with every value that a rule has touched.
  public var version = "built-in"
  public var groups = [Group(name: "all")]

  public init() {}
}

/// A settings file that cannot be used.
public struct VEESettingsError: Error, Sendable, Hashable, CustomStringConvertible {
  public var line: Int
  public var message: String

  public var description: String { "line \(line): \(message)" }
}

extension VEESettings {
  /// Reads settings: lines `name = value`, groups that begin with `[group NAME]`, comments from `#` on.
  ///
  /// - Throws: `VEESettingsError` at the first line that is not understood.
  public init(text: String) throws(VEESettingsError) {
    self.init()
    groups = []
    for (place, line) in text.prefix(1 << 20).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let content = Self.trimmed(line.prefix { $0 != "#" })
      if content.isEmpty { continue }
      if content.hasPrefix("[group "), content.hasSuffix("]") {
        groups.append(Group(name: Self.trimmed(content.dropFirst(7).dropLast())))
        continue
      }
      let parts = content.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else {
        throw VEESettingsError(line: place + 1, message: "'\(content)' is neither '[group NAME]' nor 'name = value'")
      }
      let name = Self.trimmed(parts[0])
      let value = Self.trimmed(parts[1])
      if groups.isEmpty {
        guard name == "version" else {
          throw VEESettingsError(line: place + 1, message: "'\(name)' stands before the first [group NAME]")
        }
        version = value
        continue
      }
      if let problem = groups[groups.count - 1].set(name, value) {
        throw VEESettingsError(line: place + 1, message: problem)
      }
    }
    if groups.isEmpty { throw VEESettingsError(line: 1, message: "there is no [group NAME]") }
  }

  static func trimmed(_ text: some StringProtocol) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    return String(start.prefix(start.count - start.reversed().prefix { $0 == " " || $0 == "\t" || $0 == "\r" }.count))
  }
}

extension VEESettings.Group {
  /// - Returns: what is wrong with the line; nil where it was taken.
  mutating func set(_ name: String, _ value: String) -> String? {
    let isOff = value == "off"
    func words() -> [String] { value.split(separator: ",").map { VEESettings.trimmed($0) } }
    func decimal(_ path: WritableKeyPath<RuleSettings, ExactDecimal?>, _ rules: inout RuleSettings) -> String? {
      if isOff {
        rules[keyPath: path] = nil
        return nil
      }
      guard let number = ExactDecimal(value) else { return "\(name) wants a number or 'off', not '\(value)'" }
      rules[keyPath: path] = number
      return nil
    }
    func whole(_ range: ClosedRange<Int>) -> Int? { Int(value).flatMap { range.contains($0) ? $0 : nil } }
    switch name {
    case "meters": meters = words()
    case "types":
      do throws(CodeError) { readingTypes = try ReadingTypePattern(parsing: value) } catch { return error.message }
    case "rules":
      var chosen: Set<ValidationRule> = []
      for word in words() {
        guard let rule = ValidationRule(rawValue: word) else {
          return
            "there is no rule '\(word)'; rules are \(ValidationRule.allCases.map(\.rawValue).joined(separator: ", "))"
        }
        chosen.insert(rule)
      }
      rules.rules = chosen
    case "estimate":
      var chosen: [EstimationMethod] = []
      for word in words() where word != "off" {
        guard let method = EstimationMethod(rawValue: word) else {
          return
            "there is no method '\(word)'; methods are \(EstimationMethod.allCases.map(\.rawValue).joined(separator: ", "))"
        }
        chosen.append(method)
      }
      methods = chosen
    case "minimum": return decimal(\.minimum, &rules)
    case "maximum": return decimal(\.maximum, &rules)
    case "capacity": return decimal(\.capacity, &rules)
    case "sumTolerance": return decimal(\.sumTolerance, &rules)
    case "reverseMaximum": return decimal(\.reverseMaximum, &rules)
    case "overflow": return decimal(\.overflow, &rules)
    case "spikeFloor":
      guard let number = ExactDecimal(value) else { return "spikeFloor wants a number, not '\(value)'" }
      rules.spikeFloor = number
    case "spikeFactor", "powerFactorMinimum":
      let number = Double(value).flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
      guard number != nil || isOff else { return "\(name) wants a number above 0 or 'off', not '\(value)'" }
      if name == "spikeFactor" { rules.spikeFactor = number } else { rules.powerFactorMinimum = number }
    case "zeroRun", "constantRun", "timeTolerance":
      let number = whole(1...1_000_000)
      guard number != nil || isOff else { return "\(name) wants a whole number above 0 or 'off', not '\(value)'" }
      if name == "zeroRun" { rules.zeroRun = number }
      if name == "constantRun" { rules.constantRun = number }
      if name == "timeTolerance" { rules.timeTolerance = number.map { Int64($0) } }
    case "linearLongest":
      guard let number = whole(1...1000) else { return "linearLongest wants a whole number of intervals, 1 to 1000" }
      linearLongest = number
    case "historyDays":
      guard let number = whole(1...56) else { return "historyDays wants a whole number of days, 1 to 56" }
      historyDays = number
    case "markValid":
      guard value == "yes" || value == "no" else { return "markValid wants yes or no" }
      marksValid = value == "yes"
    default: return "there is no setting '\(name)'"
    }
    return nil
  }
}

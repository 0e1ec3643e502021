// One walk through a tree, in which the elements that name codes are found by their names in the profiles.
import CIMCodes
import CIMModel
import IECMessage

struct CodeWalk {
  let rules: CodeRules
  var list: FindingList
  /// Reading types that the payload brings along, by mRID and name.
  var definitions: [String: ReadingType] = [:]
  private var steps: [(name: String, index: Int)] = []

  var tables: CodeTables { rules.tables }
  var report: RuleReport { RuleReport(findings: list.findings, isTruncated: list.isTruncated) }

  init(_ rules: CodeRules) {
    self.rules = rules
    list = FindingList(limit: rules.limit)
  }

  /// What an element inherits.
  struct Surroundings {
    /// Of the values of an interval block.
    var readingType: ReadingType?
    /// The time the values are about is stated further up.
    var hasPeriod = false
  }

  // MARK: Paths

  mutating func descend(_ name: String, _ index: Int = 1, _ body: (inout CodeWalk) -> Void) {
    begin(name, index)
    body(&self)
    end()
  }

  mutating func begin(_ name: String, _ index: Int) { steps.append((name, index)) }
  mutating func end() { steps.removeLast() }

  func path(_ leaf: String? = nil) -> String {
    var path = ""
    for step in steps {
      path += "/" + step.name
      if step.index > 1 { path += "[\(step.index)]" }
    }
    if let leaf { path += "/" + leaf }
    return path
  }

  // MARK: The walk

  /// Up to so many siblings are counted by looking at them again: in most payloads few have anything to judge.
  private static let few = 16

  mutating func visit(_ elements: [Element], _ surroundings: Surroundings = Surroundings()) {
    if elements.count > Self.few { return visitMany(elements, surroundings) }
    for (place, element) in elements.enumerated() {
      let kind = CodeExplanation.Kind(element: element.name)
      if kind == nil && element.children.isEmpty { continue }
      var index = 1
      for earlier in elements[..<place] where earlier.name == element.name { index += 1 }
      descend(element.name, index) { $0.visit(element, kind, surroundings) }
    }
  }

  private mutating func visitMany(_ elements: [Element], _ surroundings: Surroundings) {
    var counts: [String: Int] = [:]
    var name = ""
    var index = 0
    for element in elements {
      // Elements of one name mostly stand together.
      if element.name == name {
        index += 1
      } else {
        if index > 0 { counts[name] = index }
        name = element.name
        index = (counts[name] ?? 0) + 1
      }
      let kind = CodeExplanation.Kind(element: name)
      if kind == nil && element.children.isEmpty { continue }
      descend(name, index) { $0.visit(element, kind, surroundings) }
    }
  }

  /// Visits one of several siblings; its number is that among those of its name.
  mutating func visit(_ element: Element, _ index: Int, _ surroundings: Surroundings) {
    let kind = CodeExplanation.Kind(element: element.name)
    if kind == nil && element.children.isEmpty { return }
    descend(element.name, index) { $0.visit(element, kind, surroundings) }
  }

  /// Visits an element that names a code.
  mutating func visitCode(_ element: Element) {
    visit(element, CodeExplanation.Kind(element: element.name), Surroundings())
  }

  /// - Parameter kind: of the code that an element of this name refers to or describes.
  private mutating func visit(_ element: Element, _ kind: CodeExplanation.Kind?, _ inherited: Surroundings) {
    if let kind { return judge(element, as: kind) }
    if element.name == "Reply", let result = element.text("Result") {
      judge(result: Reply.Result(rawValue: result), element)
      return
    }
    let outer = definitions
    let surroundings = enter(element, inherited)
    visit(element.children, surroundings)
    definitions = outer
  }

  /// Judges an element itself, and says what its children inherit; `definitions` are to be put back behind them.
  mutating func enter(_ element: Element, _ inherited: Surroundings) -> Surroundings {
    var surroundings = inherited
    var hasType = false
    for child in element.children {
      switch child.name.utf8.count {
      case 11: if child.name == "ReadingType" { hasType = true }
      case 14: if child.name == "valuesInterval" { surroundings.hasPeriod = true }
      default: continue
      }
    }
    if !hasType {
      if element.name != "IntervalReadings" { surroundings.readingType = nil }
      if let type = surroundings.readingType { judgeReading(element, of: type, surroundings) }
      return surroundings
    }
    define(element)
    if let type = element["ReadingType"], type.attribute("ref") != nil || type.children.isEmpty {
      surroundings.readingType = readingType(of: type)
    } else if element.name != "IntervalReadings" {
      surroundings.readingType = nil
    }
    if let type = surroundings.readingType { judgeReading(element, of: type, surroundings) }
    return surroundings
  }
}

extension CodeExplanation.Kind {
  /// The kind of code an element of this name refers to or describes, in every profile.
  init?(element name: String) {
    // Every element of every payload is asked: most are told by the length of their name.
    switch name.utf8.count {
    case 11, 12, 18, 20: break
    default: return nil
    }
    switch name {
    case "ReadingType", "ReadingTypes": self = .readingType
    case "ReadingQualityType": self = .readingQuality
    case "EndDeviceEventType": self = .endDeviceEvent
    case "EndDeviceControlType": self = .endDeviceControl
    default: return nil
    }
  }
}

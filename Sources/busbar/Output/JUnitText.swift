// Results for build servers.
import CIMModel
import Scenarios

/// Reports in the XML that build servers read as JUnit's.
enum JUnitText {
  static func document(_ reports: [ScenarioReport]) -> String {
    let failures = reports.count { !$0.passed }
    let time = reports.reduce(0) { $0 + $1.seconds }
    let counts = "tests=\"\(reports.count)\" failures=\"\(failures)\" time=\"\(seconds(time))\""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts)>\n"
    text += "  <testsuite name=\"IEC 61968-9 exchange figures\" \(counts) errors=\"0\" skipped=\"0\">\n"
    for report in reports {
      let scenario = report.scenario
      text += "    <testcase classname=\"\(XMLText.escaped(scenario.citation))\" "
      text += "name=\"\(XMLText.escaped("\(scenario.id): \(scenario.title)"))\" time=\"\(seconds(report.seconds))\""
      if let failure = report.failure {
        let messages = report.exchanges.map(\.description).joined(separator: "\n")
        text +=
          ">\n      <failure message=\"\(XMLText.escaped(failure))\">\(XMLText.escaped(messages))</failure>\n    </testcase>\n"
      } else {
        text += "/>\n"
      }
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private static func seconds(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }
}

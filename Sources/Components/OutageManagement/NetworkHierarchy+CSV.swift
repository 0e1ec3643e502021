// The network of an OMS as a table: meter, transformer, feeder.

extension NetworkHierarchy {
  /// What is wrong with a table of the network.
  public struct TableError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From 1; the header's is 1.
    public var line: Int
    public var description: String

    init(_ line: Int, _ text: String) {
      self.line = line
      description = "line \(line): \(text)"
    }
  }

  /// Lines of a table at most.
  public static let tableLimit = 20_000_000

  /// Reads a table of meters: columns with commas between them, a header that names them, a line for each meter.
  ///
  /// The first column is `meter`; `usagePoint` may follow; all others are devices from the meter upwards, under names of the
  /// utility's own: `meter,usagePoint,transformer,section,feeder`. A place without device is empty. Blanks around a value,
  /// double quotes and empty lines are passed over.
  ///
  /// - Throws: `TableError`: no header, a line with other columns than it, a meter that stands there twice, a device that
  ///   hangs on two others.
  public init(table: String) throws(TableError) {
    var header: [String] = []
    var path = 1
    var known: NetworkHierarchy?
    var count = 0
    for line in table.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      count += 1
      guard count <= Self.tableLimit else { throw TableError(count, "more than \(Self.tableLimit) lines") }
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      let values = line.split(separator: ",", omittingEmptySubsequences: false).map { Self.value(String($0)) }
      guard var network = known.take() else {
        path = values.dropFirst().first == "usagePoint" ? 2 : 1
        guard values.first == "meter", (1...Self.depthLimit).contains(values.count - path) else {
          throw TableError(count, "the header has to be meter, then usagePoint or not, then 1 to 8 kinds of devices")
        }
        header = values
        known = NetworkHierarchy(levels: Array(values[path...]))
        continue
      }
      guard values.count == header.count else {
        throw TableError(count, "\(values.count) values, the header names \(header.count)")
      }
      guard !values[0].isEmpty else { throw TableError(count, "no meter") }
      let place = Place(
        meter: IdentifiedObject(names: [values[0]]), usagePoint: path == 2 && !values[1].isEmpty ? values[1] : nil,
        devices: Array(values[path...]))
      guard network.add(place) else { throw TableError(count, "the meter \(values[0]) stands there twice") }
      let found = network.place(ofMeter: network.meterCount - 1).devices
      guard found == place.devices.filter({ !$0.isEmpty }) else {
        throw TableError(
          count, "\(place.devices.joined(separator: " on ")), but before \(found.joined(separator: " on "))")
      }
      known = network
    }
    guard let known else { throw TableError(1, "no header: meter, transformer, feeder") }
    self = known
  }

  private static func value(_ text: String) -> String {
    var text = text[...]
    while let first = text.first, first.isWhitespace || first == "\"" { text.removeFirst() }
    while let last = text.last, last.isWhitespace || last == "\"" { text.removeLast() }
    return String(text)
  }
}

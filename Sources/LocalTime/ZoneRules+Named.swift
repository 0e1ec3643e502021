// Zones by their names, out of the system's files.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension ZoneRules {
  /// Where the system keeps its zone files.
  private static let folders = ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/var/db/timezone/zoneinfo/"]

  /// The zone of a name ("Europe/Berlin"), of an offset ("+01:00", "Z"), or of a POSIX TZ string.
  ///
  /// - Returns: nil where the system does not know it.
  public static func named(_ name: String) -> ZoneRules? {
    if name == "UTC" || name == "Z" { return .utc }
    if let offset = offset(name) { return ZoneRules(name: name, offset: offset) }
    // A name is a path within the folder, and nothing else.
    let letters = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "+-_/".utf8.contains($0)
    }
    if letters, !name.hasPrefix("/"), name.utf8.count <= 64 {
      for folder in folders {
        if let bytes = contents(folder + name), let zone = ZoneRules(name: name, zoneFile: bytes) { return zone }
      }
    }
    return ZoneRules(posix: name)
  }

  /// "+01:00" or "-0330" in seconds.
  private static func offset(_ text: String) -> Int? {
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard digits.count == 4, digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits),
      number / 100 <= 14, number % 100 < 60
    else { return nil }
    let seconds = number / 100 * 3600 + number % 100 * 60
    return sign == "-" ? -seconds : seconds
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    guard count > 0, count < bytes.count else { return nil }
    return Array(bytes[..<count])
  }
}

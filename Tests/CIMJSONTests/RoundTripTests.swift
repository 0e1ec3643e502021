// Nothing is lost: random valid instances of every profile, and every valid sample, through JSON and back.
import CIMCodec
import CIMJSON
import CIMModel
import CIMProfiles
import CIMSchema
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite("JSON round trips")
struct RoundTripTests {
  static let library = SchemaLibrary.standard
  static let mapping = JSONMapping(resolver: library)

  @Test("random instances of every profile come back as they were", arguments: library.nouns)
  func profiles(_ noun: String) throws {
    let profile = try #require(Self.library.profile(noun))
    let schema = try #require(try Self.library.schema(forNamespace: profile.namespace))
    for seed in 1...12 as ClosedRange<UInt64> {
      var generator = InstanceGenerator(schema, seed: seed)
      let made = generator.instance(of: SchemaName(profile.namespace, noun))
      let instance = try #require(made)
      try check(instance, "\(noun)-\(seed)")
    }
  }

  @Test(
    "random messages of Part 100 come back as they were",
    arguments: ["RequestMessage", "ResponseMessage", "EventMessage", "FaultMessage", "Message"])
  func messages(_ root: String) throws {
    let namespace = SchemaLibrary.envelopeNamespace
    let schema = try #require(try Self.library.schema(forNamespace: namespace))
    var payloads: [Element] = []
    for noun in ["MeterReadings", "EndDeviceEvents", "GetMeterReadings"] {
      let profile = try #require(Self.library.profile(noun))
      let own = try #require(try Self.library.schema(forNamespace: profile.namespace))
      for seed in 1...3 as ClosedRange<UInt64> {
        var generator = InstanceGenerator(own, seed: seed)
        generator.budget = 30
        let payload = generator.instance(of: SchemaName(profile.namespace, noun))
        payloads.append(try #require(payload))
      }
    }
    for seed in 1...25 as ClosedRange<UInt64> {
      var generator = InstanceGenerator(schema, seed: seed)
      generator.payloads = payloads
      let made = generator.instance(of: SchemaName(namespace, root))
      let instance = try #require(made)
      try check(instance, "\(root)-\(seed)")
    }
  }

  /// XML, tree, JSON, tree: the trees are equal, and so is the JSON of the second one.
  private func check(_ instance: Element, _ name: String) throws {
    let element = try decoded(XMLWriter.write(instance), Self.library)
    let json = Self.mapping.json(of: element)
    let back = try Self.mapping.element(from: json)
    #expect(back == element, "\(name): \(text(json).prefix(2000))")
    let pretty = Self.mapping.json(of: element, pretty: true)
    #expect(try Self.mapping.element(from: pretty) == element, "\(name), pretty")
    try decoded(XMLWriter.write(back), Self.library).expectEqual(element, name)
    Dump.write(json, as: name)
  }

  @Test("every valid sample comes back as it was", .enabled(if: Samples.folder != nil, "no ../shared/samples here"))
  func samples() throws {
    let folder = try #require(Samples.folder)
    var count = 0
    for file in Samples.files(below: folder) {
      guard let bytes = Samples.bytes(of: file) else { continue }
      let document = DocumentDecoder.decode(bytes, resolver: Self.library)
      guard document.findings.isEmpty, let element = document.root else { continue }
      count += 1
      #expect(try Self.mapping.element(from: Self.mapping.json(of: element)) == element, "\(file)")
    }
    #expect(count >= 50, "only \(count) samples are valid")
  }
}

extension Element {
  fileprivate func expectEqual(_ other: Element, _ name: String) { #expect(self == other, "\(name), as XML") }
}

/// Instances as files for validators that are not ours, where BUSBAR_JSON_DUMP names a folder.
enum Dump {
  static func write(_ json: [UInt8], as name: String) {
    guard let folder = getenv("BUSBAR_JSON_DUMP"), let file = fopen(String(cString: folder) + "/\(name).json", "w")
    else { return }
    fwrite(json, 1, json.count, file)
    fclose(file)
  }
}

/// Messages of others, which are not part of this repository.
enum Samples {
  static let folder: String? = {
    let path = getenv("BUSBAR_SAMPLES").map { String(cString: $0) } ?? beside(#filePath)
    return access(path + "/part9", R_OK) == 0 ? path : nil
  }()

  private static func beside(_ file: String) -> String {
    let root = file.split(separator: "/").dropLast(4).joined(separator: "/")
    return "/\(root)/shared/samples"
  }

  static func files(below folder: String) -> [String] {
    ["part9", "envelope", "part5-6", "greenbutton"].flatMap { part -> [String] in
      guard let directory = opendir("\(folder)/\(part)") else { return [] }
      defer { closedir(directory) }
      var names: [String] = []
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(".xml") { names.append("\(folder)/\(part)/\(name)") }
      }
      return names.sorted()
    }
  }

  static func bytes(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 8 << 20 {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
    return nil
  }
}

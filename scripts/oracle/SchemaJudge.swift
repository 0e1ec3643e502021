// Judges XML files by any XSD with Busbar's own compiler and decoder: the counterpart of XercesOracle.java --cases.
//   schema-judge CASES     lines of CASES: "schema TAB a.xsd [TAB b.xsd]…", each followed by "instance TAB file" lines
import CIMCodec
import CIMSchema

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files by their absolute paths.
struct FileSystem: SchemaSource {
  var paths: [String] { [] }

  func bytes(at path: String) throws(SchemaError) -> [UInt8]? { Self.read("/" + path) }

  static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 1 << 28 {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }
}

struct GlobalElements: SchemaResolver {
  let schema: Schema

  func resolve(_ name: SchemaName) -> ResolvedElement? {
    schema.globalElements[name].map { ResolvedElement(schema: schema, element: $0, isProfile: false) }
  }
}

/// One line per schema and instance: kind, verdict, file and up to 20 reasons, by tabs.
///
/// An instance is decoded by a fresh decoder and by one that has read others, in whole and in pieces of several sizes,
/// with a tree and without; where these do not find the same rules broken at the same paths, the verdict is "differs".
@main
enum SchemaJudge {
  static func main() {
    guard CommandLine.arguments.count == 2, let cases = FileSystem.read(CommandLine.arguments[1]) else {
      print("schema-judge CASES")
      exit(2)
    }
    var elements: GlobalElements?
    // One decoder for all instances of a schema: what it has learnt of one must not change what it says of the next.
    var pool: DecoderPool?
    for line in String(decoding: cases, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: "\t").map(String.init)
      guard fields.count > 1 else { continue }
      if fields[0] == "schema" {
        do throws(SchemaError) {
          let schema = try SchemaCompiler.compile(
            fields[1...].map { String($0.drop { $0 == "/" }) }, from: FileSystem())
          let resolver = GlobalElements(schema: schema)
          (elements, pool) = (resolver, DecoderPool(resolver: resolver, capacity: 1))
          report("schema", "valid", fields[1], "")
        } catch {
          (elements, pool) = (nil, nil)
          report("schema", error.code == .unsupported ? "unsupported" : "invalid", fields[1], "\(error)")
        }
      } else if let elements, let pool {
        judge(fields[1], elements, pool)
      }
    }
  }

  static func judge(_ file: String, _ resolver: GlobalElements, _ pool: DecoderPool) {
    guard let bytes = FileSystem.read(file) else { return report("instance", "absent", file, "") }
    let whole = DocumentDecoder.decode(bytes, resolver: resolver)
    let warm = pool.decode(bytes)
    if let difference = whole.difference(from: warm) ?? (whole.findings == warm.findings ? nil : "places or words") {
      return report("instance", "differs", file, "by a decoder that has read others: \(difference)")
    }
    for size in [1, 7, 61] where bytes.count < 1 << 18 || size > 7 {
      var decoder = DocumentDecoder(resolver: resolver, buildsTree: size == 7)
      var start = 0
      while start < bytes.count {
        let stop = min(start + size, bytes.count)
        decoder.feed(Array(bytes[start..<stop]))
        start = stop
      }
      let pieces = decoder.finish()
      if let difference = whole.difference(from: pieces) {
        return report("instance", "differs", file, "in pieces of \(size): \(difference)")
      }
    }
    let reasons = whole.findings.map(\.violation).map { "\($0.line):\($0.column) \($0.rule) \($0.message)" }
    if !whole.isWellFormed {
      // Of a document with more findings than are kept, the breach is not among them.
      let isNamed = whole.findings.last?.scope == .document
      report("instance", "unreadable", file, isNamed ? reasons.last ?? "" : "too many findings to show the breach")
    } else if !reasons.isEmpty {
      report("instance", "invalid", file, reasons.prefix(20))
    } else if let root = whole.unknown.first, root.parent.isEmpty {
      report("instance", "invalid", file, "no declaration of the root \(root.name.local)")
    } else {
      report("instance", "valid", file, "")
    }
  }

  static func report(_ kind: String, _ verdict: String, _ file: String, _ reasons: String...) {
    report(kind, verdict, file, reasons[...])
  }

  static func report(_ kind: String, _ verdict: String, _ file: String, _ reasons: ArraySlice<String>) {
    let plain = reasons.map { reason in String(reason.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
    print(kind, verdict, file, plain.joined(separator: "\t"), separator: "\t")
  }
}

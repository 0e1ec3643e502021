// All generated files of the parts' modules and of their tests, in memory.
public import CIMProfiles
import CIMSchema

public enum FacadeGenerator {
  public struct File: Sendable, Hashable {
    /// From the repository's root.
    public var path: String
    public var text: String
  }

  /// The folders that hold generated files and nothing else.
  public static func folders(of library: SchemaLibrary) -> [String] { parts(of: library).map(sources) + [tests] }

  /// Names of the modules, sorted: the folders that profiles stand in, one for each part of the standard.
  public static func parts(of library: SchemaLibrary) -> [String] {
    Set(library.nouns.compactMap { library.profile($0) }.compactMap(part)).sorted()
  }

  private static let tests = "Tests/TypedViewsTests/Generated"
  private static func sources(_ part: String) -> String { "Sources/\(part)/Generated" }

  /// "Part9" for "Part9/MeterReadings.xsd"; nil for a profile in no folder.
  private static func part(of profile: SchemaLibrary.Profile) -> String? {
    let steps = profile.path.split(separator: "/")
    return steps.count > 1 ? String(steps[0]) : nil
  }

  /// For each part one file for each profile, one for each component that its profiles share, and one for the tests;
  /// sorted by path.
  ///
  /// - Throws: `GeneratorError` where a profile does not compile or holds what the views have no form for.
  public static func files(of library: SchemaLibrary) throws(GeneratorError) -> [File] {
    let parts = parts(of: library)
    var files: [File] = []
    for part in parts { files += try self.files(of: part, library) }
    files.append(File(path: "\(tests)/EveryNoun.swift", text: RoundTripWriter.everyNoun(of: parts)))
    return files.sorted { $0.path < $1.path }
  }

  private static func files(of part: String, _ library: SchemaLibrary) throws(GeneratorError) -> [File] {
    let sources = sources(part)
    var profiles: [FacadeProfile] = []
    for noun in library.nouns {
      guard let profile = library.profile(noun), self.part(of: profile) == part else { continue }
      let schema: Schema?
      do { schema = try library.schema(forNamespace: profile.namespace) } catch {
        throw GeneratorError("\(noun): \(error)")
      }
      guard let schema else { throw GeneratorError("\(noun): the library has no schema of \(profile.namespace)") }
      profiles.append(try FacadeBuilder.profile(noun, namespace: profile.namespace, schema: schema))
    }
    for profile in profiles { try check(profile) }
    let shared = SharedComponents(profiles)
    var files = profiles.map { File(path: "\(sources)/\($0.noun).swift", text: text(of: $0, shared: shared)) }
    files += self.files(of: shared, in: sources)
    // Who imports the part can read, judge and write without a second import.
    var export = FacadeWriter()
    export.line("@_exported public import TypedViews")
    files.append(File(path: "\(sources)/TypedViews.swift", text: export.text))
    let roundTrips = RoundTripWriter.text(of: profiles, shared: shared, part: part)
    files.append(File(path: "\(tests)/\(part)RoundTrips.swift", text: roundTrips))
    return files
  }

  private static func check(_ profile: FacadeProfile) throws(GeneratorError) {
    let names = [profile.noun] + profile.classes.map(\.name) + profile.enumerations.map(\.name)
    if let taken = names.first(where: SwiftNames.reservedTypes.contains) {
      throw GeneratorError("\(profile.noun): type \(taken) has the name of one of ours; rename it in the profile")
    }
    for made in [profile.root] + profile.classes {
      let names = made.properties.map { SwiftNames.property($0.element) }
      if let taken = names.first(where: SwiftNames.reservedProperties.contains) {
        throw GeneratorError("\(profile.noun).\(made.name): property \(taken) has the name of one of ours")
      }
    }
    for made in profile.enumerations where Set(made.values.map(SwiftNames.value)).count < made.values.count {
      throw GeneratorError("\(profile.noun).\(made.name): two values would have the same name in Swift")
    }
  }

  private static func text(of profile: FacadeProfile, shared: SharedComponents) -> String {
    var writer = FacadeWriter()
    writer.imports()
    var root = profile.root
    if !profile.documentation.isEmpty { root.documentation = profile.documentation }
    let constants = [
      "public static let noun = \"\(profile.noun)\"",
      "public static let namespace = \"\(FacadeWriter.escaped(profile.namespace))\"",
    ]
    writer.write(root, as: "Noun", header: constants, fresh: "Element(Self.noun, in: Self.namespace)")
    if profile.classes.isEmpty && profile.enumerations.isEmpty { return writer.text }
    writer.line()
    writer.open("extension \(profile.noun)")
    for name in (profile.classes.map(\.name) + profile.enumerations.map(\.name)).sorted()
    where shared.covers(name, in: profile.noun) {
      writer.line("public typealias \(name) = Common.\(name)")
    }
    for made in profile.classes where !shared.covers(made.name, in: profile.noun) {
      writer.line()
      writer.write(made)
    }
    for made in profile.enumerations where !shared.covers(made.name, in: profile.noun) {
      writer.line()
      writer.write(made)
    }
    writer.close()
    return writer.text
  }

  /// The namespace of what is shared, and an extension of it for each class and enumeration.
  private static func files(of shared: SharedComponents, in sources: String) -> [File] {
    var writer = FacadeWriter()
    writer.document("Classes and enumerations that are the same in several profiles, which name them as their own.")
    writer.line("public enum Common {}")
    var files = [File(path: "\(sources)/Common.swift", text: writer.text)]
    for (name, made) in shared.classes { files.append(commonFile(name, in: sources, imports: true) { $0.write(made) }) }
    for (name, made) in shared.enumerations {
      files.append(commonFile(name, in: sources, imports: false) { $0.write(made) })
    }
    return files
  }

  private static func commonFile(
    _ name: String, in sources: String, imports: Bool, _ write: (inout FacadeWriter) -> Void
  ) -> File {
    var writer = FacadeWriter()
    writer.imports(model: imports)
    writer.open("extension Common")
    write(&writer)
    writer.close()
    return File(path: "\(sources)/Common+\(name).swift", text: writer.text)
  }
}

extension FacadeWriter {
  fileprivate mutating func write(_ made: FacadeClass) {
    write(made, as: "CIMClass, PropertyValue", fresh: "Element(\"\(made.name)\", in: \"\")")
  }
}

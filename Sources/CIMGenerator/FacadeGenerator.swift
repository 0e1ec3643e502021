// All generated files of Part9 and its tests, in memory.
public import CIMProfiles
import CIMSchema

public enum FacadeGenerator {
  public struct File: Sendable, Hashable {
    /// From the repository's root.
    public var path: String
    public var text: String
  }

  /// The folders that hold generated files and nothing else.
  public static let folders = [sources, tests]
  private static let sources = "Sources/Part9/Generated"
  private static let tests = "Tests/Part9Tests/Generated"

  /// One file for each profile, one for each component that profiles share, and one for the tests, sorted by path.
  ///
  /// - Parameter folder: the profiles to take, by the beginning of their path.
  /// - Throws: `GeneratorError` where a profile does not compile or holds what the views have no form for.
  public static func files(of library: SchemaLibrary, folder: String = "Part9/") throws(GeneratorError) -> [File] {
    var profiles: [FacadeProfile] = []
    for noun in library.nouns {
      guard let profile = library.profile(noun), profile.path.hasPrefix(folder) else { continue }
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
    files += self.files(of: shared)
    files.append(File(path: "\(tests)/RoundTrips.swift", text: RoundTripWriter.text(of: profiles, shared: shared)))
    return files.sorted { $0.path < $1.path }
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
  private static func files(of shared: SharedComponents) -> [File] {
    var writer = FacadeWriter()
    writer.document("Classes and enumerations that are the same in several profiles, which name them as their own.")
    writer.line("public enum Common {}")
    var files = [File(path: "\(sources)/Common.swift", text: writer.text)]
    for (name, made) in shared.classes { files.append(commonFile(name, imports: true) { $0.write(made) }) }
    for (name, made) in shared.enumerations { files.append(commonFile(name, imports: false) { $0.write(made) }) }
    return files
  }

  private static func commonFile(_ name: String, imports: Bool, _ write: (inout FacadeWriter) -> Void) -> File {
    var writer = FacadeWriter()
    if imports { writer.imports() }
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

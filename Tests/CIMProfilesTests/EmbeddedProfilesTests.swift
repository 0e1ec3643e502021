import CIMProfiles
import CIMSchema
import Testing

@Suite("Built-in schemas")
struct EmbeddedProfilesTests {
  /// The library leaves the grammar of its own files to this test; files in memory are checked.
  @Test("each file is XML Schema to the letter")
  func grammar() throws {
    let library = SchemaLibrary.standard
    var files: [String: [UInt8]] = [:]
    for path in library.paths { files[path] = try library.bytes(at: path) }
    #expect(files.count > 100)
    for path in library.paths where !path.contains("Common/") {
      #expect(throws: Never.self) { try SchemaCompiler.compile([path], from: MemorySource(files)) }
    }
  }

  /// The built-in files are read by a shorter way, without a tree of their annotations.
  @Test("what the annotations say is the same by the short way")
  func annotations() throws {
    let library = SchemaLibrary.standard
    var files: [String: [UInt8]] = [:]
    for path in library.paths { files[path] = try library.bytes(at: path) }
    var words = 0
    for profile in library.nouns.compactMap(library.profile) {
      let short = try #require(try library.schema(forNamespace: profile.namespace))
      let long = try SchemaCompiler.compile([profile.path], from: MemorySource(files))
      #expect(short.documentation == long.documentation && short.status == long.status, "\(profile.noun)")
      #expect(short.elements.map(\.documentation) == long.elements.map(\.documentation), "\(profile.noun)")
      #expect(short.elements.map(\.status) == long.elements.map(\.status), "\(profile.noun)")
      #expect(short.complexTypes.map(\.documentation) == long.complexTypes.map(\.documentation), "\(profile.noun)")
      words += short.elements.reduce(0) { $0 + $1.documentation.utf8.count }
    }
    #expect(words > 50_000)
  }
}

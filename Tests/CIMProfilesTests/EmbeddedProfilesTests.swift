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
}

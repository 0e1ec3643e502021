// The built-in schema files as a source for the compiler.
import CIMSchema

extension EmbeddedProfiles {
  static var source: some SchemaSource { EmbeddedSource() }
}

/// Hands out the embedded text without copying it before it is asked for.
private struct EmbeddedSource: SchemaSource {
  // Tests/CIMProfilesTests/EmbeddedProfilesTests.
  func isTested(_ path: String) -> Bool { true }

  var paths: [String] { EmbeddedProfiles.files.map(\.path) }

  func bytes(at path: String) -> [UInt8]? {
    guard let text = EmbeddedProfiles.files.first(where: { $0.path == path })?.text else { return nil }
    return text.withUTF8Buffer { Array($0) }
  }
}

// Which schemas a command works with.
import ArgumentParser
import CIMProfiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Options that all commands share that judge or show messages.
struct SchemaOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Folder of XSD files, or one file, that go before the built-in schemas: profiles, vendors' variants, licensed "
        + "envelopes. Repeatable; BUSBAR_SCHEMAS names more, with a colon between two.",
      valueName: "DIR"))
  var schemas: [String] = []

  /// The library, with folders that a configuration file names behind those of the options; where a schema is wrong, names every error and ends the command with "not run".
  func library(after folders: [String] = []) throws -> SchemaLibrary {
    let more = getenv("BUSBAR_SCHEMAS").map { String(cString: $0).split(separator: ":").map(String.init) } ?? []
    do throws(SchemaSetError) {
      return try SchemaLibrary.standard(with: schemas + folders + more)
    } catch {
      Terminal.warn("busbar: \(error)")
      throw ExitStatus.notRun
    }
  }
}

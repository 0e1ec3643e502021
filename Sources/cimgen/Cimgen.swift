// `swift run cimgen`: writes the typed views of every part, or checks that those committed are up to date.
import CIMGenerator
import CIMProfiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@main
enum Cimgen {
  static let usage = """
    usage: swift run cimgen [--check] [ROOT]
      Writes the typed views of all profiles, those of Profiles/Part9 into Sources/Part9/Generated and so on, and the
      code that tests need to try every accessor into Tests/TypedViewsTests/Generated. ROOT is the repository, by
      default the current folder. A part that is new needs a line in Package.swift besides.
      --check  writes nothing; exit code 1 if a file is missing, stale or too many

    """

  static func main() {
    var isCheck = false
    var root: String?
    for argument in CommandLine.arguments.dropFirst() {
      switch argument {
      case "--check": isCheck = true
      case "--help", "-h":
        say(usage)
        return
      case _ where argument.hasPrefix("-") || root != nil:
        complain("cimgen: unexpected argument \(argument)\n" + usage)
        exit(2)
      default: root = argument
      }
    }
    do {
      let repository = Repository(root ?? ".")
      let wanted = try FacadeGenerator.files(of: .standard)
      let extra = try FacadeGenerator.folders(of: .standard).flatMap { try repository.extra(wanted, in: $0) }
      let stale = try repository.stale(wanted)
      guard isCheck else {
        for file in stale { try repository.write(file) }
        for path in extra { try repository.remove(path) }
        return say("\(wanted.count) files, \(stale.count) written, \(extra.count) removed\n")
      }
      if stale.isEmpty && extra.isEmpty { return say("\(wanted.count) files are up to date\n") }
      complain("stale: \((stale.map(\.path) + extra).joined(separator: ", ")); run `swift run cimgen`\n")
      exit(1)
    } catch {
      complain("cimgen: \(error)\n")
      exit(2)
    }
  }

  private static func say(_ text: String) { print(text, terminator: "") }

  private static func complain(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

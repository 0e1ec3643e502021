// What a command line names: files, folders with files below them, standard input.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The inputs of a command, in the order they are worked off.
struct InputList {
  enum Entry {
    /// "-" is standard input.
    case file(String)
    /// A file of a folder that is no message by its name.
    case skipped(String)
    case unreadable(FileError)
  }

  private static let limit = 1_000_000

  private(set) var entries: [Entry] = []
  /// Bytes on the disk; nil where standard input is among the inputs.
  private(set) var totalBytes: Int? = 0

  var fileCount: Int {
    entries.reduce(into: 0) { count, entry in
      if case .file = entry { count += 1 }
    }
  }

  init(_ names: [String]) {
    for name in names {
      if name == "-" {
        entries.append(.file(name))
        totalBytes = nil
      } else if let status = Self.status(of: name), status.st_mode & S_IFMT == S_IFDIR {
        addFolder(name)
      } else {
        // What cannot be read says so when it is opened.
        addFile(name, size: Int(Self.status(of: name)?.st_size ?? 0))
      }
    }
  }

  private mutating func addFile(_ path: String, size: Int) {
    entries.append(.file(path))
    totalBytes = totalBytes.map { $0 + size }
  }

  private mutating func addFolder(_ folder: String) {
    let root = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    var found: [(path: String, size: Int, isMessage: Bool)] = []
    var open = [root]
    while let here = open.popLast() {
      guard let handle = opendir(here) else {
        entries.append(.unreadable(FileError(description: "\(here): cannot be read: \(Self.reason)")))
        continue
      }
      defer { closedir(handle) }
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasPrefix(".") { continue }
        let path = here == "/" ? here + name : here + "/" + name
        // A link to a folder is not followed: it may lead back here.
        guard var status = Self.status(of: path, followsLinks: false) else { continue }
        if status.st_mode & S_IFMT == S_IFLNK {
          guard let target = Self.status(of: path) else { continue }
          status = target
          if status.st_mode & S_IFMT == S_IFDIR { continue }
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: open.append(path)
        case S_IFREG: found.append((path, Int(status.st_size), Self.isMessage(name)))
        default: continue
        }
        if found.count + open.count > Self.limit {
          entries.append(
            .unreadable(FileError(description: "\(folder): holds more than 1,000,000 files: name its folders singly")))
          return
        }
      }
    }
    if !found.contains(where: \.isMessage) {
      entries.append(.unreadable(FileError(description: "\(folder): no file in it ends with .xml or .gz")))
    }
    for file in found.sorted(by: { $0.path < $1.path }) {
      if file.isMessage {
        addFile(file.path, size: file.size)
      } else {
        entries.append(.skipped(file.path))
      }
    }
  }

  private static func isMessage(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix(".xml") || name.hasSuffix(".gz")
  }

  private static func status(of path: String, followsLinks: Bool = true) -> stat? {
    var status = stat()
    return (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 ? status : nil
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

// Files of the registry: catalogue JSON that people keep.
import Catalogue

enum RegistryFiles {
  /// The components of these files.
  ///
  /// - Throws: `CatalogueError` with the file's name, or for an id that stands in two of them; `FileError` for a file that
  ///   cannot be read.
  static func entries(_ files: [String]) throws -> [ComponentEntry] {
    var entries: [ComponentEntry] = []
    for file in files {
      let bytes = try FileInput.read(file, limit: 16 << 20)
      do throws(CatalogueError) {
        entries += try CatalogueJSON.read(bytes).entries
      } catch {
        throw CatalogueError(error.code, "\(file): \(error.message)")
      }
    }
    _ = try InterfaceCatalogue(entries)
    return entries
  }
}

// How schema documents refer to each other, and how that changes with the place they are read from.
import XMLPull

/// How the documents of a service refer to each other.
public enum ReferenceStyle: Sendable, Hashable {
  /// Relative to the URL of the served WSDL: "RequestEndDeviceControls?xsd=Part9/EndDeviceControls.xsd".
  case served
  /// Relative file paths: "../Part9/EndDeviceControls.xsd".
  case files
}

/// The references out of one document.
struct SchemaReferences {
  let style: ReferenceStyle
  let service: WebService
  /// Path of the referring document.
  let from: String

  /// What to write as schemaLocation of the document at `path`.
  func location(of path: String) -> String {
    switch style {
    case .served:
      // With the last segment of the WSDL's own URL: resolvers differ on references that begin with a question mark.
      let segment = service.path.split(separator: "/").last.map(String.init) ?? service.path
      return "\(segment)?xsd=\(path)"
    case .files:
      var here = from.split(separator: "/").dropLast()
      var there = path.split(separator: "/")[...]
      while let first = here.first, there.count > 1, there.first == first {
        here.removeFirst()
        there.removeFirst()
      }
      return String(repeating: "../", count: here.count) + there.joined(separator: "/")
    }
  }

  /// The document with its references rewritten.
  ///
  /// - Parameters:
  ///   - written: the path the document's own references are relative to.
  ///   - locate: the path under which the library keeps what a reference leads to.
  ///   - isKnown: whether the library holds a path; references that lead elsewhere stay as they are.
  /// - Throws: `ExportError` with code `.badSchema` where the document is not well-formed.
  func rewritten(
    _ text: String, writtenAt written: String, locate: (String) -> String, isKnown: (String) -> Bool
  ) throws -> String {
    var text = text
    for reference in Set(try Self.locations(in: text, path: written)) {
      let target = locate(Self.resolved(reference, from: written))
      guard isKnown(target) else { continue }
      for quote in ["\"", "'"] {
        text = text.replacing(
          "schemaLocation=\(quote)\(reference)\(quote)", with: "schemaLocation=\(quote)\(location(of: target))\(quote)")
      }
    }
    return text
  }

  /// Values of schemaLocation in the document's include, import and redefine.
  static func locations(in text: String, path: String) throws -> [String] {
    var reader = XMLReader()
    reader.feed(Array(text.utf8))
    reader.finish()
    var locations: [String] = []
    do {
      while true {
        switch try reader.next() {
        case .startTag where reader.depth == 2:
          let name = String(decoding: reader.localName, as: UTF8.self)
          guard ["include", "import", "redefine"].contains(name) else { continue }
          for index in 0..<reader.attributeCount
          where reader.attributeLocalName(index).elementsEqual("schemaLocation".utf8) {
            locations.append(String(decoding: reader.attributeValue(index), as: UTF8.self))
          }
        case .endOfDocument, .needInput: return locations
        case .startTag, .endTag, .text: break
        }
      }
    } catch {
      throw ExportError(.badSchema, "\(path), line \(error.position.line): \(error.message)", cause: error)
    }
  }

  /// The library's path that a relative location means; the location itself where it leaves the library.
  static func resolved(_ location: String, from path: String) -> String {
    var segments = path.split(separator: "/").dropLast().map(String.init)
    for segment in location.split(separator: "/") {
      switch segment {
      case ".": continue
      case "..":
        guard !segments.isEmpty else { return location }
        segments.removeLast()
      default: segments.append(String(segment))
      }
    }
    return segments.joined(separator: "/")
  }
}

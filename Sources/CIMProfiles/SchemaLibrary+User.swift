// The built-in schemas together with those of the user.
import CIMSchema

extension SchemaLibrary {
  /// The built-in schemas with the user's in front.
  ///
  /// Every `.xsd` file below the folders is read and compiled at once, so that no mistake shows later. Where a file has
  /// the namespace of a built-in one and declares its root, it takes its place; so does an envelope. A namespace that is
  /// new adds its profiles: the element named like the file, or else every global element that no other refers to.
  /// The built-in nouns are compiled when they are used, as ever.
  ///
  /// - Parameter folders: folders or single files; none of them may hold two different files of one relative path.
  /// - Throws: `SchemaSetError` with every error of the user's schemas.
  public static func standard(with folders: [String]) throws(SchemaSetError) -> SchemaLibrary {
    if folders.isEmpty { return standard }
    var set = try UserSchemas(folders, over: EmbeddedProfiles.source)
    try set.indexFiles()
    let library = SchemaLibrary(set.source, index: set.index)
    var errors: [SchemaError] = []
    for namespace in set.namespacesToCheck {
      do throws(SchemaError) {
        _ = try library.schema(forNamespace: namespace)
      } catch {
        let placed = set.source.placed(error)
        if !errors.contains(placed) { errors.append(placed) }
      }
    }
    if !errors.isEmpty { throw SchemaSetError(errors) }
    try set.findProfiles(in: library)
    return SchemaLibrary(set.source, index: set.index)
  }
}

/// The work of laying the user's schemas over the built-in ones.
private struct UserSchemas {
  private(set) var source: UserSource
  private(set) var index: SchemaIndex
  private var heads: [String: SchemaHead] = [:]
  /// The user's files that others of the set include or redefine.
  private var included: Set<String> = []
  private var namespaces: Set<String> = []
  private var touchesBuiltIn = false
  private var replacesEnvelope = false

  init(_ folders: [String], over builtIn: some SchemaSource) throws(SchemaSetError) {
    do throws(SchemaError) {
      var sources: [FolderSource] = []
      for folder in folders { sources.append(try FolderSource(folder)) }
      source = try UserSource(sources, over: builtIn)
    } catch {
      throw SchemaSetError([error])
    }
    index = SchemaIndex(builtIn)
  }

  /// Puts the user's files into the index, in the place of built-in ones where they declare the same.
  mutating func indexFiles() throws(SchemaSetError) {
    try readHeads()
    var files: [String: [String]] = [:]
    for (path, head) in heads where !(head.targetNamespace.isEmpty && isPart(path)) {
      files[head.targetNamespace, default: []].append(path)
    }
    let builtIn = index.paths
    for (namespace, all) in files {
      let roots = all.filter { !included.contains($0) }
      let own = (roots.isEmpty ? all : roots).sorted()
      namespaces.insert(namespace)
      guard let ours = builtIn[namespace] else {
        index.paths[namespace] = own
        continue
      }
      let declared = Set(all.flatMap { elements(of: $0) })
      let isEnvelope = namespace == SchemaLibrary.envelopeNamespace
      let needed = isEnvelope ? ["RequestMessage"] : ours.map(SchemaIndex.baseName)
      if needed.allSatisfy(declared.contains) {
        index.paths[namespace] = own
        source.hidden.formUnion(ours.filter { !own.contains($0) })
        if isEnvelope { replacesEnvelope = true }
      } else {
        index.paths[namespace] = own + ours.filter { !own.contains($0) }
      }
    }
    for (namespace, paths) in builtIn {
      for path in paths where heads[path] != nil && heads[path]?.targetNamespace != namespace {
        let error = SchemaError(
          .duplicate, "has the path of the built-in schema of '\(namespace)', but another namespace: rename it",
          file: path, line: 0)
        throw SchemaSetError([source.placed(error)])
      }
    }
  }

  private mutating func readHeads() throws(SchemaSetError) {
    var errors: [SchemaError] = []
    for path in source.userPaths {
      do throws(SchemaError) {
        guard let bytes = try source.bytes(at: path) else { continue }
        heads[path] = try SchemaHead(bytes, file: path)
      } catch {
        errors.append(source.placed(error))
      }
    }
    if !errors.isEmpty { throw SchemaSetError(errors) }
    for (path, head) in heads {
      for location in head.inclusions {
        if let target = SchemaPath.resolve(location, from: path) { included.insert(source.located(target)) }
      }
    }
  }

  /// A document without namespace that is part of others: of the user's, or in the place of a built-in one.
  private mutating func isPart(_ path: String) -> Bool {
    if source.isBuiltIn(path) {
      touchesBuiltIn = true
      return true
    }
    return included.contains(path)
  }

  /// Global elements of a document and of all that it includes.
  private func elements(of path: String) -> [String] {
    var seen: Set<String> = [path]
    var open = [path]
    var names: [String] = []
    while let path = open.popLast() {
      guard let head = heads[path] else { continue }
      names += head.elements
      for location in head.inclusions {
        guard let target = SchemaPath.resolve(location, from: path).map(source.located) else { continue }
        if seen.insert(target).inserted { open.append(target) }
      }
    }
    return names
  }

  /// What has to compile before the set is taken.
  var namespacesToCheck: [String] {
    var all = namespaces
    if touchesBuiltIn { all.formUnion(index.paths.keys) }
    // Wrapped and strongly typed messages are made of the envelope's types, by their names.
    if replacesEnvelope {
      all.insert(SchemaLibrary.wrapperNamespace)
      all.insert(TypedNamespace(noun: "MeterReadings").namespace)
      all.insert(TypedNamespace(noun: "MeterReadings", isQuery: true).namespace)
    }
    return all.sorted()
  }

  /// Tells envelopes, strongly typed messages and profiles apart.
  mutating func findProfiles(in library: SchemaLibrary) throws(SchemaSetError) {
    for namespace in namespaces.sorted() {
      guard let schema = try? library.schema(forNamespace: namespace) else { continue }
      let globals = schema.globalElements.keys.filter { $0.namespace == namespace }.map(\.local).sorted()
      if globals.contains("RequestMessage") && globals.contains("ResponseMessage") {
        index.envelopes.insert(namespace)
        continue
      }
      if namespace == SchemaLibrary.wrapperNamespace || TypedNamespace(namespace) != nil { continue }
      let files = (index.paths[namespace] ?? []).filter { heads[$0] != nil }
      let named = files.filter { globals.contains(SchemaIndex.baseName($0)) }
      var nouns = named.map { (SchemaIndex.baseName($0), $0) }
      // Of a namespace that is built in, only its noun is one.
      if nouns.isEmpty, let path = files.first {
        let known = index.profiles.values.joined().first { $0.namespace == namespace }?.noun
        let roots = known.map { noun in globals.filter { $0 == noun } } ?? schema.unreferencedRoots(of: namespace)
        nouns = (roots.isEmpty && known == nil ? globals : roots).map { ($0, path) }
      }
      for (noun, path) in nouns {
        index.add(SchemaLibrary.Profile(noun: noun, namespace: namespace, path: path, isOwn: true))
      }
    }
  }
}

extension Schema {
  /// Global elements with children that no type of the set refers to, sorted.
  fileprivate func unreferencedRoots(of namespace: String) -> [String] {
    var referred: Set<ElementID> = []
    for type in complexTypes {
      var open = type.particle.map { [$0] } ?? []
      while let particle = open.popLast() {
        switch particle {
        case .element(let id, _, _): referred.insert(id)
        case .any: break
        case .sequence(let parts, _, _), .choice(let parts, _, _), .all(let parts, _): open += parts
        }
      }
    }
    return globalElements.filter { name, id in
      guard name.namespace == namespace, !referred.contains(id) else { return false }
      if case .complex(let type) = elements[Int(id)].type { return complexTypes[Int(type)].particle != nil }
      return false
    }.map(\.key.local).sorted()
  }
}

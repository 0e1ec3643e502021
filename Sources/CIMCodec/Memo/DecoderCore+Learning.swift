// From the general way to what is remembered.
import CIMModel
import CIMSchema
import XMLPull

/// Where the parts of a start tag stand, as long as the reader knows them.
struct TagPlaces {
  /// In the window.
  var start: Int
  /// The whole tag, in the window.
  var bytes: XMLBytes
  /// Values that differ from one document to the next; not namespace declarations and xsi attributes.
  var values: [(place: Range<Int>, attribute: Int)] = []
  /// The length of the tag, as long as it is the same each time and in ASCII; -1 for several lines; else 0.
  var characters: Int {
    if !values.isEmpty || bytes.contains(where: { $0 >= 0x80 }) { return 0 }
    return bytes.contains(0x0A) ? -1 : bytes.count
  }
  /// Whether the tag can be remembered at all.
  var isPlain = true

  init(_ reader: borrowing XMLReader) {
    start = reader.windowTokenStart
    let length = reader.windowCursor - start
    bytes = XMLBytes(start: reader.window + start, count: length)
    if length > 192 || bytes.contains(where: { $0 >= 0x80 }) { isPlain = false }
    for i in 0..<reader.attributeCount {
      guard let place = reader.attributeValuePlace(i) else {
        isPlain = false
        return
      }
      if reader.attributeIsDeclaration(i) || reader.attributeNamespace(i) == NamespaceTable.xsi {
        // What a value before it is held against may depend on this.
        if !values.isEmpty { isPlain = false }
        continue
      }
      values.append((place.lowerBound - start..<place.upperBound - start, i))
    }
    if values.count > 8 || !values.isEmpty && bytes.contains(0x0A) { isPlain = false }
  }
}

extension ValidationMachine {
  /// Whether all that is known of the document so far, as far as the rest depends on it, is in the frames.
  var isMemorable: Bool {
    if isConstrained || !text.isEmpty || !ownNamespaces.isEmpty { return false }
    for (i, frame) in frames.enumerated() {
      if frame.isNil || frame.isDisturbed || frame.hasText { return false }
      switch frame.rule {
      case .complex(let id):
        guard let schema = schemas[frame.schema] else { return false }
        switch schema.complexTypes[Int(id)].content {
        case .mixed: return false
        case .simple: if i < frames.count - 1 || frame.hasChildren { return false }
        case .elements, .empty: continue
        }
      case .simple: if i < frames.count - 1 || frame.hasChildren { return false }
      case .lax, .skip: return false
      }
    }
    return true
  }

  func appendKey(of frame: Frame, to key: inout [UInt8]) {
    func append(_ number: Int) { withUnsafeBytes(of: number) { key.append(contentsOf: $0) } }
    switch frame.rule {
    case .complex(let id): append(Int(id))
    case .simple(let type): append(Int(bitPattern: ObjectIdentifier(type)))
    case .lax: append(-1)
    case .skip: append(-2)
    }
    append(frame.schema << 32 | Int(frame.state))
    append(Int(bitPattern: UInt(frame.seen)))
    append(Int(frame.node) << 32 | Int(frame.element) & 0xFFFF_FFFF)
    key.append(frame.scope == .payload ? 1 : 0)
  }
}

extension DecoderCore {
  /// The number of the state in which reader and machine are.
  func currentState(tagLength: Int) -> Int32? {
    guard let frame = machine.frames.last else { return nil }
    let type = machine.valueType(of: frame)
    // Only behind a start tag can a value begin.
    if type != nil && tagLength == 0 { return nil }
    var key: [UInt8] = []
    key.reserveCapacity(512)
    let context = reader.context
    context.appendKey(to: &key)
    key.append(2)
    for frame in machine.frames { machine.appendKey(of: frame, to: &key) }
    if type != nil {
      withUnsafeBytes(of: tagLength) { key.append(contentsOf: $0) }
      key.append(machine.tree.hasAttributes ? 1 : 0)
    }
    return tables.state(key) {
      let context = MemoContext(reader: context, frames: machine.frames)
      guard let type else {
        var state = MemoState(kind: .content, check: .text)
        if case .complex(let id) = frame.rule, let schema = machine.schemas[frame.schema],
          case .empty = schema.complexTypes[Int(id)].content
        {
          state.isEmptyContent = true
        }
        return (state, context)
      }
      var state = MemoState(kind: .value, check: .general)
      state.tagLength = Int32(tagLength)
      state.slot = sink.slot(frame.node, machine)
      if frame.fixed == nil && frame.defaultValue == nil { state.check = check(of: type, slot: state.slot) }
      if case .simple = frame.rule { state.isTrimmed = type.whiteSpace == .collapse }
      state.type = tables.number(of: type)
      return (state, context)
    }
  }

  private func check(of type: SimpleType, slot: UInt16) -> MemoState.Check {
    if type.isID || type.isIDREF || type.isIDREFS || type.holdsQualifiedNames { return .general }
    if type.takesAnyText { return sink.wantsNumber(slot) ? .number : .text }
    if type === SimpleType.builtin("dateTime") { return .dateTime }
    return .typed
  }

  // MARK: Tags

  /// Behind a start tag that began in a remembered state.
  ///
  /// - Parameter before: what stood beside the frames before the tag.
  func learnStart(_ tag: TagPlaces, from: Int32, _ before: SideEffects) throws(XMLError) {
    let begun = machine.frames[machine.frames.count - 1]
    // That a profile begins is the one thing beside the frames that is remembered with a tag.
    let isProfile = machine.buildsTree && machine.profiles.count == before.profiles + 1
    let findings = before.count + (isProfile ? 1 : 0)
    var attributes: [(check: MemoState.Check, slot: UInt16, type: SimpleType)] = []
    let isMemorable =
      tag.isPlain && machine.sideEffects == findings && attributeChecks(tag, begun, into: &attributes)
    var counting: [UInt32] = []
    var beginning: [UInt32] = []
    var ending: [UInt32] = []
    if isMemorable {
      if isProfile, let name = machine.profiles.last {
        counting = [MemoAction.profile | tables.number(ofProfile: name)]
      }
      if begun.node >= 0, machine.nodes.isRepeated(begun.node) || machine.valueType(of: begun) == nil {
        counting.append(MemoAction.count | UInt32(begun.node))
      }
      beginning = sink.beginActions(&machine)
      // The element is there before its attributes have their values.
      if !tag.values.isEmpty { beginning.append(MemoAction.attributes) }
    }
    if reader.isAtEmptyElement {
      try endEmptyElement()
      ending = sink.endActions(begun.node, &machine)
    }
    enterShortWay(tagLength: tag.characters)
    guard isMemorable, state >= 0, machine.sideEffects == findings else { return }
    let next = tables.states[Int(state)]
    if next.kind == .value && sink.isWhole(next.slot) { beginning = [] }
    remember(tag, attributes, from: from, to: state, counting + beginning + ending)
  }

  /// How the values of a tag's attributes are checked.
  ///
  /// - Returns: false where one of them has no declaration of its own.
  private func attributeChecks(
    _ tag: TagPlaces, _ frame: ValidationMachine.Frame,
    into checks: inout [(check: MemoState.Check, slot: UInt16, type: SimpleType)]
  ) -> Bool {
    if tag.values.isEmpty { return true }
    guard case .complex(let id) = frame.rule, let schema = machine.schemas[frame.schema] else { return false }
    let uses = schema.complexTypes[Int(id)].attributes
    var place = 0
    var places: [Int: Int] = [:]
    for i in 0..<reader.attributeCount where !reader.attributeIsDeclaration(i) {
      places[i] = place
      let local = reader.attributeLocalName(i)
      // As the tree has it: without what says where schemas are.
      if reader.attributeNamespace(i) == NamespaceTable.xsi && local.suffix(13).elementsEqual("chemaLocation".utf8) {
        continue
      }
      place += 1
    }
    for (_, i) in tag.values {
      guard let k = machine.use(of: i, among: uses, reader), uses[k].fixed == nil else { return false }
      let slot = sink.slot(frame.node, attribute: places[i] ?? 0, name: reader.attributeLocalName(i), machine)
      let check = check(of: uses[k].type, slot: 0)
      // A dateTime in an attribute is rare: it is checked by its type.
      checks.append((check == .dateTime ? .typed : check, slot, uses[k].type))
      if check == .general { return false }
    }
    return true
  }

  private func remember(
    _ tag: TagPlaces, _ attributes: [(check: MemoState.Check, slot: UInt16, type: SimpleType)], from: Int32,
    to next: Int32, _ actions: [UInt32]
  ) {
    let bytes = tag.bytes
    var here = from
    var place = 0
    for (ordinal, value) in tag.values.enumerated() {
      // The part of the tag up to a value leads to a state of its own.
      var key: [UInt8] = [0xFF]
      withUnsafeBytes(of: here) { key.append(contentsOf: $0) }
      key.append(contentsOf: bytes[place..<value.place.lowerBound])
      let attribute = attributes[ordinal]
      let stop = tables.state(key) {
        var state = MemoState(kind: .attribute, check: attribute.check)
        state.terminator = bytes[value.place.lowerBound - 1]
        state.slot = attribute.slot
        state.base = from
        state.ordinal = Int16(ordinal)
        state.tagLength = Int32(value.place.lowerBound)
        state.type = tables.number(of: attribute.type)
        return (state, nil)
      }
      guard let stop else { return }
      if ordinal > 0 || !hasTag(bytes, place..<value.place.lowerBound, at: here) {
        addPart(bytes, place..<value.place.lowerBound, at: here, next: stop, [])
      }
      here = stop
      place = value.place.upperBound
    }
    addPart(bytes, place..<bytes.count, at: here, next: next, actions)
  }

  private func addPart(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at state: Int32, next: Int32, _ actions: [UInt32]
  ) {
    guard !hasTag(bytes, range, at: state) else { return }
    tables.addTag(UnsafeBufferPointer(rebasing: bytes[range]), at: state, next: next, actions: actions)
  }

  private func hasTag(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, at state: Int32) -> Bool {
    let here = tables.states[Int(state)]
    for i in 0..<Int(here.tagCount) {
      let literal = tables.tags[Int(here.tagFirst) + i].literal
      guard Int(literal.length) == range.count else { continue }
      var same = true
      for k in 0..<range.count {
        let place = Int(literal.place) + k / 64 * 128 + k % 64
        if tables.arena[place] != bytes[range.lowerBound + k] { same = false }
      }
      if same { return true }
    }
    return false
  }

  /// Behind an end tag that ended a remembered state's element.
  func learnEnd(from: Int32, _ node: PathNodes.ID) {
    let start = reader.windowTokenStart
    let bytes = UnsafeBufferPointer(start: reader.window + start, count: reader.windowCursor - start)
    guard bytes.count <= 192, !bytes.contains(where: { $0 >= 0x80 }), !hasTag(bytes, 0..<bytes.count, at: from) else {
      return
    }
    let here = tables.states[Int(from)]
    let isWhole = here.kind == .value && sink.isWhole(here.slot)
    tables.addTag(bytes, at: from, next: state, actions: isWhole ? [] : sink.endActions(node, &machine))
  }
}

// Payloads that come compressed: unpacked, and judged like any other.
import CIMCodec
import CIMModel
import CIMProfiles

extension MessageJudge {
  /// Puts what was packed in the place of the compressed text.
  ///
  /// What is no XML stays as it came: Format says what it is, and only the receiver knows what to do with it.
  mutating func unpackPayload() {
    guard case .compressed(let text)? = result.message?.payload?.content else { return }
    let path = "/\(result.root?.name ?? "")/Payload/Compressed"
    guard let unpacker else {
      return add(
        .payload, "payload.compressed", path, "compressed payloads are not looked into here: send it as XML", "1.8")
    }
    let bytes: [UInt8]
    do throws(UnpackingError) {
      bytes = try unpacker.unpack(text)
    } catch {
      return add(.payload, "payload.compressed", path, error.message, error.replyCode)
    }
    guard bytes.first == UInt8(ascii: "<") || bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    let inner = decoders.decode(bytes)
    for finding in inner.findings {
      // Line and column are those of the unpacked document: the compressed one has none worth telling.
      let violation = finding.violation
      add(
        .payload, violation.rule, path + violation.path,
        "line \(violation.line), column \(violation.column) of the unpacked content: \(violation.message)",
        violation.replyCode)
    }
    guard inner.isWellFormed, let root = inner.root else { return }
    result.payloadRoots.append(root.name)
    if inner.profiles.isEmpty {
      let advice = schemas.profile(root.name).map { Self.advice($0) } ?? "load its schema (--schemas DIR)"
      add(
        .payload, "profile.unknown", path + "/" + root.name,
        "no schema is loaded for '\(root.name)' in \(Self.namespaceText(root.namespace)): \(advice)", "2.5")
    }
    hasUnpackedProfile = true
    result.message?.payload?.content = .objects([root])
  }
}

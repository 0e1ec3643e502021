// What is wrong with a document, and where.

/// One breach of well-formedness, of a schema or of a rule.
public struct Violation: Sendable, Hashable {
  /// Line and column of the place, counted from 1; the column counts characters.
  public var line: Int
  public var column: Int
  /// Where in the document, by element names with positions: "/RequestMessage/Payload/MeterReadings/MeterReading[2]/Meter".
  public var path: String
  /// A stable identifier: the constraint's name in XML Schema ("cvc-complex-type.2.4.a"), "xml.…" for well-formedness,
  /// "soap.…", "envelope.…" and "profile.…" for Busbar's own.
  public var rule: String
  /// What was found, what was expected, and what to do, in plain words.
  public var message: String
  /// Reply code of IEC 61968-9, Annex B, e.g. "1.8".
  public var replyCode: String

  public init(line: Int, column: Int, path: String, rule: String, message: String, replyCode: String) {
    self.line = line
    self.column = column
    self.path = path
    self.rule = rule
    self.message = message
    self.replyCode = replyCode
  }
}

/// A judgement of a document or of a part of it.
public enum Verdict: String, Sendable, Hashable, Codable {
  case valid
  case invalid
  /// Not well-formed, or not XML at all: nothing more can be said.
  case unreadable
}

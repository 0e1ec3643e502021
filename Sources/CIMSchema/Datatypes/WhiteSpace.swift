// White space processing, done before a value is looked at.

/// What happens to white space before a value is checked.
///
/// - SeeAlso: XML Schema Part 2, 4.3.6
public enum WhiteSpace: Int, Sendable, Hashable {
  /// Every character counts.
  case preserve
  /// Tab, line feed and carriage return become a blank.
  case replace
  /// After `replace`, runs of blanks become one, and blanks at both ends go.
  case collapse
}

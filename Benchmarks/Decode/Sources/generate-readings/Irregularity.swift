// How irregular the irregular file is. The shares are of our choosing: wider than one system's output, since a bus
// has many senders, but nothing here that a real one does not do. All in per cent of the places where it can happen.

enum Irregularity {
  // Markup, drawn anew at every place.
  /// White space between elements: none 40, one blank 15, line break and 0 to 24 blanks 35, one or two tabs 10.
  static let gaps = (none: 40, blank: 15, lineBreak: 35)
  /// A comment in a gap, of 4 to 60 bytes.
  static let comment = 3.0
  /// White space before the `>` of a tag.
  static let spaceInTag = 5.0
  /// Single quotes around an attribute's value; blanks around its equals sign; start and end tag instead of an empty
  /// element tag.
  static let singleQuotes = 30.0
  static let spaceAroundEquals = 2.0
  static let endTagOfEmpty = 20.0
  /// One character of a text as a character reference; all of a text in a CDATA section.
  static let characterReference = 0.5
  static let characterData = 0.5

  // Markup, drawn once per MeterReading: no prefix, or one of two that are bound to the same namespace.
  static let prefixes = ["", "m", "rdg"]
  /// ".000" behind the seconds.
  static let fractions = 5.0

  // Optional content of a MeterReading.
  static let coincidentTrigger = 5.0
  /// One to three events.
  static let events = 5.0
  static let noMeter = 2.0
  static let noMeterMRID = 10.0
  static let secondName = 20.0
  static let nameType = 50.0
  static let nameTypeAuthority = 30.0
  static let meterStatus = 10.0
  static let noUsagePoint = 10.0
  static let usagePointName = 30.0
  static let noValuesInterval = 15.0
  static let intervalWithoutStart = 5.0
  /// The block's PendingCalculation.
  static let pendingCalculation = 3.0

  // Optional content of a value.
  static let reason = 20.0
  static let reportedDateTime = 15.0
  static let source = 10.0
  static let timePeriod = 5.0
  /// A value that is not there: a time stamp and a quality code only.
  static let noValue = 0.3
  /// In a ReadingQualities: comment, source and time stamp, each by itself; and a second ReadingQualities behind it.
  static let qualityDetail = 25.0
  static let secondQuality = 10.0

  static let sources = ["HES", "MDM", "Head End 2", "R&D field trial", "Ablesung Süd", "manual"]
  static let reasons = ["billing", "inquiry", "moveIn", "moveOut", "loadResearch", "other"]
  static let comments = [
    "ok", "batch 17", "end of block", "exported by the head end", "Prüfung: keine Abweichung",
    "values of the day before were sent again <late>",
  ]
}

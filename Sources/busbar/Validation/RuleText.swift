// What the rules are about, in a sentence each, for tools that list them.

enum RuleText {
  /// A sentence for a rule's name; names that are not known are told by what they begin with.
  static func short(_ rule: String) -> String {
    if let text = texts[rule] { return text }
    // "cvc-complex-type.2.4.a" is a case of "cvc-complex-type.2.4".
    var name = rule[...]
    while let dot = name.lastIndex(of: ".") {
      name = name[..<dot]
      if let text = texts[String(name)] { return text }
    }
    return rule.hasPrefix("cvc-") ? "The value or element does not fit its schema." : "A rule on the message's content."
  }

  private static let texts: [String: String] = [
    // XML Schema 1.0 Part 1, Appendix C.
    "cvc-attribute": "The attribute does not have the value that its declaration asks for.",
    "cvc-complex-type": "The content does not fit the element's type.",
    "cvc-complex-type.2.1": "An element that must be empty holds something.",
    "cvc-complex-type.2.2": "An element that holds a value holds elements.",
    "cvc-complex-type.2.3": "Text stands between elements.",
    "cvc-complex-type.2.4": "An element stands where its schema does not have it: order, name, namespace or number.",
    "cvc-complex-type.2.4.b": "A required element is missing.",
    "cvc-complex-type.3": "The attribute is not declared.",
    "cvc-complex-type.4": "A required attribute is missing.",
    "cvc-datatype-valid": "The text is no value of its datatype.",
    "cvc-elt": "The element cannot be used as it is.",
    "cvc-elt.3": "xsi:nil is used where it must not be.",
    "cvc-elt.4": "xsi:type names a type that cannot be used here.",
    "cvc-enumeration-valid": "The value is none of those listed.",
    "cvc-fractionDigits-valid": "The value has too many decimal places.",
    "cvc-id": "IDs and references to them do not fit each other.",
    "cvc-identity-constraint": "A key or a reference to one is broken.",
    "cvc-length-valid": "The value does not have the length it must have.",
    "cvc-maxExclusive-valid": "The value is too large.",
    "cvc-maxInclusive-valid": "The value is too large.",
    "cvc-maxLength-valid": "The value is too long.",
    "cvc-minExclusive-valid": "The value is too small.",
    "cvc-minInclusive-valid": "The value is too small.",
    "cvc-minLength-valid": "The value is too short.",
    "cvc-pattern-valid": "The value does not have the form it must have.",
    "cvc-totalDigits-valid": "The value has too many digits.",
    "cvc-type": "The content does not fit the element's type.",
    // XML.
    "xml": "The document is not well-formed.",
    "xml.dtd": "A document type declaration is refused.",
    "xml.encoding": "The bytes are no text in the document's encoding.",
    "limit": "The document is larger or deeper than is allowed.",
    "compressed": "The compressed file is damaged.",
    // The envelope.
    "soap": "The SOAP envelope does not hold one message.",
    "soap.version": "The SOAP version is not known.",
    "envelope.unknown": "The root is no message that is known.",
    "envelope.incomplete": "The message lacks what its kind must have.",
    "profile.unknown": "No schema is loaded for the payload.",
    "payload.compressed": "The compressed payload cannot be unpacked.",
    "R1": "The verb must fit the kind of message.",
    "R2": "The noun must name the payload.",
    "R3": "get needs a Request and takes no Payload.",
    "R4": "create and change need a Payload.",
    "R5": "cancel, close and delete must say what they act on.",
    "R6": "execute goes with an OperationSet.",
    "R7": "An asynchronous request needs a ReplyAddress and a CorrelationID.",
    "R8": "A response carries the verb reply.",
    "R9": "A result of OK goes with no grave error.",
    "R10": "A result of FAILED needs an error.",
    "R11": "A result of PARTIAL needs an error and a success.",
    "R12": "operationIds are unique, and replies name those of the request.",
    "R13": "An operation needs a verb that fits, a noun and an object.",
    "R14": "The payload's namespace must be known for the noun.",
    "R15": "Compressed content must unpack.",
    "R16": "StartTime must not lie behind EndTime.",
    "R17": "The Timestamp must be near the time of receipt.",
    "R18": "ReplayDetection must be fresh.",
    "R19": "A MessageID must be there and should be a UUID.",
    "R20": "A response must answer an open request.",
    "R21": "An ID of kind uuid must be a UUID.",
    "R22": "Reply codes should be those of the table.",
    "R23": "The Format must fit the content.",
    "R24": "The Source must be the sender.",
    // Codes and values.
    "readingType": "The reading type must be a code of the tables, and its parts must go together.",
    "readingQuality": "The quality must be a code of the tables.",
    "endDeviceEvent": "The event type must be a code of the tables.",
    "endDeviceControl": "The control type must be a code of the tables.",
    "replyCode": "The reply code must be one of the table.",
    "reading": "The reading must fit its reading type.",
    "value": "The value must fit its reading type.",
  ]
}

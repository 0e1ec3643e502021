// The schemas of strongly typed messages: one envelope per noun, whose parts are the generic envelope's types
// (IEC 61968-100 edition 1; facts as used with Part 9).

/// The namespace of a noun's strongly typed messages, taken apart: "http://iec.ch/TC57/2017/EndDeviceControlsMessage".
public struct TypedNamespace: Sendable, Hashable {
  public var namespace: String
  /// The year of the profile release; it differs between systems while the payloads stay those of 2011.
  public var year: String
  /// "EndDeviceControls", or "GetMeterReadings" for the messages of a query service.
  public var name: String

  public init?(_ namespace: String) {
    let prefix = "http://iec.ch/TC57/"
    guard namespace.hasPrefix(prefix), namespace.hasSuffix("Message") else { return nil }
    let rest = namespace.dropFirst(prefix.count).dropLast("Message".count)
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count == 4, parts[0].allSatisfy(\.isNumber), !parts[1].isEmpty else { return nil }
    self.namespace = namespace
    year = String(parts[0])
    name = String(parts[1])
  }

  /// The namespace Busbar writes for a noun.
  public init(noun: String, isQuery: Bool = false, year: String = "2011") {
    name = isQuery && !noun.hasPrefix("Get") ? "Get" + noun : noun
    self.year = year
    namespace = "http://iec.ch/TC57/\(year)/\(name)Message"
  }

  /// Whether the messages ask: by a Get profile, or by the Queries profiles that Part 5 has instead.
  public var isQuery: Bool { name.hasPrefix("Get") || name.hasSuffix("Queries") }
  /// The noun the messages are about: "MeterReadings" for "GetMeterReadings" too. A Queries profile names itself.
  public var noun: String { name.hasPrefix("Get") ? String(name.dropFirst(3)) : name }
  /// The profile the messages carry: the Get profile in the requests of a query service.
  var payloadNoun: String { name }
}

/// Writes the schema of a noun's strongly typed messages.
public enum TypedMessageSchema {
  static let requestVerbs = ["Create", "Change", "Cancel", "Close", "Delete"]
  static let eventVerbs = ["Created", "Changed", "Canceled", "Closed", "Deleted"]

  /// - Parameters:
  ///   - profile: of the noun, or of the Get request.
  ///   - envelope: path of the generic envelope's schema, relative to where this one will stand.
  public static func text(_ typed: TypedNamespace, profile: SchemaLibrary.Profile, envelope: String) -> String {
    typed.isQuery
      ? query(typed, profile: profile, envelope: envelope) : transactions(typed, profile: profile, envelope: envelope)
  }

  private static func transactions(_ typed: TypedNamespace, profile: SchemaLibrary.Profile, envelope: String) -> String
  {
    let noun = typed.name
    var text = head(typed, profile: profile, envelope: envelope)
    for verb in requestVerbs { text += "  <xs:element name=\"\(verb)\(noun)\" type=\"RequestMessageType\"/>\n" }
    for verb in eventVerbs { text += "  <xs:element name=\"\(verb)\(noun)\" type=\"EventMessageType\"/>\n" }
    text += answers(noun)
    text += type(
      "RequestMessageType",
      [("Header", "msg:HeaderType", 1), ("Request", "msg:RequestType", 0), ("Payload", "PayloadType", 0)])
    text += type("EventMessageType", [("Header", "msg:HeaderType", 1), ("Payload", "PayloadType", 0)])
    text += answerTypes
    text += """
        <xs:complexType name="PayloadType">
          <xs:sequence>
            <xs:element ref="profile:\(profile.noun)" minOccurs="0"/>
            <xs:element name="OperationSet" type="msg:OperationSet" minOccurs="0"/>
            <xs:element name="Compressed" type="xs:string" minOccurs="0"/>
            <xs:element name="Format" type="xs:string" minOccurs="0"/>
          </xs:sequence>
        </xs:complexType>
      </xs:schema>

      """
    return text
  }

  private static func query(_ typed: TypedNamespace, profile: SchemaLibrary.Profile, envelope: String) -> String {
    var text = head(typed, profile: profile, envelope: envelope)
    // Part 9 names the messages of a query after the verb; Parts 5 and 6 name them all alike. Both are in use.
    if typed.name != typed.noun { text += "  <xs:element name=\"\(typed.name)\" type=\"GetMessageType\"/>\n" }
    text += "  <xs:element name=\"\(typed.name)RequestMessage\" type=\"GetMessageType\"/>\n"
    text += answers(typed.noun)
    if typed.name != typed.noun { text += answers(typed.name) }
    text += type("GetMessageType", [("Header", "msg:HeaderType", 1), ("Request", "GetRequestType", 1)])
    text += answerTypes
    text += """
        <xs:complexType name="GetRequestType">
          <xs:sequence>
            <xs:element name="StartTime" type="xs:dateTime" minOccurs="0"/>
            <xs:element name="EndTime" type="xs:dateTime" minOccurs="0"/>
            <xs:element name="Option" type="msg:OptionType" minOccurs="0" maxOccurs="unbounded"/>
            <xs:element name="ID" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
            <xs:element ref="profile:\(profile.noun)" minOccurs="0"/>
          </xs:sequence>
        </xs:complexType>
        <xs:complexType name="PayloadType">
          <xs:sequence>
            <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
            <xs:element name="Compressed" type="xs:string" minOccurs="0"/>
            <xs:element name="Format" type="xs:string" minOccurs="0"/>
          </xs:sequence>
        </xs:complexType>
      </xs:schema>

      """
    return text
  }

  private static func head(_ typed: TypedNamespace, profile: SchemaLibrary.Profile, envelope: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="\(typed.namespace)"
               xmlns:msg="\(SchemaLibrary.envelopeNamespace)" xmlns:profile="\(profile.namespace)"
               targetNamespace="\(typed.namespace)" elementFormDefault="qualified">
      <xs:import namespace="\(SchemaLibrary.envelopeNamespace)" schemaLocation="\(envelope)"/>
      <xs:import namespace="\(profile.namespace)" schemaLocation="\(profile.path)"/>

    """
  }

  private static func answers(_ noun: String) -> String {
    "  <xs:element name=\"\(noun)ResponseMessage\" type=\"ResponseMessageType\"/>\n"
      + "  <xs:element name=\"\(noun)FaultMessage\" type=\"FaultMessageType\"/>\n"
  }

  private static var answerTypes: String {
    type(
      "ResponseMessageType",
      [("Header", "msg:HeaderType", 1), ("Reply", "msg:ReplyType", 1), ("Payload", "PayloadType", 0)])
      + type("FaultMessageType", [("Reply", "msg:ReplyType", 1)])
  }

  private static func type(_ name: String, _ members: [(String, String, Int)]) -> String {
    var text = "  <xs:complexType name=\"\(name)\">\n    <xs:sequence>\n"
    for (member, type, min) in members {
      text += "      <xs:element name=\"\(member)\" type=\"\(type)\"\(min == 0 ? " minOccurs=\"0\"" : "")/>\n"
    }
    return text + "    </xs:sequence>\n  </xs:complexType>\n"
  }
}

/// The schema of the generic web service's wrapped messages.
public enum WrapperSchema {
  public static func text(envelope: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="\(SchemaLibrary.wrapperNamespace)"
               xmlns:msg="\(SchemaLibrary.envelopeNamespace)"
               targetNamespace="\(SchemaLibrary.wrapperNamespace)" elementFormDefault="qualified">
      <xs:import namespace="\(SchemaLibrary.envelopeNamespace)" schemaLocation="\(envelope)"/>
      <xs:element name="Request">
        <xs:complexType>
          <xs:sequence><xs:element name="message" type="msg:RequestMessageType"/></xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="Response">
        <xs:complexType>
          <xs:sequence><xs:element name="message" type="msg:ResponseMessageType"/></xs:sequence>
        </xs:complexType>
      </xs:element>
      <xs:element name="PublishEvent">
        <xs:complexType>
          <xs:sequence><xs:element name="message" type="msg:EventMessageType"/></xs:sequence>
        </xs:complexType>
      </xs:element>
    </xs:schema>

    """
  }
}

// Dialects as they are found in practice, to start from.

extension Dialect {
  /// Names of all presets, in the order of the documentation.
  public static let presetNames = ["standard", "tolerant", "2008", "interim", "c4e", "ouaf", "62325"]

  /// A preset; nil for a name that is none.
  ///
  /// All but "standard" are in tolerant mode. Change fields after taking one.
  public static func named(_ name: String) -> Dialect? {
    switch name {
    case "standard": Dialect()
    case "tolerant": tolerant
    case "2008": edition2008
    case "interim": interim
    case "c4e": c4e
    case "ouaf": ouaf
    case "62325": market
    default: nil
    }
  }

  /// What can be put right without knowing the partner: every envelope namespace that was ever in use, aliases of verbs
  /// and results, test tools' placeholders.
  private static var tolerant: Dialect {
    Dialect(
      name: "tolerant", mode: .tolerant,
      envelopeNamespaces: [
        "http://www.iec.ch/TC57/2008/schema/message", "http://iec.ch/TC57/2008/schema/message",
        "http://www.iec.ch/TC57/2010/schema/message", "http://iec.ch/TC57/2010/schema/message",
        "http://www.iec.ch/TC57/2011/schema/message",
      ],
      verbs: ["cancelled": "canceled", "update": "change", "updated": "changed", "remove": "delete", "show": "get"],
      results: [
        "success": "OK", "succeeded": "OK", "0": "OK", "0.0": "OK", "nok": "FAILED", "not ok": "FAILED",
        "fail": "FAILED", "failure": "FAILED", "error": "FAILED",
      ],
      placeholders: ["?"])
  }

  /// The draft of 2008 and edition 1 of Part 9: other names for meters and service points, ReplyCode in place of Result.
  private static var edition2008: Dialect {
    var dialect = tolerant
    dialect.name = "2008"
    for year in ["2009", "2010"] { dialect.namespaces["http://iec.ch/TC57/\(year)/{noun}#"] = "*" }
    dialect.nouns = [
      "MeterAssetReading": "MeterReadings", "MeterAssetConfig": "MeterConfig", "EndDeviceAssets": "EndDeviceConfig",
      "EndDeviceFirmware": "EndDeviceConfig", "MeterSystemEvents": "EndDeviceEvents",
      "SDPLocationConfig": "UsagePointLocationConfig", "SupplierConfig": "ServiceSupplierConfig",
    ]
    dialect.elements = [
      "MeterAsset": "Meter", "MeterAsset/status": "", "ServiceDeliveryPoint": "UsagePoint",
      "Pending": "PendingCalculation", "ReadingQualities/quality": "ReadingQualityType@ref",
      "EndDeviceEvent/category": "EndDeviceEventType@ref", "EndDeviceControl/EndDeviceAsset": "EndDevices",
    ]
    dialect.replyStyle = ReplyStyle(
      envelopeNamespace: "http://www.iec.ch/TC57/2008/schema/message", verbCase: .upper, usesReplyCode: true)
    return dialect
  }

  /// The drafts of 2010 and 2011, as in EPRI's interoperability tests: namespaces with www, payloads of 2010, verbs that
  /// were later taken out.
  private static var interim: Dialect {
    var dialect = tolerant
    dialect.name = "interim"
    dialect.namespaces = [
      "http://iec.ch/TC57/2010/{noun}#": "*", "http://www.iec.ch/TC57/2010/{noun}#": "*",
      "http://iec.ch/TC57/2010/{noun}": "*", "http://www.iec.ch/TC57/2011/{noun}#": "*",
    ]
    // What is stopped, terminated or subscribed to has no counterpart among the verbs of today.
    for verb in ["stop", "terminate", "subscribe", "unsubscribe"] { dialect.verbs[verb] = "" }
    dialect.verbs["report"] = "created"
    return dialect
  }

  /// SAP Cloud for Energy: one namespace for all nouns, HTTP headers in place of header fields.
  private static var c4e: Dialect {
    var dialect = tolerant
    dialect.name = "c4e"
    dialect.namespaces = ["http://iec.ch/TC57/CIM-c4e#": "*"]
    // The flag has no counterpart in the standard; the partner's schema in place of this preset keeps it.
    dialect.elements = [
      "Operation/timesliceOperation": "",
      // What the vendor adds to the profiles; kept by the partner's schema in place of this preset.
      "Meter/timeZone": "", "Manufacturer/name": "", "Registers/RegisterMultiplier": "",
      "Channels/identificationSystemCode": "", "Channels/measurementTask": "", "Channels/slpProfileID": "",
      "Channels/veeCode": "",
      // Queries by attributes that only the Config profile itself has; a query by example may be of that profile.
      "GetMeterConfig": "MeterConfig", "GetUsagePointConfig": "UsagePointConfig",
      "GetUsagePointLocationConfig": "UsagePointLocationConfig",
      "GetMeterReadings/Meter": "EndDevice",
    ]
    // The text of the vendor's examples, where the profile wants one of a list.
    dialect.placeholders.insert("AmiBillingReady")
    dialect.headerFields = [
      "correlation_id": "CorrelationID", "x-userid": "User/UserID", "x-systemid": "Source",
    ]
    return dialect
  }

  /// Oracle utilities adapters: small first letters, one namespace for envelope and payload, verbs in capitals.
  private static var ouaf: Dialect {
    var dialect = edition2008
    dialect.name = "ouaf"
    dialect.envelopeNamespaces.insert("http://xmlns.oracle.com/ouaf/iec")
    dialect.envelopeNamespaces.insert("http://ouaf.oracle.com/webservices/cm/CM-GetMeterReadingsResp")
    dialect.elements["Readings/readingType"] = "ReadingType@ref"
    dialect.elements["Readings/sequence"] = ""
    dialect.replyStyle = ReplyStyle(
      envelopeNamespace: "http://xmlns.oracle.com/ouaf/iec", verbCase: .upper, usesReplyCode: true,
      usesLowerCamelCase: true)
    return dialect
  }

  /// Market systems after IEC 62325-504.
  private static var market: Dialect {
    var dialect = tolerant
    dialect.name = "62325"
    dialect.verbs["modify"] = "change"
    dialect.verbs["modified"] = "changed"
    dialect.elements = ["Reply/Text": ""]
    return dialect
  }
}

// Dialects in configuration: every key may be left out.

extension Dialect {
  enum CodingKeys: String, CodingKey {
    case name, mode, namespaces, elements, nouns, verbs, results, placeholders, zone
    case envelopeNamespaces = "envelope-namespaces"
    case acceptsNoNamespace = "accept-no-namespace"
    case marksLocalTimeAsUTC = "local-time-marked-utc"
    case dateOrder = "date-order"
    case headerFields = "header-fields"
    case barePayloadVerb = "bare-payload-verb"
    case requiredHeaderFields = "required-header-fields"
    case replyStyle = "reply-style"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, or standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    let standard = Dialect()
    self.init(
      name: try value(.name, or: standard.name), mode: try value(.mode, or: standard.mode),
      envelopeNamespaces: try value(.envelopeNamespaces, or: standard.envelopeNamespaces),
      acceptsNoNamespace: try value(.acceptsNoNamespace, or: standard.acceptsNoNamespace),
      namespaces: try value(.namespaces, or: [:]), elements: try value(.elements, or: [:]),
      nouns: try value(.nouns, or: [:]), verbs: try value(.verbs, or: [:]), results: try value(.results, or: [:]),
      placeholders: try value(.placeholders, or: []),
      zone: try values.decodeIfPresent(StampZone.self, forKey: .zone),
      marksLocalTimeAsUTC: try value(.marksLocalTimeAsUTC, or: standard.marksLocalTimeAsUTC),
      dateOrder: try values.decodeIfPresent(DateOrder.self, forKey: .dateOrder),
      headerFields: try value(.headerFields, or: [:]),
      barePayloadVerb: try values.decodeIfPresent(String.self, forKey: .barePayloadVerb),
      requiredHeaderFields: try value(.requiredHeaderFields, or: []),
      replyStyle: try value(.replyStyle, or: standard.replyStyle))
  }
}

extension ReplyStyle {
  enum CodingKeys: String, CodingKey {
    case namespaces, results
    case envelopeNamespace = "envelope-namespace"
    case verbCase = "verb-case"
    case usesReplyCode = "reply-code"
    case usesLowerCamelCase = "lower-camel-case"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      envelopeNamespace: try values.decodeIfPresent(String.self, forKey: .envelopeNamespace),
      namespaces: try values.decodeIfPresent([String: String].self, forKey: .namespaces) ?? [:],
      verbCase: try values.decodeIfPresent(VerbCase.self, forKey: .verbCase) ?? .lower,
      results: try values.decodeIfPresent([String: String].self, forKey: .results) ?? [:],
      usesReplyCode: try values.decodeIfPresent(Bool.self, forKey: .usesReplyCode) ?? false,
      usesLowerCamelCase: try values.decodeIfPresent(Bool.self, forKey: .usesLowerCamelCase) ?? false)
  }
}

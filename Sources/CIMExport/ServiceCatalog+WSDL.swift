// WSDL 1.1 with bindings of SOAP 1.1 and 1.2 in one document.
import CIMModel
import CIMProfiles

extension ServiceCatalog {
  /// The WSDL of a service.
  ///
  /// - Parameters:
  ///   - address: URL of the service, the same for both SOAP versions.
  ///   - locations: how it refers to its schemas.
  public func wsdl(of service: WebService, address: String, locations: ReferenceStyle) -> String {
    let references = SchemaReferences(style: locations, service: service, from: "WSDL/\(service.name).wsdl")
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <wsdl:definitions name="\(service.name)"
          xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
          xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
          xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
          xmlns:xs="http://www.w3.org/2001/XMLSchema"
          xmlns:tns="\(XMLText.escaped(service.namespace))"
          xmlns:m="\(XMLText.escaped(service.messageNamespace))"
          xmlns:msg="\(SchemaLibrary.envelopeNamespace)"
          targetNamespace="\(XMLText.escaped(service.namespace))">
        <wsdl:types>
          <xs:schema elementFormDefault="qualified">

      """
    for (namespace, path) in imports(of: service) {
      let location = XMLText.escaped(references.location(of: path))
      text += "      <xs:import namespace=\"\(XMLText.escaped(namespace))\" schemaLocation=\"\(location)\"/>\n"
    }
    text += "    </xs:schema>\n  </wsdl:types>\n"
    text += messages(of: service)
    text += "  <wsdl:portType name=\"\(service.portType)\">\n"
    for operation in service.operations {
      text += """
            <wsdl:operation name="\(operation.name)">
              <wsdl:input name="\(operation.name)Request" message="tns:\(operation.name)Request"/>
              <wsdl:output name="\(operation.name)Response" message="tns:ResponseMessage"/>
              <wsdl:fault name="FaultMessage" message="tns:FaultMessage"/>
            </wsdl:operation>

        """
    }
    text += "  </wsdl:portType>\n"
    text += binding(of: service, prefix: "soap", suffix: "")
    text += binding(of: service, prefix: "soap12", suffix: "12")
    text += """
        <wsdl:service name="\(service.name)">
          <wsdl:port name="\(service.portType)" binding="tns:\(service.name)_Binding">
            <soap:address location="\(XMLText.escaped(address))"/>
          </wsdl:port>
          <wsdl:port name="\(service.portType)12" binding="tns:\(service.name)_Binding12">
            <soap12:address location="\(XMLText.escaped(address))"/>
          </wsdl:port>
        </wsdl:service>
      </wsdl:definitions>

      """
    return text
  }

  /// The schemas of its messages, of the envelope and of its profiles; for the generic service, whose payloads are open,
  /// every profile, so that clients can make the objects they send.
  private func imports(of service: WebService) -> [(namespace: String, path: String)] {
    var imports = [(service.messageNamespace, service.messageSchema), (SchemaLibrary.envelopeNamespace, envelopePath)]
    let profiles =
      service.noun.map { [library.query(ofNoun: $0), library.profile($0)] } ?? library.nouns.map { library.profile($0) }
    for profile in profiles.compactMap({ $0 })
    where !imports.contains(where: { $0.0 == profile.namespace }) {
      imports.append((profile.namespace, profile.path))
    }
    return imports
  }

  private func messages(of service: WebService) -> String {
    var text = ""
    func message(_ name: String, _ part: String, _ element: String) {
      text += """
          <wsdl:message name="\(name)">
            <wsdl:part name="\(part)" element="\(element)"/>
          </wsdl:message>

        """
    }
    for operation in service.operations { message("\(operation.name)Request", "body", "m:\(operation.input)") }
    if let first = service.operations.first {
      message("ResponseMessage", "body", "m:\(first.output)")
      let prefix = service.faultNamespace == SchemaLibrary.envelopeNamespace ? "msg" : "m"
      message("FaultMessage", "detail", "\(prefix):\(service.fault)")
    }
    return text
  }

  private func binding(of service: WebService, prefix: String, suffix: String) -> String {
    var text = """
        <wsdl:binding name="\(service.name)_Binding\(suffix)" type="tns:\(service.portType)">
          <\(prefix):binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>

      """
    for operation in service.operations {
      text += """
            <wsdl:operation name="\(operation.name)">
              <\(prefix):operation soapAction="\(XMLText.escaped(operation.soapAction))" style="document"/>
              <wsdl:input name="\(operation.name)Request"><\(prefix):body use="literal"/></wsdl:input>
              <wsdl:output name="\(operation.name)Response"><\(prefix):body use="literal"/></wsdl:output>
              <wsdl:fault name="FaultMessage"><\(prefix):fault name="FaultMessage" use="literal"/></wsdl:fault>
            </wsdl:operation>

        """
    }
    return text + "  </wsdl:binding>\n"
  }
}

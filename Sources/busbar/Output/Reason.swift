// Errors as a sentence for people.
import CIMExport
import CIMSchema
import ConfigurationFile
import HTTPTransport
import MessageBus

enum Reason {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as BusError: return error.message
    case let error as TransportError: return error.message
    case let error as ConfigurationError: return error.description
    case let error as ExportError: return error.message
    case let error as SchemaError: return error.description
    default: return String(describing: error)
    }
  }
}

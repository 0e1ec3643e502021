// The control codes a metering system carries out, and the events that tell of it.

/// What a control asks of a device.
enum ControlKind: Hashable, CaseIterable {
  case connect, disconnect, armForClosure, armForOpen
  case demandReset
  case openPairing, closePairing
  case displayText, cancelText, createPrice
  case startLoadControl, stopLoadControl, scheduleEvent, cancelEvent, cancelAllEvents

  /// Domain, sub-domain and action (IEC 61968-9, Tables F.1 to F.4).
  private var action: (Int, Int, Int) {
    switch self {
    case .connect: (31, 0, 18)
    case .disconnect: (31, 0, 23)
    case .armForClosure: (31, 0, 5)
    case .armForOpen: (31, 0, 6)
    case .demandReset: (8, 0, 214)
    case .openPairing: (10, 73, 298)
    case .closePairing: (10, 73, 299)
    case .displayText: (13, 112, 77)
    case .cancelText: (13, 112, 8)
    case .createPrice: (20, 9, 82)
    case .startLoadControl: (15, 0, 54)
    case .stopLoadControl: (15, 0, 55)
    case .scheduleEvent: (15, 43, 300)
    case .cancelEvent: (15, 43, 8)
    case .cancelAllEvents: (15, 148, 8)
    }
  }

  /// The event that tells that it was done.
  private var done: (Int, Int, Int) {
    switch self {
    case .connect, .armForClosure: (31, 0, 42)
    case .disconnect, .armForOpen: (31, 0, 68)
    case .demandReset: (8, 0, 215)
    case .openPairing: (10, 73, 39)
    case .closePairing: (10, 73, 16)
    case .displayText: (13, 112, 58)
    case .cancelText: (13, 112, 10)
    case .createPrice: (20, 9, 83)
    case .startLoadControl: (15, 17, 242)
    case .stopLoadControl: (15, 17, 243)
    case .scheduleEvent: (15, 43, 83)
    case .cancelEvent: (15, 43, 10)
    case .cancelAllEvents: (15, 148, 10)
    }
  }

  /// The event that tells that it could not be done.
  private var failed: (Int, Int, Int) {
    switch self {
    case .connect, .armForClosure: (31, 0, 67)
    case .disconnect, .armForOpen: (31, 0, 84)
    case .demandReset: (8, 0, 65)
    case .createPrice: (20, 9, 85)
    case .openPairing, .closePairing: (10, 0, 85)
    case .displayText, .cancelText: (13, 17, 85)
    case .cancelEvent: (15, 43, 86)
    case .cancelAllEvents: (15, 148, 86)
    case .scheduleEvent, .startLoadControl, .stopLoadControl: (15, 0, 1)
    }
  }

  init?(_ code: DeviceCode) {
    let found = Self.allCases.first { kind in
      kind.action == (code.domain, code.subDomain, code.eventOrAction)
    }
    guard let found else { return nil }
    self = found
  }

  /// - Parameter type: of the device, as the control's code has it.
  func doneEvent(_ type: Int) -> DeviceCode { DeviceCode(type, done.0, done.1, done.2) }
  func failedEvent(_ type: Int) -> DeviceCode { DeviceCode(type, failed.0, failed.1, failed.2) }

  var isArming: Bool { self == .armForClosure || self == .armForOpen }
}

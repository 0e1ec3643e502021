// Short names for what lies behind the pointer.

extension ReadingColumns {
  @inline(__always) var blocks: [Block] {
    _read { yield head.pointee.blocks }
    _modify { yield &head.pointee.blocks }
  }

  @inline(__always) var meterReadingList: [MeterReading] {
    _read { yield head.pointee.meterReadings }
    _modify { yield &head.pointee.meterReadings }
  }

  @inline(__always) var qualityList: [Quality] {
    _read { yield head.pointee.qualities }
    _modify { yield &head.pointee.qualities }
  }

  @inline(__always) var detailList: [Detail] {
    _read { yield head.pointee.details }
    _modify { yield &head.pointee.details }
  }

  @inline(__always) var texts: [Text] {
    _read { yield head.pointee.texts }
    _modify { yield &head.pointee.texts }
  }

  @inline(__always) var codes: CodeDictionary {
    _read { yield head.pointee.codes }
    _modify { yield &head.pointee.codes }
  }

  @inline(__always) var isOpen: Bool {
    _read { yield head.pointee.isOpen }
    _modify { yield &head.pointee.isOpen }
  }

  @inline(__always) var current: MeterReading {
    _read { yield head.pointee.current }
    _modify { yield &head.pointee.current }
  }

  @inline(__always) var blockStart: Int {
    _read { yield head.pointee.blockStart }
    _modify { yield &head.pointee.blockStart }
  }

  @inline(__always) var blockType: Int32 {
    _read { yield head.pointee.blockType }
    _modify { yield &head.pointee.blockType }
  }

  @inline(__always) var closed: Marks {
    _read { yield head.pointee.closed }
    _modify { yield &head.pointee.closed }
  }
}

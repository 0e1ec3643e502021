// Rows into tables by COPY, on which the server works while the caller goes on.
#if PostgreSQL
  import CPostgreSQL
  import MeterStore

  extension PostgreSQLConnection {
    /// Copies rows into a table. The call returns before the server is done with them: what fails is an error of the next
    /// call of this connection, and of the commit at the latest.
    ///
    /// - Parameter rows: what `CopyBuffer` has put together; some hundred kilobytes lie in the socket, more in memory.
    func copy(into table: String, _ rows: CopyBuffer) throws(StoreError) {
      if rows.isEmpty { return }
      try finishCopy()
      let begun = PQexec(handle, "COPY \(table) FROM STDIN (FORMAT binary)")
      defer { PQclear(begun) }
      guard PQresultStatus(begun) == PGRES_COPY_IN else { throw failure(begun) }
      isCopying = true
      PQsetnonblocking(handle, 1)
      let isSent = rows.finished().withUnsafeBytes { bytes in
        // libpq counts in 32 bits.
        for start in stride(from: 0, to: bytes.count, by: 1 << 24) {
          let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 1 << 24, bytes.count)])
          let text = piece.bindMemory(to: CChar.self).baseAddress
          if PQputCopyData(handle, text, Int32(piece.count)) != 1 { return false }
        }
        return true
      }
      PQputCopyEnd(handle, isSent ? nil : "the rows could not be sent")
      PQflush(handle)
    }

    /// Sends what of the last copy still waits for room, without waiting itself.
    func pushCopy() { if isCopying { PQflush(handle) } }

    /// Waits until the server is done with what was copied last.
    func finishCopy() throws(StoreError) {
      guard isCopying else { return }
      isCopying = false
      var trouble: StoreError?
      while let result = PQgetResult(handle) {
        if PQresultStatus(result) != PGRES_COMMAND_OK, trouble == nil { trouble = failure(result) }
        PQclear(result)
      }
      PQsetnonblocking(handle, 0)
      if let trouble { throw trouble }
    }
  }

  /// Rows in PostgreSQL's binary format of COPY.
  struct CopyBuffer {
    private var bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)
    private(set) var isEmpty = true
    /// Bytes so far.
    var size: Int { bytes.count }

    mutating func begin(columns: Int16) {
      isEmpty = false
      append(columns)
    }

    mutating func add(_ number: Int64) {
      append(Int32(8))
      append(number)
    }

    mutating func add(_ text: String?) {
      guard let text else { return append(Int32(-1)) }
      // PostgreSQL's texts cannot hold the character 0.
      let utf8 = text.utf8.filter { $0 != 0 }
      append(Int32(clamping: utf8.count))
      bytes.append(contentsOf: utf8)
    }

    mutating func add(_ block: UnsafeRawBufferPointer) {
      append(Int32(clamping: block.count))
      bytes.append(contentsOf: block)
    }

    private mutating func append(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    func finished() -> [UInt8] { bytes + [0xFF, 0xFF] }
  }

  /// A value of an array type in PostgreSQL's binary format.
  struct PostgreSQLArray {
    enum Element: Int32 {
      case bytes = 17
      case integers = 20
    }

    private var bytes: [UInt8] = []
    private let element: Element
    private(set) var count = 0

    init(_ element: Element) { self.element = element }

    mutating func add(_ number: Int64) {
      count += 1
      append(Int32(8))
      append(number)
    }

    mutating func add(_ block: UnsafeRawBufferPointer) {
      count += 1
      append(Int32(clamping: block.count))
      bytes.append(contentsOf: block)
    }

    private mutating func append(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// One dimension from 1 on, no nulls.
    func finished() -> [UInt8] {
      var head = PostgreSQLArray(element)
      for number in [1, 0, element.rawValue, Int32(clamping: count), 1] as [Int32] { head.append(number) }
      return head.bytes + bytes
    }
  }
#endif

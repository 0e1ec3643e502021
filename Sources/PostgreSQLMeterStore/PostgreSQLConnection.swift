// A connection to PostgreSQL: statements with values, results in binary.
#if PostgreSQL
  import CPostgreSQL
  import MeterStore

  /// A value of a statement.
  enum PostgreSQLValue {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    /// Text of an array of integers.
    case integers([Int64])
    case null
  }

  /// One connection; used by one thread at a time.
  final class PostgreSQLConnection {
    let handle: OpaquePointer
    /// Whether the server may be at work on rows that were copied.
    var isCopying = false

    /// - Parameter address: a connection string or URI of libpq.
    /// - Throws: `StoreError` with code `.notWritable` where the server cannot be reached.
    init(_ address: String) throws(StoreError) {
      guard let handle = PQconnectdb(address) else { throw StoreError(.storage, "there is no memory for a connection") }
      guard PQstatus(handle) == CONNECTION_OK else {
        let reason = String(cString: PQerrorMessage(handle))
        PQfinish(handle)
        throw StoreError(.notWritable, "PostgreSQL cannot be reached: \(reason)")
      }
      self.handle = handle
      // Notices, such as of tables that are there already, are for nobody.
      PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Whether the connection is gone, as far as the last statement showed.
    var isLost: Bool { PQstatus(handle) != CONNECTION_OK }

    func failure(_ result: OpaquePointer?) -> StoreError {
      let state = result.flatMap { PQresultErrorField($0, 67) }.map { String(cString: $0) } ?? ""
      let reason = String(cString: PQerrorMessage(handle))
      let code: StoreError.Code =
        switch state {
        case "53100": .diskFull
        case "25006", "42501": .notWritable
        case "55P03", "40001", "40P01": .busy
        default: isLost ? .notWritable : .storage
        }
      return StoreError(code, "PostgreSQL failed: \(reason)")
    }

    /// Runs several statements without values.
    func execute(_ sql: String) throws(StoreError) {
      try finishCopy()
      let result = PQexec(handle, sql)
      defer { PQclear(result) }
      let status = PQresultStatus(result)
      guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else { throw failure(result) }
    }

    /// Runs one statement.
    @discardableResult
    func run(_ sql: String, _ values: PostgreSQLValue...) throws(StoreError) -> PostgreSQLRows {
      try finishCopy()
      var holders: [[UInt8]] = []
      var formats: [Int32] = []
      var isNull: [Bool] = []
      for value in values {
        isNull.append(false)
        formats.append(0)
        switch value {
        case .integer(let number): holders.append(Array(String(number).utf8) + [0])
        case .text(let text): holders.append(text.utf8.filter { $0 != 0 } + [0])
        case .bytes(let bytes):
          holders.append(bytes)
          formats[formats.count - 1] = 1
        case .integers(let numbers):
          holders.append(Array(("{" + numbers.map { String($0) }.joined(separator: ",") + "}").utf8) + [0])
        case .null:
          holders.append([])
          isNull[isNull.count - 1] = true
        }
      }
      // One buffer that stays where it is while libpq reads the values.
      let offsets = holders.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
      let lengths = holders.map { Int32(clamping: $0.count) }
      let all = holders.flatMap { $0 }
      let result = all.withUnsafeBufferPointer { all in
        let base = UnsafeRawPointer(all.baseAddress)?.assumingMemoryBound(to: CChar.self)
        let pointers = values.indices.map { isNull[$0] ? nil : base.map { $0 } }
        let placed = values.indices.map { place in pointers[place].map { $0 + offsets[place] } }
        return PQexecParams(handle, sql, Int32(values.count), nil, placed, lengths, formats, 1)
      }
      let status = PQresultStatus(result)
      guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
        let error = failure(result)
        PQclear(result)
        throw error
      }
      return PostgreSQLRows(result)
    }
  }

  /// The rows of a result, every value in binary.
  final class PostgreSQLRows {
    private let result: OpaquePointer?
    let count: Int
    /// Columns of every row.
    let columns: Int32

    init(_ result: OpaquePointer?) {
      self.result = result
      count = Int(PQntuples(result))
      columns = PQnfields(result)
    }

    deinit { PQclear(result) }

    func isNull(_ row: Int, _ column: Int32) -> Bool { PQgetisnull(result, Int32(row), column) == 1 }

    /// Valid as long as the rows are.
    func bytes(_ row: Int, _ column: Int32) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(
        start: PQgetvalue(result, Int32(row), column), count: Int(PQgetlength(result, Int32(row), column)))
    }

    /// A number of type bigint, integer, smallint or boolean.
    func integer(_ row: Int, _ column: Int32) -> Int64 {
      let bytes = bytes(row, column)
      var number: UInt64 = bytes.first.map { $0 & 0x80 != 0 ? .max : 0 } ?? 0
      for byte in bytes.prefix(8) { number = number << 8 | UInt64(byte) }
      return Int64(bitPattern: number)
    }

    func text(_ row: Int, _ column: Int32) -> String? {
      isNull(row, column) ? nil : String(decoding: bytes(row, column), as: UTF8.self)
    }
  }
#endif

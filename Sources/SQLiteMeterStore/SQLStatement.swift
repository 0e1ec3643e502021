// Statements of the hot path, without a layer between them and SQLite.
import GRDBSQLite
import MeterStore

/// A prepared statement; of use on its connection's thread only.
final class SQLStatement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer

  init(_ connection: OpaquePointer, _ sql: String) throws(StoreError) {
    var handle: OpaquePointer?
    guard sqlite3_prepare_v2(connection, sql, -1, &handle, nil) == SQLITE_OK, let handle else {
      throw Self.failure(connection)
    }
    self.handle = handle
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

  func bind(_ index: Int32, _ value: Int64?) {
    if let value { bind(index, value) } else { sqlite3_bind_null(handle, index) }
  }

  /// The bytes have to stay until the statement is run.
  func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
    sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
  }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(handle, index)
      return
    }
    text.withUTF8 { bytes in
      // SQLite copies it where told to by this destructor.
      let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      bytes.withMemoryRebound(to: CChar.self) {
        _ = sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), copies, UInt8(SQLITE_UTF8))
      }
    }
  }

  func bind(_ index: Int32, text bytes: UnsafeBufferPointer<UInt8>) {
    bytes.withMemoryRebound(to: CChar.self) {
      _ = sqlite3_bind_text64(handle, index, $0.baseAddress, UInt64($0.count), nil, UInt8(SQLITE_UTF8))
    }
  }

  /// Runs to the end.
  func run() throws(StoreError) {
    let status = sqlite3_step(handle)
    sqlite3_reset(handle)
    guard status == SQLITE_DONE || status == SQLITE_ROW else { throw Self.failure(connection) }
  }

  /// The next row; behind the last one the statement is ready to be run again.
  func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default:
      sqlite3_reset(handle)
      throw Self.failure(connection)
    }
  }

  func reset() { sqlite3_reset(handle) }

  /// Rows that the last insert, update or delete of the connection has changed.
  var changes: Int { Int(sqlite3_changes(connection)) }

  func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func text(_ column: Int32) -> String? {
    guard let start = sqlite3_column_text(handle, column) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))), as: UTF8.self)
  }

  /// The bytes of a text, valid until the next step or reset.
  func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_text(handle, column)
    return UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
  }

  /// Valid until the next step or reset.
  func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
  }

  static func failure(_ connection: OpaquePointer) -> StoreError {
    let text = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "unknown"
    switch sqlite3_errcode(connection) & 0xFF {
    case SQLITE_FULL: return StoreError(.diskFull, "no room for the readings: \(text)")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return StoreError(.busy, "another process writes into the store: try again when it is done")
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
      return StoreError(.notWritable, "the store of readings cannot be written: \(text)")
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      return StoreError(.damaged, "the store of readings is damaged: \(text); restore it from a copy")
    default: return StoreError(.storage, "the store of readings failed: \(text)")
    }
  }
}

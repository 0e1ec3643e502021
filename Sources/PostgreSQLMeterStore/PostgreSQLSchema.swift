// The tables of the store in PostgreSQL: those of SQLite, in a schema of their own.
#if PostgreSQL
  import MeterStore

  enum PostgreSQLSchema {
    /// Versions beyond are a newer Busbar's.
    static let version: Int64 = 2

    /// A block's key: of one day all series lie side by side.
    static func place(_ series: Int64, _ day: Int32) -> Int64 { Int64(day) << 32 | series }
    /// Series of intervals have numbers above it, others below.
    static let firstInterval = Int64(1) << 31

    // Times are microseconds UTC; data are blocks, see docs/meter-data.md. All numbers are bigint: COPY writes them alike.
    static let tables = """
      CREATE TABLE IF NOT EXISTS setting (name text PRIMARY KEY, value text NOT NULL);
      CREATE TABLE IF NOT EXISTS meter (
        number bigint PRIMARY KEY, mrid text, name text, usage_point text, state bigint NOT NULL);
      CREATE TABLE IF NOT EXISTS meter_key (key text PRIMARY KEY, meter bigint NOT NULL);
      CREATE TABLE IF NOT EXISTS reading_type (number bigint PRIMARY KEY, code text NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS quality (number bigint PRIMARY KEY, code text NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS series (
        number bigint PRIMARY KEY, meter bigint NOT NULL, type bigint NOT NULL, is_interval bigint NOT NULL);
      CREATE UNIQUE INDEX IF NOT EXISTS series_by_meter ON series (meter, type, is_interval);
      CREATE TABLE IF NOT EXISTS batch (
        number bigint PRIMARY KEY, recorded bigint NOT NULL, kind text NOT NULL, source text NOT NULL,
        author text NOT NULL);
      CREATE TABLE IF NOT EXISTS block (place bigint PRIMARY KEY, data bytea NOT NULL);
      ALTER TABLE block ALTER COLUMN data SET STORAGE EXTERNAL;
      CREATE TABLE IF NOT EXISTS before (
        place bigint NOT NULL, batch bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (place, batch));
      CREATE TABLE IF NOT EXISTS explanation (
        id bigserial PRIMARY KEY, series bigint NOT NULL, stamp bigint NOT NULL, batch bigint NOT NULL,
        rule text NOT NULL, inputs text NOT NULL, version text NOT NULL);
      CREATE INDEX IF NOT EXISTS explanation_by_reading ON explanation (series, stamp);
      CREATE TABLE IF NOT EXISTS file (
        key text PRIMARY KEY, name text NOT NULL, state bigint NOT NULL, done bigint NOT NULL, readings bigint NOT NULL,
        batch bigint NOT NULL);
      CREATE TABLE IF NOT EXISTS refused (
        id bigserial PRIMARY KEY, batch bigint NOT NULL, meter text NOT NULL, type text NOT NULL, stamp bigint,
        value text, reason text NOT NULL, reply_code text NOT NULL);
      """

    /// What version 2 has more: what later batches say of a few readings of a day, see `BlockPatches`.
    static let patches = "CREATE TABLE IF NOT EXISTS patch (place bigint PRIMARY KEY, data bytea NOT NULL)"
  }
#endif

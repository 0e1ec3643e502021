// What goes with readings.
#if PostgreSQL
  import CIMModel
  import MeterStore

  extension PostgreSQLWriter {
    func refuse(_ reading: RefusedReading) throws {
      try connection.run(
        """
        INSERT INTO refused (batch, meter, type, stamp, value, reason, reply_code)
        VALUES ($1::bigint, $2, $3, $4::bigint, $5, $6, $7)
        """, .integer(batch), .text(reading.meter), .text(reading.readingType),
        reading.stamp.map { .integer($0.microseconds) } ?? .null, reading.value.map { .text($0) } ?? .null,
        .text(reading.reason), .text(reading.replyCode))
    }

    func explain(_ explanation: Explanation, series: Int64, at stamp: Int64) throws {
      try connection.run(
        """
        INSERT INTO explanation (series, stamp, batch, rule, inputs, version)
        VALUES ($1::bigint, $2::bigint, $3::bigint, $4, $5, $6)
        """, .integer(series), .integer(stamp), .integer(batch), .text(explanation.rule), .text(explanation.inputs),
        .text(explanation.version))
    }

    func note(_ progress: FileProgress) throws {
      try connection.run(
        """
        INSERT INTO file (key, name, state, done, readings, batch)
        VALUES ($1, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint)
        ON CONFLICT (key) DO UPDATE SET name = EXCLUDED.name, state = EXCLUDED.state, done = EXCLUDED.done,
          readings = EXCLUDED.readings, batch = EXCLUDED.batch
        """, .text(progress.key), .text(progress.name), .integer(Int64(progress.state.rawValue)),
        .integer(progress.done), .integer(progress.readings), .integer(batch))
    }
  }
#endif

// Readings as rows for SQL: blocks stay packed, functions of the database unpack them.
#if PostgreSQL
  /// The view `reading`, the function `readings`, and what unpacks blocks for them: docs/meter-data.md shows their use.
  enum PostgreSQLView {
    /// A change of the text below is a new version: stores that have an older one get it when they are opened.
    static let version: Int64 = 2

    /// So many varints from a place on, or all up to the end. A place behind the end is an error of the server.
    private static let numbers = """
      CREATE OR REPLACE FUNCTION block_numbers(bytes bytea, INOUT place integer, most bigint, OUT numbers bigint[])
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      DECLARE
        byte integer;
        number bigint := 0;
        shift integer := 0;
        done bigint := 0;
        size integer := length(bytes);
      BEGIN
        WHILE CASE WHEN most IS NULL THEN place < size ELSE done < most END LOOP
          byte := get_byte(bytes, place);
          place := place + 1;
          IF byte > 127 THEN
            number := number | ((byte & 127)::bigint << shift);
            shift := shift + 7;
          ELSE
            done := done + 1;
            numbers[done] := number | (byte::bigint << shift);
            number := 0;
            shift := 0;
          END IF;
        END LOOP;
      END $$;
      """

    /// A block's readings. Numbers wrap as those of the packer do.
    private static func unpacking(_ schema: String) -> String {
      """
      CREATE OR REPLACE FUNCTION block_readings(data bytea, day bigint)
      RETURNS TABLE (stamp timestamptz, value text, number numeric, codes bigint[])
      LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 48 AS $$
      DECLARE
        -- A copy: what the server keeps out of line would be fetched for every byte.
        bytes bytea := data || ''::bytea;
        flags integer := get_byte(bytes, 0);
        place integer;
        head bigint[];
        body bigint[];
        count integer;
        unit bigint := CASE WHEN flags & 2 = 2 THEN 1 ELSE 1000000 END;
        first bigint;
        step bigint := 0;
        stamps bigint[];
        behind integer;
        power numeric;
        total bigint := 0;
        difference bigint;
        wide numeric;
        mantissas bigint[];
        odd boolean[];
        words text[];
        qualities text[];
        at bigint := 0;
        piece bytea;
        i integer;
        span bigint;
      BEGIN
        IF flags > 31 THEN
          RAISE EXCEPTION 'a block has flags %, of a newer Busbar', flags;
        END IF;
        SELECT n.place, n.numbers INTO place, head FROM \(schema).block_numbers(bytes, 0, 4 + (flags >> 4 & 1)) AS n;
        count := head[array_length(head, 1) - 1];
        first := head[array_length(head, 1)];
        first := (first >> 1 & 9223372036854775807) # -(first & 1);
        first := day * 86400000000 + first * unit;
        behind := CASE WHEN flags & 1 = 1 THEN count - 1 WHEN count > 1 THEN 1 ELSE 0 END;
        SELECT n.place, n.numbers INTO place, body FROM \(schema).block_numbers(bytes, place, behind + 1 + count) AS n;
        IF flags & 1 = 1 THEN
          stamps[1] := first;
          FOR i IN 1..behind LOOP
            first := first + body[i] * unit;
            stamps[i + 1] := first;
          END LOOP;
        ELSIF behind > 0 THEN
          step := body[1] * unit;
        END IF;
        power := ('1e-' || body[behind + 1])::numeric;
        FOR i IN 1..count LOOP
          difference := body[behind + 1 + i];
          difference := (difference >> 1 & 9223372036854775807) # -(difference & 1);
          IF difference BETWEEN -4611686018427387904 AND 4611686018427387903
            AND total BETWEEN -4611686018427387904 AND 4611686018427387903
          THEN
            total := total + difference;
          ELSE
            wide := total::numeric + difference;
            total := wide - CASE
              WHEN wide > 9223372036854775807 THEN 18446744073709551616
              WHEN wide < -9223372036854775808 THEN -18446744073709551616
              ELSE 0 END;
          END IF;
          mantissas[i] := total;
        END LOOP;
        IF flags & 8 = 8 THEN
          SELECT n.place, n.numbers INTO place, head FROM \(schema).block_numbers(bytes, place, 1) AS n;
          FOR i IN 1..head[1] LOOP
            SELECT n.place, n.numbers INTO place, body FROM \(schema).block_numbers(bytes, place, 2) AS n;
            at := at + body[1];
            odd[at + 1] := true;
            IF body[2] > 1 THEN
              piece := substring(bytes FROM place + 1 FOR body[2]::integer - 2);
              place := place + body[2]::integer - 2;
              -- Texts of the server cannot hold the character 0.
              words[at + 1] := CASE WHEN position('\\x00'::bytea IN piece) > 0 THEN encode(piece, 'escape')
                ELSE convert_from(piece, 'UTF8') END;
            END IF;
          END LOOP;
        END IF;
        IF flags & 4 = 4 THEN
          SELECT n.numbers INTO body FROM \(schema).block_numbers(bytes, place, NULL) AS n;
          at := 0;
          i := 1;
          WHILE i < array_length(body, 1) LOOP
            at := at + (body[i] >> 1);
            span := 1;
            IF body[i] & 1 = 1 THEN
              i := i + 1;
              span := body[i] + 2;
            END IF;
            FOR j IN at + 1..at + span LOOP
              qualities[j] := coalesce(qualities[j] || ',', '{') || body[i + 1];
            END LOOP;
            i := i + 2;
          END LOOP;
        END IF;
        RETURN QUERY SELECT
          'epoch'::timestamptz + coalesce(stamps[n], first + step * (n - 1)) * interval '1 microsecond',
          CASE WHEN odd[n] THEN words[n] ELSE (m * power)::text END,
          CASE WHEN odd[n] IS NULL THEN m * power
            WHEN words[n] ~ '^[-+]?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]{1,3})?$' THEN words[n]::numeric END,
          coalesce((qualities[n] || '}')::bigint[], '{}')
        FROM unnest(mantissas) WITH ORDINALITY AS v(m, n);
      END $$;
      """
    }

    /// A day's readings: those of its block, as its patches have them, of which the last counts.
    private static func day(_ schema: String) -> String {
      """
      CREATE OR REPLACE FUNCTION day_readings(data bytea, patches bytea, day bigint)
      RETURNS TABLE (stamp timestamptz, value text, number numeric, codes bigint[])
      LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE ROWS 48 AS $$
      DECLARE
        place integer := 0;
        head bigint[];
        pieces bytea[] := ARRAY[data];
      BEGIN
        IF patches IS NULL THEN
          RETURN QUERY SELECT * FROM \(schema).block_readings(data, day);
          RETURN;
        END IF;
        WHILE place < length(patches) LOOP
          SELECT n.place, n.numbers INTO place, head FROM \(schema).block_numbers(patches, place, 1) AS n;
          pieces := pieces || substring(patches FROM place + 1 FOR head[1]::integer);
          place := place + head[1]::integer;
        END LOOP;
        RETURN QUERY SELECT DISTINCT ON (r.stamp) r.stamp, r.value, r.number, r.codes
          FROM unnest(pieces) WITH ORDINALITY AS p(piece, age)
            CROSS JOIN LATERAL \(schema).block_readings(p.piece, day) AS r
          ORDER BY r.stamp, p.age DESC;
      END $$;
      """
    }

    /// Days go one by one from those that there are, so that a condition on them reads no others; those that dates of
    /// PostgreSQL cannot be are left out.
    private static let view = """
      CREATE OR REPLACE VIEW reading AS
      WITH RECURSIVE stored(day) AS (
        SELECT min(place) >> 32 FROM block
        UNION ALL
        SELECT (SELECT min(place) >> 32 FROM block WHERE place >= (stored.day + 1) << 32) FROM stored
        WHERE stored.day < 2147483647)
      SELECT coalesce(meter.mrid, meter.name, meter.usage_point) AS meter, reading_type.code AS reading_type,
        series.is_interval <> 0 AS is_interval, date '1970-01-01' + stored.day::integer AS day, unpacked.stamp,
        unpacked.value, unpacked.number,
        CASE WHEN unpacked.codes = '{}' THEN '{}'::text[] ELSE ARRAY(
          SELECT quality.code FROM unnest(unpacked.codes) WITH ORDINALITY AS known(number, place)
            JOIN quality ON quality.number = known.number ORDER BY known.place) END AS qualities
      FROM stored CROSS JOIN meter
        JOIN series ON series.meter = meter.number
        JOIN reading_type ON reading_type.number = series.type
        JOIN block ON block.place = (stored.day << 32 | series.number)
        LEFT JOIN patch ON patch.place = block.place
        CROSS JOIN LATERAL day_readings(block.data, patch.data, stored.day) AS unpacked
      WHERE meter.state = 0 AND stored.day BETWEEN -2440000 AND 106000000;
      """

    /// One meter by any of its names, from a local day to another.
    private static let function = """
      CREATE OR REPLACE FUNCTION readings(meter text, first date, last date)
      RETURNS TABLE (
        reading_type text, is_interval boolean, day date, stamp timestamptz, value text, number numeric,
        qualities text[])
      LANGUAGE sql STABLE STRICT PARALLEL SAFE
      BEGIN ATOMIC
        SELECT reading_type.code, series.is_interval <> 0, date '1970-01-01' + stored.day::integer, unpacked.stamp,
          unpacked.value, unpacked.number,
          CASE WHEN unpacked.codes = '{}' THEN '{}'::text[] ELSE ARRAY(
            SELECT quality.code FROM unnest(unpacked.codes) WITH ORDINALITY AS known(number, place)
              JOIN quality ON quality.number = known.number ORDER BY known.place) END
        FROM meter_key JOIN meter ON meter.number = meter_key.meter
          JOIN series ON series.meter = meter.number
          JOIN reading_type ON reading_type.number = series.type
          CROSS JOIN generate_series(
            (first - date '1970-01-01')::bigint, (last - date '1970-01-01')::bigint) AS stored(day)
          JOIN block ON block.place = (stored.day << 32 | series.number)
          LEFT JOIN patch ON patch.place = block.place
        CROSS JOIN LATERAL day_readings(block.data, patch.data, stored.day) AS unpacked
        WHERE meter_key.key = readings.meter AND meter.state = 0
        ORDER BY reading_type.code, series.is_interval, unpacked.stamp;
      END;
      """

    /// - Parameter schema: where the tables are: people call from wherever they are, and the functions find each other.
    static func sql(_ schema: String) -> String {
      [numbers, unpacking(schema), day(schema), view, function].joined(separator: "\n")
    }
  }
#endif

-- minutes
SELECT DISTINCT
  CAST(FLOOR((
    toRelativeSecondNum("t0"."at")
  ) / (
    60
  )) AS Nullable(Int64)) AS "minute"
FROM "edge"."requests" AS "t0"
WHERE
  "t0"."at" >= parseDateTimeBestEffort('2026-10-24T00:00:00+00:00', 'UTC')
  AND "t0"."at" < parseDateTimeBestEffort('2026-10-27T00:00:00+00:00', 'UTC')
  AND isNotNull(CASE WHEN isNotNull("t0"."path") THEN "t0"."method" ELSE NULL END);

-- uses
SELECT
  "t6"."hour" AS "hour",
  "t6"."method" AS "method",
  "t6"."status" AS "status",
  "t6"."one" AS "one",
  "t6"."other" AS "other",
  "t6"."number" AS "number",
  "t6"."first" AS "first",
  "t6"."last" AS "last",
  "t6"."alike" AS "alike"
FROM (
  SELECT
    "t5"."hour" AS "hour",
    "t5"."method" AS "method",
    "t5"."status" AS "status",
    "t5"."kind" AS "kind",
    MIN("t5"."place") AS "one",
    MAX("t5"."place") AS "other",
    COUNT(*) AS "number",
    MIN("t5"."second") AS "first",
    MAX("t5"."second") AS "last",
    MAX("t5"."alike") AS "alike"
  FROM (
    SELECT
      "t4"."place" AS "place",
      CASE
        WHEN (
          position("t4"."told", '%') > 0
        ) OR (
          "t4"."s0" = 'trees'
        )
        THEN CONCAT('=', "t4"."told")
        ELSE CONCAT(
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(
                  CONCAT(
                    CONCAT(
                      CONCAT(
                        CONCAT(
                          CONCAT(
                            CAST(CASE WHEN "t4"."length" < 6 THEN "t4"."length" ELSE 6 END AS Nullable(String)),
                            '/'
                          ),
                          CASE
                            WHEN "t4"."s0" IN ('files', 'trees', 'users')
                            THEN "t4"."s0"
                            WHEN "t4"."s0" = ''
                            THEN ''
                            ELSE '?'
                          END
                        ),
                        '/'
                      ),
                      CASE
                        WHEN "t4"."s1" IN ('me')
                        THEN "t4"."s1"
                        WHEN "t4"."s1" = ''
                        THEN ''
                        ELSE CONCAT('?', CASE WHEN match(CONCAT("t4"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END)
                      END
                    ),
                    '/'
                  ),
                  CASE
                    WHEN "t4"."s2" IN ('posts')
                    THEN "t4"."s2"
                    WHEN "t4"."s2" = ''
                    THEN ''
                    ELSE '?'
                  END
                ),
                '/'
              ),
              CASE
                WHEN "t4"."s3" = ''
                THEN ''
                ELSE CONCAT(
                  '?',
                  CASE WHEN match(CONCAT("t4"."s3", '/'), '^[-a-zA-Z0-9_]+/') THEN '1' ELSE '0' END
                )
              END
            ),
            '/'
          ),
          CASE WHEN "t4"."s4" = '' THEN '' ELSE '?' END
        )
      END AS "kind",
      "t4"."second" AS "second",
      "t4"."alike" AS "alike",
      "t4"."method" AS "method",
      "t4"."status" AS "status",
      CAST(FLOOR((
        "t4"."second"
      ) / (
        3600
      )) AS Nullable(Int64)) AS "hour"
    FROM (
      SELECT
        "t3"."status" AS "status",
        "t3"."second" AS "second",
        "t3"."method" AS "method",
        "t3"."place" AS "place",
        "t3"."alike" AS "alike",
        "t3"."told" AS "told",
        LENGTH("t3"."told") - LENGTH(replaceAll("t3"."told", '/', '')) AS "length",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[2] AS "s0",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[3] AS "s1",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[4] AS "s2",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[5] AS "s3",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[6] AS "s4"
      FROM (
        SELECT
          "t2"."status" AS "status",
          "t2"."second" AS "second",
          "t2"."method" AS "method",
          "t2"."place" AS "place",
          "t2"."alike" AS "alike",
          replaceRegexpAll(
            "t2"."place",
            '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
            ' '
          ) AS "told"
        FROM (
          SELECT
            "t1"."status" AS "status",
            "t1"."second" AS "second",
            "t1"."method" AS "method",
            CASE
              WHEN startsWith("t1"."place", '/')
              THEN "t1"."place"
              ELSE CONCAT('/', "t1"."place")
            END AS "place",
            "t1"."alike" AS "alike"
          FROM (
            SELECT
              "t0"."status" AS "status",
              toRelativeSecondNum("t0"."at") AS "second",
              CASE WHEN isNotNull("t0"."path") THEN "t0"."method" ELSE NULL END AS "method",
              splitByString(
                '#',
                CAST(replaceRegexpAll(
                  replaceRegexpAll(COALESCE("t0"."path", ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''),
                  '[?]',
                  '#'
                ) AS String)
              )[1] AS "place",
              (
                CONCAT("t0"."path", 'a') = CONCAT("t0"."path", 'A')
              )
              OR (
                CONCAT("t0"."path", 'e') = CONCAT("t0"."path", 'é')
              )
              OR (
                CONCAT("t0"."path", '') = CONCAT("t0"."path", ' ')
              ) AS "alike"
            FROM "edge"."requests" AS "t0"
            WHERE
              "t0"."at" >= parseDateTimeBestEffort('2026-10-24T00:00:00+00:00', 'UTC')
              AND "t0"."at" < parseDateTimeBestEffort('2026-10-27T00:00:00+00:00', 'UTC')
          ) AS "t1"
        ) AS "t2"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
  GROUP BY
    "t5"."hour",
    "t5"."method",
    "t5"."status",
    "t5"."kind"
) AS "t6";

-- durations
SELECT
  "t6"."day" AS "day",
  "t6"."method" AS "method",
  "t6"."one" AS "one",
  "t6"."other" AS "other",
  "t6"."bucket" AS "bucket",
  "t6"."number" AS "number",
  "t6"."total" AS "total",
  "t6"."shortest" AS "shortest",
  "t6"."longest" AS "longest"
FROM (
  SELECT
    "t5"."day" AS "day",
    "t5"."method" AS "method",
    "t5"."kind" AS "kind",
    "t5"."bucket" AS "bucket",
    MIN("t5"."place") AS "one",
    MAX("t5"."place") AS "other",
    COUNT(*) AS "number",
    SUM("t5"."taken") AS "total",
    MIN("t5"."taken") AS "shortest",
    MAX("t5"."taken") AS "longest"
  FROM (
    SELECT
      "t4"."place" AS "place",
      CASE
        WHEN (
          position("t4"."told", '%') > 0
        ) OR (
          "t4"."s0" = 'trees'
        )
        THEN CONCAT('=', "t4"."told")
        ELSE CONCAT(
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(
                  CONCAT(
                    CONCAT(
                      CONCAT(
                        CONCAT(
                          CONCAT(
                            CAST(CASE WHEN "t4"."length" < 6 THEN "t4"."length" ELSE 6 END AS Nullable(String)),
                            '/'
                          ),
                          CASE
                            WHEN "t4"."s0" IN ('files', 'trees', 'users')
                            THEN "t4"."s0"
                            WHEN "t4"."s0" = ''
                            THEN ''
                            ELSE '?'
                          END
                        ),
                        '/'
                      ),
                      CASE
                        WHEN "t4"."s1" IN ('me')
                        THEN "t4"."s1"
                        WHEN "t4"."s1" = ''
                        THEN ''
                        ELSE CONCAT('?', CASE WHEN match(CONCAT("t4"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END)
                      END
                    ),
                    '/'
                  ),
                  CASE
                    WHEN "t4"."s2" IN ('posts')
                    THEN "t4"."s2"
                    WHEN "t4"."s2" = ''
                    THEN ''
                    ELSE '?'
                  END
                ),
                '/'
              ),
              CASE
                WHEN "t4"."s3" = ''
                THEN ''
                ELSE CONCAT(
                  '?',
                  CASE WHEN match(CONCAT("t4"."s3", '/'), '^[-a-zA-Z0-9_]+/') THEN '1' ELSE '0' END
                )
              END
            ),
            '/'
          ),
          CASE WHEN "t4"."s4" = '' THEN '' ELSE '?' END
        )
      END AS "kind",
      "t4"."taken" AS "taken",
      "t4"."method" AS "method",
      CAST(FLOOR((
        "t4"."second"
      ) / (
        86400
      )) AS Nullable(Int64)) AS "day",
      CAST(CEIL(
        LN(CASE WHEN "t4"."taken" > 1.0 THEN "t4"."taken" ELSE 1.0 END) / 0.09531017980432493
      ) AS Nullable(Int64)) AS "bucket"
    FROM (
      SELECT
        "t3"."second" AS "second",
        "t3"."method" AS "method",
        "t3"."place" AS "place",
        "t3"."taken" AS "taken",
        "t3"."told" AS "told",
        LENGTH("t3"."told") - LENGTH(replaceAll("t3"."told", '/', '')) AS "length",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[2] AS "s0",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[3] AS "s1",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[4] AS "s2",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[5] AS "s3",
        splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String))[6] AS "s4"
      FROM (
        SELECT
          "t2"."second" AS "second",
          "t2"."method" AS "method",
          "t2"."place" AS "place",
          "t2"."taken" AS "taken",
          replaceRegexpAll(
            "t2"."place",
            '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
            ' '
          ) AS "told"
        FROM (
          SELECT
            "t1"."second" AS "second",
            "t1"."method" AS "method",
            CASE
              WHEN startsWith("t1"."place", '/')
              THEN "t1"."place"
              ELSE CONCAT('/', "t1"."place")
            END AS "place",
            "t1"."taken" AS "taken"
          FROM (
            SELECT
              toRelativeSecondNum("t0"."at") AS "second",
              CASE WHEN isNotNull("t0"."path") THEN "t0"."method" ELSE NULL END AS "method",
              splitByString(
                '#',
                CAST(replaceRegexpAll(
                  replaceRegexpAll(COALESCE("t0"."path", ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''),
                  '[?]',
                  '#'
                ) AS String)
              )[1] AS "place",
              CAST(ROUND("t0"."seconds" * 1000000.0, 0) AS Nullable(Int64)) AS "taken"
            FROM "edge"."requests" AS "t0"
            WHERE
              "t0"."at" >= parseDateTimeBestEffort('2026-10-24T00:00:00+00:00', 'UTC')
              AND "t0"."at" < parseDateTimeBestEffort('2026-10-27T00:00:00+00:00', 'UTC')
              AND "t0"."seconds" >= 0
              AND "t0"."seconds" < 1000000000000000
          ) AS "t1"
        ) AS "t2"
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
  GROUP BY
    "t5"."day",
    "t5"."method",
    "t5"."kind",
    "t5"."bucket"
) AS "t6";

-- minutes, of request lines with times of no zone in a table partitioned by day
SELECT DISTINCT
  CAST(FLOOR((
    "t1"."second"
  ) / (
    60
  )) AS Nullable(Int64)) AS "minute"
FROM (
  SELECT
    toRelativeSecondNum("t0"."local_at") AS "second",
    CASE
      WHEN (
        position(COALESCE("t0"."request_line", ''), ' ') > 0
      )
      AND match(
        CONCAT(
          splitByString(' ', CAST(CONCAT(COALESCE("t0"."request_line", ''), ' ') AS String))[1],
          ' '
        ),
        '^[A-Za-z]+ '
      )
      THEN splitByString(' ', CAST(CONCAT(COALESCE("t0"."request_line", ''), ' ') AS String))[1]
      ELSE NULL
    END AS "method",
    replaceRegexpAll(
      replaceRegexpAll(COALESCE("t0"."request_line", ''), '^[A-Za-z]+ ', ''),
      ' HTTP/[0-9.]+$',
      ''
    ) AS "place"
  FROM "edge"."requests" AS "t0"
  WHERE
    "t0"."local_at" >= parseDateTimeBestEffort('2026-10-24T00:00:00+00:00', 'UTC')
    AND "t0"."local_at" < parseDateTimeBestEffort('2026-10-27T00:00:00+00:00', 'UTC')
    AND "t0"."day" IN (
      toDate('2026-10-23'),
      toDate('2026-10-24'),
      toDate('2026-10-25'),
      toDate('2026-10-26'),
      toDate('2026-10-27')
    )
) AS "t1"
WHERE
  isNotNull("t1"."method");

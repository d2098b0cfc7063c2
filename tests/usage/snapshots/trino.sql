-- minutes
SELECT DISTINCT
  CAST(FLOOR(CAST((
    TO_UNIXTIME(DATE_TRUNC('SECOND', "t0"."at"))
  ) AS DOUBLE) / (
    60
  )) AS BIGINT) AS "minute"
FROM "edge"."requests" AS "t0"
WHERE
  "t0"."at" >= CAST(FROM_ISO8601_TIMESTAMP('2026-10-24T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
  AND "t0"."at" < CAST(FROM_ISO8601_TIMESTAMP('2026-10-27T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
  AND CASE WHEN "t0"."path" IS NOT NULL THEN "t0"."method" ELSE NULL END IS NOT NULL;

-- uses
SELECT
  "t7"."hour",
  "t7"."method",
  "t7"."status",
  "t7"."one",
  "t7"."other",
  "t7"."number",
  "t7"."first",
  "t7"."last",
  "t7"."alike"
FROM (
  SELECT
    "t6"."hour",
    "t6"."method",
    "t6"."status",
    "t6"."own",
    "t6"."length",
    "t6"."k0",
    "t6"."k1",
    "t6"."k2",
    "t6"."k3",
    "t6"."k4",
    MIN("t6"."place") AS "one",
    MAX("t6"."place") AS "other",
    COUNT(*) AS "number",
    MIN("t6"."second") AS "first",
    MAX("t6"."second") AS "last",
    BOOL_OR("t6"."alike") AS "alike"
  FROM (
    SELECT
      "t5"."place",
      "t5"."second",
      "t5"."alike",
      "t5"."method",
      "t5"."status",
      CASE
        WHEN (
          STRPOS("t5"."told", '%') > 0
        ) OR (
          "t5"."s0" = 'trees'
        )
        THEN "t5"."told"
        ELSE ''
      END AS "own",
      CASE WHEN "t5"."length" < 6 THEN "t5"."length" ELSE 6 END AS "length",
      CASE
        WHEN "t5"."s0" IN ('files', 'trees', 'users')
        THEN "t5"."s0"
        WHEN "t5"."s0" = ''
        THEN ''
        ELSE '?'
      END AS "k0",
      CASE
        WHEN "t5"."s1" IN ('me')
        THEN "t5"."s1"
        WHEN "t5"."s1" = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE WHEN REGEXP_LIKE(CONCAT("t5"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END
        )
      END AS "k1",
      CASE
        WHEN "t5"."s2" IN ('posts')
        THEN "t5"."s2"
        WHEN "t5"."s2" = ''
        THEN ''
        ELSE '?'
      END AS "k2",
      CASE
        WHEN "t5"."s3" = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE
            WHEN REGEXP_LIKE(CONCAT("t5"."s3", '/'), '^[-a-zA-Z0-9_]+/')
            THEN '1'
            ELSE '0'
          END
        )
      END AS "k3",
      CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4",
      CAST(FLOOR(CAST((
        "t5"."second"
      ) AS DOUBLE) / (
        3600
      )) AS BIGINT) AS "hour"
    FROM (
      SELECT
        "t4"."status",
        "t4"."second",
        "t4"."method",
        "t4"."place",
        "t4"."alike",
        "t4"."told",
        LENGTH("t4"."told") - LENGTH(REPLACE("t4"."told", '/', '')) AS "length",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 2) AS "s0",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 3) AS "s1",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 4) AS "s2",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 5) AS "s3",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 6) AS "s4"
      FROM (
        SELECT
          "t3"."status",
          "t3"."second",
          "t3"."method",
          "t3"."place",
          "t3"."alike",
          CASE
            WHEN STRPOS("t3"."place", '%') > 0
            THEN REGEXP_REPLACE(
              "t3"."place",
              '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
              ' '
            )
            ELSE "t3"."place"
          END AS "told"
        FROM (
          SELECT
            "t2"."status",
            "t2"."second",
            "t2"."method",
            CASE
              WHEN STARTS_WITH("t2"."place", '/')
              THEN "t2"."place"
              ELSE CONCAT('/', "t2"."place")
            END AS "place",
            "t2"."alike"
          FROM (
            SELECT
              "t1"."status",
              "t1"."second",
              "t1"."method",
              SPLIT_PART(
                REPLACE(
                  CASE
                    WHEN STARTS_WITH("t1"."place", '/')
                    THEN "t1"."place"
                    ELSE REGEXP_REPLACE("t1"."place", '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                  END,
                  '?',
                  '#'
                ),
                '#',
                1
              ) AS "place",
              "t1"."alike"
            FROM (
              SELECT
                "t0"."status",
                TO_UNIXTIME(DATE_TRUNC('SECOND', "t0"."at")) AS "second",
                CASE WHEN "t0"."path" IS NOT NULL THEN "t0"."method" ELSE NULL END AS "method",
                COALESCE("t0"."path", '') AS "place",
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
                "t0"."at" >= CAST(FROM_ISO8601_TIMESTAMP('2026-10-24T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
                AND "t0"."at" < CAST(FROM_ISO8601_TIMESTAMP('2026-10-27T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
            ) AS "t1"
          ) AS "t2"
        ) AS "t3"
      ) AS "t4"
    ) AS "t5"
  ) AS "t6"
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10
) AS "t7";

-- durations
SELECT
  "t7"."day",
  "t7"."method",
  "t7"."one",
  "t7"."other",
  "t7"."bucket",
  "t7"."number",
  "t7"."total",
  "t7"."shortest",
  "t7"."longest"
FROM (
  SELECT
    "t6"."day",
    "t6"."method",
    "t6"."own",
    "t6"."length",
    "t6"."k0",
    "t6"."k1",
    "t6"."k2",
    "t6"."k3",
    "t6"."k4",
    "t6"."bucket",
    MIN("t6"."place") AS "one",
    MAX("t6"."place") AS "other",
    COUNT(*) AS "number",
    SUM("t6"."taken") AS "total",
    MIN("t6"."taken") AS "shortest",
    MAX("t6"."taken") AS "longest"
  FROM (
    SELECT
      "t5"."place",
      "t5"."taken",
      "t5"."method",
      CASE
        WHEN (
          STRPOS("t5"."told", '%') > 0
        ) OR (
          "t5"."s0" = 'trees'
        )
        THEN "t5"."told"
        ELSE ''
      END AS "own",
      CASE WHEN "t5"."length" < 6 THEN "t5"."length" ELSE 6 END AS "length",
      CASE
        WHEN "t5"."s0" IN ('files', 'trees', 'users')
        THEN "t5"."s0"
        WHEN "t5"."s0" = ''
        THEN ''
        ELSE '?'
      END AS "k0",
      CASE
        WHEN "t5"."s1" IN ('me')
        THEN "t5"."s1"
        WHEN "t5"."s1" = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE WHEN REGEXP_LIKE(CONCAT("t5"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END
        )
      END AS "k1",
      CASE
        WHEN "t5"."s2" IN ('posts')
        THEN "t5"."s2"
        WHEN "t5"."s2" = ''
        THEN ''
        ELSE '?'
      END AS "k2",
      CASE
        WHEN "t5"."s3" = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE
            WHEN REGEXP_LIKE(CONCAT("t5"."s3", '/'), '^[-a-zA-Z0-9_]+/')
            THEN '1'
            ELSE '0'
          END
        )
      END AS "k3",
      CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4",
      CAST(FLOOR(CAST((
        "t5"."second"
      ) AS DOUBLE) / (
        86400
      )) AS BIGINT) AS "day",
      CAST(CEIL(
        LN(
          CASE
            WHEN "t5"."taken" > CAST(1.0 AS DOUBLE)
            THEN "t5"."taken"
            ELSE CAST(1.0 AS DOUBLE)
          END
        ) / CAST(0.09531017980432493 AS DOUBLE)
      ) AS BIGINT) AS "bucket"
    FROM (
      SELECT
        "t4"."second",
        "t4"."method",
        "t4"."place",
        "t4"."taken",
        "t4"."told",
        LENGTH("t4"."told") - LENGTH(REPLACE("t4"."told", '/', '')) AS "length",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 2) AS "s0",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 3) AS "s1",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 4) AS "s2",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 5) AS "s3",
        SPLIT_PART(CONCAT("t4"."told", '//////'), '/', 6) AS "s4"
      FROM (
        SELECT
          "t3"."second",
          "t3"."method",
          "t3"."place",
          "t3"."taken",
          CASE
            WHEN STRPOS("t3"."place", '%') > 0
            THEN REGEXP_REPLACE(
              "t3"."place",
              '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
              ' '
            )
            ELSE "t3"."place"
          END AS "told"
        FROM (
          SELECT
            "t2"."second",
            "t2"."method",
            CASE
              WHEN STARTS_WITH("t2"."place", '/')
              THEN "t2"."place"
              ELSE CONCAT('/', "t2"."place")
            END AS "place",
            "t2"."taken"
          FROM (
            SELECT
              "t1"."second",
              "t1"."method",
              SPLIT_PART(
                REPLACE(
                  CASE
                    WHEN STARTS_WITH("t1"."place", '/')
                    THEN "t1"."place"
                    ELSE REGEXP_REPLACE("t1"."place", '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                  END,
                  '?',
                  '#'
                ),
                '#',
                1
              ) AS "place",
              "t1"."taken"
            FROM (
              SELECT
                TO_UNIXTIME(DATE_TRUNC('SECOND', "t0"."at")) AS "second",
                CASE WHEN "t0"."path" IS NOT NULL THEN "t0"."method" ELSE NULL END AS "method",
                COALESCE("t0"."path", '') AS "place",
                CAST(ROUND("t0"."seconds" * CAST(1000000.0 AS DOUBLE), 0) AS BIGINT) AS "taken"
              FROM "edge"."requests" AS "t0"
              WHERE
                "t0"."at" >= CAST(FROM_ISO8601_TIMESTAMP('2026-10-24T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
                AND "t0"."at" < CAST(FROM_ISO8601_TIMESTAMP('2026-10-27T00:00:00+00:00') AS TIMESTAMP WITH TIME ZONE)
                AND "t0"."seconds" >= 0
                AND "t0"."seconds" < 1000000000000000
            ) AS "t1"
          ) AS "t2"
        ) AS "t3"
      ) AS "t4"
    ) AS "t5"
  ) AS "t6"
  GROUP BY
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10
) AS "t7";

-- minutes, of request lines with times of no zone in a table partitioned by day
SELECT DISTINCT
  CAST(FLOOR(CAST((
    "t2"."second"
  ) AS DOUBLE) / (
    60
  )) AS BIGINT) AS "minute"
FROM (
  SELECT
    TO_UNIXTIME(DATE_TRUNC('SECOND', "t1"."clock")) - CASE
      WHEN TO_UNIXTIME(DATE_TRUNC('SECOND', "t1"."clock")) >= 1792897200
      THEN 3600
      ELSE 7200
    END AS "second",
    CASE
      WHEN (
        STRPOS(COALESCE("t1"."told", ''), ' ') > 0
      )
      AND REGEXP_LIKE(
        CONCAT(SPLIT_PART(CONCAT(COALESCE("t1"."told", ''), ' '), ' ', 1), ' '),
        '^[A-Za-z]+ '
      )
      THEN SPLIT_PART(CONCAT(COALESCE("t1"."told", ''), ' '), ' ', 1)
      ELSE NULL
    END AS "method",
    REGEXP_REPLACE(REGEXP_REPLACE(COALESCE("t1"."told", ''), '^[A-Za-z]+ ', ''), ' HTTP/[0-9.]+$', '') AS "place"
  FROM (
    SELECT
      "t0"."local_at" AS "clock",
      "t0"."request_line" AS "told",
      "t0"."day"
    FROM "edge"."requests" AS "t0"
    WHERE
      "t0"."local_at" >= CAST(FROM_ISO8601_TIMESTAMP('2026-10-23T23:00:00') AS TIMESTAMP)
      AND "t0"."local_at" < CAST(FROM_ISO8601_TIMESTAMP('2026-10-27T04:00:00') AS TIMESTAMP)
      AND "t0"."day" IN (
        FROM_ISO8601_DATE('2026-10-23'),
        FROM_ISO8601_DATE('2026-10-24'),
        FROM_ISO8601_DATE('2026-10-25'),
        FROM_ISO8601_DATE('2026-10-26'),
        FROM_ISO8601_DATE('2026-10-27')
      )
  ) AS "t1"
) AS "t2"
WHERE
  "t2"."second" >= 1792800000
  AND "t2"."second" < 1793059200
  AND "t2"."method" IS NOT NULL;

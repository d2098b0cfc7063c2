-- minutes
SELECT DISTINCT
  CAST(FLOOR((
    DATE_PART('epoch', DATE_TRUNC('SECOND', "t0"."at"))
  ) / (
    60
  )) AS BIGINT) AS "minute"
FROM "edge"."requests" AS "t0"
WHERE
  "t0"."at" >= TIMESTAMP_TZ_FROM_PARTS(2026, 10, 24, 0, 0, 0, 0, 'UTC')
  AND "t0"."at" < TIMESTAMP_TZ_FROM_PARTS(2026, 10, 27, 0, 0, 0, 0, 'UTC')
  AND CASE WHEN "t0"."path" IS NOT NULL THEN "t0"."method" ELSE NULL END IS NOT NULL;

-- uses
SELECT
  "t8"."hour",
  "t8"."method",
  "t8"."status",
  "t8"."one",
  "t8"."other",
  "t8"."number",
  "t8"."first",
  "t8"."last",
  "t8"."alike"
FROM (
  SELECT
    "t7"."hour",
    "t7"."method",
    "t7"."status",
    "t7"."own",
    "t7"."length",
    "t7"."k0",
    "t7"."k1",
    "t7"."k2",
    "t7"."k3",
    "t7"."k4",
    MIN("t7"."place") AS "one",
    MAX("t7"."place") AS "other",
    COUNT(*) AS "number",
    MIN("t7"."second") AS "first",
    MAX("t7"."second") AS "last",
    MAX("t7"."alike") AS "alike"
  FROM (
    SELECT
      "t6"."place",
      "t6"."second",
      "t6"."alike",
      "t6"."method",
      "t6"."status",
      "t6"."own",
      "t6"."length",
      "t6"."k0",
      "t6"."k1",
      "t6"."k2",
      "t6"."k3",
      "t6"."k4",
      CAST(FLOOR((
        "t6"."second"
      ) / (
        3600
      )) AS BIGINT) AS "hour"
    FROM (
      SELECT
        "t5"."status",
        "t5"."second",
        "t5"."method",
        "t5"."place",
        "t5"."alike",
        CASE
          WHEN CONTAINS("t5"."told", '%') OR (
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
            CASE WHEN REGEXP_LIKE(CONCAT("t5"."s1", '/'), '[0-9]+/') THEN '1' ELSE '0' END
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
              WHEN REGEXP_LIKE(CONCAT("t5"."s3", '/'), '[-a-zA-Z0-9_]+/')
              THEN '1'
              ELSE '0'
            END
          )
        END AS "k3",
        CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4"
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
              WHEN CONTAINS("t3"."place", '%')
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
                WHEN STARTSWITH("t2"."place", '/')
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
                      WHEN STARTSWITH("t1"."place", '/')
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
                  DATE_PART('epoch', DATE_TRUNC('SECOND', "t0"."at")) AS "second",
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
                  "t0"."at" >= TIMESTAMP_TZ_FROM_PARTS(2026, 10, 24, 0, 0, 0, 0, 'UTC')
                  AND "t0"."at" < TIMESTAMP_TZ_FROM_PARTS(2026, 10, 27, 0, 0, 0, 0, 'UTC')
              ) AS "t1"
            ) AS "t2"
          ) AS "t3"
        ) AS "t4"
      ) AS "t5"
    ) AS "t6"
  ) AS "t7"
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
) AS "t8";

-- durations
SELECT
  "t8"."day",
  "t8"."method",
  "t8"."one",
  "t8"."other",
  "t8"."bucket",
  "t8"."number",
  "t8"."total",
  "t8"."shortest",
  "t8"."longest"
FROM (
  SELECT
    "t7"."day",
    "t7"."method",
    "t7"."own",
    "t7"."length",
    "t7"."k0",
    "t7"."k1",
    "t7"."k2",
    "t7"."k3",
    "t7"."k4",
    "t7"."bucket",
    MIN("t7"."place") AS "one",
    MAX("t7"."place") AS "other",
    COUNT(*) AS "number",
    SUM("t7"."taken") AS "total",
    MIN("t7"."taken") AS "shortest",
    MAX("t7"."taken") AS "longest"
  FROM (
    SELECT
      "t6"."place",
      "t6"."taken",
      "t6"."method",
      "t6"."own",
      "t6"."length",
      "t6"."k0",
      "t6"."k1",
      "t6"."k2",
      "t6"."k3",
      "t6"."k4",
      CAST(FLOOR((
        "t6"."second"
      ) / (
        86400
      )) AS BIGINT) AS "day",
      CAST(CEIL(
        LN(CASE WHEN "t6"."taken" > 1.0 THEN "t6"."taken" ELSE 1.0 END) / 0.09531017980432493
      ) AS BIGINT) AS "bucket"
    FROM (
      SELECT
        "t5"."second",
        "t5"."method",
        "t5"."place",
        "t5"."taken",
        CASE
          WHEN CONTAINS("t5"."told", '%') OR (
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
            CASE WHEN REGEXP_LIKE(CONCAT("t5"."s1", '/'), '[0-9]+/') THEN '1' ELSE '0' END
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
              WHEN REGEXP_LIKE(CONCAT("t5"."s3", '/'), '[-a-zA-Z0-9_]+/')
              THEN '1'
              ELSE '0'
            END
          )
        END AS "k3",
        CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4"
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
              WHEN CONTAINS("t3"."place", '%')
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
                WHEN STARTSWITH("t2"."place", '/')
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
                      WHEN STARTSWITH("t1"."place", '/')
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
                  DATE_PART('epoch', DATE_TRUNC('SECOND', "t0"."at")) AS "second",
                  CASE WHEN "t0"."path" IS NOT NULL THEN "t0"."method" ELSE NULL END AS "method",
                  COALESCE("t0"."path", '') AS "place",
                  CAST(ROUND("t0"."seconds" * 1000000.0, 0) AS BIGINT) AS "taken"
                FROM "edge"."requests" AS "t0"
                WHERE
                  "t0"."at" >= TIMESTAMP_TZ_FROM_PARTS(2026, 10, 24, 0, 0, 0, 0, 'UTC')
                  AND "t0"."at" < TIMESTAMP_TZ_FROM_PARTS(2026, 10, 27, 0, 0, 0, 0, 'UTC')
                  AND "t0"."seconds" >= 0
                  AND "t0"."seconds" < 1000000000000000
              ) AS "t1"
            ) AS "t2"
          ) AS "t3"
        ) AS "t4"
      ) AS "t5"
    ) AS "t6"
  ) AS "t7"
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
) AS "t8";

-- minutes, of request lines with times of no zone in a table partitioned by day
SELECT DISTINCT
  CAST(FLOOR((
    "t2"."second"
  ) / (
    60
  )) AS BIGINT) AS "minute"
FROM (
  SELECT
    DATE_PART('epoch', DATE_TRUNC('SECOND', "t1"."clock")) - CASE
      WHEN DATE_PART('epoch', DATE_TRUNC('SECOND', "t1"."clock")) >= 1792897200
      THEN 3600
      ELSE 7200
    END AS "second",
    CASE
      WHEN CONTAINS(COALESCE("t1"."told", ''), ' ')
      AND REGEXP_LIKE(
        CONCAT(SPLIT_PART(CONCAT(COALESCE("t1"."told", ''), ' '), ' ', 1), ' '),
        '[A-Za-z]+ '
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
      "t0"."local_at" >= TIMESTAMP_FROM_PARTS(2026, 10, 23, 23, 0, 0, 0)
      AND "t0"."local_at" < TIMESTAMP_FROM_PARTS(2026, 10, 27, 4, 0, 0, 0)
      AND "t0"."day" IN (
        DATE_FROM_PARTS(2026, 10, 23),
        DATE_FROM_PARTS(2026, 10, 24),
        DATE_FROM_PARTS(2026, 10, 25),
        DATE_FROM_PARTS(2026, 10, 26),
        DATE_FROM_PARTS(2026, 10, 27)
      )
  ) AS "t1"
) AS "t2"
WHERE
  "t2"."second" >= 1792800000
  AND "t2"."second" < 1793059200
  AND "t2"."method" IS NOT NULL;

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
  "t7"."hour" AS "hour",
  "t7"."method" AS "method",
  "t7"."status" AS "status",
  "t7"."one" AS "one",
  "t7"."other" AS "other",
  "t7"."number" AS "number",
  "t7"."first" AS "first",
  "t7"."last" AS "last",
  "t7"."alike" AS "alike"
FROM (
  SELECT
    "t6"."hour" AS "hour",
    "t6"."method" AS "method",
    "t6"."status" AS "status",
    "t6"."own" AS "own",
    "t6"."length" AS "length",
    "t6"."k0" AS "k0",
    "t6"."k1" AS "k1",
    "t6"."k2" AS "k2",
    "t6"."k3" AS "k3",
    "t6"."k4" AS "k4",
    MIN("t6"."place") AS "one",
    MAX("t6"."place") AS "other",
    COUNT(*) AS "number",
    MIN("t6"."second") AS "first",
    MAX("t6"."second") AS "last",
    MAX("t6"."alike") AS "alike"
  FROM (
    SELECT
      "t5"."place" AS "place",
      "t5"."second" AS "second",
      "t5"."alike" AS "alike",
      "t5"."method" AS "method",
      "t5"."status" AS "status",
      CASE
        WHEN (
          position("t5"."told", '%') > 0
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
        ELSE CONCAT('?', CASE WHEN match(CONCAT("t5"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END)
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
          CASE WHEN match(CONCAT("t5"."s3", '/'), '^[-a-zA-Z0-9_]+/') THEN '1' ELSE '0' END
        )
      END AS "k3",
      CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4",
      CAST(FLOOR((
        "t5"."second"
      ) / (
        3600
      )) AS Nullable(Int64)) AS "hour"
    FROM (
      SELECT
        "t4"."status" AS "status",
        "t4"."second" AS "second",
        "t4"."method" AS "method",
        "t4"."place" AS "place",
        "t4"."alike" AS "alike",
        "t4"."told" AS "told",
        "t4"."length" AS "length",
        "t4"."parts" AS "parts",
        "t4"."parts"[2] AS "s0",
        "t4"."parts"[3] AS "s1",
        "t4"."parts"[4] AS "s2",
        "t4"."parts"[5] AS "s3",
        "t4"."parts"[6] AS "s4"
      FROM (
        SELECT
          "t3"."status" AS "status",
          "t3"."second" AS "second",
          "t3"."method" AS "method",
          "t3"."place" AS "place",
          "t3"."alike" AS "alike",
          "t3"."told" AS "told",
          LENGTH("t3"."told") - LENGTH(replaceAll("t3"."told", '/', '')) AS "length",
          splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String)) AS "parts"
        FROM (
          SELECT
            "t2"."status" AS "status",
            "t2"."second" AS "second",
            "t2"."method" AS "method",
            "t2"."place" AS "place",
            "t2"."alike" AS "alike",
            CASE
              WHEN position("t2"."place", '%') > 0
              THEN replaceRegexpAll(
                "t2"."place",
                '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
                ' '
              )
              ELSE "t2"."place"
            END AS "told"
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
                  CAST(replaceAll(
                    CASE
                      WHEN startsWith(COALESCE("t0"."path", ''), '/')
                      THEN COALESCE("t0"."path", '')
                      ELSE replaceRegexpAll(COALESCE("t0"."path", ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                    END,
                    '?',
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
  ) AS "t6"
  GROUP BY
    "t6"."hour",
    "t6"."method",
    "t6"."status",
    "t6"."own",
    "t6"."length",
    "t6"."k0",
    "t6"."k1",
    "t6"."k2",
    "t6"."k3",
    "t6"."k4"
) AS "t7";

-- durations
SELECT
  "t7"."day" AS "day",
  "t7"."method" AS "method",
  "t7"."one" AS "one",
  "t7"."other" AS "other",
  "t7"."bucket" AS "bucket",
  "t7"."number" AS "number",
  "t7"."total" AS "total",
  "t7"."shortest" AS "shortest",
  "t7"."longest" AS "longest"
FROM (
  SELECT
    "t6"."day" AS "day",
    "t6"."method" AS "method",
    "t6"."own" AS "own",
    "t6"."length" AS "length",
    "t6"."k0" AS "k0",
    "t6"."k1" AS "k1",
    "t6"."k2" AS "k2",
    "t6"."k3" AS "k3",
    "t6"."k4" AS "k4",
    "t6"."bucket" AS "bucket",
    MIN("t6"."place") AS "one",
    MAX("t6"."place") AS "other",
    COUNT(*) AS "number",
    SUM("t6"."taken") AS "total",
    MIN("t6"."taken") AS "shortest",
    MAX("t6"."taken") AS "longest"
  FROM (
    SELECT
      "t5"."place" AS "place",
      "t5"."taken" AS "taken",
      "t5"."method" AS "method",
      CASE
        WHEN (
          position("t5"."told", '%') > 0
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
        ELSE CONCAT('?', CASE WHEN match(CONCAT("t5"."s1", '/'), '^[0-9]+/') THEN '1' ELSE '0' END)
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
          CASE WHEN match(CONCAT("t5"."s3", '/'), '^[-a-zA-Z0-9_]+/') THEN '1' ELSE '0' END
        )
      END AS "k3",
      CASE WHEN "t5"."s4" = '' THEN '' ELSE '?' END AS "k4",
      CAST(FLOOR((
        "t5"."second"
      ) / (
        86400
      )) AS Nullable(Int64)) AS "day",
      CAST(CEIL(
        LN(CASE WHEN "t5"."taken" > 1.0 THEN "t5"."taken" ELSE 1.0 END) / 0.09531017980432493
      ) AS Nullable(Int64)) AS "bucket"
    FROM (
      SELECT
        "t4"."second" AS "second",
        "t4"."method" AS "method",
        "t4"."place" AS "place",
        "t4"."taken" AS "taken",
        "t4"."told" AS "told",
        "t4"."length" AS "length",
        "t4"."parts" AS "parts",
        "t4"."parts"[2] AS "s0",
        "t4"."parts"[3] AS "s1",
        "t4"."parts"[4] AS "s2",
        "t4"."parts"[5] AS "s3",
        "t4"."parts"[6] AS "s4"
      FROM (
        SELECT
          "t3"."second" AS "second",
          "t3"."method" AS "method",
          "t3"."place" AS "place",
          "t3"."taken" AS "taken",
          "t3"."told" AS "told",
          LENGTH("t3"."told") - LENGTH(replaceAll("t3"."told", '/', '')) AS "length",
          splitByString('/', CAST(CONCAT("t3"."told", '//////') AS String)) AS "parts"
        FROM (
          SELECT
            "t2"."second" AS "second",
            "t2"."method" AS "method",
            "t2"."place" AS "place",
            "t2"."taken" AS "taken",
            CASE
              WHEN position("t2"."place", '%') > 0
              THEN replaceRegexpAll(
                "t2"."place",
                '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
                ' '
              )
              ELSE "t2"."place"
            END AS "told"
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
                  CAST(replaceAll(
                    CASE
                      WHEN startsWith(COALESCE("t0"."path", ''), '/')
                      THEN COALESCE("t0"."path", '')
                      ELSE replaceRegexpAll(COALESCE("t0"."path", ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                    END,
                    '?',
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
  ) AS "t6"
  GROUP BY
    "t6"."day",
    "t6"."method",
    "t6"."own",
    "t6"."length",
    "t6"."k0",
    "t6"."k1",
    "t6"."k2",
    "t6"."k3",
    "t6"."k4",
    "t6"."bucket"
) AS "t7";

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

-- minutes
SELECT DISTINCT
  CAST(FLOOR(ieee_divide(UNIX_SECONDS(TIMESTAMP_TRUNC(`t0`.`at`, SECOND)), 60)) AS INT64) AS `minute`
FROM `edge`.`requests` AS `t0`
WHERE
  `t0`.`at` >= TIMESTAMP('2026-10-24T00:00:00+00:00')
  AND `t0`.`at` < TIMESTAMP('2026-10-27T00:00:00+00:00')
  AND CASE WHEN `t0`.`path` IS NOT NULL THEN `t0`.`method` ELSE NULL END IS NOT NULL;

-- uses
SELECT
  `t7`.`hour`,
  `t7`.`method`,
  `t7`.`status`,
  `t7`.`one`,
  `t7`.`other`,
  `t7`.`number`,
  `t7`.`first`,
  `t7`.`last`,
  `t7`.`alike`
FROM (
  SELECT
    `t6`.`hour`,
    `t6`.`method`,
    `t6`.`status`,
    `t6`.`own`,
    `t6`.`length`,
    `t6`.`k0`,
    `t6`.`k1`,
    `t6`.`k2`,
    `t6`.`k3`,
    `t6`.`k4`,
    MIN(`t6`.`place`) AS `one`,
    MAX(`t6`.`place`) AS `other`,
    COUNT(*) AS `number`,
    MIN(`t6`.`second`) AS `first`,
    MAX(`t6`.`second`) AS `last`,
    LOGICAL_OR(`t6`.`alike`) AS `alike`
  FROM (
    SELECT
      `t5`.`place`,
      `t5`.`second`,
      `t5`.`alike`,
      `t5`.`method`,
      `t5`.`status`,
      CASE
        WHEN (
          INSTR(`t5`.`told`, '%') > 0
        ) OR (
          `t5`.`s0` = 'trees'
        )
        THEN `t5`.`told`
        ELSE ''
      END AS `own`,
      CASE WHEN `t5`.`length` < 6 THEN `t5`.`length` ELSE 6 END AS `length`,
      CASE
        WHEN `t5`.`s0` IN ('files', 'trees', 'users')
        THEN `t5`.`s0`
        WHEN `t5`.`s0` = ''
        THEN ''
        ELSE '?'
      END AS `k0`,
      CASE
        WHEN `t5`.`s1` IN ('me')
        THEN `t5`.`s1`
        WHEN `t5`.`s1` = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE WHEN REGEXP_CONTAINS(CONCAT(`t5`.`s1`, '/'), '^[0-9]+/') THEN '1' ELSE '0' END
        )
      END AS `k1`,
      CASE
        WHEN `t5`.`s2` IN ('posts')
        THEN `t5`.`s2`
        WHEN `t5`.`s2` = ''
        THEN ''
        ELSE '?'
      END AS `k2`,
      CASE
        WHEN `t5`.`s3` = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE
            WHEN REGEXP_CONTAINS(CONCAT(`t5`.`s3`, '/'), '^[-a-zA-Z0-9_]+/')
            THEN '1'
            ELSE '0'
          END
        )
      END AS `k3`,
      CASE WHEN `t5`.`s4` = '' THEN '' ELSE '?' END AS `k4`,
      CAST(FLOOR(ieee_divide(`t5`.`second`, 3600)) AS INT64) AS `hour`
    FROM (
      SELECT
        `t4`.`status`,
        `t4`.`second`,
        `t4`.`method`,
        `t4`.`place`,
        `t4`.`alike`,
        `t4`.`told`,
        `t4`.`length`,
        `t4`.`parts`,
        `t4`.`parts`[safe_offset(1)] AS `s0`,
        `t4`.`parts`[safe_offset(2)] AS `s1`,
        `t4`.`parts`[safe_offset(3)] AS `s2`,
        `t4`.`parts`[safe_offset(4)] AS `s3`,
        `t4`.`parts`[safe_offset(5)] AS `s4`
      FROM (
        SELECT
          `t3`.`status`,
          `t3`.`second`,
          `t3`.`method`,
          `t3`.`place`,
          `t3`.`alike`,
          `t3`.`told`,
          LENGTH(`t3`.`told`) - LENGTH(REPLACE(`t3`.`told`, '/', '')) AS `length`,
          SPLIT(CONCAT(`t3`.`told`, '//////'), '/') AS `parts`
        FROM (
          SELECT
            `t2`.`status`,
            `t2`.`second`,
            `t2`.`method`,
            `t2`.`place`,
            `t2`.`alike`,
            CASE
              WHEN INSTR(`t2`.`place`, '%') > 0
              THEN REGEXP_REPLACE(
                `t2`.`place`,
                '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
                ' '
              )
              ELSE `t2`.`place`
            END AS `told`
          FROM (
            SELECT
              `t1`.`status`,
              `t1`.`second`,
              `t1`.`method`,
              CASE
                WHEN STARTS_WITH(`t1`.`place`, '/')
                THEN `t1`.`place`
                ELSE CONCAT('/', `t1`.`place`)
              END AS `place`,
              `t1`.`alike`
            FROM (
              SELECT
                `t0`.`status`,
                UNIX_SECONDS(TIMESTAMP_TRUNC(`t0`.`at`, SECOND)) AS `second`,
                CASE WHEN `t0`.`path` IS NOT NULL THEN `t0`.`method` ELSE NULL END AS `method`,
                SPLIT(
                  REPLACE(
                    CASE
                      WHEN STARTS_WITH(COALESCE(`t0`.`path`, ''), '/')
                      THEN COALESCE(`t0`.`path`, '')
                      ELSE REGEXP_REPLACE(COALESCE(`t0`.`path`, ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                    END,
                    '?',
                    '#'
                  ),
                  '#'
                )[safe_offset(0)] AS `place`,
                (
                  CONCAT(`t0`.`path`, 'a') = CONCAT(`t0`.`path`, 'A')
                )
                OR (
                  CONCAT(`t0`.`path`, 'e') = CONCAT(`t0`.`path`, 'é')
                )
                OR (
                  CONCAT(`t0`.`path`, '') = CONCAT(`t0`.`path`, ' ')
                ) AS `alike`
              FROM `edge`.`requests` AS `t0`
              WHERE
                `t0`.`at` >= TIMESTAMP('2026-10-24T00:00:00+00:00')
                AND `t0`.`at` < TIMESTAMP('2026-10-27T00:00:00+00:00')
            ) AS `t1`
          ) AS `t2`
        ) AS `t3`
      ) AS `t4`
    ) AS `t5`
  ) AS `t6`
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
) AS `t7`;

-- durations
SELECT
  `t7`.`day`,
  `t7`.`method`,
  `t7`.`one`,
  `t7`.`other`,
  `t7`.`bucket`,
  `t7`.`number`,
  `t7`.`total`,
  `t7`.`shortest`,
  `t7`.`longest`
FROM (
  SELECT
    `t6`.`day`,
    `t6`.`method`,
    `t6`.`own`,
    `t6`.`length`,
    `t6`.`k0`,
    `t6`.`k1`,
    `t6`.`k2`,
    `t6`.`k3`,
    `t6`.`k4`,
    `t6`.`bucket`,
    MIN(`t6`.`place`) AS `one`,
    MAX(`t6`.`place`) AS `other`,
    COUNT(*) AS `number`,
    SUM(`t6`.`taken`) AS `total`,
    MIN(`t6`.`taken`) AS `shortest`,
    MAX(`t6`.`taken`) AS `longest`
  FROM (
    SELECT
      `t5`.`place`,
      `t5`.`taken`,
      `t5`.`method`,
      CASE
        WHEN (
          INSTR(`t5`.`told`, '%') > 0
        ) OR (
          `t5`.`s0` = 'trees'
        )
        THEN `t5`.`told`
        ELSE ''
      END AS `own`,
      CASE WHEN `t5`.`length` < 6 THEN `t5`.`length` ELSE 6 END AS `length`,
      CASE
        WHEN `t5`.`s0` IN ('files', 'trees', 'users')
        THEN `t5`.`s0`
        WHEN `t5`.`s0` = ''
        THEN ''
        ELSE '?'
      END AS `k0`,
      CASE
        WHEN `t5`.`s1` IN ('me')
        THEN `t5`.`s1`
        WHEN `t5`.`s1` = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE WHEN REGEXP_CONTAINS(CONCAT(`t5`.`s1`, '/'), '^[0-9]+/') THEN '1' ELSE '0' END
        )
      END AS `k1`,
      CASE
        WHEN `t5`.`s2` IN ('posts')
        THEN `t5`.`s2`
        WHEN `t5`.`s2` = ''
        THEN ''
        ELSE '?'
      END AS `k2`,
      CASE
        WHEN `t5`.`s3` = ''
        THEN ''
        ELSE CONCAT(
          '?',
          CASE
            WHEN REGEXP_CONTAINS(CONCAT(`t5`.`s3`, '/'), '^[-a-zA-Z0-9_]+/')
            THEN '1'
            ELSE '0'
          END
        )
      END AS `k3`,
      CASE WHEN `t5`.`s4` = '' THEN '' ELSE '?' END AS `k4`,
      CAST(FLOOR(ieee_divide(`t5`.`second`, 86400)) AS INT64) AS `day`,
      CAST(CEIL(
        ieee_divide(
          LN(CASE WHEN `t5`.`taken` > 1.0 THEN `t5`.`taken` ELSE 1.0 END),
          0.09531017980432493
        )
      ) AS INT64) AS `bucket`
    FROM (
      SELECT
        `t4`.`second`,
        `t4`.`method`,
        `t4`.`place`,
        `t4`.`taken`,
        `t4`.`told`,
        `t4`.`length`,
        `t4`.`parts`,
        `t4`.`parts`[safe_offset(1)] AS `s0`,
        `t4`.`parts`[safe_offset(2)] AS `s1`,
        `t4`.`parts`[safe_offset(3)] AS `s2`,
        `t4`.`parts`[safe_offset(4)] AS `s3`,
        `t4`.`parts`[safe_offset(5)] AS `s4`
      FROM (
        SELECT
          `t3`.`second`,
          `t3`.`method`,
          `t3`.`place`,
          `t3`.`taken`,
          `t3`.`told`,
          LENGTH(`t3`.`told`) - LENGTH(REPLACE(`t3`.`told`, '/', '')) AS `length`,
          SPLIT(CONCAT(`t3`.`told`, '//////'), '/') AS `parts`
        FROM (
          SELECT
            `t2`.`second`,
            `t2`.`method`,
            `t2`.`place`,
            `t2`.`taken`,
            CASE
              WHEN INSTR(`t2`.`place`, '%') > 0
              THEN REGEXP_REPLACE(
                `t2`.`place`,
                '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
                ' '
              )
              ELSE `t2`.`place`
            END AS `told`
          FROM (
            SELECT
              `t1`.`second`,
              `t1`.`method`,
              CASE
                WHEN STARTS_WITH(`t1`.`place`, '/')
                THEN `t1`.`place`
                ELSE CONCAT('/', `t1`.`place`)
              END AS `place`,
              `t1`.`taken`
            FROM (
              SELECT
                UNIX_SECONDS(TIMESTAMP_TRUNC(`t0`.`at`, SECOND)) AS `second`,
                CASE WHEN `t0`.`path` IS NOT NULL THEN `t0`.`method` ELSE NULL END AS `method`,
                SPLIT(
                  REPLACE(
                    CASE
                      WHEN STARTS_WITH(COALESCE(`t0`.`path`, ''), '/')
                      THEN COALESCE(`t0`.`path`, '')
                      ELSE REGEXP_REPLACE(COALESCE(`t0`.`path`, ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', '')
                    END,
                    '?',
                    '#'
                  ),
                  '#'
                )[safe_offset(0)] AS `place`,
                CAST(ROUND(`t0`.`seconds` * 1000000.0, 0) AS INT64) AS `taken`
              FROM `edge`.`requests` AS `t0`
              WHERE
                `t0`.`at` >= TIMESTAMP('2026-10-24T00:00:00+00:00')
                AND `t0`.`at` < TIMESTAMP('2026-10-27T00:00:00+00:00')
                AND `t0`.`seconds` >= 0
                AND `t0`.`seconds` < 1000000000000000
            ) AS `t1`
          ) AS `t2`
        ) AS `t3`
      ) AS `t4`
    ) AS `t5`
  ) AS `t6`
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
) AS `t7`;

-- minutes, of request lines with times of no zone in a table partitioned by day
SELECT DISTINCT
  CAST(FLOOR(ieee_divide(`t1`.`second`, 60)) AS INT64) AS `minute`
FROM (
  SELECT
    UNIX_SECONDS(TIMESTAMP_TRUNC(CAST(`t0`.`local_at` AS TIMESTAMP), SECOND)) - CASE
      WHEN UNIX_SECONDS(TIMESTAMP_TRUNC(CAST(`t0`.`local_at` AS TIMESTAMP), SECOND)) >= 1792897200
      THEN 3600
      ELSE 7200
    END AS `second`,
    CASE
      WHEN (
        INSTR(COALESCE(`t0`.`request_line`, ''), ' ') > 0
      )
      AND REGEXP_CONTAINS(
        CONCAT(SPLIT(CONCAT(COALESCE(`t0`.`request_line`, ''), ' '), ' ')[safe_offset(0)], ' '),
        '^[A-Za-z]+ '
      )
      THEN SPLIT(CONCAT(COALESCE(`t0`.`request_line`, ''), ' '), ' ')[safe_offset(0)]
      ELSE NULL
    END AS `method`,
    REGEXP_REPLACE(
      REGEXP_REPLACE(COALESCE(`t0`.`request_line`, ''), '^[A-Za-z]+ ', ''),
      ' HTTP/[0-9.]+$',
      ''
    ) AS `place`
  FROM `edge`.`requests` AS `t0`
  WHERE
    `t0`.`local_at` >= DATETIME('2026-10-23T23:00:00')
    AND `t0`.`local_at` < DATETIME('2026-10-27T04:00:00')
    AND `t0`.`day` IN (
      DATE(2026, 10, 23),
      DATE(2026, 10, 24),
      DATE(2026, 10, 25),
      DATE(2026, 10, 26),
      DATE(2026, 10, 27)
    )
) AS `t1`
WHERE
  `t1`.`second` >= 1792800000
  AND `t1`.`second` < 1793059200
  AND `t1`.`method` IS NOT NULL;

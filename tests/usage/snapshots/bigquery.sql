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
  `t6`.`hour`,
  `t6`.`method`,
  `t6`.`status`,
  `t6`.`one`,
  `t6`.`other`,
  `t6`.`number`,
  `t6`.`first`,
  `t6`.`last`,
  `t6`.`alike`
FROM (
  SELECT
    `t5`.`hour`,
    `t5`.`method`,
    `t5`.`status`,
    `t5`.`kind`,
    MIN(`t5`.`place`) AS `one`,
    MAX(`t5`.`place`) AS `other`,
    COUNT(*) AS `number`,
    MIN(`t5`.`second`) AS `first`,
    MAX(`t5`.`second`) AS `last`,
    LOGICAL_OR(`t5`.`alike`) AS `alike`
  FROM (
    SELECT
      `t4`.`place`,
      CASE
        WHEN (
          INSTR(`t4`.`told`, '%') > 0
        ) OR (
          `t4`.`s0` = 'trees'
        )
        THEN CONCAT('=', `t4`.`told`)
        ELSE CONCAT(
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(
                  CONCAT(
                    CONCAT(
                      CONCAT(
                        CONCAT(
                          CONCAT(CAST(CASE WHEN `t4`.`length` < 6 THEN `t4`.`length` ELSE 6 END AS STRING), '/'),
                          CASE
                            WHEN `t4`.`s0` IN ('files', 'trees', 'users')
                            THEN `t4`.`s0`
                            WHEN `t4`.`s0` = ''
                            THEN ''
                            ELSE '?'
                          END
                        ),
                        '/'
                      ),
                      CASE
                        WHEN `t4`.`s1` IN ('me')
                        THEN `t4`.`s1`
                        WHEN `t4`.`s1` = ''
                        THEN ''
                        ELSE CONCAT(
                          '?',
                          CASE WHEN REGEXP_CONTAINS(CONCAT(`t4`.`s1`, '/'), '^[0-9]+/') THEN '1' ELSE '0' END
                        )
                      END
                    ),
                    '/'
                  ),
                  CASE
                    WHEN `t4`.`s2` IN ('posts')
                    THEN `t4`.`s2`
                    WHEN `t4`.`s2` = ''
                    THEN ''
                    ELSE '?'
                  END
                ),
                '/'
              ),
              CASE
                WHEN `t4`.`s3` = ''
                THEN ''
                ELSE CONCAT(
                  '?',
                  CASE
                    WHEN REGEXP_CONTAINS(CONCAT(`t4`.`s3`, '/'), '^[-a-zA-Z0-9_]+/')
                    THEN '1'
                    ELSE '0'
                  END
                )
              END
            ),
            '/'
          ),
          CASE WHEN `t4`.`s4` = '' THEN '' ELSE '?' END
        )
      END AS `kind`,
      `t4`.`second`,
      `t4`.`alike`,
      `t4`.`method`,
      `t4`.`status`,
      CAST(FLOOR(ieee_divide(`t4`.`second`, 3600)) AS INT64) AS `hour`
    FROM (
      SELECT
        `t3`.`status`,
        `t3`.`second`,
        `t3`.`method`,
        `t3`.`place`,
        `t3`.`alike`,
        `t3`.`told`,
        LENGTH(`t3`.`told`) - LENGTH(REPLACE(`t3`.`told`, '/', '')) AS `length`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(1)] AS `s0`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(2)] AS `s1`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(3)] AS `s2`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(4)] AS `s3`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(5)] AS `s4`
      FROM (
        SELECT
          `t2`.`status`,
          `t2`.`second`,
          `t2`.`method`,
          `t2`.`place`,
          `t2`.`alike`,
          REGEXP_REPLACE(
            `t2`.`place`,
            '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
            ' '
          ) AS `told`
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
                REGEXP_REPLACE(
                  REGEXP_REPLACE(COALESCE(`t0`.`path`, ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''),
                  '[?]',
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
  GROUP BY
    1,
    2,
    3,
    4
) AS `t6`;

-- durations
SELECT
  `t6`.`day`,
  `t6`.`method`,
  `t6`.`one`,
  `t6`.`other`,
  `t6`.`bucket`,
  `t6`.`number`,
  `t6`.`total`,
  `t6`.`shortest`,
  `t6`.`longest`
FROM (
  SELECT
    `t5`.`day`,
    `t5`.`method`,
    `t5`.`kind`,
    `t5`.`bucket`,
    MIN(`t5`.`place`) AS `one`,
    MAX(`t5`.`place`) AS `other`,
    COUNT(*) AS `number`,
    SUM(`t5`.`taken`) AS `total`,
    MIN(`t5`.`taken`) AS `shortest`,
    MAX(`t5`.`taken`) AS `longest`
  FROM (
    SELECT
      `t4`.`place`,
      CASE
        WHEN (
          INSTR(`t4`.`told`, '%') > 0
        ) OR (
          `t4`.`s0` = 'trees'
        )
        THEN CONCAT('=', `t4`.`told`)
        ELSE CONCAT(
          CONCAT(
            CONCAT(
              CONCAT(
                CONCAT(
                  CONCAT(
                    CONCAT(
                      CONCAT(
                        CONCAT(
                          CONCAT(CAST(CASE WHEN `t4`.`length` < 6 THEN `t4`.`length` ELSE 6 END AS STRING), '/'),
                          CASE
                            WHEN `t4`.`s0` IN ('files', 'trees', 'users')
                            THEN `t4`.`s0`
                            WHEN `t4`.`s0` = ''
                            THEN ''
                            ELSE '?'
                          END
                        ),
                        '/'
                      ),
                      CASE
                        WHEN `t4`.`s1` IN ('me')
                        THEN `t4`.`s1`
                        WHEN `t4`.`s1` = ''
                        THEN ''
                        ELSE CONCAT(
                          '?',
                          CASE WHEN REGEXP_CONTAINS(CONCAT(`t4`.`s1`, '/'), '^[0-9]+/') THEN '1' ELSE '0' END
                        )
                      END
                    ),
                    '/'
                  ),
                  CASE
                    WHEN `t4`.`s2` IN ('posts')
                    THEN `t4`.`s2`
                    WHEN `t4`.`s2` = ''
                    THEN ''
                    ELSE '?'
                  END
                ),
                '/'
              ),
              CASE
                WHEN `t4`.`s3` = ''
                THEN ''
                ELSE CONCAT(
                  '?',
                  CASE
                    WHEN REGEXP_CONTAINS(CONCAT(`t4`.`s3`, '/'), '^[-a-zA-Z0-9_]+/')
                    THEN '1'
                    ELSE '0'
                  END
                )
              END
            ),
            '/'
          ),
          CASE WHEN `t4`.`s4` = '' THEN '' ELSE '?' END
        )
      END AS `kind`,
      `t4`.`taken`,
      `t4`.`method`,
      CAST(FLOOR(ieee_divide(`t4`.`second`, 86400)) AS INT64) AS `day`,
      CAST(CEIL(
        ieee_divide(
          LN(CASE WHEN `t4`.`taken` > 1.0 THEN `t4`.`taken` ELSE 1.0 END),
          0.09531017980432493
        )
      ) AS INT64) AS `bucket`
    FROM (
      SELECT
        `t3`.`second`,
        `t3`.`method`,
        `t3`.`place`,
        `t3`.`taken`,
        `t3`.`told`,
        LENGTH(`t3`.`told`) - LENGTH(REPLACE(`t3`.`told`, '/', '')) AS `length`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(1)] AS `s0`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(2)] AS `s1`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(3)] AS `s2`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(4)] AS `s3`,
        SPLIT(CONCAT(`t3`.`told`, '//////'), '/')[safe_offset(5)] AS `s4`
      FROM (
        SELECT
          `t2`.`second`,
          `t2`.`method`,
          `t2`.`place`,
          `t2`.`taken`,
          REGEXP_REPLACE(
            `t2`.`place`,
            '%(0[0123456789AaBbCcDdEeFf]|1[0123456789AaBbCcDdEeFf]|2[012346789AaBbCc]|3[BbCcDdEeFf]|4[0]|5[BbCcDdEe]|6[0]|7[CcEeFf]|[89A-Fa-f][0-9A-Fa-f])',
            ' '
          ) AS `told`
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
                REGEXP_REPLACE(
                  REGEXP_REPLACE(COALESCE(`t0`.`path`, ''), '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*', ''),
                  '[?]',
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
  GROUP BY
    1,
    2,
    3,
    4
) AS `t6`;

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

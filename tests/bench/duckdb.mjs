// SPDX-License-Identifier: GPL-3.0-or-later
// The counts that `pbrcalc measure` gives under the sample contract, asked of DuckDB: who counts in
// each area and quarter after exclusions, and how many reoffences of theirs are proved in time, an
// offence once however many outcomes it has.
//
// usage: node tests/bench/duckdb.mjs PACKAGE COHORT REOFFENCES [THREADS] [short]
// PACKAGE is the folder of @duckdb/node-api. `short` asks less: a join, a window and a count by area
// and quarter, with no exclusion, no first start and no offence with several outcomes.
import path from "node:path";

const [folder, cohort, reoffences, threads = "2", kind = "full"] = process.argv.slice(2);
const { DuckDBInstance } = await import(path.resolve(folder, "lib/index.js"));

const text = (value) => `'${value.replaceAll("'", "''")}'`;
const file = (name, columns) => `read_csv(${text(name)}, header = true, auto_detect = false,
    delim = ',', quote = '"', columns = {${columns}})`;
const starts = file(cohort, `person_id: 'VARCHAR', cpa: 'VARCHAR', start_date: 'DATE',
    start_type: 'VARCHAR', ogrs: 'DOUBLE', start_id: 'VARCHAR', managed_by: 'VARCHAR',
    em_only: 'VARCHAR', foreign_national: 'VARCHAR', died_on: 'DATE', transferred_on: 'DATE',
    pnc_matched: 'VARCHAR'`);
const proofs = file(reoffences, `person_id: 'VARCHAR', offence_date: 'DATE', outcome_date: 'DATE',
    outcome: 'VARCHAR', offence_code: 'VARCHAR', recordable: 'VARCHAR', breach: 'VARCHAR',
    jurisdiction: 'VARCHAR', offence_id: 'VARCHAR'`);

const started = `SELECT person_id, cpa, start_date, start_type, start_id, pnc_matched,
        year(start_date) || 'Q' || quarter(start_date) AS cohort,
        start_date + INTERVAL 12 MONTH AS follow_up_end,
        start_date + INTERVAL 18 MONTH AS proof_end,
        managed_by = 'NPS' OR em_only = 'yes' OR foreign_national = 'yes'
            OR coalesce(died_on < start_date + INTERVAL 12 MONTH, false) AS excluded
    FROM ${starts} WHERE start_date >= DATE '2015-10-01' AND start_date < DATE '2020-04-01'`;
const inWindow = `o.committed >= s.start_date AND o.committed < s.follow_up_end
    AND o.proved < s.proof_end`;

const full = `WITH started AS (${started}),
numbered AS (SELECT *, row_number() OVER (PARTITION BY person_id, cpa, cohort, excluded
        ORDER BY start_date, start_id, start_type) AS number FROM started),
eligible AS (SELECT * FROM numbered WHERE NOT excluded AND number = 1),
offences AS (SELECT person_id, offence_id, min(offence_date) AS committed,
        min(outcome_date) AS proved FROM ${proofs}
    WHERE outcome IN ('conviction', 'caution', 'warning', 'reprimand') AND breach <> 'yes'
        AND recordable <> 'no' AND jurisdiction <> 'abroad'
    GROUP BY person_id, offence_id),
events AS (SELECT s.start_id, count(*) AS reoffences FROM eligible s
    JOIN offences o ON o.person_id = s.person_id AND ${inWindow}
    WHERE s.pnc_matched = 'yes' GROUP BY s.start_id),
counted AS (SELECT cpa, cohort, count(*) AS eligible,
        count(*) FILTER (pnc_matched = 'yes') AS measurable, count(e.reoffences) AS reoffenders,
        coalesce(sum(e.reoffences), 0) AS reoffences
    FROM eligible s LEFT JOIN events e ON e.start_id = s.start_id GROUP BY cpa, cohort),
rows AS (SELECT cpa, cohort, count(*) AS starts FROM started GROUP BY cpa, cohort)
SELECT cpa, cohort, starts, eligible, measurable, reoffenders, reoffences
FROM rows JOIN counted USING (cpa, cohort) ORDER BY cpa, cohort`;

const short = `WITH s AS (${started}),
o AS (SELECT person_id, offence_date AS committed, outcome_date AS proved FROM ${proofs})
SELECT cpa, cohort, count(*) FROM s JOIN o ON o.person_id = s.person_id AND ${inWindow}
GROUP BY cpa, cohort ORDER BY cpa, cohort`;

const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const answer = await connection.runAndReadAll(kind === "short" ? short : full);
for (const row of answer.getRows()) console.log(row.map(String).join(","));

-- Version 3: what a job cost and emitted, for sums over many; energy in joules, emissions in grams CO2e.

ALTER TABLE job ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN joules REAL;
ALTER TABLE job ADD COLUMN grams REAL;
UPDATE job SET charged = paid.total
FROM (SELECT job AS id, sum(amount) AS total FROM transfer WHERE job IS NOT NULL AND kind = 'charge' GROUP BY job) AS paid
WHERE paid.id = job.id AND job.state = 1;

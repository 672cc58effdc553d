-- Version 4: jobs that wait for their turn, and those of them that were not done. Blobs are digests of 32 bytes, one after the other.

CREATE TABLE queue (
    job BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    capability TEXT NOT NULL,
    priority INTEGER NOT NULL,
    idempotent INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    expires_at INTEGER,
    blobs BLOB NOT NULL,
    history BLOB,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_live ON queue (job) WHERE dead = 0;
CREATE INDEX queue_dead ON queue (tenant, job) WHERE dead = 1;
CREATE INDEX queue_expiry ON queue (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE job_input (
    job BLOB NOT NULL PRIMARY KEY,
    bytes INTEGER NOT NULL,
    inline BLOB,
    blob BLOB
) STRICT;

DROP INDEX job_open;
CREATE INDEX job_open ON job (number) WHERE state IN (0, 7);

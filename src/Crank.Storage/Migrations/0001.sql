-- Version 1. Ids are 16 bytes, big-endian; digests and hashes 32 bytes; times are ticks of 100 ns since year 1, UTC; money is millionths.

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL,
    balance INTEGER NOT NULL,
    held INTEGER NOT NULL,
    credit_limit INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A row that names debit and credit is balanced by construction.
CREATE TABLE transfer (
    id BLOB NOT NULL PRIMARY KEY,
    job BLOB,
    debit TEXT NOT NULL,
    credit TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    CHECK (debit <> credit)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
    job BLOB NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hold_open ON hold (job) WHERE status = 0;

-- What a change of state rewrites is small; what it leaves alone lies in the two tables after it, under the same number.
CREATE TABLE job (
    number INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    parent BLOB,
    tenant TEXT NOT NULL,
    principal TEXT NOT NULL,
    capability TEXT NOT NULL,
    state INTEGER NOT NULL,
    idempotency_key TEXT,
    request BLOB NOT NULL,
    accepted_at INTEGER NOT NULL,
    finished_at INTEGER,
    error TEXT,
    result_bytes INTEGER,
    result_blob BLOB,
    result_expires_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX job_by_tenant ON job (tenant, id);
CREATE INDEX job_open ON job (number) WHERE state = 0;
CREATE INDEX job_result_expiry ON job (result_expires_at) WHERE result_expires_at IS NOT NULL;

CREATE TABLE job_detail (
    number INTEGER NOT NULL PRIMARY KEY,
    terms BLOB NOT NULL,
    decision BLOB,
    plan BLOB
) STRICT;

CREATE TABLE job_result (
    number INTEGER NOT NULL PRIMARY KEY,
    inline BLOB NOT NULL
) STRICT;

CREATE TABLE idempotency_key (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    job BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);

CREATE TABLE receipt (
    log_index INTEGER NOT NULL PRIMARY KEY,
    job BLOB NOT NULL UNIQUE,
    envelope BLOB NOT NULL
) STRICT;

-- Complete subtrees of the log: node = level * 2^48 + index.
CREATE TABLE log_node (
    node INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoint (
    size INTEGER NOT NULL PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;

CREATE TABLE snapshot (
    digest BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE blob_ref (
    blob BLOB NOT NULL,
    job BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (blob, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_ref_expiry ON blob_ref (expires_at);

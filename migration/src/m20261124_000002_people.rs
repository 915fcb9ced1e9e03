//! People, their invitations and tokens, the keys that sign them.

use sea_orm_migration::prelude::*;

crate::sql::tables! {
    /// Who may sign in, and with what.
    ["user", "invitation", "signing_key", "revocation"], r#"
CREATE TABLE "user" (
    id {id} PRIMARY KEY,
    name {text} NOT NULL CHECK (name <> ''),
    username {text} NOT NULL UNIQUE CHECK (username <> ''),
    password_hash {text},
    password_changed_at {time},
    phone {bytes},
    phone_hash {bytes},
    created_at {time} NOT NULL,
    disabled_at {time}
) {strict};
CREATE INDEX user_phone ON "user" (phone_hash);

CREATE TABLE invitation (
    id {id} PRIMARY KEY,
    community_code {int} REFERENCES region (code),
    user_id {id} NOT NULL REFERENCES "user" (id),
    secret_hash {bytes} NOT NULL UNIQUE,
    invited_by {id} REFERENCES "user" (id),
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL,
    accepted_at {time}
) {strict};
CREATE INDEX invitation_user ON invitation (user_id);

CREATE TABLE signing_key (
    id {id} PRIMARY KEY,
    public_key {bytes} NOT NULL,
    private_key {bytes},
    created_at {time} NOT NULL,
    retired_at {time},
    CHECK (private_key IS NOT NULL OR retired_at IS NOT NULL)
) {strict};
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key ((1)) WHERE retired_at IS NULL;

CREATE TABLE revocation (
    subject {id} PRIMARY KEY,
    revoked_at {time} NOT NULL,
    until {time} NOT NULL
) {strict};
CREATE INDEX revocation_until ON revocation (until);
CREATE INDEX revocation_revoked ON revocation (revoked_at)
"#
}

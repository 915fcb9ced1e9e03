//! The accounts of people, for the command line and the demo: add, set a password, issue a token.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{invitation, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QuerySelect, SqlErr,
};
use uuid::Uuid;

use super::{commit, password, post, token, trust};
use crate::act;
use crate::app::App;
use crate::clock::{day, real_now};
use crate::error::{Code, Error, Result, Word};
use crate::event::{self, Actor, Event, Kind};

/// A user name as it is stored and compared: without spaces around it, in lower case.
pub(super) fn canonical(username: &str) -> String {
    username.trim().to_lowercase()
}

/// Holds a user name to its rules; gives it as it is stored.
///
/// # Errors
/// `INVALID_VALUE` at `path`.
pub(super) fn check_username(username: &str, path: &str) -> Result<String> {
    let name = canonical(username);
    let fits = (3..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    if fits {
        return Ok(name);
    }
    let (zh, en) = (
        "3 到 40 个字母、数字或 . _ -，以字母或数字开头",
        "3 to 40 letters, digits, or . _ -, the first a letter or digit",
    );
    Err(Error::refused(Code::InvalidValue, path, vec![Word::Both(zh.into(), en.into())]))
}

/// Holds a person's name to its rules.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG` or `INVALID_VALUE` at `path`.
pub(super) fn check_name(name: &str, path: &str) -> Result<String> {
    const MOST: usize = 50;
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::refused(Code::Required, path, vec![]));
    }
    if name.chars().count() > MOST {
        return Err(Error::refused(Code::TooLong, path, vec![MOST.into()]));
    }
    if name.chars().any(char::is_control) {
        let words = Word::Both("不能有控制字符".into(), "control characters are not allowed".into());
        return Err(Error::refused(Code::InvalidValue, path, vec![words]));
    }
    Ok(name.to_owned())
}

/// The person of a user name in its stored form.
pub(super) async fn system_find(db: &impl ConnectionTrait, username: &str) -> Result<Option<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::Username.eq(username)).one(db).await?)
}

/// A person, in sight or not, locked until the transaction ends: what changes a person's posts, password or sign-ins comes
/// one after another. (SQLite has one writer anyway.) Rows that merely name the person are written meanwhile.
pub(crate) async fn system_lock(tx: &DatabaseTransaction, person: Uuid) -> Result<Option<user::Model>> {
    let select = user::Entity::find_by_id(person);
    let locks = tx.get_database_backend() == DbBackend::Postgres;
    let select = if locks { select.lock(LockType::NoKeyUpdate) } else { select };
    Ok(select.one(tx).await?)
}

/// Says that a user name is taken, where that is why a write failed.
pub(super) fn taken(error: sea_orm::DbErr, username: &str, path: &str) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => duplicate(username, path),
        Some(_) | None => error.into(),
    }
}

/// The refusal of a user name that is taken.
pub(super) fn duplicate(username: &str, path: &str) -> Error {
    let words = Word::Both(format!("用户名 {username}"), format!("the user name {username}"));
    Error::refused(Code::Duplicate, path, vec![words])
}

/// A person's row without a password.
pub(super) fn new_person(app: &App, name: String, username: String, now: DateTime<Utc>) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(app.ids.next(now)),
        name: Set(name),
        username: Set(username),
        password_hash: Set(None),
        password_changed_at: Set(None),
        phone: Set(None),
        phone_hash: Set(None),
        created_at: Set(now),
        disabled_at: Set(None),
    }
}

/// Adds a person; without a password nobody can sign in until one is set.
///
/// # Errors
/// What is wrong with `name`, `username` or `password`; `DUPLICATE` for a user name that is taken.
pub async fn add_user(app: &App, name: &str, username: &str, password: Option<&str>) -> Result<Uuid> {
    let (name, username) = (check_name(name, "name")?, check_username(username, "username")?);
    let hash = match password {
        Some(password) => {
            password::check(password, &username, "password")?;
            Some(app.auth.passwords.hash(password).await?)
        }
        None => None,
    };
    let mut person = new_person(app, name, username.clone(), app.clock.now());
    person.password_changed_at = Set(hash.is_some().then(real_now));
    person.password_hash = Set(hash);
    let tx = act::begin(&app.db).await?;
    let person = person.insert(&tx).await.map_err(|error| taken(error, &username, "username"))?;
    commit(app, tx, Actor::system(), vec![Event::new(Kind::PersonAdded, event::INSTALLATION, person.id)]).await?;
    Ok(person.id)
}

/// Sets a person's password and ends all of the person's sign-ins.
///
/// # Errors
/// `NOT_FOUND` at `username`; `WEAK_PASSWORD` at `password`.
pub async fn set_password(app: &App, username: &str, password: &str) -> Result<Uuid> {
    let person = system_find(&app.db, &canonical(username)).await?.ok_or_else(|| Error::not_found("username"))?;
    password::check(password, &person.username, "password")?;
    let hash = app.auth.passwords.hash(password).await?;
    let tx = act::begin(&app.db).await?;
    system_lock(&tx, person.id).await?;
    write_password(&tx, person.id, hash).await?;
    trust::revoke_sign_ins(&tx, person.id, None).await?;
    let changed = Event::new(Kind::PasswordChanged, event::INSTALLATION, person.id);
    commit(app, tx, Actor::system(), vec![changed]).await?;
    Ok(person.id)
}

/// Writes a new password's hash; links that would set another no longer hold. Answers when that was.
pub(super) async fn write_password(tx: &DatabaseTransaction, person: Uuid, hash: String) -> Result<DateTime<Utc>> {
    let now = real_now();
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::PasswordChangedAt, Expr::value(now))
        .filter(user::Column::Id.eq(person))
        .exec(tx)
        .await?;
    end_invitations(tx, person, now).await?;
    Ok(now)
}

/// Ends the invitations of a person that were not used.
pub(super) async fn end_invitations(tx: &DatabaseTransaction, person: Uuid, now: DateTime<Utc>) -> Result<()> {
    invitation::Entity::update_many()
        .col_expr(invitation::Column::ExpiresAt, Expr::value(now))
        .filter(invitation::Column::UserId.eq(person))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(())
}

/// Hashes a right password anew with today's figures, unless it was changed meanwhile. Nothing that anybody can see
/// changes, so there is no event of it.
pub(super) async fn rehash(app: &App, person: Uuid, before: &str, password: &str) -> Result<()> {
    let hash = app.auth.passwords.hash(password).await?;
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .filter(user::Column::Id.eq(person))
        .filter(user::Column::PasswordHash.eq(before))
        .exec(&app.db)
        .await?;
    Ok(())
}

/// Issues an access token of `lifetime` that acts in an appointment, for the demo: a server of other settings neither
/// issues nor accepts one of over 15 minutes.
///
/// # Errors
/// `NOT_FOUND` for an appointment that does not hold; a fault for a life that is too long.
pub async fn issue(app: &App, appointment: Uuid, lifetime: TimeDelta) -> Result<String> {
    let held = post::system_read(&app.db, appointment).await?.filter(|held| held.on(day(app.clock.now())));
    let held = held.ok_or_else(|| Error::not_found("appointment"))?;
    let family = app.ids.next(real_now());
    Ok(token::issue(app, &held, family, Some(lifetime)).await?.token)
}

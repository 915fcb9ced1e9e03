//! Invitations: a link, shown once, by which an invited person sets a password and so gets an account.

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::RegionLevel;
use entity::{invitation, region, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::command::{AcceptInvitationInput, InvitePersonInput};
use super::secret::{self, Purpose};
use super::session::{self, Session};
use super::{Person, account, commit, password, secret_column, trust};
use crate::act::{self, Act, Call, Caller, Once};
use crate::answer;
use crate::app::App;
use crate::clock::real_now;
use crate::error::{Code, Error, Result, Word};
use crate::event::{self, Actor, Event, Kind};
use crate::id::{Prefix, TypeId, prefix};
use crate::read::shape::{Id, Named};

/// An invitation, in ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Invitation;

impl Named for Invitation {
    const PREFIX: Prefix = prefix::INVITATION;
    const WORDS: (&'static str, &'static str) = ("邀请", "an invitation");
}

answer! {
    /// An invitation (邀请), as those who invited see it.
    pub struct PersonInvitation {
        /// Its id.
        pub id: Id<Invitation>,
        /// The secret for `acceptInvitation`, shown this once; null where the mutation is repeated with the same idempotency key.
        pub secret: Option<String>,
        /// Until when it holds.
        pub expires_at: DateTime<Utc>,
        /// Who is invited.
        pub person: InvitedPerson,
    }
}

answer! {
    /// A person who was invited.
    pub struct InvitedPerson {
        /// The person's id, for `appointPerson`.
        pub id: Id<Person>,
        /// The person's name.
        pub name: String,
        /// The user name to sign in with.
        pub username: String,
    }
}

answer! {
    /// An invitation (邀请) that was accepted.
    pub struct AcceptedInvitation {
        /// The user name to sign in with.
        pub username: String,
        /// A session, as `signIn` gives; null while the person holds no post (任职) to act in.
        pub session: Option<Session>,
    }
}

/// How long an invitation holds.
const HOLDS: TimeDelta = TimeDelta::days(7);

/// Invites a person: makes the account, which nobody can sign in to, and the link that sets its password. Inviting again
/// one who has not accepted yet, by the same names, gives a new link in the place of the old.
///
/// # Errors
/// What is wrong with the input; `NOT_FOUND` for a region out of sight; `DUPLICATE` for a user name that is taken.
pub async fn invite(call: Call<'_>, input: InvitePersonInput) -> Result<PersonInvitation> {
    let name = account::check_name(&input.name, "name")?;
    let username = account::check_username(&input.username, "username")?;
    let phone = input.phone.as_deref().map(check_phone).transpose()?;
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => return shown(call.app, id).await,
        Once::Now(act) => *act,
    };
    let region = system_region(&act, input.region_code.as_deref()).await?;
    let community = (region.level == RegionLevel::Community).then_some(region.code);
    let person = match account::system_find(&act.tx, &username).await? {
        Some(person) => system_again(&act, person, &name).await?,
        None => add(&act, name, username, phone).await?,
    };
    let (text, row) = made(&act, &person, community)?;
    let row = row.insert(&act.tx).await?;
    act.emit(
        Event::new(Kind::PersonInvited, region.code, person.id).with("invitation", &TypeId(prefix::INVITATION, row.id)),
    );
    call.commit_once(act, &input.idempotency_key, row.id).await?;
    Ok(PersonInvitation { secret: Some(text), ..answer(&row, person) })
}

async fn add(act: &Act<'_>, name: String, username: String, phone: Option<String>) -> Result<user::Model> {
    let mut person = account::new_person(act.app, name, username.clone(), act.now);
    if let Some(phone) = phone {
        person.phone = Set(Some(act.app.vault.seal(secret_column::PHONE, phone.as_bytes())?));
        person.phone_hash = Set(Some(act.app.vault.hash("phone", &phone)));
    }
    person.insert(&act.tx).await.map_err(|error| account::taken(error, &username, "username"))
}

/// A phone number without its spaces and dashes: 7 to 15 digits, a plus before them where it is from abroad (E.164).
fn check_phone(phone: &str) -> Result<String> {
    let phone: String = phone.chars().filter(|letter| !matches!(letter, ' ' | '-')).collect();
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(phone);
    }
    let words = Word::Both("7 到 15 位电话号码".into(), "a phone number of 7 to 15 digits".into());
    Err(Error::refused(Code::InvalidValue, "phone", vec![words]))
}

/// The region a person is invited to: one the viewer manages, by default the viewer's own.
async fn system_region(act: &Act<'_>, code: Option<&str>) -> Result<region::Model> {
    let code = code.map_or(Some(act.viewer.region), |code| code.parse().ok());
    let covered = code.filter(|code| act.viewer.covers(*code));
    let found = match covered {
        Some(code) => region::Entity::find_by_id(code).one(&act.tx).await?,
        None => None,
    };
    found.ok_or_else(|| Error::not_found("regionCode"))
}

/// A person who may be invited again: never accepted, and invited by those who manage the same region.
async fn system_again(act: &Act<'_>, person: user::Model, name: &str) -> Result<user::Model> {
    let before = invitation::Entity::find().filter(invitation::Column::UserId.eq(person.id)).all(&act.tx).await?;
    let ours = before.iter().any(|row| match row.community_code {
        Some(code) => act.viewer.covers(code),
        None => row.invited_by == Some(act.viewer.user),
    });
    if person.password_hash.is_none() && person.name == name && ours {
        account::end_invitations(&act.tx, person.id, real_now()).await?;
        return Ok(person);
    }
    Err(account::duplicate(&person.username, "username"))
}

fn made(act: &Act<'_>, person: &user::Model, community: Option<i64>) -> Result<(String, invitation::ActiveModel)> {
    let (text, secret_hash) = secret::new(Purpose::Invitation)?;
    let now = real_now();
    let row = invitation::ActiveModel {
        id: Set(act.new_id()),
        community_code: Set(community),
        user_id: Set(person.id),
        secret_hash: Set(secret_hash),
        invited_by: Set(Some(act.viewer.user)),
        created_at: Set(now),
        expires_at: Set(now + HOLDS),
        accepted_at: Set(None),
    };
    Ok((text, row))
}

fn answer(row: &invitation::Model, person: user::Model) -> PersonInvitation {
    PersonInvitation {
        id: Id::new(row.id),
        secret: None,
        expires_at: row.expires_at,
        person: InvitedPerson { id: Id::new(person.id), name: person.name, username: person.username },
    }
}

/// The invitation of a call that is repeated; its key is the same viewer's, who may see it as before.
async fn shown(app: &App, id: Uuid) -> Result<PersonInvitation> {
    let row = invitation::Entity::find_by_id(id).one(&app.db).await?;
    let row = row.ok_or_else(|| Error::fault("an idempotency key of no invitation"))?;
    let person = user::Entity::find_by_id(row.user_id).one(&app.db).await?;
    Ok(answer(&row, person.ok_or_else(|| Error::fault("an invitation of nobody"))?))
}

/// Accepts an invitation: sets the password (and another user name, where asked for), and signs in.
///
/// # Errors
/// `INVITATION_FAILED`, whatever the reason; what is wrong with the password or user name, to holders of a good one.
pub async fn accept(caller: Caller<'_>, input: AcceptInvitationInput) -> Result<AcceptedInvitation> {
    let app = caller.app;
    let refused = || Error::refused(Code::InvitationFailed, "secret", vec![]);
    let hash = secret::hash(Purpose::Invitation, &input.secret).ok_or_else(refused)?;
    let open = || invitation::Entity::find().filter(invitation::Column::SecretHash.eq(hash.clone()));
    let row = open().one(&app.db).await?.filter(holds).ok_or_else(refused)?;
    let person = user::Entity::find_by_id(row.user_id).one(&app.db).await?;
    let person = person.filter(|person| person.disabled_at.is_none()).ok_or_else(refused)?;
    let username = match &input.username {
        Some(username) => account::check_username(username, "username")?,
        None => person.username,
    };
    password::check(&input.password, &username, "password")?;
    let password_hash = app.auth.passwords.hash(&input.password).await?;
    let tx = act::begin(&app.db).await?;
    if !use_up(&tx, row.id).await? {
        return Err(refused());
    }
    rename(&tx, person.id, &username).await?;
    account::write_password(&tx, person.id, password_hash).await?;
    trust::revoke_sign_ins(&tx, person.id, None).await?;
    let stream = row.community_code.unwrap_or(event::INSTALLATION);
    let event =
        Event::new(Kind::InvitationAccepted, stream, person.id).with("invitation", &TypeId(prefix::INVITATION, row.id));
    commit(app, tx, Actor::person(person.id), vec![event]).await?;
    Ok(AcceptedInvitation { username, session: session::start(app, person.id).await? })
}

fn holds(row: &invitation::Model) -> bool {
    row.accepted_at.is_none() && row.expires_at > real_now()
}

/// Marks an invitation as used; false where it was, or has ended, meanwhile.
async fn use_up(tx: &DatabaseTransaction, id: Uuid) -> Result<bool> {
    let now = real_now();
    let used = invitation::Entity::update_many()
        .col_expr(invitation::Column::AcceptedAt, Expr::value(now))
        .filter(invitation::Column::Id.eq(id))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

async fn rename(tx: &DatabaseTransaction, person: Uuid, username: &str) -> Result<()> {
    let renamed = user::Entity::update_many()
        .col_expr(user::Column::Username, Expr::value(username))
        .filter(user::Column::Id.eq(person))
        .exec(tx)
        .await;
    renamed.map(|_| ()).map_err(|error| account::taken(error, username, "username"))
}

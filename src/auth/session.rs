//! Sign-ins: each is a family of refresh tokens, one after another, that give access tokens in one of the person's posts.
//!
//! A refresh token is exchanged once. Coming again within half a minute (an answer got lost) it gets the same successor;
//! coming again otherwise, somebody else has it, and the whole family ends. [`act_as`] stays in the family: signing out
//! ends every post that was acted in since that sign-in, and acting as another never makes a sign-in last longer.

use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};
use entity::word::{AppointmentKind, Role};
use entity::{appointment, grid, organisation, party, refresh_token, region, user};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::post::{self, Held};
use super::secret::{self, Purpose};
use super::throttle::{Meter, network};
use super::{Post, account, commit, secret_column, token, trust};
use crate::act::{self, Act, Call, Caller};
use crate::answer;
use crate::app::App;
use crate::clock::{day, real_now};
use crate::error::{Code, Error, Result};
use crate::event::{Actor, Event, Kind};
use crate::read::shape::Id;

answer! {
    /// A signed-in session: a short access token for `Authorization: Bearer`, and a refresh token for the next one.
    pub struct Session {
        /// The access token: a JWT, to be sent as `Authorization: Bearer …`.
        pub access_token: String,
        /// When the access token expires.
        pub access_token_expires_at: DateTime<Utc>,
        /// The refresh token; good for one `refreshToken`, which gives the next.
        pub refresh_token: String,
        /// When the refresh token expires, if it is not used before.
        pub refresh_token_expires_at: DateTime<Utc>,
        /// The post (任职) that the tokens act in.
        pub post: SessionPost,
        /// All posts that the person can act in at present; `actAs` changes to another.
        pub posts: Vec<SessionPost>,
    }
}

answer! {
    /// A post (任职) that the person can act in.
    pub struct SessionPost {
        /// The appointment's id, for `actAs`.
        pub id: Id<Post>,
        /// What post it is.
        pub kind: AppointmentKind,
        /// The role that follows from it.
        pub role: Role,
        /// The code of its region (行政区划代码), 12 digits.
        pub region_code: String,
        /// The name of its region.
        pub region_name: String,
        /// The organisation (单位) it acts for; null where it acts for none.
        pub organisation_name: Option<String>,
        /// The party (一方) it represents; null where it represents none.
        pub party_name: Option<String>,
        /// The grid (网格) it works in; null where it works in none.
        pub grid_name: Option<String>,
    }
}

/// Within what time a refresh token that comes again is the same device.
const REPEAT: TimeDelta = TimeDelta::seconds(30);

/// Signs in by name and password, in the post acted in last, or else held first.
///
/// An unknown name, a wrong password, a locked name and a person who may not sign in are one answer after the same work.
///
/// # Errors
/// `SIGN_IN_FAILED`; `TOO_MANY_REQUESTS` for the address or where too many wait; `NO_POST`, after a right password only.
pub async fn sign_in(caller: Caller<'_>, username: &str, password: &str) -> Result<Session> {
    let (app, now) = (caller.app, real_now());
    let (names, addresses) = (&app.auth.throttle.names, &app.auth.throttle.addresses);
    let (name, address) = (account::canonical(username), caller.address.map(network));
    if let Some(address) = address {
        charge(addresses, address, now)?;
    }
    let locked = names.charge(&name, now).is_err();
    let person = account::system_find(&app.db, &name).await?;
    let person = person.filter(|person| !locked && person.disabled_at.is_none());
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let right = app.auth.passwords.verify(password, hash.as_deref()).await?;
    let Some((person, hash)) = person.zip(hash).filter(|_| right) else { return Err(failed()) };
    names.clear(&name);
    if let Some(address) = address {
        addresses.give_back(address);
    }
    if app.auth.passwords.outdated(&hash) {
        account::rehash(app, person.id, &hash, password).await?;
    }
    let started = start(app, person.id, person.password_changed_at).await?;
    started.ok_or_else(|| Error::refused(Code::NoPost, "", vec![]))
}

fn failed() -> Error {
    Error::refused(Code::SignInFailed, "", vec![])
}

/// Counts an attempt against a meter that may say so.
pub(super) fn charge(meter: &Meter, key: impl Hash, now: DateTime<Utc>) -> Result<()> {
    meter.charge(key, now).map_err(|wait| {
        let seconds = wait.num_seconds().saturating_add(1);
        Error::request(Code::TooManyRequests, vec![seconds.into()])
    })
}

/// Begins a sign-in of a person who has shown the password that was set at `set_at`; `None` where there is no post to act
/// in.
///
/// # Errors
/// `SIGN_IN_FAILED` where another was set since, which has ended the sign-ins there were, or the account was disabled.
pub(super) async fn start(app: &App, person: Uuid, set_at: Option<DateTime<Utc>>) -> Result<Option<Session>> {
    let tx = act::begin(&app.db).await?;
    let still = account::system_lock(&tx, person).await?;
    if still.is_none_or(|still| still.disabled_at.is_some() || still.password_changed_at != set_at) {
        return Err(failed());
    }
    let posts = post::system_of(&tx, person, day(app.clock.now())).await?;
    let last = last_used(&tx, person).await?;
    let Some(chosen) = posts.iter().find(|post| Some(post.id) == last).or(posts.first()) else { return Ok(None) };
    let family = app.ids.next(real_now());
    let given = give(app, &tx, chosen, family, None).await?;
    let held = system_held(&tx, chosen.id).await?;
    let event = Event::new(Kind::SignedIn, chosen.region_code, person);
    commit(app, tx, Actor::person(person), vec![event]).await?;
    answer(app, &held, family, given).await.map(Some)
}

async fn last_used(tx: &DatabaseTransaction, person: Uuid) -> Result<Option<Uuid>> {
    let last = refresh_token::Entity::find()
        .filter(refresh_token::Column::UserId.eq(person))
        .order_by_desc(refresh_token::Column::CreatedAt)
        .limit(1);
    Ok(last.one(tx).await?.map(|token| token.appointment_id))
}

async fn system_held(db: &impl ConnectionTrait, post: Uuid) -> Result<Held> {
    post::system_read(db, post).await?.ok_or_else(|| Error::fault("a post that was just there is not"))
}

/// A refresh token as it is given out.
struct Given {
    text: String,
    expires_at: DateTime<Utc>,
}

/// Writes a new refresh token, which expires with `latest` at the latest.
async fn give(
    app: &App,
    tx: &DatabaseTransaction,
    post: &appointment::Model,
    family: Uuid,
    latest: Option<DateTime<Utc>>,
) -> Result<Given> {
    let (text, secret_hash) = secret::new(Purpose::Refresh)?;
    let now = real_now();
    let expires_at = now + app.auth.settings.refresh();
    let expires_at = latest.map_or(expires_at, |latest| latest.min(expires_at));
    let row = refresh_token::ActiveModel {
        id: Set(app.ids.next(now)),
        family: Set(family),
        user_id: Set(post.user_id),
        appointment_id: Set(post.id),
        secret_hash: Set(secret_hash),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
        successor: Set(None),
        revoked_at: Set(None),
    };
    refresh_token::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(Given { text, expires_at })
}

/// The session that a client gets.
async fn answer(app: &App, held: &Held, family: Uuid, given: Given) -> Result<Session> {
    let issued = token::issue(app, held, family, None).await?;
    let chosen = &held.appointment;
    let posts = post::system_of(&app.db, chosen.user_id, day(app.clock.now())).await?;
    let posts = system_describe(&app.db, &posts).await?;
    let post = posts.iter().find(|post| post.id.0 == chosen.id).cloned();
    Ok(Session {
        access_token: issued.token,
        access_token_expires_at: issued.expires_at,
        refresh_token: given.text,
        refresh_token_expires_at: given.expires_at,
        post: post.ok_or_else(|| Error::fault("a session in a post that does not hold"))?,
        posts,
    })
}

/// Puts names to posts.
async fn system_describe(db: &impl ConnectionTrait, posts: &[appointment::Model]) -> Result<Vec<SessionPost>> {
    let regions = posts.iter().map(|post| post.region_code);
    let regions = region::Entity::find().filter(region::Column::Code.is_in(regions)).all(db).await?;
    let wanted = posts.iter().filter_map(|post| post.organisation_id);
    let organisations = organisation::Entity::find().filter(organisation::Column::Id.is_in(wanted)).all(db).await?;
    let wanted = posts.iter().filter_map(|post| post.party_id);
    let parties = party::Entity::find().filter(party::Column::Id.is_in(wanted)).all(db).await?;
    let wanted = posts.iter().filter_map(|post| post.grid_id);
    let grids = grid::Entity::find().filter(grid::Column::Id.is_in(wanted)).all(db).await?;
    let describe = |post: &appointment::Model| SessionPost {
        id: Id::new(post.id),
        kind: post.kind,
        role: post.role,
        region_code: post.region_code.to_string(),
        region_name: regions
            .iter()
            .find(|row| row.code == post.region_code)
            .map(|row| row.name.clone())
            .unwrap_or_default(),
        organisation_name: organisations
            .iter()
            .find(|row| Some(row.id) == post.organisation_id)
            .map(|row| row.name.clone()),
        party_name: parties.iter().find(|row| Some(row.id) == post.party_id).map(|row| row.name.clone()),
        grid_name: grids.iter().find(|row| Some(row.id) == post.grid_id).map(|row| row.name.clone()),
    };
    Ok(posts.iter().map(describe).collect())
}

/// Exchanges a refresh token for a session in the same post.
///
/// # Errors
/// `REFRESH_FAILED`, whatever the reason. A token that was used before has then ended its family.
pub async fn refresh(caller: Caller<'_>, text: &str) -> Result<Session> {
    let app = caller.app;
    let refused = || Error::refused(Code::RefreshFailed, "refreshToken", vec![]);
    let hash = secret::hash(Purpose::Refresh, text).ok_or_else(refused)?;
    let tx = act::begin(&app.db).await?;
    let now = real_now();
    let found = lock(&tx, &hash).await?.filter(|token| token.revoked_at.is_none() && token.expires_at > now);
    let token = found.ok_or_else(refused)?;
    let held = system_held(&tx, token.appointment_id).await?;
    if !held.on(day(app.clock.now())) {
        return Err(refused());
    }
    let family = token.family;
    let given = match token.used_at {
        None => exchange(app, &tx, &held, token).await?,
        Some(used_at) => {
            let Some(given) = repeated(app, &tx, &token, now - used_at).await? else {
                tracing::warn!(%family, "a used refresh token came again: its family ends");
                trust::revoke_family(&tx, family).await?;
                let event = Event::new(Kind::TokensRevoked, held.appointment.region_code, token.user_id);
                commit(app, tx, Actor::system(), vec![event]).await?;
                return Err(refused());
            };
            given
        }
    };
    // An exchange changes nothing that anybody else would want to know: there is no event of it.
    tx.commit().await?;
    answer(app, &held, family, given).await
}

/// The refresh token of a hash, its person locked until the commit: so it is looked at once no other exchange, sign-out
/// or change of password is under way.
async fn lock(tx: &DatabaseTransaction, hash: &[u8]) -> Result<Option<refresh_token::Model>> {
    let find = || refresh_token::Entity::find().filter(refresh_token::Column::SecretHash.eq(hash.to_vec()));
    let Some(token) = find().one(tx).await? else { return Ok(None) };
    account::system_lock(tx, token.user_id).await?;
    Ok(find().one(tx).await?)
}

async fn exchange(app: &App, tx: &DatabaseTransaction, held: &Held, token: refresh_token::Model) -> Result<Given> {
    let given = give(app, tx, &held.appointment, token.family, None).await?;
    let successor = app.vault.seal(secret_column::SUCCESSOR, given.text.as_bytes())?;
    let mut token = token.into_active_model();
    token.used_at = Set(Some(real_now()));
    token.successor = Set(Some(successor));
    refresh_token::Entity::update(token).exec(tx).await?;
    Ok(given)
}

/// The successor of a token that comes again soon, as long as that was not used either.
async fn repeated(
    app: &App,
    tx: &DatabaseTransaction,
    token: &refresh_token::Model,
    after: TimeDelta,
) -> Result<Option<Given>> {
    if after > REPEAT {
        return Ok(None);
    }
    let sealed = token.successor.as_deref().unwrap_or_default();
    let Some(text) = app.vault.open_text(secret_column::SUCCESSOR, sealed) else { return Ok(None) };
    let Some(hash) = secret::hash(Purpose::Refresh, &text) else { return Ok(None) };
    let successor = lock(tx, &hash).await?.filter(|next| next.used_at.is_none() && next.revoked_at.is_none());
    Ok(successor.map(|next| Given { text, expires_at: next.expires_at }))
}

/// Ends the sign-in that a refresh token of the viewer's belongs to, whatever became of the token.
///
/// # Errors
/// `NOT_FOUND` for a token that is unknown or another person's.
pub async fn sign_out(call: Call<'_>, text: &str) -> Result<bool> {
    let not_found = || Error::not_found("refreshToken");
    let hash = secret::hash(Purpose::Refresh, text).ok_or_else(not_found)?;
    let mut act = call.begin().await?;
    let token = lock(&act.tx, &hash).await?.filter(|token| token.user_id == call.viewer.user);
    trust::revoke_family(&act.tx, token.ok_or_else(not_found)?.family).await?;
    act.emit(Event::new(Kind::SignedOut, call.viewer.region, call.viewer.user));
    act.commit().await?;
    Ok(true)
}

/// A session of the same sign-in in another post of the viewer's.
///
/// # Errors
/// `NOT_FOUND` for a post that is unknown, another person's, or does not hold; `UNAUTHENTICATED` where the sign-in has
/// ended since the token was looked at.
pub async fn act_as(call: Call<'_>, post: Uuid) -> Result<Session> {
    let (app, viewer) = (call.app, call.viewer);
    let mut act = call.begin().await?;
    still_signed_in(&act).await?;
    let held = post::system_read(&act.tx, post).await?;
    let held = held.filter(|held| held.appointment.user_id == viewer.user && held.on(day(act.now)));
    let held = held.ok_or_else(|| Error::not_found("post"))?;
    let latest = latest(&act.tx, viewer.family).await?;
    let given = give(app, &act.tx, &held.appointment, viewer.family, latest).await?;
    act.emit(Event::new(Kind::SignedIn, held.appointment.region_code, viewer.user));
    act.commit().await?;
    answer(app, &held, viewer.family, given).await
}

/// Locks the viewer's person and says no where the token, its sign-in or its post has ended since it was looked at.
async fn still_signed_in(act: &Act<'_>) -> Result<user::Model> {
    let viewer = act.viewer;
    let person = account::system_lock(&act.tx, viewer.user).await?;
    let ended = trust::system_any_revoked(&act.tx, [viewer.token, viewer.family, viewer.post]).await?;
    person.filter(|_| !ended).ok_or_else(|| Error::request(Code::Unauthenticated, vec![]))
}

/// When the last refresh token of a family expires.
async fn latest(tx: &DatabaseTransaction, family: Uuid) -> Result<Option<DateTime<Utc>>> {
    let last = refresh_token::Entity::find()
        .filter(refresh_token::Column::Family.eq(family))
        .order_by_desc(refresh_token::Column::ExpiresAt)
        .limit(1);
    Ok(last.one(tx).await?.map(|token| token.expires_at))
}

/// Changes the viewer's password and ends the viewer's other sign-ins.
///
/// # Errors
/// `WEAK_PASSWORD`; `WRONG_PASSWORD`; `TOO_MANY_REQUESTS` after too many wrong ones; `UNAUTHENTICATED` as for [`act_as`].
pub async fn change_password(call: Call<'_>, current: &str, new: &str) -> Result<bool> {
    let (app, viewer) = (call.app, call.viewer);
    let person = user::Entity::find_by_id(viewer.user).one(&app.db).await?;
    let person = person.ok_or_else(|| Error::not_found(""))?;
    super::password::check(new, &person.username, "newPassword")?;
    let names = &app.auth.throttle.names;
    charge(names, viewer.user, real_now())?;
    let wrong = || Error::refused(Code::WrongPassword, "currentPassword", vec![]);
    if !app.auth.passwords.verify(current, person.password_hash.as_deref()).await? {
        return Err(wrong());
    }
    names.clear(viewer.user);
    let hash = app.auth.passwords.hash(new).await?;
    let mut act = call.begin().await?;
    if still_signed_in(&act).await?.password_changed_at != person.password_changed_at {
        return Err(wrong());
    }
    account::write_password(&act.tx, viewer.user, hash).await?;
    trust::revoke_sign_ins(&act.tx, viewer.user, Some(viewer.family)).await?;
    act.emit(Event::new(Kind::PasswordChanged, viewer.region, viewer.user));
    act.commit().await?;
    Ok(true)
}

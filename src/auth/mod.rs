//! Signing in: passwords, sessions, access tokens and the keys that sign them, and what of it all makes a [`Viewer`];
//! the accounts of people.
//!
//! A **sign-in** is a family of refresh tokens ([`session`]); each gives short access tokens ([`token`]) that act in one
//! post. What makes a token count beyond its signature (the keys, what was revoked) is read anew three times a second by
//! every instance ([`trust`]), over connections of its own; where it cannot be read, no token counts. All times of tokens
//! are the machine's, never the domain's; whether a post holds on a day is the domain's matter.
//!
//! [`Viewer`]: crate::policy::Viewer

pub mod account;
pub mod administrator;
pub mod command;
pub mod invitation;
pub mod key;
pub mod password;
pub mod post;
pub mod secret;
pub mod session;
pub mod throttle;
pub mod token;
pub mod trust;
mod viewer;

#[cfg(test)]
pub(crate) mod tests;

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::{DatabaseConnection, DatabaseTransaction};

pub use post::revoke_post;
pub use viewer::{Denied, authenticate, behind_link, in_post};

use crate::app::App;
use crate::error::Result;
use crate::event::{self, Event};
use crate::id::{Prefix, prefix};
use crate::read::model::Domain;
use crate::read::shape::Named;

/// What can be set about signing in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who issues tokens (`iss`): the server's address.
    pub issuer: String,
    /// Whom tokens are for (`aud`).
    pub audience: String,
    /// How long an access token of a person holds; at most 15.
    pub access_minutes: u32,
    /// How long the longest access token that counts may hold: as above, but for the demo, whose tokens are printed.
    pub longest_minutes: u32,
    /// How long a refresh token holds.
    pub refresh_days: u32,
    /// Memory of one argon2id hash, in KiB.
    pub memory_kib: u32,
    /// Passes of one argon2id hash.
    pub iterations: u32,
    /// How many passwords are hashed at once.
    pub pool: usize,
    /// How many may wait for that; more are refused.
    pub queue: usize,
}

impl Default for Settings {
    /// argon2id as OWASP's password storage cheat sheet has it (19 MiB, 2 passes), the rest as the API's design says.
    fn default() -> Self {
        Self {
            issuer: "http://127.0.0.1:8000".into(),
            audience: "liufang".into(),
            access_minutes: 15,
            longest_minutes: 15,
            refresh_days: 30,
            memory_kib: 19 * 1024,
            iterations: 2,
            pool: 2,
            queue: 64,
        }
    }
}

impl Settings {
    fn access(&self) -> TimeDelta {
        TimeDelta::minutes(self.access_minutes.into())
    }
    fn longest(&self) -> TimeDelta {
        TimeDelta::minutes(self.longest_minutes.max(self.access_minutes).into())
    }
    fn refresh(&self) -> TimeDelta {
        TimeDelta::days(self.refresh_days.into())
    }
}

/// What signing in needs while the server runs.
pub struct Auth {
    settings: Settings,
    passwords: password::Pool,
    throttle: throttle::Throttle,
    reporters: throttle::Throttle,
    trust: trust::Trust,
    tokens: token::Verified,
    posts: post::Posts,
    aside: Option<DatabaseConnection>,
}

impl Auth {
    /// With nothing read yet.
    ///
    /// # Errors
    /// Where argon2 refuses its figures, or the machine has no randomness.
    pub fn new(settings: Settings) -> Result<Self> {
        Ok(Self {
            passwords: password::Pool::new(&settings)?,
            throttle: throttle::Throttle::default(),
            reporters: throttle::Throttle::default(),
            trust: trust::Trust::default(),
            tokens: token::Verified::default(),
            posts: post::Posts::default(),
            aside: None,
            settings,
        })
    }

    /// Reads who calls over connections aside from those that all else uses: writers that wait for one another hold
    /// those, and a token must count meanwhile.
    #[must_use]
    pub fn reading_aside(self, db: DatabaseConnection) -> Self {
        Self { aside: Some(db), ..self }
    }

    /// How often a reporter's code may be wrong, by the report's number and by address.
    #[must_use]
    pub fn reporters(&self) -> &throttle::Throttle {
        &self.reporters
    }

    /// The connections that who calls is read over; those of `app` where there are none aside.
    fn db<'a>(&'a self, app: &'a App) -> &'a DatabaseConnection {
        self.aside.as_ref().unwrap_or(&app.db)
    }

    /// Closes the connections aside.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn close(&self) -> Result<()> {
        match &self.aside {
            Some(db) => Ok(db.close_by_ref().await?),
            None => Ok(()),
        }
    }

    /// Something that ended tokens was committed: before the next token counts, what was revoked is read anew.
    pub fn tokens_ended(&self) {
        self.trust.expire();
    }
}

/// Keeps keys and revocations fresh and sweeps out what has expired, until it is dropped.
pub async fn watch(app: &App) {
    const EACH: Duration = Duration::from_millis(300);
    const SWEEP_EACH: u32 = 2000;
    let mut ticks = tokio::time::interval(EACH);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut count, mut failing) = (0_u32, false);
    loop {
        ticks.tick().await;
        let read = app.auth.trust.read(app).await;
        match &read {
            Err(error) if !failing => tracing::error!(?error, "keys and revocations cannot be read: no token counts"),
            Ok(()) if failing => tracing::info!("keys and revocations can be read again"),
            Ok(()) | Err(_) => {}
        }
        failing = read.is_err();
        if count.is_multiple_of(SWEEP_EACH)
            && !failing
            && let Err(error) = trust::sweep(app).await
        {
            tracing::warn!(?error, "what has expired could not be swept out");
        }
        count = count.wrapping_add(1);
    }
}

/// The domain, for the schema.
#[must_use]
pub fn domain() -> Domain {
    Domain { commands: command::commands(), ..Domain::default() }
}

/// A person with an account, in ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Person;

impl Named for Person {
    const PREFIX: Prefix = prefix::USER;
    const WORDS: (&'static str, &'static str) = ("人员", "a person");
}

/// An appointment to act in, in ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Post;

impl Named for Post {
    const PREFIX: Prefix = prefix::APPOINTMENT;
    const WORDS: (&'static str, &'static str) = ("任职", "an appointment");
}

/// The columns that the vault seals here.
mod secret_column {
    pub(super) const PRIVATE_KEY: &str = "signing_key.private_key";
    pub(super) const SUCCESSOR: &str = "refresh_token.successor";
    pub(super) const PHONE: &str = "user.phone";
}

/// Writes what happened and commits, for those who act without a [`crate::act::Call`]: guests and the command line.
async fn commit(app: &App, tx: DatabaseTransaction, actor: event::Actor, events: Vec<Event>) -> Result<()> {
    let ended = events.iter().any(Event::ends_tokens);
    event::write(&tx, &app.ids, actor, app.clock.now(), events).await?;
    tx.commit().await?;
    if ended {
        app.auth.tokens_ended();
    }
    app.committed.notify_one();
    Ok(())
}

//! `liufang user`: people with an account, and the posts that nobody gives by the API.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use entity::word::{AppointmentKind, Word as _};
use serde_json::json;
use uuid::Uuid;

use super::tell;
use crate::app::App;
use crate::auth::account;
use crate::auth::administrator::{self, Appointing};
use crate::error::{Error, Result};
use crate::id::{self, TypeId, prefix};

/// What can be done with people.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Add a person. The password is asked for, or read from the first line of standard input.
    Add(Add),
    /// Set a person's password and end the person's sign-ins. It is asked for, or read from standard input.
    Passwd(Passwd),
    /// Appoint a supervisor, a street coordinator or a secretary. Street coordinators and secretaries then appoint all
    /// others by the mutation `appointPerson`.
    Appoint(Appoint),
}

/// Who is added.
#[derive(Args, Debug)]
pub struct Add {
    /// The user name to sign in with: 3 to 40 letters, digits, or . _ -
    username: String,
    /// The person's name.
    #[arg(long)]
    name: String,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Whose password is set.
#[derive(Args, Debug)]
pub struct Passwd {
    /// The user name.
    username: String,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Who is appointed to what.
#[derive(Args, Debug)]
pub struct Appoint {
    /// The user name.
    username: String,
    /// `SUPERVISOR` (of a city or county), `STREET_COORDINATOR` (of a street) or `SECRETARY` (of a community).
    #[arg(long, value_parser = kind)]
    kind: AppointmentKind,
    /// The region's code, 12 digits: 321181000000.
    #[arg(long, value_parser = clap::value_parser!(i64).range(100_000_000_000..=999_999_999_999))]
    region: i64,
    /// The id of the organisation to act for; by default the region's government office, or the community's only Party branch.
    #[arg(long, value_parser = organisation)]
    organisation: Option<Uuid>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

fn kind(text: &str) -> Result<AppointmentKind, String> {
    let kinds = [AppointmentKind::Supervisor, AppointmentKind::StreetCoordinator, AppointmentKind::Secretary];
    let named = kinds.into_iter().find(|kind| kind.value().eq_ignore_ascii_case(text));
    named.ok_or_else(|| format!("one of {}", kinds.map(entity::word::Word::value).join(", ")))
}

fn organisation(text: &str) -> Result<Uuid, String> {
    id::parse(text, prefix::ORGANISATION).ok_or_else(|| "an id such as organisation_01j…".to_owned())
}

/// Does it.
///
/// # Errors
/// What was wrong with it, at the argument's name.
pub async fn run(app: &App, command: User) -> Result<()> {
    match command {
        User::Add(add) => {
            let password = password()?;
            let made = account::add_user(app, &add.name, &add.username, Some(&password)).await?;
            let made = TypeId(prefix::USER, made).to_string();
            let next = "nobody can sign in without a post: `liufang user appoint`, or `appointPerson` by the API";
            tell(add.json, &format!("Added {} as {made}; {next}.", add.username), &json!({ "user": made }));
        }
        User::Passwd(passwd) => {
            let whose = account::set_password(app, &passwd.username, &password()?).await?;
            let whose = TypeId(prefix::USER, whose).to_string();
            let sentence = format!("The password of {} is set, and their sign-ins are ended.", passwd.username);
            tell(passwd.json, &sentence, &json!({ "user": whose }));
        }
        User::Appoint(asked) => {
            let Appoint { username, kind, region, organisation, json } = asked;
            let appointing = Appointing { username: username.clone(), kind, region, organisation };
            let made = TypeId(prefix::APPOINTMENT, administrator::appoint(app, appointing).await?).to_string();
            let sentence = format!("{username} is {} of {region}: {made}.", kind.en());
            tell(json, &sentence, &json!({ "appointment": made }));
        }
    }
    Ok(())
}

/// A password, asked for twice at a terminal, else the first line of standard input; never an argument, which others see.
fn password() -> Result<String> {
    let fault = |error: std::io::Error| Error::fault(format!("reading the password: {error}"));
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(fault)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    loop {
        let first = rpassword::prompt_password("Password: ").map_err(fault)?;
        if first == rpassword::prompt_password("Once more: ").map_err(fault)? {
            return Ok(first);
        }
        eprintln!("They are not the same.");
    }
}

//! Who is in the stories. All names are invented: a surname and a word that says what the person is there for.

use chrono::TimeDelta;
use entity::user;
use entity::word::{AppointmentKind, Word};
use serde_json::{Value, json};
use uuid::Uuid;

use super::teller::{Teller, id};
use super::{Account, TOKEN_MINUTES};
use crate::auth::{self, account, administrator};
use crate::error::{Error, Result};
use crate::group::command::AppointPersonInput;
use crate::group::service;
use crate::id::{parse, prefix};
use crate::policy::Viewer;
use crate::read::shape::{Id, Input};
use crate::vault;

/// Someone who can sign in, in their post.
pub struct Player {
    /// In the post.
    pub viewer: Viewer,
    /// As it is printed.
    pub account: Account,
}

/// A person to be put in a post.
pub struct Cast {
    /// The user name.
    pub username: &'static str,
    /// The invented name.
    pub name: &'static str,
    /// What is printed of them.
    pub label: &'static str,
}

/// 32 letters and digits that are not mistaken for each other.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// A password for this run alone: a demo has no default one either.
fn password() -> Result<String> {
    let bytes: [u8; 16] = vault::secret()?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Adds a person who can sign in, and gives them the post that `appoint` writes.
async fn play<F>(teller: &Teller<'_>, cast: Cast, appoint: F) -> Result<Player>
where
    F: AsyncFnOnce(Uuid) -> Result<Uuid>,
{
    let password = password()?;
    let user = account::add_user(teller.app, cast.name, cast.username, Some(&password)).await?;
    let post = appoint(user).await?;
    player(teller, cast, password, post).await
}

/// A person in a post, with a token to be printed.
async fn player(teller: &Teller<'_>, cast: Cast, password: String, post: Uuid) -> Result<Player> {
    let viewer = auth::in_post(teller.app, post).await?;
    let token = account::issue(teller.app, post, TimeDelta::minutes(TOKEN_MINUTES.into())).await?;
    teller.step();
    let account = Account {
        role: viewer.role.value(),
        label: cast.label.to_owned(),
        username: cast.username.to_owned(),
        password,
        token,
    };
    Ok(Player { viewer, account })
}

/// A supervisor or street coordinator, appointed from the command line.
pub async fn office(teller: &Teller<'_>, cast: Cast, kind: AppointmentKind, region: i64) -> Result<Player> {
    let username = cast.username.to_owned();
    play(teller, cast, async |_| {
        administrator::appoint(teller.app, administrator::Appointing { username, kind, region, organisation: None })
            .await
    })
    .await
}

/// Someone the operator puts in a post, as those who install a server do for its first people.
pub async fn install(
    teller: &Teller<'_>,
    operator: &Viewer,
    cast: Cast,
    kind: AppointmentKind,
    post: Value,
) -> Result<Player> {
    play(teller, cast, async |user| {
        let input = appointment(teller, user, kind, post)?;
        service::install(teller.call(operator, "appointPerson"), input).await
    })
    .await
}

fn appointment(teller: &Teller<'_>, user: Uuid, kind: AppointmentKind, mut post: Value) -> Result<AppointPersonInput> {
    post["person"] = json!(crate::id::TypeId(prefix::USER, user).to_string());
    post["kind"] = json!(kind.value());
    post["idempotencyKey"] = json!(teller.key());
    let mut mistakes = vec![];
    let input = AppointPersonInput::read(&post, "", &mut mistakes);
    input.ok_or_else(|| Error::fault(format!("no appointment: {mistakes:?}")))
}

/// Someone whom `who` invites, with a phone number, and who accepts: so do all who come later.
pub async fn join(teller: &Teller<'_>, who: &Viewer, cast: Cast, phone: &str, post: Value) -> Result<Player> {
    let input = json!({ "name": cast.name, "username": cast.username, "phone": phone });
    let invited = teller.tell(who, "invitePerson", "{ secret person { id } }", input).await?;
    let password = password()?;
    let accepting = json!({ "secret": invited["secret"], "password": password });
    teller.tell_guest("acceptInvitation", "{ username }", accepting).await?;
    let mut post = post;
    post["person"] = invited["person"]["id"].clone();
    let post = id(&teller.tell(who, "appointPerson", "{ id }", post).await?)?;
    let post = parse(&post, prefix::APPOINTMENT).ok_or_else(|| Error::fault("an appointment without an id"))?;
    player(teller, cast, password, post).await
}

/// Invites someone to the community; they have not accepted yet.
pub async fn invite(teller: &Teller<'_>, who: &Viewer, name: &str, username: &str) -> Result<Id<user::Entity>> {
    let input = json!({ "name": name, "username": username });
    let invited = teller.tell(who, "invitePerson", "{ person { id } }", input).await?;
    let person = parse(&id(&invited["person"])?, prefix::USER);
    person.map(Id::new).ok_or_else(|| Error::fault("an invitation without a person"))
}

/// Gives a person a post by `appointPerson`.
pub async fn appoint(teller: &Teller<'_>, who: &Viewer, person: &Id<user::Entity>, mut post: Value) -> Result<()> {
    post["person"] = json!(crate::id::TypeId(prefix::USER, person.0).to_string());
    teller.tell(who, "appointPerson", "{ id }", post).await?;
    teller.step();
    Ok(())
}

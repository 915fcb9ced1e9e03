//! Reveal of contact data (查看联系方式): recorded and committed before it is answered; and its correction.

use chrono::TimeDelta;
use entity::word::{ContactField, ProblemAction};
use entity::{disclosure, problem};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Alias;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use super::report::{phone_number, seal};
use super::{Case, change_of, length, write};
use crate::act::{Act, Call};
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::policy::rows::contact::contact_field;
use crate::policy::rows::problem as rows;
use crate::policy::rule::At;
use crate::problem::command::{RevealContactInput, RevealedContact};
use crate::problem::read::{ADDRESS, NAME, PHONE};
use crate::read::load;
use crate::text;

/// How many a person may reveal in an hour.
pub const AN_HOUR: u64 = 30;

/// Reveals the reporter's contact data once.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `REQUIRED`, `TOO_MANY_REQUESTS`.
pub async fn reveal(call: Call<'_>, input: RevealContactInput) -> Result<RevealedContact> {
    let mut act = call.begin().await?;
    let case = Case::of(&act, input.problem.0, "problem").await?;
    case.require(&act, ProblemAction::RevealContact)?;
    let purpose = text::line(&input.purpose, "purpose", length::LINE)?;
    system_throttle(&act).await?;
    let seen = seen(&act, case.row.id).await?;
    let open = |seen: bool, column: &str, sealed: &Option<Vec<u8>>| {
        act.app.vault.open_text(column, sealed.as_ref().filter(|_| seen)?)
    };
    let contact = RevealedContact {
        name: open(seen.name, NAME, &case.row.reporter_name),
        phone: open(seen.phone, PHONE, &case.row.reporter_phone),
        address: open(seen.address, ADDRESS, &case.row.reporter_address),
    };
    let shown = [("name", &contact.name), ("phone", &contact.phone), ("address", &contact.address)];
    let fields: Vec<_> = shown.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| *name).collect();
    let id = act.new_id();
    let row = disclosure::ActiveModel {
        id: Set(id),
        community_code: Set(case.row.community_code),
        problem_id: Set(case.row.id),
        subject_id: Set(case.row.reporter_id),
        viewer_id: Set(act.viewer.user),
        viewer_role: Set(act.viewer.role),
        viewer_party_id: Set(act.viewer.party),
        fields: Set(json!(fields)),
        purpose: Set(purpose.clone()),
        created_at: Set(act.now),
    };
    disclosure::Entity::insert(row).exec_without_returning(&act.tx).await?;
    act.emit(case.event_of(Kind::ContactRevealed, id).commits("purpose", &purpose));
    act.commit().await?;
    Ok(contact)
}

/// What of it the viewer may see: the whole, or what the reporter released.
#[derive(FromQueryResult)]
struct Seen {
    name: bool,
    phone: bool,
    address: bool,
}

async fn seen(act: &Act<'_>, problem: Uuid) -> Result<Seen> {
    let at = At { role: act.viewer.role, level: act.viewer.level, table: Alias::new("problem") };
    let scoped = load::scoped::<problem::Entity>(act.viewer, act.now, rows::problem).with_id(problem);
    let seen = scoped.ask::<Seen, _>(&act.tx, |select| {
        select.clear_selects();
        for (field, name) in
            [(ContactField::Name, "name"), (ContactField::Phone, "phone"), (ContactField::Address, "address")]
        {
            select.expr_as(contact_field(&at, field).expr(), Alias::new(name));
        }
    });
    seen.await?.into_iter().next().ok_or_else(|| Error::not_found("problem"))
}

/// Says no to more than [`AN_HOUR`] in an hour.
async fn system_throttle(act: &Act<'_>) -> Result<()> {
    let since = act.now - TimeDelta::hours(1);
    let recent = disclosure::Entity::find()
        .filter(disclosure::Column::ViewerId.eq(act.viewer.user))
        .filter(disclosure::Column::CreatedAt.gt(since))
        .order_by_asc(disclosure::Column::CreatedAt);
    if recent.clone().count(&act.tx).await? < AN_HOUR {
        return Ok(());
    }
    let first = recent.one(&act.tx).await?;
    let wait = first.map_or(0, |first| (first.created_at - since).num_seconds() + 1);
    Err(Error::refused(Code::TooManyRequests, "", vec![wait.into()]))
}

/// Contact data that is to stand in the place of what is kept, each as far as it is said.
pub struct Contact {
    /// The name.
    pub name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The home address.
    pub address: Option<String>,
}

impl Contact {
    /// Reads name, phone and address.
    ///
    /// # Errors
    /// `REQUIRED` for an empty one, `INVALID_VALUE`, `TOO_LONG`.
    pub fn said([name, phone, address]: [Option<&str>; 3]) -> Result<Self> {
        Ok(Self {
            name: name.map(|name| text::line(name, "name", 50)).transpose()?,
            phone: phone.map(|phone| phone_number(phone, "phone")).transpose()?,
            address: address.map(|address| text::line(address, "address", length::LINE)).transpose()?,
        })
    }
}

/// Puts the reporter's contact data right, with the hash that it is found by; says what of it differs.
///
/// # Errors
/// A fault of the database.
pub async fn correct(act: &Act<'_>, case: &Case, to: &Contact) -> Result<Vec<ContactField>> {
    let (vault, row) = (&act.app.vault, &case.row);
    let mut change = change_of(row);
    let mut changed = vec![];
    let mut put = |field: ContactField, column: &str, kept: &Option<Vec<u8>>, said: Option<&str>| {
        let is = kept.as_ref().and_then(|kept| vault.open_text(column, kept));
        let new = said.filter(|said| is.as_deref() != Some(*said));
        changed.extend(new.map(|_| field));
        seal(vault, column, new)
    };
    if let name @ Some(_) = put(ContactField::Name, NAME, &row.reporter_name, to.name.as_deref())? {
        change.reporter_name = Set(name);
    }
    if let phone @ Some(_) = put(ContactField::Phone, PHONE, &row.reporter_phone, to.phone.as_deref())? {
        change.reporter_phone = Set(phone);
        change.reporter_phone_hash = Set(to.phone.as_deref().map(|phone| vault.hash("phone", phone)));
    }
    if let address @ Some(_) = put(ContactField::Address, ADDRESS, &row.reporter_address, to.address.as_deref())? {
        change.reporter_address = Set(address);
    }
    if changed.is_empty() {
        return Ok(changed);
    }
    if !row.open {
        // It is kept no longer than what was there before.
        change.contact_idle_at = Set(row.contact_idle_at.or(Some(act.now)));
    }
    write(act, change).await?;
    Ok(changed)
}

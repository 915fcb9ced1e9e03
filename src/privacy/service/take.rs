//! How texts are taken out of the record: a tombstone in the place of each and of its copies, the salts of the events
//! that committed to them destroyed, and what else these events committed to committed to anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{event, redaction};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use serde_json::Value;
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;
use crate::event::text::{self, Place, Reader, TOMBSTONE, Text, Told};
use crate::event::{Event, commitment};

/// Where a text belongs.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Home {
    /// The community.
    pub community_code: i64,
    /// The problem by which it is decided on; none for what belongs to none.
    pub problem_id: Option<Uuid>,
}

/// Where the text of a row belongs; `None` where there is no such row.
///
/// # Errors
/// A fault of the database.
pub async fn system_home(act: &Act<'_>, of: &Text, id: Uuid) -> Result<Option<Home>> {
    let col = |table: &str, column: &str| Expr::col((Alias::new(table), Alias::new(column)));
    let table = of.place.0;
    let mut select = Query::select();
    select
        .expr_as(col(table, "community_code"), Alias::new("community_code"))
        .from(Alias::new(table))
        .and_where(col(table, "id").eq(id));
    let above = match table {
        "problem" | "party" => None,
        "whistle_call" => Some(("whistle", "whistle_id")),
        "mediation_session" | "mediation_statement" | "mediation_agreement" | "mediation_obligation" => {
            Some(("mediation", "mediation_id"))
        }
        _ => Some((table, "id")),
    };
    let problem = match above {
        None if table == "party" => Expr::value(None::<Uuid>),
        None => col(table, "id"),
        Some((above, _)) => col(above, "problem_id"),
    };
    select.expr_as(problem, Alias::new("problem_id"));
    if let Some((above, key)) = above.filter(|(above, _)| *above != table) {
        select.from(Alias::new(above)).and_where(col(above, "id").eq(col(table, key)));
    }
    Ok(Home::find_by_statement(act.tx.get_database_backend().build(&select)).one(&act.tx).await?)
}

/// The texts that go: those asked for, and their copies.
pub struct Taken {
    /// Each with its row.
    pub texts: Vec<(&'static Text, Uuid)>,
    /// What the event that tells of it commits to anew.
    kept: Vec<Kept>,
}

/// A text that stays, whose salt goes.
enum Kept {
    /// It is still what was committed to.
    Sound(String, String),
    /// It was tampered with before.
    Broken(String, Value),
}

impl Taken {
    /// The event that tells of it.
    #[must_use]
    pub fn told(&self, event: Event) -> Event {
        let event = self.texts.iter().fold(event, |event, (of, id)| event.commits_to(&text::key(of, *id), TOMBSTONE));
        self.kept.iter().fold(event, |event, kept| match kept {
            Kept::Sound(key, text) => event.commits_to(key, text),
            Kept::Broken(key, hash) => event.keeps_broken(key, hash.clone()),
        })
    }
}

/// Takes `asked` out of the record of a problem (or, without one, out of their own).
///
/// # Errors
/// A fault of the database.
pub async fn take(act: &Act<'_>, record: Option<Uuid>, asked: &[(&'static Text, Uuid)]) -> Result<Taken> {
    let events = system_events(act, record, asked).await?;
    let mut reader = Reader::default();
    let told: Vec<(usize, Told)> = events
        .iter()
        .enumerate()
        .flat_map(|(at, row)| reader.told(row).into_iter().map(move |told| (at, told)))
        .collect();
    let present = present(act, &told, asked).await?;
    let texts = with_copies(asked, &present);
    let gone: BTreeSet<(Place, Uuid)> = texts.iter().map(|(of, id)| (of.place, *id)).collect();
    let said = |at: usize, told: &Told| events[at].data.get(&told.key).filter(|hash| hash.is_string());
    let salted = |at: usize| events[at].salt.is_some();
    let forgotten: BTreeSet<usize> = told
        .iter()
        .filter(|(at, told)| gone.contains(&(told.place, told.id)) && said(*at, told).is_some() && salted(*at))
        .map(|(at, _)| *at)
        .collect();
    let last: HashMap<(Place, Uuid), usize> = told.iter().map(|(at, told)| ((told.place, told.id), *at)).collect();
    let mut kept = vec![];
    for (at, told) in told.iter().filter(|(at, _)| forgotten.contains(at)) {
        let at = *at;
        let whose = (told.place, told.id);
        let (Some(hash), Some(of)) = (said(at, told), text::at(told.place)) else { continue };
        if gone.contains(&whose) || last.get(&whose) != Some(&at) {
            continue;
        }
        let key = text::key(of, told.id);
        let salt = events[at].salt.as_deref().unwrap_or_default();
        let sound = present.get(&whose).filter(|text| hash == commitment(salt, text).as_str());
        kept.push(match sound {
            Some(text) => Kept::Sound(key, text.clone()),
            None => Kept::Broken(key, hash.clone()),
        });
    }
    for (of, id) in &texts {
        text::bury(&act.tx, of.place, *id).await?;
    }
    text::forget(&act.tx, forgotten.into_iter().map(|at| events[at].id).collect()).await?;
    Ok(Taken { texts, kept })
}

/// The events that may tell of it, in their order.
async fn system_events(
    act: &Act<'_>,
    record: Option<Uuid>,
    asked: &[(&'static Text, Uuid)],
) -> Result<Vec<event::Model>> {
    let of = if let Some(problem) = record {
        event::Column::ProblemId.eq(problem)
    } else {
        let mut subjects: Vec<Uuid> = asked.iter().map(|(_, id)| *id).collect();
        let before = redaction::Entity::find().filter(redaction::Column::SubjectId.is_in(subjects.clone()));
        subjects.extend(before.all(&act.tx).await?.iter().map(|row| row.id));
        event::Column::ProblemId.is_null().and(event::Column::SubjectId.is_in(subjects))
    };
    let events = event::Entity::find().filter(of).order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
    Ok(events.all(&act.tx).await?)
}

/// The texts as they are now.
async fn present(
    act: &Act<'_>,
    told: &[(usize, Told)],
    asked: &[(&'static Text, Uuid)],
) -> Result<HashMap<(Place, Uuid), String>> {
    let mut places: BTreeMap<Place, BTreeSet<Uuid>> = BTreeMap::new();
    let told = told.iter().map(|(_, told)| (told.place, told.id));
    for (place, id) in told.chain(asked.iter().map(|(of, id)| (of.place, *id))) {
        places.entry(place).or_default().insert(id);
    }
    let mut present = HashMap::new();
    for (place, ids) in places {
        for (id, text) in text::system_read(&act.tx, place, ids.into_iter().collect()).await? {
            present.insert((place, id), text);
        }
    }
    Ok(present)
}

/// Those asked for, and those that say the same, word for word.
fn with_copies(
    asked: &[(&'static Text, Uuid)],
    present: &HashMap<(Place, Uuid), String>,
) -> Vec<(&'static Text, Uuid)> {
    let words: BTreeSet<&str> =
        asked.iter().filter_map(|(of, id)| present.get(&(of.place, *id))).map(String::as_str).collect();
    let mut copies: Vec<(Place, Uuid)> = present
        .iter()
        .filter(|(_, text)| words.contains(text.as_str()) && *text != TOMBSTONE)
        .map(|(whose, _)| *whose)
        .filter(|whose| asked.iter().all(|(of, id)| (of.place, *id) != *whose))
        .collect();
    copies.sort_unstable();
    let copies = copies.into_iter().filter_map(|(place, id)| Some((text::at(place)?, id)));
    asked.iter().copied().chain(copies).collect()
}

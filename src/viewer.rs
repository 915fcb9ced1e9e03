//! Who am I, and what do the words mean: what every token can ask.

use entity::word::{Role, Word};
use entity::{appointment, disclosure, disposition_task, user};
use sea_orm::sea_query::ExprTrait;
use serde_json::json;

use crate::answer;
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows;
use crate::policy::rows::problem::own_grid;
use crate::policy::rule::{At, Known, Rule, viewer};
use crate::problem::facts::OPEN;
use crate::read::model::{Answer, Domain, Join, Key, Query, Type, col};
use crate::read::shape::VOCABULARIES;

answer! {
    /// One value of a vocabulary, with its label in both languages.
    pub struct VocabularyEntry {
        /// The name of the enum.
        pub r#enum: String,
        /// The value, as it stands in queries and answers.
        pub value: String,
        /// Its label in Chinese (中文).
        pub zh: String,
        /// Its label in English.
        pub en: String,
    }
}

/// What this domain has.
#[must_use]
pub fn domain() -> Domain {
    Domain { types: vec![viewer_type()], queries: vec![viewer_query(), vocabulary()], ..Domain::default() }
}

fn viewer_type() -> Type {
    Type::of(
        user::Entity,
        "Viewer",
        prefix::VIEWER,
        Capability::AskAnything,
        oneself,
        "The person who asks (当前用户), in the post that the token acts in.",
    )
    .field(col(user::Column::Name), "The person's own name.")
    .field(col(user::Column::Username), "What the person signs in with.")
    .derived::<Role>(
        "role",
        vec![],
        vec![],
        |look| look.viewer.role.value().into(),
        "The role that follows from the post acted in.",
    )
    .derived::<Vec<String>>(
        "scopes",
        vec![],
        vec![],
        |look| json!(look.viewer.scopes.iter().map(crate::policy::Scope::name).collect::<Vec<_>>()),
        "The scopes of the token.",
    )
    .link_by("post", Key::Viewer(Known::Post), ("Appointment", "id"), "The post acted in (当前任职).")
    .many(
        "posts",
        "Appointment",
        appointment::Column::UserId,
        ("startedOn", false),
        "All posts the person holds today; `actAs` changes to another.",
    )
    .only(held_today)
    .short()
    .link_by(
        "region",
        Key::Viewer(Known::Region),
        ("Region", "code"),
        "The region of the post acted in: what the token can reach at most.",
    )
    .many_by(
        "tasks",
        "DispositionTask",
        Join::Viewer,
        ("assignedAt", false),
        "Open tasks of the organisation (or grid) acted for, the oldest first.",
    )
    .only(own_open_tasks)
    .many_by(
        "whistleCalls",
        "WhistleCall",
        Join::Viewer,
        ("calledAt", true),
        "Calls to the spot (吹哨) that the organisation acted for has still to answer or to finish; the newest first.",
    )
    .only(rows::whistle::own_open_call)
    .needs(Capability::ReportIn)
    .many_by(
        "disclosures",
        "Disclosure",
        Join::Viewer,
        ("createdAt", true),
        "Who was shown the person's own data, and why (披露记录); the newest first.",
    )
    .only(about_oneself)
}

fn viewer_query() -> Query {
    let answer = Answer::One { target: "Viewer", by: vec![], only: None };
    Query {
        name: "viewer",
        about: "The person who asks: who am I, what are my posts, what may I do, what is to be done.",
        capability: Capability::AskAnything,
        answer,
    }
}

fn vocabulary() -> Query {
    Query::value::<Vec<VocabularyEntry>, _>(
        "vocabulary",
        Capability::AskAnything,
        vec![],
        |_, _| Box::pin(async { Ok(entries()) }),
        "Every value of every enum, with its label in Chinese and English. No token is needed.",
    )
}

fn entries() -> Vec<VocabularyEntry> {
    let words = VOCABULARIES.iter().flat_map(|words| (words.values)().into_iter().map(|value| (words.name, value)));
    words
        .map(|(name, [value, zh, en])| VocabularyEntry {
            r#enum: name.into(),
            value: value.into(),
            zh: zh.into(),
            en: en.into(),
        })
        .collect()
}

fn oneself(at: &At) -> Rule {
    at.col(user::Column::Id).eq(viewer(Known::User)).into()
}

/// Appointments that hold today.
fn held_today(at: &At) -> Rule {
    let ended = at.col(appointment::Column::EndedOn);
    let begun = at.col(appointment::Column::StartedOn).lte(viewer(Known::Today));
    begun.and(ended.clone().is_null().or(ended.gt(viewer(Known::Today)))).into()
}

fn own_open_tasks(at: &At) -> Rule {
    let open = at.col(disposition_task::Column::Status).is_in(OPEN.map(Word::value));
    let own = if at.role == Role::GridWorker {
        own_grid(at.col(disposition_task::Column::GridId))
    } else {
        at.col(disposition_task::Column::OrganisationId).eq(viewer(Known::Organisation))
    };
    own.and(open).into()
}

fn about_oneself(at: &At) -> Rule {
    at.col(disclosure::Column::SubjectId).eq(viewer(Known::User)).into()
}

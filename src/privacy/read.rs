//! What can be read of redactions, legal holds, retention, and requests about one's data.

use entity::word::{
    RedactionBasis, RedactionStatus, RetentionClass, Role, SubjectRefusal, SubjectRequestKind, SubjectRequestStatus,
    Word,
};
use entity::{problem, redaction, region, retention, subject_request};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use serde_json::{Map, Value};

use super::retention::{default_days, nearest};
use super::service::keep::system_set;
use crate::act::Caller;
use crate::answer;
use crate::error::{Error, Result};
use crate::id::{TypeId, prefix};
use crate::policy::Capability;
use crate::policy::rows::{place, privacy as rows, problem as problems};
use crate::policy::rule::{At, Known, Rule, viewer};
use crate::read::model::{By, Column, Extension, Fact, Holds, Join, Key, Operand, Query, Type, col};
use crate::read::shape::{Member, Output, Scalar, Shape, member};
use crate::read::{load, revision};
use crate::vault::Vault;

answer! {
    /// How long a class of data is kept after a problem's end (保存期限), and who set it.
    pub struct Retention {
        /// The 12-digit code of the region that set it; null for what holds where nobody set another.
        pub region_code: Option<String>,
        /// Of what.
        pub class: RetentionClass,
        /// For so many days; null: without an end.
        pub days: Option<i64>,
        /// What a change has to quote as `expectedRevision`; null for what nobody set.
        pub revision: Option<String>,
    }
}

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![redaction(), request()]
}

/// What is added to `Problem`.
#[must_use]
pub fn of_problem() -> Extension {
    use problem::Column as C;
    Extension::of("Problem")
        .many(
            "redactions",
            "Redaction",
            redaction::Column::ProblemId,
            ("askedAt", true),
            "Why texts and data of it are missing (删除记录): what of it the caller would read, the newest first; for the office also what is asked for.",
        )
        .field(col(C::HeldAt).named("legalHoldSince").shown_if(problems::trusted_office), "Since when it is under a legal hold (法律保留); null where it is not, and for all but the secretary and the street.")
        .field(col(C::HeldUntil).named("legalHoldUntil").shown_if(problems::trusted_office), "The last day of the legal hold, past or to come; null where it has none, and for others.")
        .field(col(C::HoldReason).named("legalHoldReason").shown_if(problems::trusted_office), "Why it is under a legal hold; null likewise.")
}

/// What is added to `Viewer`.
#[must_use]
pub fn of_viewer() -> Extension {
    Extension::of("Viewer")
        .many_by(
            "subjectRequests",
            "SubjectRequest",
            Join::Viewer,
            ("askedAt", true),
            "What the person asked about their own data (个人信息权利请求); the newest first.",
        )
        .only(own)
        .needs(Capability::AskAboutOwnData)
}

fn own(at: &At) -> Rule {
    at.col(subject_request::Column::PersonId).eq(viewer(Known::User)).into()
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    let region = Member {
        name: "region".into(),
        about: "The 12-digit code of a region in sight.".into(),
        shape: Shape::scalar(Scalar::Text),
    };
    vec![
        Query::many(
            "redactions",
            Capability::AskErasure,
            "Redaction",
            ("askedAt", true),
            "What was taken out of the record, or is asked to be, in sight (删除记录); the newest first.",
        ),
        Query::one(
            "subjectRequest",
            Capability::AskAboutOwnData,
            "SubjectRequest",
            vec![By::id(prefix::SUBJECT_REQUEST)],
            "One request about one's data by its id; null where there is none or it is out of sight.",
        ),
        Query::many(
            "subjectRequests",
            Capability::AskAboutOwnData,
            "SubjectRequest",
            ("askedAt", true),
            "The requests of others about their data that are the caller's to answer (个人信息权利请求), the newest first; for the secretary and the street, empty for others. One's own: `viewer.subjectRequests`.",
        )
        .only(rows::answered),
        Query::value::<Option<Vec<Retention>>, _>(
            "retentions",
            Capability::ReadGroups,
            vec![region],
            |caller, arguments| Box::pin(async move { retentions(caller, &arguments).await }),
            "How long each class of data is kept in a region after a problem's end (保存期限), each with the region that set it. Null where there is no such region in sight.",
        )
        .takes(2),
    ]
}

async fn retentions(caller: Caller<'_>, arguments: &Map<String, Value>) -> Result<Option<Vec<Retention>>> {
    let viewer = caller.viewer.ok_or_else(|| Error::fault("retention for nobody"))?;
    let Some(code) = member(arguments, "region").as_str().and_then(|code| code.parse::<i64>().ok()) else {
        return Ok(None);
    };
    let regions = load::scoped::<region::Entity>(viewer, caller.app.clock.now(), place::regions);
    if !regions.filter(region::Column::Code.eq(code)).any(&caller.app.db).await? {
        return Ok(None);
    }
    let set = system_set(&caller.app.db).await?;
    let held = |class: &RetentionClass| {
        let kept = Retention { region_code: None, class: *class, days: default_days(*class), revision: None };
        nearest(&set, *class, code).map_or(kept, |row| of(row, &caller.app.vault))
    };
    Ok(Some(RetentionClass::ALL.iter().map(held).collect()))
}

/// What a region set, as clients see it.
pub(super) fn of(row: &retention::Model, vault: &Vault) -> Retention {
    Retention {
        region_code: Some(row.region_code.to_string()),
        class: row.class,
        days: row.days,
        revision: Some(revision::show(vault, row.id, row.revision)),
    }
}

fn redaction() -> Type {
    use redaction::Column as C;
    Type::of(
        redaction::Entity,
        "Redaction",
        prefix::REDACTION,
        Capability::ReadProblems,
        rows::redaction,
        "Why a text or data is missing from the record (删除记录): on what basis it was taken out, when, and in what role. For the office also what is asked for and not decided.",
    )
    .derived::<String>(
        "subject",
        vec![Column::of(C::Subject), Column::of(C::SubjectId)],
        vec![],
        |look| {
            let text = look.cells.text("subject").unwrap_or_default();
            let known = crate::event::text::TEXTS.iter().find(|known| known.of.0 == text);
            let id = look.cells.uuid("subject_id").zip(known).map(|(id, known)| TypeId(known.of, id).to_string());
            id.json()
        },
        "The id of what it was part of.",
    )
    .field(col(C::Field), "The text's name there; `reporter` for the contact data, `attachments` for the files.")
    .field(col(C::Basis).word::<RedactionBasis>(), "On what basis.")
    .field(col(C::Status).word::<RedactionStatus>().filters(), "Whether it was done.")
    .field(col(C::Note).shown_if(rows::note), "What the office has to say of it; null for others.")
    .field(col(C::AskedAt).orders(), "When it was asked for, or done where nobody had to ask.")
    .field(col(C::AskedByRole).word::<Role>(), "The role of who asked; null: the system, by its retention.")
    .field(col(C::DecidedAt).named("redactedAt"), "When it was done, or refused; null before.")
    .field(col(C::DecidedByRole).named("byRole").word::<Role>(), "The role of who did it; null before, and for the system.")
    .link("problem", C::ProblemId, "Problem", "The problem whose record it was part of; null where it belongs to none.")
}

fn request() -> Type {
    use subject_request::Column as C;
    Type::of(
        subject_request::Entity,
        "SubjectRequest",
        prefix::SUBJECT_REQUEST,
        Capability::AskAboutOwnData,
        rows::subject_request,
        "What a person asks about the data that is held of them (个人信息权利请求). The person and who answers read it, nobody else; a reporter without account reads it in `reportStatus`.",
    )
    .field(col(C::Kind).word::<SubjectRequestKind>(), "What for.")
    .field(col(C::Status).word::<SubjectRequestStatus>().filters(), "Where it stands.")
    .field(col(C::Content), "In the person's words; null where there are none.")
    .field(col(C::AskedAt).orders(), "When it was asked.")
    .field(col(C::DueAt).orders(), "By when it is to be answered.")
    .field(col(C::EndedAt).named("answeredAt"), "When it was answered, refused or withdrawn; null before.")
    .field(col(C::Answer), "What the person is told; null before.")
    .field(col(C::Refusal).word::<SubjectRefusal>(), "On what ground it was refused; null unless it was.")
    .field(col(C::Revision).revision(), "What an update of it has to quote as `expectedRevision`.")
    .derived::<bool>(
        "overdue",
        vec![],
        vec![Fact { name: "overdue", holds: Holds::Boolean, sql: overdue }],
        |look| look.cells.yes("overdue").into(),
        "Whether it waits although its time has passed; derived, never stored.",
    )
    .link("problem", C::ProblemId, "Problem", "The problem it is about; null where it is about all, or out of sight.")
    .link_by("community", Key::Column("community_code"), ("Region", "code"), "The community that answers.")
    .link("person", C::PersonId, "Person", "Who asks, where it names no problem; for who answers, null for others, and for a reporter without account.")
    .shown_if(rows::asker)
    .filter(
        "overdue",
        Operand::Boolean,
        |at, asked| asked.of(&overdue(at)),
        "Those that wait although their time has passed, or the others.",
    )
}

fn overdue(at: &At) -> sea_orm::sea_query::Expr {
    use subject_request::Column as C;
    at.col(C::Status).eq(SubjectRequestStatus::Received).and(at.col(C::DueAt).lt(viewer(Known::Now)))
}

//! Events as clients read them: a problem's timeline, and the audit trail.

use entity::event::{self, Column as C};
use entity::user;
use entity::word::{ClosureOutcome, DispositionAction, FollowUpMethod, ProblemDomain, Role, TaskRole, Word};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{EntityName, Value as SqlValue};
use serde_json::Value;

use crate::error::Language;
use crate::event::{Kind, Sight};
use crate::id::{Prefix, TypeId, prefix};
use crate::policy::Capability;
use crate::policy::rows::record::{self as rows, Audience};
use crate::policy::rule::{At, Rule, of};
use crate::read::model::{Column, Fact, Holds, Look, Operand, Type, col};
use crate::read::shape::{Output, Scalar};

/// An entry of a problem's timeline.
pub fn timeline_entry() -> Type {
    let audience = || Fact { name: "audience", holds: Holds::Text, sql: rows::audience };
    Type::of(
        event::Entity,
        "TimelineEntry",
        prefix::EVENT,
        Capability::ReadProblems,
        rows::timeline,
        "Something that happened to a problem. What follows from the reporter's wish, or concerns the reporter's data, is told to the parties as a change of state by the community.",
    )
    .derived::<String>(
        "type",
        vec![Column::of(C::Kind)],
        vec![audience()],
        |look| entry(look).map_or(CHANGED, |(kind, sight)| if sight == Sight::Veiled { CHANGED } else { kind.name() }).into(),
        "What happened: `problem.accepted`; `problem.changed` where the caller is told no more.",
    )
    .derived::<String>(
        "text",
        vec![Column::of(C::Kind), Column::of(C::Data)],
        vec![audience()],
        text,
        "What happened, in the caller's language.",
    )
    .field(col(C::OccurredAt).named("at").orders(), "When.")
    .derived::<Option<Role>>(
        "actorRole",
        vec![Column::of(C::Kind), Column::of(C::ActorRole)],
        vec![audience()],
        |look| faced(look).then(|| look.cells.word::<Role>("actor_role")).flatten().json(),
        "In what role it was done; null where the caller is not told, or the system did it.",
    )
    .link("actorParty", C::ActorPartyId, "Party", "The party it was done for; null where the caller is not told, or it was done for none.")
    .shown_if(rows::faced)
    .derived::<Option<String>>(
        "actorName",
        vec![Column::of(C::Kind)],
        vec![audience(), Fact { name: "actor", holds: Holds::Text, sql: actor_name }],
        |look| faced(look).then(|| look.cells.text("actor")).flatten().json(),
        "Who did it; for the secretary and the street, null for everybody else, and where the reporter did it.",
    )
}

/// An entry of the audit trail.
pub fn audit_entry() -> Type {
    Type::of(
        event::Entity,
        "AuditEntry",
        prefix::AUDIT,
        Capability::ReadAudit,
        rows::audit,
        "An entry of the audit trail (审计日志): append-only, hash-chained; it holds ids and codes, never free text or personal values.",
    )
    .field(col(C::Kind).named("type").filters(), "What happened: `problem.accepted`.")
    .derived::<String>(
        "text",
        vec![Column::of(C::Kind), Column::of(C::Data)],
        vec![],
        |look| kind(look).map_or_else(String::new, |kind| words(look, kind)).into(),
        "What happened, in the caller's language.",
    )
    .derived::<String>(
        "subject",
        vec![Column::of(C::Subject), Column::of(C::SubjectId)],
        vec![],
        |look| {
            let subject = kind_prefix(&look.cells.text("subject").unwrap_or_default());
            look.cells.uuid("subject_id").map_or(Value::Null, |id| TypeId(subject, id).to_string().into())
        },
        "The id of what it happened to.",
    )
    .field(col(C::OccurredAt).named("at").filters().orders(), "When.")
    .field(
        col(C::ActorRole).word::<Role>().shown_if(rows::told),
        "In what role it was done; null for the system, for people in no post at that moment, and on problems in which the caller is complained of.",
    )
    .link("actorParty", C::ActorPartyId, "Party", "The party it was done for; null where it was done for none, and on problems in which the caller is complained of.")
    .shown_if(rows::told)
    .derived::<Option<String>>(
        "actorName",
        vec![],
        vec![Fact { name: "actor", holds: Holds::Text, sql: actor_name }],
        |look| look.cells.text("actor").json(),
        "Who did it; for the secretary and the street, null for everybody else, where a problem's reporter did it, and on problems in which the caller is complained of.",
    )
    .link("problem", C::ProblemId, "Problem", "The problem it belongs to; null where it belongs to none, or that is out of the caller's sight.")
    .filter(
        "problem",
        Operand::Choice(Scalar::Id(prefix::PROBLEM), Holds::Uuid),
        |at, asked| asked.of(&at.col(C::ProblemId)),
        "Entries that belong to these problems.",
    )
}

/// What is told of an event that is veiled.
const CHANGED: &str = "problem.changed";

fn kind(look: &Look<'_>) -> Option<Kind> {
    let name = look.cells.text("kind")?;
    Kind::ALL.iter().copied().find(|kind| kind.name() == name)
}

/// The event's kind and what the viewer sees of it.
fn entry(look: &Look<'_>) -> Option<(Kind, Sight)> {
    let name = look.cells.text("audience")?;
    let audience = Audience::ALL.into_iter().find(|audience| audience.name() == name)?;
    let kind = kind(look)?;
    Some((kind, audience.sight(kind)))
}

fn faced(look: &Look<'_>) -> bool {
    entry(look).is_some_and(|(_, sight)| sight == Sight::Seen)
}

fn text(look: &Look<'_>) -> Value {
    let veiled =
        || if look.language == Language::En { "the community changed the state" } else { "社区变更了状态" };
    match entry(look) {
        Some((kind, Sight::Seen | Sight::Faceless)) => words(look, kind).into(),
        Some((_, Sight::Veiled | Sight::Unseen)) | None => veiled().into(),
    }
}

/// The kind's words, and the event's facts in brackets.
fn words(look: &Look<'_>, kind: Kind) -> String {
    let data = look.cells.json("data").unwrap_or_default();
    let english = look.language == Language::En;
    let facts: Vec<&str> = [
        label::<ProblemDomain>(&data, "domain", english),
        label::<TaskRole>(&data, "role", english),
        label::<DispositionAction>(&data, "action", english),
        label::<ClosureOutcome>(&data, "outcome", english),
        label::<FollowUpMethod>(&data, "method", english),
    ]
    .into_iter()
    .flatten()
    .collect();
    let words = if english { kind.en() } else { kind.zh() };
    if facts.is_empty() {
        words.to_owned()
    } else if english {
        format!("{words} ({})", facts.join(", "))
    } else {
        format!("{words}（{}）", facts.join("、"))
    }
}

fn label<W: Word>(data: &Value, name: &str, english: bool) -> Option<&'static str> {
    let word = W::parse(data.get(name)?.as_str()?)?;
    Some(if english { word.en() } else { word.zh() })
}

fn kind_prefix(subject: &str) -> Prefix {
    let found = Kind::ALL.iter().map(|kind| kind.subject()).find(|prefix| prefix.0 == subject);
    found.unwrap_or(prefix::EVENT)
}

/// The name of who did it, for those who read names.
fn actor_name(at: &At) -> Expr {
    let named = match rows::named(at) {
        Rule::Never => return Expr::Constant(SqlValue::String(None)),
        named @ (Rule::Always | Rule::When(_)) => named,
    };
    let name = Query::select()
        .expr(of(user::Column::Name))
        .from(Alias::new(user::Entity.table_name()))
        .and_where(of(user::Column::Id).eq(at.col(C::ActorId)))
        .take();
    CaseStatement::new().case(named.expr(), Expr::SubQuery(None, Box::new(name.into()))).into()
}

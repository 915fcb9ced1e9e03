//! What can be read of whistles and calls.

use entity::word::{Role, WhistleAction, WhistleCallStatus, WhistleGrounds, WhistleStatus};
use entity::{whistle, whistle_call};
use sea_orm::sea_query::ExprTrait;
use serde_json::Value;

use super::facts::{self, Facts};
use super::transition;
use crate::answer;
use crate::id::prefix;
use crate::machine::Machine as _;
use crate::policy::Capability;
use crate::policy::rows::whistle as rows;
use crate::policy::rule::{At, Rule, any, of};
use crate::read::model::{Asked, By, Column, Extension, Fact, Holds, Key, Look, Operand, Query, Type, col};
use crate::read::shape::{Output, Scalar};

answer! {
    /// Something the caller may do about a whistle at some time, and whether it can be done now.
    pub struct AllowedWhistleAction {
        /// The action.
        pub action: WhistleAction,
        /// The name of the mutation that does it, as it stands in the schema.
        pub mutation: String,
        /// Whether it can be done now.
        pub allowed: bool,
        /// Why not, in the caller's language; null where it can be done.
        pub reason: Option<String>,
    }
}

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![whistle(), call()]
}

/// What is added to `Problem`.
#[must_use]
pub fn of_problem() -> Extension {
    Extension::of("Problem")
        .many(
            "whistles",
            "Whistle",
            whistle::Column::ProblemId,
            ("raisedAt", true),
            "The whistles blown for it (吹哨), as far as they are in sight, the newest first.",
        )
        .needs(Capability::ReadWhistles)
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    vec![
        Query::one(
            "whistle",
            Capability::ReadWhistles,
            "Whistle",
            vec![By::id(prefix::WHISTLE)],
            "One whistle (吹哨) by its id; null where there is none or it is out of sight.",
        ),
        Query::many(
            "whistles",
            Capability::ReadWhistles,
            "Whistle",
            ("raisedAt", true),
            "Whistles in sight, the newest first: those of the region or grid, for a party those that call it.",
        ),
    ]
}

fn whistle() -> Type {
    let declared = Type::of(
        whistle::Entity,
        "Whistle",
        prefix::WHISTLE,
        Capability::ReadWhistles,
        rows::whistle,
        "A whistle (吹哨): the community calls parties to the spot. They report in (报到) within 30 minutes on the clock, and nobody leaves before its part is done. It holds nothing of who reported the problem.",
    );
    links(state(declared))
}

fn state(declared: Type) -> Type {
    use whistle::Column as C;
    declared
        .field(col(C::Grounds).word::<WhistleGrounds>().filters(), "Why it was blown (事由).")
        .field(col(C::Summary), "What awaits those who are called.")
        .field(col(C::Place), "Where, in words; null where nobody said.")
        .field(col(C::Status).word::<WhistleStatus>().filters(), "Where it stands.")
        .field(col(C::Open).filters(), "Whether it is neither closed nor cancelled.")
        .field(col(C::RaisedAt).filters().orders(), "When it was blown (响哨).")
        .field(col(C::RaisedByRole).word::<Role>(), "The role of who blew it.")
        .field(col(C::DueAt), "By when those who were called first have to be there (响应时限).")
        .field(col(C::EndedAt), "When it was closed or cancelled (销哨、撤哨); null while it is open.")
        .field(col(C::Reason), "Why it was cancelled; null unless it was.")
        .field(col(C::Revision).revision(), "What an update of it has to quote as `expectedRevision`; its calls have their own.")
        .derived::<bool>(
            "overdue",
            vec![],
            vec![Fact { name: "unanswered", holds: Holds::Boolean, sql: |at| rows::unanswered(at).expr() }],
            |look| look.cells.yes("unanswered").into(),
            "Whether a called party has not come by its due time; derived, never stored.",
        )
        .filter(
            "overdue",
            Operand::Boolean,
            |at, asked| asked.of(&rows::unanswered(at).expr()),
            "Whistles that a called party has not answered in time, or that none has failed to.",
        )
        .derived::<Vec<AllowedWhistleAction>>(
            "allowedActions",
            facts::columns(),
            facts::facts(),
            allowed_actions,
            "What the caller may do about it at some time, and whether it can be done now. The same rules refuse the mutations.",
        )
}

fn links(declared: Type) -> Type {
    use whistle::Column as C;
    declared
        .link(
            "problem",
            C::ProblemId,
            "Problem",
            "The problem it was blown for; null where there is none, or it is out of the caller's sight.",
        )
        .link("group", C::GroupId, "LinkageGroup", "The linkage group whose parties it calls.")
        .link_by("community", Key::Column("community_code"), ("Region", "code"), "The community (社区).")
        .link("compound", C::CompoundId, "Compound", "The compound (小区); null where it lies in none.")
        .link("grid", C::GridId, "Grid", "The comprehensive grid (综合网格); null where nobody said.")
        .link("microGrid", C::MicroGridId, "Grid", "The micro-grid (微网格); null where nobody said.")
        .link("building", C::BuildingId, "Building", "The building (楼栋); null where it is at none.")
        .link(
            "raisedBy",
            C::RaisedBy,
            "Person",
            "Who blew it; for the secretary and the street, null for everybody else.",
        )
        .shown_if(rows::named)
        .many(
            "calls",
            "WhistleCall",
            whistle_call::Column::WhistleId,
            ("calledAt", false),
            "Whom it calls, in the order they were called.",
        )
        .filter(
            "group",
            Operand::Choice(Scalar::Id(prefix::GROUP), Holds::Uuid),
            |at, asked| asked.of(&at.col(C::GroupId)),
            "Whistles of these groups.",
        )
        .filter(
            "party",
            Operand::Choice(Scalar::Id(prefix::PARTY), Holds::Uuid),
            calls_party,
            "Whistles that call these parties.",
        )
}

fn allowed_actions(look: &Look<'_>) -> Value {
    let Some(facts) = Facts::of(&look.cells) else { return Value::Array(vec![]) };
    let asked = transition::Asked { facts: &facts, viewer: look.viewer };
    let actions = asked.allowed().map(|allowed| AllowedWhistleAction {
        action: allowed.action,
        mutation: allowed.mutation.into(),
        allowed: allowed.obstacle.is_none(),
        reason: allowed.reason(facts.status, look.language),
    });
    actions.collect::<Vec<_>>().json()
}

fn calls_party(at: &At, asked: &Asked) -> Rule {
    let party = of(whistle_call::Column::PartyId);
    let among = |rule: Rule| {
        let mut calls = any(whistle_call::Entity);
        calls.and_where(of(whistle_call::Column::WhistleId).eq(at.col(whistle::Column::Id))).and_where(rule.expr());
        Rule::exists(calls)
    };
    match asked {
        Asked::NotIn(those) => !among(Rule::When(those(party))),
        Asked::Range(None, None) => Rule::Always,
        Asked::Boolean(_) | Asked::Eq(_) | Asked::In(_) | Asked::Range(..) | Asked::Text(_) => among(asked.of(&party)),
    }
}

fn call() -> Type {
    use whistle_call::Column as C;
    let declared = Type::of(
        whistle_call::Entity,
        "WhistleCall",
        prefix::WHISTLE_CALL,
        Capability::ReadWhistles,
        rows::call,
        "One party that a whistle calls to the spot, and whether it came (报到). The call goes to the organisation that holds the party's seat for the place.",
    );
    answered(declared)
        .field(col(C::Status).word::<WhistleCallStatus>().filters(), "Where it stands.")
        .field(col(C::CalledAt).orders(), "When it was called.")
        .field(col(C::DueAt), "By when it has to be there (响应时限).")
        .field(col(C::Revision).revision(), "What an update of it has to quote as `expectedRevision`.")
        .derived::<bool>(
            "overdue",
            vec![Column::of(C::Status), Column::of(C::DueAt)],
            vec![],
            |look| {
                let waits = look.cells.word("status") == Some(WhistleCallStatus::Called);
                (waits && look.cells.time("due_at").is_some_and(|due| due < look.now)).into()
            },
            "Whether its due time has passed and it has not come; derived, never stored.",
        )
        .filter(
            "overdue",
            Operand::Boolean,
            |at, asked| asked.of(&rows::call_unanswered(at)),
            "Calls that are overdue, or are not.",
        )
        .link("whistle", C::WhistleId, "Whistle", "The whistle.")
        .within_parent_scope()
        .link("party", C::PartyId, "Party", "The party it calls.")
        .link(
            "organisation",
            C::OrganisationId,
            "Organisation",
            "The organisation that holds the party's seat for the place.",
        )
}

/// What came of it.
fn answered(declared: Type) -> Type {
    use whistle_call::Column as C;
    declared
        .field(col(C::ReportedInAt), "When it reported in (报到), by the server's clock; null before.")
        .field(col(C::Place), "Where it said it was; null before it reported in.")
        .field(
            col(C::LatitudeMicrodegrees).shown_if(rows::located),
            "The latitude it gave, in millionths of a degree; null where it gave none, and for those who do not decide on the whistle.",
        )
        .field(
            col(C::LongitudeMicrodegrees).shown_if(rows::located),
            "The longitude it gave, in millionths of a degree; null where it gave none, and for those who do not decide on the whistle.",
        )
        .derived::<bool>(
            "late",
            vec![Column::of(C::ReportedInAt), Column::of(C::DueAt)],
            vec![],
            |look| {
                let (came, due) = (look.cells.time("reported_in_at"), look.cells.time("due_at"));
                came.is_some_and(|came| due.is_some_and(|due| came > due)).into()
            },
            "Whether it reported in after its due time; derived, never stored.",
        )
        .field(col(C::DoneAt), "When it recorded that its part is done; null before.")
        .field(col(C::Note), "What it did; null before.")
        .field(col(C::ExcusedAt), "When it was excused (免除到场); null unless it was.")
        .field(col(C::Reason), "Why it was excused; null unless it was.")
        .link("reportedInBy", C::ReportedInBy, "Person", "Who reported in; for the secretary, the street and its own organisation, null for everybody else.")
        .shown_if(rows::named_call)
        .link("doneBy", C::DoneBy, "Person", "Who recorded that its part is done; likewise.")
        .shown_if(rows::named_call)
}

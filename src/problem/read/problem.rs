//! The type `Problem`.

use entity::problem::{self, Column as C};
use entity::word::{
    ClosureOutcome, ProblemAction, ProblemChannel, ProblemComplexity, ProblemDomain, ProblemNature, ProblemStatus,
    ProblemVisibility, SupervisionLevel,
};
use entity::{event, follow_up, problem_addition, problem_concern, rating};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{EntityName, IdenStatic};
use serde_json::Value;

use crate::answer;
use crate::id::{Prefix, prefix};
use crate::machine::Machine as _;
use crate::policy::Capability;
use crate::policy::rows::problem as rows;
use crate::policy::rule::{At, Known, Rule, any, of, viewer};
use crate::problem::facts::{self, Facts};
use crate::problem::transition;
use crate::read::model::{Asked, Column, Fact, Holds, Join, Key, Look, Operand, Type, col};
use crate::read::shape::{Output, Scalar};

answer! {
    /// Something the caller may do about a problem at some time in its life, and whether it can be done now.
    pub struct AllowedAction {
        /// The action.
        pub action: ProblemAction,
        /// The name of the mutation that does it, as it stands in the schema.
        pub mutation: String,
        /// Whether it can be done now.
        pub allowed: bool,
        /// Why not, in the caller's language; null where it can be done.
        pub reason: Option<String>,
    }
}

/// A problem.
pub fn problem() -> Type {
    let declared = Type::of(
        problem::Entity,
        "Problem",
        prefix::PROBLEM,
        Capability::ReadProblems,
        rows::problem,
        "A resident's problem (问题、诉求) on its way to a verified closure (结案). It has three texts: `report` (原述), the reporter's own words; `summary` (转办摘要), for the parties; `publicSummary` (公开摘要), for everyone.",
    );
    super::course::declare(lists(times(places(state(texts(declared))))))
}

fn texts(declared: Type) -> Type {
    declared
        .field(col(C::Number), "The number for people: prefix, year, five random digits, check digit. Not a counter.")
        .derived::<Option<String>>(
            "title",
            vec![Column::of(C::Title)],
            vec![Fact { name: "words", holds: Holds::Text, sql: report_until_accepted }],
            title,
            "What is wrong, in one line: written at acceptance. Until then the first line of `report`, for those who may read it; null for others.",
        )
        .shown_if(rows::summary)
        .field(
            col(C::Report).shown_if(rows::report),
            "The reporter's own words (原述); null for those who may not read them: the parties, whatever they do on it.",
        )
        .field(
            col(C::Place).shown_if(rows::report),
            "Where, in the reporter's words; part of `report`, and null where that is.",
        )
        .field(
            col(C::Summary).shown_if(rows::summary),
            "What the parties are told (转办摘要); null before acceptance, and for those who read public problems alone.",
        )
        .field(col(C::PublicSummary), "What everyone is told (公开摘要); null where it is not public.")
        .field(
            col(C::Reply).shown_if(rows::report),
            "The latest answer to the reporter (答复); null where there is none, or for those who may not read `report`.",
        )
        .field(
            col(C::Reason).shown_if(rows::reason),
            "Why it was declined, not solved, or withdrawn; null where there is none or it is not for the caller.",
        )
        .field(
            col(C::OtherChannel).shown_if(rows::summary),
            "The legal channel that a declined one was pointed to; null where there is none.",
        )
        .field(col(C::Outcome).word::<ClosureOutcome>(), "What came of it (结案结果); null while it is open.")
        .field(
            col(C::ReferredTo).shown_if(rows::summary),
            "To whom it was referred (移送); null unless `outcome` is REFERRED.",
        )
}

fn state(declared: Type) -> Type {
    declared
        .field(col(C::Status).word::<ProblemStatus>().filters(), "Where it stands in the case life cycle.")
        .field(col(C::Open).filters(), "Whether it is neither declined, closed, merged, withdrawn nor voided.")
        .field(
            col(C::Domain).word::<ProblemDomain>().filters(),
            "What it is about (领域); null before acceptance.",
        )
        .field(
            col(C::Nature).word::<ProblemNature>().filters(),
            "A thing or a happening (部件、事件); null before acceptance.",
        )
        .field(
            col(C::Complexity).word::<ProblemComplexity>().shown_if(rows::summary),
            "How hard a dispute is; null where nobody said.",
        )
        .field(
            col(C::Channel).word::<ProblemChannel>().shown_if(rows::summary).filters(),
            "How it came in (来源); null for those who read public problems alone.",
        )
        .field(col(C::Visibility).word::<ProblemVisibility>(), "Who may read it.")
        .field(
            col(C::Urgent).shown_if(rows::summary).filters(),
            "Whether triage confirmed that it is urgent; null for those who read public problems alone.",
        )
        .field(
            col(C::UrgentClaimed).shown_if(rows::report),
            "Whether the reporter called it urgent; null where `report` is.",
        )
        .field(
            col(C::Supervision).word::<SupervisionLevel>().shown_if(rows::summary),
            "How closely it is supervised (督办); null for those who read public problems alone.",
        )
        .field(
            col(C::EscalatedToMeeting).shown_if(rows::summary),
            "Whether the next joint meeting has to deal with it; null for those who read public problems alone.",
        )
        .field(
            col(C::ReworkCount).shown_if(rows::summary),
            "How often it was sent back for rework (返工); null for those who read public problems alone.",
        )
        .field(
            col(C::ReopenCount).shown_if(rows::report),
            "How often it was reopened; null for those who may not read `report`.",
        )
        .field(
            col(C::ReporterCount).shown_if(rows::trusted_office),
            "How many people reported it; for the secretary and the street, null for everybody else.",
        )
        .field(
            col(C::Revision).revision().shown_if(rows::summary),
            "What an update has to quote as `expectedRevision`. It covers the problem's tasks and dispositions. Null for those who read public problems alone.",
        )
        .derived::<Vec<AllowedAction>>(
            "allowedActions",
            facts::columns(),
            facts::facts(),
            allowed_actions,
            "What the caller may do about it at some time in its life, and whether it can be done now. The same rules refuse the mutations.",
        )
        .derived::<super::Reporter>(
            "reporter",
            vec![],
            super::reporter::facts(),
            super::reporter::reporter,
            "Who reported it (诉求人), as far as the caller may see: VISIBLE for the reporter, MASKED for those to whom it can be revealed, with a record, WITHHELD for everybody else, whether or not there is one; once it is erased, ERASED for those who saw it.",
        )
}

fn places(declared: Type) -> Type {
    declared
        .link("group", C::GroupId, "LinkageGroup", "The linkage group (联动小组) it was given to when it was reported.")
        .link_by("community", Key::Column("community_code"), ("Region", "code"), "The community (社区) it belongs to.")
        .link("compound", C::CompoundId, "Compound", "Its compound (小区); null where it lies in none.")
        .link("grid", C::GridId, "Grid", "Its comprehensive grid (综合网格); null until it is known.")
        .link("microGrid", C::MicroGridId, "Grid", "Its micro-grid (微网格); null where it is not known, and for those who read public problems alone.")
        .shown_if(rows::summary)
        .link("building", C::BuildingId, "Building", "Its building (楼栋); null where it is in none, and for those who read public problems alone. The exact address is the reporter's.")
        .shown_if(rows::summary)
        .link("leadParty", C::LeadPartyId, "Party", "The party that handles it, or handled it last (主办); null before dispatch.")
        .link("accountable", C::AccountableId, "Organisation", "The organisation that answers for it now, or did last; null for those who read public problems alone.")
        .shown_if(rows::summary)
        .many_by(
            "concerns",
            "Party",
            Join::Through {
                table: problem_concern::Entity.table_name().to_owned(),
                ours: IdenStatic::as_str(&problem_concern::Column::ProblemId),
                theirs: IdenStatic::as_str(&problem_concern::Column::PartyId),
            },
            ("createdAt", false),
            "The parties complained of (被诉方); null for those who are not to know.",
        )
        .short()
        .shown_if(rows::concerns)
        .filter("group", id(prefix::GROUP), |at, asked| asked.of(&at.col(C::GroupId)), "Problems of these groups.")
        .filter("grid", id(prefix::GRID), in_grid, "Problems in these grids, comprehensive or micro.")
        .filter("leadParty", id(prefix::PARTY), |at, asked| asked.of(&at.col(C::LeadPartyId)), "Problems handled, or handled last, by these parties.")
        .filter("concerns", id(prefix::PARTY), complained_of, "Problems in which these parties are complained of, where the caller may know.")
        .filter(
            "community",
            Operand::Choice(Scalar::Text, Holds::Int),
            |at, asked| asked.of(&at.col(C::CommunityCode)),
            "Problems of the communities with these 12-digit codes.",
        )
}

fn times(declared: Type) -> Type {
    declared
        .field(col(C::ReportedAt).filters().orders(), "When it was reported.")
        .field(col(C::AcceptedAt), "When it was accepted; null before.")
        .field(col(C::DispatchedAt), "When it was last dispatched; null before.")
        .field(
            col(C::DueAt).shown_if(rows::summary).orders_by(C::DueOrder),
            "When the present step is due (时限): triage, acknowledgement, handling or verification; null where there is no limit or its clock stands still, and for those who read public problems alone.",
        )
        .field(col(C::ClosedAt).filters(), "When its closure was verified; null while it is not closed.")
        .field(
            col(C::NoticeVersion).shown_if(rows::report),
            "The version of the privacy notice (隐私告知) that was accepted at report; null where `report` is, and for what was reported before there was one.",
        )
        .field(col(C::NoticeAcceptedAt).shown_if(rows::report), "When it was accepted; null likewise.")
        .derived::<bool>(
            "overdue",
            vec![Column::of(C::Open), Column::of(C::DueAt)],
            vec![],
            |look| (look.cells.yes("open") && look.cells.time("due_at").is_some_and(|due| due < look.now)).into(),
            "Whether the present step's due time has passed; derived, never stored. Null for those who read public problems alone.",
        )
        .shown_if(rows::summary)
        .derived::<Option<super::Remaining>>(
            "remaining",
            [C::Open, C::DueAt, C::CommunityCode].map(Column::of).into(),
            vec![],
            |look| {
                let due = look.cells.time("due_at").filter(|_| look.cells.yes("open"));
                due.and_then(|due| super::remaining(look, due)).json()
            },
            "What is left until `dueAt` (剩余时限); derived, never stored. Null where there is no limit or its clock stands still, and for those who read public problems alone.",
        )
        .shown_if(rows::summary)
        .by_working_time()
        .filter(
            "overdue",
            Operand::Boolean,
            |at, asked| rows::summary(at) & asked.of(&at.col(C::Open).and(at.col(C::DueOrder).lt(viewer(Known::Now)))),
            "Problems whose present step's due time has passed, or has not.",
        )
}

fn lists(declared: Type) -> Type {
    declared
        .many(
            "additions",
            "Addition",
            problem_addition::Column::ProblemId,
            ("createdAt", false),
            "What was added to the report afterwards (补充); empty for those who may not read it.",
        )
        .many(
            "followUps",
            "FollowUp",
            follow_up::Column::ProblemId,
            ("createdAt", false),
            "Visits and calls after closure (回访); empty for the parties.",
        )
        .many(
            "ratings",
            "Rating",
            rating::Column::ProblemId,
            ("createdAt", false),
            "The reporter's ratings, one a closure (评价); empty for the parties.",
        )
        .many(
            "timeline",
            "TimelineEntry",
            event::Column::ProblemId,
            ("at", false),
            "What happened, in the order it did, as far as it is for the caller.",
        )
        .many(
            "disclosures",
            "Disclosure",
            entity::disclosure::Column::ProblemId,
            ("createdAt", true),
            "Who was shown the reporter's data, and why (披露记录); for the reporter, the secretary and the street.",
        )
}

fn id(prefix: Prefix) -> Operand {
    Operand::Choice(Scalar::Id(prefix), Holds::Uuid)
}

/// The report where it may be read and there is no title yet.
fn report_until_accepted(at: &At) -> Expr {
    let without_title = Rule::When(at.col(C::Title).is_null());
    CaseStatement::new().case((without_title & rows::report(at)).expr(), at.col(C::Report)).into()
}

/// How much of a report's first line stands for a title.
const TITLE_CHARS: usize = 60;

fn title(look: &Look<'_>) -> Value {
    let first = |text: String| text.lines().next().unwrap_or_default().chars().take(TITLE_CHARS).collect::<String>();
    look.cells.text("title").or_else(|| look.cells.text("words").map(first)).json()
}

fn allowed_actions(look: &Look<'_>) -> Value {
    let Some(facts) = Facts::of(&look.cells) else { return Value::Array(vec![]) };
    let asked = transition::Asked { facts: &facts, viewer: look.viewer, now: look.now };
    let actions = asked.allowed().map(|allowed| AllowedAction {
        action: allowed.action,
        mutation: allowed.mutation.into(),
        allowed: allowed.obstacle.is_none(),
        reason: allowed.reason(facts.status, look.language),
    });
    actions.collect::<Vec<_>>().json()
}

/// A micro-grid is found by those alone who are shown it.
fn in_grid(at: &At, asked: &Asked) -> Rule {
    let (grid, micro) = (at.col(C::GridId), at.col(C::MicroGridId));
    if let Asked::NotIn(among) = asked {
        let outside = |column: Expr| Rule::When(column.clone().is_null().or(ExprTrait::not(among(column))));
        return rows::summary(at) & outside(grid) & outside(micro);
    }
    asked.of(&grid) | (rows::summary(at) & asked.of(&micro))
}

fn complained_of(at: &At, asked: &Asked) -> Rule {
    let party = of(problem_concern::Column::PartyId);
    let among = |rule: Rule| {
        let mut select = any(problem_concern::Entity);
        select.and_where(of(problem_concern::Column::ProblemId).eq(at.col(C::Id))).and_where(rule.expr());
        Rule::exists(select)
    };
    let found = match asked {
        Asked::NotIn(those) => !among(Rule::When(those(party))),
        Asked::Range(None, None) => Rule::Always,
        Asked::Boolean(_) | Asked::Eq(_) | Asked::In(_) | Asked::Range(..) | Asked::Text(_) => among(asked.of(&party)),
    };
    rows::concerns(at) & found
}

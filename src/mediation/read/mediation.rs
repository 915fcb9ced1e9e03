//! The type `Mediation`.

use entity::mediation::{self, Column as C};
use entity::word::{
    AgreementForm, DossierDocument, MediationAction, MediationKind, MediationStatus, RecusalGround, Word,
};
use entity::{mediation_session, mediation_side, mediation_statement, problem};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use serde_json::Value;

use crate::answer;
use crate::clock;
use crate::id::prefix;
use crate::machine::Machine as _;
use crate::mediation::dossier::{self, Course};
use crate::mediation::facts::{self, Facts};
use crate::mediation::transition;
use crate::policy::Capability;
use crate::policy::rows::mediation as rows;
use crate::policy::rule::{At, Known, any, of, viewer};
use crate::read::model::{Column, Fact, Holds, Key, Look, Operand, Type, col};
use crate::read::shape::{Output, Scalar};

answer! {
    /// Something the caller may do about a mediation at some time in its life, and whether it can be done now.
    pub struct AllowedMediationAction {
        /// The action.
        pub action: MediationAction,
        /// The name of the mutation that does it, as it stands in the schema.
        pub mutation: String,
        /// Whether it can be done now.
        pub allowed: bool,
        /// Why not, in the caller's language; null where it can be done.
        pub reason: Option<String>,
    }
}

answer! {
    /// A document of a mediation's dossier (卷宗材料).
    pub struct DossierItem {
        /// The document.
        pub document: DossierDocument,
        /// Whether it has to be there, by the kind of the mediation and where it stands.
        pub mandatory: bool,
        /// Whether the mediator found it to be there.
        pub present: bool,
    }
}

/// A mediation.
pub fn mediation() -> Type {
    let declared = Type::of(
        mediation::Entity,
        "Mediation",
        prefix::MEDIATION,
        Capability::ReadMediations,
        rows::mediation,
        "A mediation (调解) of a dispute: the sides consent, a mediator talks with them, they agree or do not. It is in sight of the secretary and the street that opened it, of the mediator, and of the sides; nobody else knows that there is one.",
    );
    lists(record(state(declared)))
}

fn state(declared: Type) -> Type {
    declared
        .field(col(C::Kind).word::<MediationKind>().filters(), "What kind it is.")
        .field(col(C::Status).word::<MediationStatus>().filters(), "Where it stands.")
        .field(col(C::Matter), "What the dispute is about, in a text that all sides read.")
        .field(col(C::OpenedAt).filters().orders(), "When it was opened.")
        .field(col(C::ConsentedAt), "When the last side consented, and mediating began; null before.")
        .field(
            col(C::DueOn).orders_by(C::DueOrder),
            "The last day of its limit: 30 days from the consent of all, more where all sides agreed; null before.",
        )
        .field(
            col(C::EndedAt),
            "When it was refused, terminated, performed or breached; null before.",
        )
        .derived::<bool>(
            "overdue",
            [C::Status, C::DueOn].map(Column::of).into(),
            vec![],
            |look| {
                let running = look.cells.word::<MediationStatus>("status") == Some(MediationStatus::Mediating);
                (running && look.cells.day("due_on").is_some_and(|due| due < clock::day(look.now))).into()
            },
            "Whether its limit has passed and it is still being mediated; derived, never stored.",
        )
        .field(col(C::Form).word::<AgreementForm>(), "Whether the agreement is written or oral; null without one.")
        .field(
            col(C::Remedies).shown_if(rows::inside),
            "What the sides were told they can do instead, where it was terminated: a court, an arbitration; null otherwise, and for the secretary and the street.",
        )
        .field(col(C::Revision).revision(), "What an update has to quote as `expectedRevision`.")
        .derived::<Vec<AllowedMediationAction>>(
            "allowedActions",
            facts::columns(),
            facts::facts(),
            allowed_actions,
            "What the caller may do about it at some time in its life, and whether it can be done now. The same rules refuse the mutations.",
        )
        .filter(
            "overdue",
            Operand::Boolean,
            |at, asked| {
                let running = at.col(C::Status).eq(MediationStatus::Mediating);
                asked.of(&running.and(at.col(C::DueOrder).lt(viewer(Known::Today))))
            },
            "Mediations whose limit has passed while they are mediated, or has not.",
        )
        .filter(
            "problem",
            Operand::Choice(Scalar::Id(prefix::PROBLEM), Holds::Uuid),
            |at, asked| asked.of(&at.col(C::ProblemId)),
            "Mediations of these problems.",
        )
}

/// What is for some of those who know of it.
fn record(declared: Type) -> Type {
    declared
        .derived::<Option<String>>(
            "problemSummary",
            vec![],
            vec![Fact { name: "summary", holds: Holds::Text, sql: problem_summary }],
            |look| look.cells.text("summary").json(),
            "What the parties are told of the problem (转办摘要): all that the mediator gets of it, unless the problem is in the mediator's sight; null for the sides.",
        )
        .field(
            col(C::RecusalGround).word::<RecusalGround>().shown_if(rows::office),
            "Why the last mediator was recused (回避), until there is another; for the secretary and the street.",
        )
        .field(
            col(C::RecusalReason).shown_if(rows::office),
            "The same in words; for the secretary and the street.",
        )
        .derived::<Vec<DossierItem>>(
            "dossier",
            course(),
            vec![],
            |look| items(look).json(),
            "The documents of its dossier (卷宗): which are mandatory by now, and which are there; for the mediator, null for everybody else.",
        )
        .shown_if(rows::mediator)
        .derived::<Vec<DossierDocument>>(
            "dossierMissing",
            course(),
            vec![],
            |look| missing(look).json(),
            "The mandatory documents that are not there; for the mediator, null for everybody else.",
        )
        .shown_if(rows::mediator)
        .derived::<bool>(
            "dossierComplete",
            course(),
            vec![],
            |look| missing(look).is_empty().into(),
            "Whether all mandatory documents are there; for the mediator, null for everybody else.",
        )
        .shown_if(rows::mediator)
}

fn lists(declared: Type) -> Type {
    declared
        .link("problem", C::ProblemId, "Problem", "The problem; null where it is out of the caller's sight.")
        .link_by("community", Key::Column("community_code"), ("Region", "code"), "The community (社区).")
        .link(
            "mediator",
            C::MediatorPostId,
            "Appointment",
            "The mediator (调解员), in the post that was appointed; null between a recusal and the next appointment.",
        )
        .link_by(
            "agreement",
            Key::Column("id"),
            ("MediationAgreement", "mediation_id"),
            "What was agreed (调解协议); null before.",
        )
        .many(
            "sides",
            "MediationSide",
            mediation_side::Column::MediationId,
            ("number", false),
            "The sides (当事人). Who they are is shown to each other and to the mediator once all consented.",
        )
        .many(
            "sessions",
            "MediationSession",
            mediation_session::Column::MediationId,
            ("startsAt", false),
            "The sessions (调解会); empty for the secretary and the street.",
        )
        .many(
            "statements",
            "MediationStatement",
            mediation_statement::Column::MediationId,
            ("createdAt", false),
            "What the sides said: one's own for a side, all for the mediator, none for everybody else.",
        )
}

fn allowed_actions(look: &Look<'_>) -> Value {
    let Some(facts) = Facts::of(&look.cells) else { return Value::Array(vec![]) };
    let asked = transition::Asked { facts: &facts, viewer: look.viewer, today: clock::day(look.now) };
    let actions = asked.allowed().map(|allowed| AllowedMediationAction {
        action: allowed.action,
        mutation: allowed.mutation.into(),
        allowed: allowed.obstacle.is_none(),
        reason: allowed.reason(facts.status, look.language),
    });
    actions.collect::<Vec<_>>().json()
}

/// The problem's summary, for those who are briefed.
fn problem_summary(at: &At) -> Expr {
    let mut select = any(problem::Entity);
    select
        .clear_selects()
        .expr(of(problem::Column::Summary))
        .and_where(of(problem::Column::Id).eq(at.col(C::ProblemId)));
    CaseStatement::new().case(rows::briefed(at).expr(), Expr::SubQuery(None, Box::new(select.into()))).into()
}

fn course() -> Vec<Column> {
    [C::Kind, C::Status, C::Form, C::Confirmed, C::Dossier].map(Column::of).into()
}

fn stands(look: &Look<'_>) -> Option<(Course, Vec<DossierDocument>)> {
    let course = Course {
        kind: look.cells.word("kind")?,
        status: look.cells.word("status")?,
        form: look.cells.word("form"),
        confirmed: look.cells.yes("confirmed"),
    };
    Some((course, dossier::read(&look.cells.json("dossier")?)))
}

fn items(look: &Look<'_>) -> Vec<DossierItem> {
    let Some((course, present)) = stands(look) else { return vec![] };
    let item = |document: &DossierDocument| DossierItem {
        document: *document,
        mandatory: course.requires(*document),
        present: present.contains(document),
    };
    DossierDocument::ALL.iter().map(item).collect()
}

fn missing(look: &Look<'_>) -> Vec<DossierDocument> {
    stands(look).map(|(course, present)| course.missing(&present)).unwrap_or_default()
}

//! What can be read of tasks and dispositions.

use entity::word::{DispositionAction, QuantityPrecision, QuantityUnit, TaskRole, TaskStatus, Word};
use entity::{disposition, disposition_task};
use sea_orm::sea_query::{Expr, ExprTrait};
use serde_json::Value;

use crate::answer;
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::problem as rows;
use crate::policy::rule::{At, Known, viewer};
use crate::problem::facts::WAITING;
use crate::problem::read::{Remaining, remaining};
use crate::read::model::{Column, Extension, Holds, Look, Operand, Query, Type, col};
use crate::read::shape::{Output, Scalar};

answer! {
    /// A quantity of work: `{ value: 800, unit: SQUARE_METRE, precision: AT_LEAST }` is more than 800 m² (800余平方米).
    pub struct Quantity {
        /// How much, in whole units.
        pub value: i64,
        /// Of what.
        pub unit: QuantityUnit,
        /// How exactly.
        pub precision: QuantityPrecision,
    }
}

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![task(), recorded()]
}

/// What is added to `Problem`.
#[must_use]
pub fn of_problem() -> Extension {
    Extension::of("Problem")
        .many(
            "tasks",
            "DispositionTask",
            disposition_task::Column::ProblemId,
            ("assignedAt", false),
            "Who was asked to do what about it, in the order it was given.",
        )
        .needs(Capability::ReadTasks)
        .many(
            "dispositions",
            "Disposition",
            disposition::Column::ProblemId,
            ("createdAt", false),
            "What was done about it, in the order it was recorded. The last three: `first: 3`, ordered by CREATED_AT DESC.",
        )
        .needs(Capability::ReadTasks)
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    vec![Query::many(
        "dispositionTasks",
        Capability::ReadTasks,
        "DispositionTask",
        ("assignedAt", true),
        "Tasks of problems in sight, the newest first. One's own open ones: `viewer { tasks }`.",
    )]
}

fn task() -> Type {
    use disposition_task::Column as C;
    Type::of(
        disposition_task::Entity,
        "DispositionTask",
        prefix::TASK,
        Capability::ReadTasks,
        rows::task,
        "What a party is asked to do about a problem (任务): to lead (主办), to assist (协办), or to read (阅知).",
    )
    .field(col(C::Role).word::<TaskRole>().filters(), "Lead, assist or read.")
    .field(col(C::Status).word::<TaskStatus>().filters(), "Where it stands.")
    .field(
        col(C::Instruction).shown_if(rows::task_text),
        "What is asked; null where nothing more was said, and for parties that do not work on the problem.",
    )
    .field(
        col(C::Feedback).shown_if(rows::task_text),
        "What the party says it achieved (反馈); null before, and for parties that do not work on the problem.",
    )
    .field(
        col(C::EndReason).shown_if(rows::task_text),
        "Why it was waived or cancelled (免除、取消原因); null otherwise, and for parties that do not work on the problem.",
    )
    .field(col(C::AssignedAt).orders(), "When it was given.")
    .field(col(C::DueAt).filters().orders_by(C::DueOrder), "When it is due; null where it has no limit.")
    .field(col(C::AcknowledgedAt), "When it was acknowledged or read (签收、已阅); null before.")
    .field(col(C::SubmittedAt), "When feedback was last submitted; null before.")
    .field(col(C::EndedAt), "When it was done, waived or cancelled; null before.")
    .derived::<bool>(
        "overdue",
        vec![Column::of(C::DueAt), Column::of(C::Status)],
        vec![],
        |look| {
            let waiting = look.cells.word("status").is_some_and(|status: TaskStatus| WAITING.contains(&status));
            (waiting && look.cells.time("due_at").is_some_and(|due| due < look.now)).into()
        },
        "Whether its due time has passed and feedback is still awaited; derived, never stored.",
    )
    .derived::<Option<Remaining>>(
        "remaining",
        [C::DueAt, C::Status, C::CommunityCode].map(Column::of).into(),
        vec![],
        |look| {
            let waiting = look.cells.word("status").is_some_and(|status: TaskStatus| WAITING.contains(&status));
            look.cells.time("due_at").filter(|_| waiting).and_then(|due| remaining(look, due)).json()
        },
        "What is left until `dueAt` while feedback is awaited (剩余时限); derived, never stored. Null where there is no limit or its clock stands still.",
    )
    .by_working_time()
    .filter("overdue", Operand::Boolean, |at, asked| asked.of(&overdue(at)), "Tasks that are overdue, or are not.")
    .filter(
        "party",
        Operand::Choice(Scalar::Id(prefix::PARTY), Holds::Uuid),
        |at, asked| asked.of(&at.col(C::PartyId)),
        "Tasks of these parties.",
    )
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("party", C::PartyId, "Party", "The party it is given to.")
    .link(
        "organisation",
        C::OrganisationId,
        "Organisation",
        "The organisation that holds the party's seat for the place.",
    )
    .link("grid", C::GridId, "Grid", "The grid whose workers do it; null where the party's people do.")
}

fn overdue(at: &At) -> Expr {
    let waiting = at.col(disposition_task::Column::Status).is_in(WAITING.map(Word::value));
    waiting.and(at.col(disposition_task::Column::DueOrder).lt(viewer(Known::Now)))
}

fn recorded() -> Type {
    use disposition::Column as C;
    Type::of(
        disposition::Entity,
        "Disposition",
        prefix::DISPOSITION,
        Capability::ReadTasks,
        rows::disposition,
        "One recorded act of a party on a problem (处置); never changed afterwards.",
    )
    .field(col(C::Action).word::<DispositionAction>(), "What was done.")
    .field(
        col(C::Content).shown_if(rows::content),
        "What was done, in words, for the parties that work on the problem; null for a party that is only told of it or only complained of.",
    )
    .field(
        col(C::InternalNote).shown_if(rows::internal_note),
        "A note for the secretary, the street and the grid worker; null for others.",
    )
    .field(
        col(C::Reply).shown_if(rows::disposition_reply),
        "An answer to the reporter; null where there is none, and for those who may not read the report.",
    )
    .derived::<Option<Quantity>>(
        "quantity",
        [C::QuantityValue, C::QuantityUnit, C::QuantityPrecision].map(Column::of).into(),
        vec![],
        quantity,
        "How much was done; null where nobody counted.",
    )
    .field(col(C::CreatedAt).orders(), "When it was recorded.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("task", C::TaskId, "DispositionTask", "The task it was done under.")
    .link("party", C::PartyId, "Party", "The party that acted.")
    .link("organisation", C::OrganisationId, "Organisation", "The organisation that acted.")
}

fn quantity(look: &Look<'_>) -> Value {
    let quantity = || {
        Some(Quantity {
            value: look.cells.int("quantity_value")?,
            unit: look.cells.word("quantity_unit")?,
            precision: look.cells.word("quantity_precision")?,
        })
    };
    quantity().json()
}

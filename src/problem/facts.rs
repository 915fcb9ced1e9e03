//! What the state machine looks at: the same facts of a row and its viewer, whether a list is read or a command runs.

use chrono::{DateTime, Utc};
use entity::word::{ContactField, ProblemStatus, TaskRole, TaskStatus, Word};
use entity::{closure, disposition, disposition_task, follow_up, problem, rating};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{EntityName, QueryResult};
use uuid::Uuid;

use crate::policy::rows::{contact, problem as rows};
use crate::policy::rule::{At, Rule, any, of};
use crate::read::model::{Column, Fact, Holds};
use crate::read::run::Cells;

/// What the state machine looks at.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where the problem stands.
    pub status: ProblemStatus,
    /// When it was declined.
    pub declined_at: Option<DateTime<Utc>>,
    /// By whom.
    pub declined_by: Option<Uuid>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether public safety is concerned.
    pub public_safety: bool,
    /// Whether the viewer is the office that decides on it.
    pub office: bool,
    /// Whether the viewer is the grid worker of its grid.
    pub ground: bool,
    /// Whether the viewer is its reporter.
    pub reporter: bool,
    /// Whether the viewer recorded it for another person.
    pub recorder: bool,
    /// Whether an organisation of the viewer is complained of.
    pub concerned: bool,
    /// Whether the viewer or an organisation of the viewer handled it.
    pub handled: bool,
    /// Whether the viewer may see that there is contact data.
    pub contact: bool,
    /// Whether the viewer may see the reporter's name; looked at by commands alone.
    pub named: bool,
    /// Where the viewer's LEAD task stands.
    pub lead: Option<TaskStatus>,
    /// Where the viewer's ASSIST task stands, the one least far.
    pub assist: Option<TaskStatus>,
    /// Where the viewer's READ task stands.
    pub read: Option<TaskStatus>,
    /// Whether an assisting party is not ready.
    pub assists_open: bool,
    /// Whether a disposition was recorded since the lead's task was given or sent back.
    pub disposed: bool,
    /// Whether the closure was rated.
    pub rated: bool,
}

/// A fact for commands alone: a list of problems does not ask it.
const NAMED: &str = "named";

/// The columns of the problem that are needed.
#[must_use]
pub fn columns() -> Vec<Column> {
    use problem::Column::{ClosedAt, DeclinedAt, DeclinedById, PublicSafety, Status};
    [Status, DeclinedAt, DeclinedById, ClosedAt, PublicSafety].map(Column::of).into()
}

/// The facts that are needed.
#[must_use]
pub fn facts() -> Vec<Fact> {
    let yes = |name, sql| Fact { name, holds: Holds::Boolean, sql };
    let text = |name, sql| Fact { name, holds: Holds::Text, sql };
    vec![
        yes("office", |at| rows::office(at).expr()),
        yes("ground", |at| rows::ground(at).expr()),
        yes("reporter", |at| rows::reporter(at).expr()),
        yes("recorder", |at| rows::recorder(at).expr()),
        yes("concerned", |at| rows::concerned(at).expr()),
        yes("handled", |at| rows::handled(at).expr()),
        yes("contact", |at| contact::reporter_masked(at).expr()),
        text("lead", |at| own_task(at, TaskRole::Lead)),
        text("assist", |at| own_task(at, TaskRole::Assist)),
        text("read", |at| own_task(at, TaskRole::Read)),
        yes("assists_open", |at| assists_open(at).expr()),
        yes("disposed", |at| disposed(at).expr()),
        yes("rated", |at| rated(at).expr()),
    ]
}

impl Facts {
    /// Reads them off a row; `None` where it has no status.
    #[must_use]
    pub fn of(cells: &Cells<'_>) -> Option<Self> {
        Some(Self {
            status: cells.word("status")?,
            declined_at: cells.time("declined_at"),
            declined_by: cells.uuid("declined_by_id"),
            closed_at: cells.time("closed_at"),
            public_safety: cells.yes("public_safety"),
            office: cells.yes("office"),
            ground: cells.yes("ground"),
            reporter: cells.yes("reporter"),
            recorder: cells.yes("recorder"),
            concerned: cells.yes("concerned"),
            handled: cells.yes("handled"),
            contact: cells.yes("contact"),
            named: cells.yes(NAMED),
            lead: cells.word("lead"),
            assist: cells.word("assist"),
            read: cells.word("read"),
            assists_open: cells.yes("assists_open"),
            disposed: cells.yes("disposed"),
            rated: cells.yes("rated"),
        })
    }

    /// The same, asked about one task and no other: the viewer's own, or none.
    #[must_use]
    pub fn about(mut self, own: Option<&disposition_task::Model>) -> Self {
        let only = |role| own.filter(|task| task.role == role).map(|task| task.status);
        (self.lead, self.assist, self.read) = (only(TaskRole::Lead), only(TaskRole::Assist), only(TaskRole::Read));
        self
    }
}

/// Where a task stands while something can still be done with it, the least far first.
const OPEN: [TaskStatus; 5] = [
    TaskStatus::Assigned,
    TaskStatus::Unread,
    TaskStatus::Acknowledged,
    TaskStatus::ReturnRequested,
    TaskStatus::Submitted,
];

fn own_task(at: &At, role: TaskRole) -> Expr {
    let status = of(disposition_task::Column::Status);
    let far = OPEN.iter().zip(0_i64..).fold(sea_orm::sea_query::CaseStatement::new(), |case, (open, place)| {
        case.case(status.clone().eq(*open), Expr::Constant(place.into()))
    });
    let select = rows::acted_tasks(at)
        .clear_selects()
        .expr(status.clone())
        .and_where(of(disposition_task::Column::Role).eq(role))
        .and_where(status.is_in(OPEN.map(Word::value)))
        .order_by_expr(far.into(), sea_orm::sea_query::Order::Asc)
        .limit(1)
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

fn assists_open(at: &At) -> Rule {
    let waiting = [TaskStatus::Assigned, TaskStatus::Acknowledged, TaskStatus::ReturnRequested];
    let mut tasks = any(disposition_task::Entity);
    tasks
        .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(disposition_task::Column::Role).eq(TaskRole::Assist))
        .and_where(of(disposition_task::Column::Status).is_in(waiting.map(Word::value)));
    Rule::exists(tasks)
}

/// What was done before the lead's task was given, or before it was submitted and sent back, does not count again.
fn disposed(at: &At) -> Rule {
    let done = of(disposition::Column::CreatedAt);
    let submitted = of(disposition_task::Column::SubmittedAt);
    let mut acts = any(disposition::Entity);
    acts.from(Alias::new(disposition_task::Entity.table_name()))
        .and_where(of(disposition::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(disposition_task::Column::Id).eq(at.col(problem::Column::LeadTaskId)))
        .and_where(done.clone().gte(of(disposition_task::Column::AssignedAt)))
        .and_where(submitted.clone().is_null().or(done.gt(submitted)));
    Rule::exists(acts)
}

fn rated(at: &At) -> Rule {
    let mut ratings = any(rating::Entity);
    ratings
        .from(Alias::new(closure::Entity.table_name()))
        .and_where(of(closure::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(closure::Column::ResumedAt).is_null())
        .and_where(of(rating::Column::ClosureId).eq(of(closure::Column::Id)));
    // What a reporter without account said at a visit or call is that reporter's rating.
    let mut said = any(follow_up::Entity);
    said.from(Alias::new(closure::Entity.table_name()))
        .and_where(of(closure::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(closure::Column::ResumedAt).is_null())
        .and_where(of(follow_up::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(follow_up::Column::Satisfaction).is_not_null())
        .and_where(of(follow_up::Column::CreatedAt).gte(of(closure::Column::EndedAt)));
    let without_account = Rule::When(at.col(problem::Column::ReporterId).is_null());
    Rule::exists(ratings) | (without_account & Rule::exists(said))
}

impl sea_orm::FromQueryResult for Facts {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        let facts = facts().into_iter().map(|fact| fact.name).chain([NAMED]);
        let names = columns().into_iter().map(|column| column.name).chain(facts);
        let places: Vec<_> = names.zip(0..).collect();
        Self::of(&Cells::new(row, &places)).ok_or_else(|| sea_orm::DbErr::Type("a problem without a status".into()))
    }
}

/// Makes a select answer [`Facts`].
pub fn select(select: &mut sea_orm::sea_query::SelectStatement, at: &At) {
    select.clear_selects();
    for column in columns() {
        select.expr(Expr::col((at.table.clone(), Alias::new(column.name))));
    }
    for fact in facts() {
        select.expr_as((fact.sql)(at), Alias::new(fact.name));
    }
    select.expr_as(contact::contact_field(at, ContactField::Name).expr(), Alias::new(NAMED));
}

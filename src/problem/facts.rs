//! What the state machine looks at: the same facts of a row and its viewer, whether a list is read or a command runs.

use chrono::{DateTime, Utc};
use entity::word::{
    ContactField, ProblemStatus, RequestKind, RequestStatus, SupervisionGrounds, SupervisionStatus, TaskRole,
    TaskStatus, Word,
};
use entity::{
    closure, disposition, disposition_task, extension_request, follow_up, problem, rating, request, supervision,
    suspension,
};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityName, QueryResult};
use uuid::Uuid;

use crate::policy::rows::{contact, problem as rows};
use crate::policy::rule::{At, Known, Rule, any, of, viewer};
use crate::read::model::{Column, Fact, Holds};
use crate::read::run::Cells;

/// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It was not.
    Never,
    /// It is, and waits for a decision.
    Open {
        /// Whether the viewer asked for it.
        own: bool,
    },
    /// It was, and was decided, or has lapsed.
    Decided,
}

impl Asked {
    /// As a statement says it: null, `OWN`, `OPEN`, `DECIDED`.
    fn of(text: Option<&str>) -> Self {
        match text {
            None => Self::Never,
            Some("OWN") => Self::Open { own: true },
            Some("OPEN") => Self::Open { own: false },
            Some(_) => Self::Decided,
        }
    }
}

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
    /// When the present step is due.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was merged.
    pub merged_at: Option<DateTime<Utc>>,
    /// Whether a task of a lead or of an assisting party is open.
    pub tasks_open: bool,
    /// Whether a party asks to give its task back.
    pub returning: Asked,
    /// Whether the lead asks for an extension under its present task.
    pub extension: Asked,
    /// Whether the lead asks for a suspension.
    pub suspension: Asked,
    /// Whether voiding is asked for.
    pub voiding: Asked,
    /// Whether the reporter asks for a withdrawal.
    pub withdrawal: Asked,
    /// Whether the problem it was merged into is closed.
    pub target_closed: bool,
    /// Whether supervision is proposed or in force.
    pub supervised: bool,
    /// Whether the office proposed supervision, and nobody has decided.
    pub proposed: bool,
}

/// A fact for commands alone: a list of problems does not ask it.
const NAMED: &str = "named";

/// The columns of the problem that are needed.
#[must_use]
pub fn columns() -> Vec<Column> {
    use problem::Column::{ClosedAt, DeclinedAt, DeclinedById, DueAt, MergedAt, PublicSafety, Status};
    [Status, DeclinedAt, DeclinedById, ClosedAt, PublicSafety, DueAt, MergedAt].map(Column::of).into()
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
        yes("tasks_open", |at| tasks_open(at).expr()),
        text("returning", |at| requested(at, RequestKind::Return)),
        text("extension", extension),
        text("suspension", suspension),
        text("voiding", |at| requested(at, RequestKind::Void)),
        text("withdrawal", |at| requested(at, RequestKind::Withdrawal)),
        yes("target_closed", |at| target_closed(at).expr()),
        yes("supervised", |at| Rule::exists(standing(at)).expr()),
        yes("proposed", |at| proposed(at).expr()),
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
            due_at: cells.time("due_at"),
            merged_at: cells.time("merged_at"),
            tasks_open: cells.yes("tasks_open"),
            returning: Asked::of(cells.text("returning").as_deref()),
            extension: Asked::of(cells.text("extension").as_deref()),
            suspension: Asked::of(cells.text("suspension").as_deref()),
            voiding: Asked::of(cells.text("voiding").as_deref()),
            withdrawal: Asked::of(cells.text("withdrawal").as_deref()),
            target_closed: cells.yes("target_closed"),
            supervised: cells.yes("supervised"),
            proposed: cells.yes("proposed"),
        })
    }

    /// The same, asked about one task and no other: the viewer's own, or none.
    #[must_use]
    pub fn about(mut self, own: Option<&disposition_task::Model>) -> Self {
        let only = |role| own.filter(|task| task.role == role).map(|task| task.status);
        (self.lead, self.assist, self.read) = (only(TaskRole::Lead), only(TaskRole::Assist), only(TaskRole::Read));
        self
    }

    /// The same, asked about one task of anybody's that an office is to change, and no other.
    #[must_use]
    pub fn changing(mut self, task: &disposition_task::Model) -> Self {
        let open = WAITING.contains(&task.status);
        self.tasks_open = open;
        self.assists_open = open && task.role == TaskRole::Assist;
        self
    }
}

/// Where a task stands until it ends, the least far first.
pub const OPEN: [TaskStatus; 5] = [
    TaskStatus::Assigned,
    TaskStatus::Unread,
    TaskStatus::Acknowledged,
    TaskStatus::ReturnRequested,
    TaskStatus::Submitted,
];

fn own_task(at: &At, role: TaskRole) -> Expr {
    let status = of(disposition_task::Column::Status);
    let far = OPEN.iter().zip(0_i64..).fold(CaseStatement::new(), |case, (open, place)| {
        case.case(status.clone().eq(*open), Expr::Constant(place.into()))
    });
    let select = rows::acted_tasks(at)
        .clear_selects()
        .expr(status.clone())
        .and_where(of(disposition_task::Column::Role).eq(role))
        .and_where(status.is_in(OPEN.map(Word::value)))
        .order_by_expr(far.into(), Order::Asc)
        .limit(1)
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// Where a task stands while its party has something to do, and its clock runs.
pub const WAITING: [TaskStatus; 3] = [TaskStatus::Assigned, TaskStatus::Acknowledged, TaskStatus::ReturnRequested];

fn waiting(at: &At) -> SelectStatement {
    let mut tasks = any(disposition_task::Entity);
    tasks
        .and_where(of(disposition_task::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(disposition_task::Column::Status).is_in(WAITING.map(Word::value)));
    tasks
}

fn tasks_open(at: &At) -> Rule {
    Rule::exists(waiting(at))
}

fn assists_open(at: &At) -> Rule {
    let assisting = of(disposition_task::Column::Role).eq(TaskRole::Assist);
    Rule::exists(waiting(at).and_where(assisting).take())
}

/// Whether something waits for a decision, and whether the viewer asked for it: the viewer's own first.
fn asked<C: ColumnTrait>(mut pending: SelectStatement, asked_by: C) -> Expr {
    let own = of(asked_by).eq(viewer(Known::User));
    let word = CaseStatement::new().case(own, Expr::val("OWN")).finally(Expr::val("OPEN"));
    pending.clear_selects().expr_as(word, Alias::new("asked")).order_by(Alias::new("asked"), Order::Desc).limit(1);
    Expr::SubQuery(None, Box::new(pending.into()))
}

fn requested(at: &At, kind: RequestKind) -> Expr {
    let mut pending = any(request::Entity);
    pending
        .and_where(of(request::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(request::Column::Kind).eq(kind))
        .and_where(of(request::Column::Status).eq(RequestStatus::Pending));
    asked(pending, request::Column::AskedBy)
}

fn suspension(at: &At) -> Expr {
    let mut pending = any(suspension::Entity);
    pending
        .and_where(of(suspension::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(suspension::Column::Status).eq(RequestStatus::Pending));
    asked(pending, suspension::Column::AskedBy)
}

fn extension(at: &At) -> Expr {
    let own = of(extension_request::Column::AskedBy).eq(viewer(Known::User));
    let pending = of(extension_request::Column::Status).eq(RequestStatus::Pending);
    let word = CaseStatement::new()
        .case(pending.clone().and(own), Expr::val("OWN"))
        .case(pending, Expr::val("OPEN"))
        .finally(Expr::val("DECIDED"));
    let select = any(extension_request::Entity)
        .clear_selects()
        .expr(word)
        .and_where(of(extension_request::Column::TaskId).eq(at.col(problem::Column::LeadTaskId)))
        .take();
    Expr::SubQuery(None, Box::new(select.into()))
}

fn target_closed(at: &At) -> Rule {
    let target = Alias::new(format!("{}_t", at.table.0));
    let column = |column: problem::Column| Expr::col((target.clone(), column));
    let select = Query::select()
        .expr(Expr::cust("1"))
        .from_as(Alias::new(problem::Entity.table_name()), target.clone())
        .and_where(column(problem::Column::Id).eq(at.col(problem::Column::FollowsId)))
        .and_where(column(problem::Column::Status).eq(ProblemStatus::Closed))
        .take();
    Rule::exists(select)
}

/// Supervision that is proposed or in force.
fn standing(at: &At) -> SelectStatement {
    let standing = [SupervisionStatus::Proposed, SupervisionStatus::InForce].map(Word::value);
    let mut entries = any(supervision::Entity);
    entries
        .and_where(of(supervision::Column::ProblemId).eq(at.col(problem::Column::Id)))
        .and_where(of(supervision::Column::Status).is_in(standing));
    entries
}

fn proposed(at: &At) -> Rule {
    let asked = of(supervision::Column::Grounds).eq(SupervisionGrounds::Asked);
    let waits = of(supervision::Column::Status).eq(SupervisionStatus::Proposed);
    Rule::exists(standing(at).and_where(asked.and(waits)).take())
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

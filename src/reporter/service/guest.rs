//! What a reporter without account does with the number and the code of a report: the same acts by the same rules as
//! reporters with accounts ([`crate::problem::service`]).
//!
//! An unknown number, a wrong code and a number at which too many codes were wrong are one answer after the same work.
//! Every attempt is in the record: that it was made, and of a report that there is which; never the code.

use chrono::TimeDelta;
use entity::word::{ProblemAction, RegionLevel, Satisfaction};
use entity::{problem, problem_addition, reporter_code, subject_request};
use sea_orm::sea_query::{Alias, Expr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::act::{Act, Call, Caller};
use crate::app::App;
use crate::auth::throttle::network;
use crate::clock::real_now;
use crate::error::{Code, Error, Language, Result, Word};
use crate::event::{Event, INSTALLATION, Kind};
use crate::machine::Machine as _;
use crate::policy::Viewer;
use crate::policy::rows::problem::concerned_by;
use crate::policy::rule::{At, Rule};
use crate::problem::command::ReopenProblemInput;
use crate::problem::read::Followed;
use crate::problem::service::{Case, after, code, report};
use crate::read::load;
use crate::read::shape::Id;
use crate::reporter::command::{
    AppealReportInput, RateReportInput, ReopenReportInput, ReportStatusInput, SupplementReportInput,
    WithdrawReportInput,
};
use crate::reporter::read::{ReportAction, ReportRequest, ReportStatus};

/// The report that a number and a code open, and its reporter.
pub struct Opened {
    /// The problem.
    pub id: Uuid,
    viewer: Viewer,
}

impl Opened {
    /// Opens a report.
    ///
    /// # Errors
    /// `INVALID_VALUE` for a code with a slip in it, which tells nothing of any report; `TOO_MANY_REQUESTS` for the
    /// address; `REPORT_CODE_FAILED`, whatever the reason.
    pub async fn by(caller: &Caller<'_>, number: &str, code: &str) -> Result<Self> {
        let Some(digits) = code::canonical(code) else {
            let why = Word::both("查询码为 17 位数字，请核对", "a code has 17 digits, and there is a slip in this one");
            return Err(Error::refused(Code::InvalidValue, "code", vec![why]));
        };
        let (app, now, number) = (caller.app, real_now(), number.trim().to_ascii_uppercase());
        let (numbers, addresses) = (&app.auth.reporters().names, &app.auth.reporters().addresses);
        let address = caller.address.map(network);
        if let Some(address) = address {
            let seconds = |wait: TimeDelta| wait.num_seconds().saturating_add(1).into();
            let charged = addresses.charge(address, now);
            charged.map_err(|wait| Error::request(Code::TooManyRequests, vec![seconds(wait)]))?;
        }
        let locked = numbers.charge(&number, now).is_err();
        let (found, kept) = system_find(app, &number).await?;
        let id = found.as_ref().map_or(Uuid::nil(), |row| row.id);
        // A keyed hash: how much of it is alike tells nothing of the code.
        let right = kept.as_ref().is_some_and(|kept| kept.code_hash == code::hash(&app.vault, id, &digits));
        let right = right && !system_accused(app, id, kept.as_ref()).await?;
        let Some(row) = found.as_ref().filter(|_| right && !locked) else {
            refused(app, found.as_ref()).await?;
            return Err(failed());
        };
        numbers.clear(&number);
        if let Some(address) = address {
            addresses.give_back(address);
        }
        Ok(Self { id, viewer: Viewer::reporter_without_account(row.community_code) })
    }

    /// Opens the transaction of an act of the reporter's.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn begin<'a>(&'a self, caller: &Caller<'a>, command: &'static str) -> Result<Act<'a>> {
        Call { app: caller.app, viewer: &self.viewer, command, digest: vec![] }.begin().await
    }

    /// Says how the report stands, where nothing else is done.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn shown(&self, mut act: Act<'_>, language: Language) -> Result<ReportStatus> {
        let case = Case::system_of_reporter(&act, self.id).await?;
        act.emit(case.event(Kind::ReportLookedUp));
        self.finish(act, language).await
    }

    /// Commits, and says how the report stands then.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn finish(&self, act: Act<'_>, language: Language) -> Result<ReportStatus> {
        let case = Case::system_of_reporter(&act, self.id).await?;
        let requests = system_requests(&act, self.id).await?;
        let followed = system_followed(&act, case.row.follows_id).await?;
        let status = ReportStatus { followed, ..status(&case, &act, requests, language) };
        act.commit().await?;
        Ok(status)
    }
}

fn failed() -> Error {
    Error::refused(Code::ReportCodeFailed, "", vec![])
}

/// A problem by its number, and what is kept of its code: two look-ups, whether or not there is any.
async fn system_find(app: &App, number: &str) -> Result<(Option<problem::Model>, Option<reporter_code::Model>)> {
    let found = problem::Entity::find().filter(problem::Column::Number.eq(number)).one(&app.db).await?;
    let id = found.as_ref().map_or(Uuid::nil(), |row| row.id);
    let kept = reporter_code::Entity::find_by_id(id).one(&app.db).await?;
    Ok((found, kept))
}

/// Whether who handed the code out is complained of by now, and may have kept it: then the office issues another.
async fn system_accused(app: &App, id: Uuid, kept: Option<&reporter_code::Model>) -> Result<bool> {
    let Some(kept) = kept else { return Ok(false) };
    let viewer = Viewer::reporter_without_account(kept.community_code);
    let at = At { role: viewer.role, level: viewer.level, table: Alias::new("problem") };
    let accused = concerned_by(&at, &Expr::val(kept.issued_by));
    let problem = load::scoped::<problem::Entity>(&viewer, app.clock.now(), |_| Rule::Always).filter(accused.expr());
    problem.with_id(id).any(&app.db).await
}

/// Puts an attempt that failed on record.
async fn refused(app: &App, found: Option<&problem::Model>) -> Result<()> {
    let stream = found.map_or(INSTALLATION, |row| row.community_code);
    // Nobody is known to have made it.
    let viewer = Viewer::operator(stream, RegionLevel::Community);
    let mut act = Call { app, viewer: &viewer, command: "report", digest: vec![] }.begin().await?;
    let found = found.map(|row| row.id);
    act.emit(Event::new(Kind::ReporterCodeRefused, stream, found.unwrap_or_default()).on(found));
    act.commit().await
}

/// How a report stands, and what its reporter can do about it.
fn status(case: &Case, act: &Act<'_>, requests: Vec<subject_request::Model>, language: Language) -> ReportStatus {
    let row = case.row.clone();
    let asked = case.asked(act);
    let actions = asked.allowed().map(|allowed| ReportAction {
        mutation: allowed.mutation.to_owned(),
        allowed: allowed.obstacle.is_none(),
        reason: allowed.reason(row.status, language),
    });
    ReportStatus {
        actions: actions.collect(),
        number: row.number,
        status: row.status,
        outcome: row.outcome,
        reply: row.reply,
        reason: row.reason,
        other_channel: row.other_channel,
        referred_to: row.referred_to,
        public_summary: row.public_summary,
        reported_at: row.reported_at,
        accepted_at: row.accepted_at,
        dispatched_at: row.dispatched_at,
        due_at: row.due_at,
        closed_at: row.closed_at,
        rated: case.facts.rated,
        requests: requests.into_iter().map(asked_for).collect(),
        followed: None,
    }
}

/// What came of the problem at the end of the mergers: what its reporter may know of it, as with an account.
async fn system_followed(act: &Act<'_>, id: Option<Uuid>) -> Result<Option<Followed>> {
    let Some(id) = id else { return Ok(None) };
    let row = problem::Entity::find_by_id(id).one(&act.tx).await?;
    Ok(row.map(|row| Followed { status: row.status, outcome: row.outcome, reply: row.reply, closed_at: row.closed_at }))
}

/// What the reporter without account of a problem asked about their data, the newest first.
///
/// # Errors
/// A fault of the database.
pub async fn system_requests(act: &Act<'_>, problem: Uuid) -> Result<Vec<subject_request::Model>> {
    use subject_request::Column as C;
    let asked = subject_request::Entity::find().filter(C::ProblemId.eq(problem)).filter(C::PersonId.is_null());
    Ok(asked.order_by_desc(C::AskedAt).order_by_desc(C::Id).all(&act.tx).await?)
}

fn asked_for(row: subject_request::Model) -> ReportRequest {
    ReportRequest {
        kind: row.kind,
        status: row.status,
        content: row.content,
        asked_at: row.asked_at,
        due_at: row.due_at,
        answered_at: row.ended_at,
        answer: row.answer,
        refusal: row.refusal,
    }
}

/// Looks a report up.
///
/// # Errors
/// `INVALID_VALUE`, `REPORT_CODE_FAILED`, `TOO_MANY_REQUESTS`.
pub async fn look_up(caller: Caller<'_>, input: ReportStatusInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let act = opened.begin(&caller, "reportStatus").await?;
    opened.shown(act, caller.language).await
}

/// Rates the closure that stands.
///
/// # Errors
/// Those of [`look_up`]; `INVALID_TRANSITION`, `FORBIDDEN` where it was rated, here or at a visit or call.
pub async fn rate(caller: Caller<'_>, input: RateReportInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "rateReport").await?;
    let case = Case::system_of_reporter(&act, opened.id).await?;
    case.require(&act, ProblemAction::Rate)?;
    let satisfaction: Satisfaction = input.satisfaction;
    after::write_rating(&mut act, &case, satisfaction, input.comment.as_deref()).await?;
    opened.finish(act, caller.language).await
}

/// Takes a closed report up again, within the days for it.
///
/// # Errors
/// Those of [`look_up`]; `INVALID_TRANSITION`, `FORBIDDEN` once the days are over, `NO_ACTIVE_GROUP`, `REQUIRED`.
pub async fn reopen(caller: Caller<'_>, input: ReopenReportInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "reopenReport").await?;
    let case = Case::system_of_reporter_in_group(&act, opened.id, ProblemAction::Reopen).await?;
    let wish = ReopenProblemInput {
        problem: Id::new(opened.id),
        expected_revision: String::new(),
        reason: input.reason,
        lead: None,
        due_at: None,
        override_reason: None,
    };
    after::take_up(&mut act, &case, &wish).await?;
    opened.finish(act, caller.language).await
}

/// Withdraws a report before it is dispatched.
///
/// # Errors
/// Those of [`look_up`]; `INVALID_TRANSITION`, `FORBIDDEN` where public safety is concerned, `REQUIRED`.
pub async fn withdraw(caller: Caller<'_>, input: WithdrawReportInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "withdrawReport").await?;
    let case = Case::system_of_reporter(&act, opened.id).await?;
    case.require(&act, ProblemAction::Withdraw)?;
    report::write_withdrawal(&mut act, &case, &input.reason).await?;
    opened.finish(act, caller.language).await
}

/// Adds to a report. The same words as the last added add nothing.
///
/// # Errors
/// Those of [`look_up`]; `INVALID_TRANSITION` once it is not open, `REQUIRED`, `TOO_LONG`.
pub async fn supplement(caller: Caller<'_>, input: SupplementReportInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "supplementReport").await?;
    let case = Case::system_of_reporter(&act, opened.id).await?;
    case.require(&act, ProblemAction::Add)?;
    if system_last_added(&act, opened.id).await?.as_deref() == Some(input.content.trim()) {
        return opened.shown(act, caller.language).await;
    }
    let added = report::write_addition(&act, &case, &input.content, "content").await?;
    act.emit(added.told(case.event(Kind::ProblemAdded)));
    opened.finish(act, caller.language).await
}

async fn system_last_added(act: &Act<'_>, problem: Uuid) -> Result<Option<String>> {
    use problem_addition::Column as C;
    let added = problem_addition::Entity::find().filter(C::ProblemId.eq(problem));
    let last = added.order_by_desc(C::CreatedAt).order_by_desc(C::Id).one(&act.tx).await?;
    Ok(last.map(|row| row.content))
}

/// Appeals against declining, within the days for it.
///
/// # Errors
/// Those of [`look_up`]; `INVALID_TRANSITION`, `FORBIDDEN` once the days are over, `NO_ACTIVE_GROUP`, `REQUIRED`.
pub async fn appeal(caller: Caller<'_>, input: AppealReportInput) -> Result<ReportStatus> {
    let opened = Opened::by(&caller, &input.number, &input.code).await?;
    let mut act = opened.begin(&caller, "appealReport").await?;
    let case = Case::system_of_reporter_in_group(&act, opened.id, ProblemAction::Appeal).await?;
    report::write_appeal(&mut act, &case, &input.reason).await?;
    opened.finish(act, caller.language).await
}

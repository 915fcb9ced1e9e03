//! The mutations of and for reporters.

use chrono::{DateTime, Utc};
use entity::word::{ContactField, Satisfaction, VisitPlace};
use entity::{contact_release, disposition_task, party, problem, visit_offer};

use super::read::ReportStatus;
use super::service::{guest, release, visit};
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A release of contact data (联系方式授权): the reporter's separate consent.
    pub struct ReleaseContactInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The party (一方) whose people may see it: one that leads or assists, and is not complained of.
        pub party: Id<party::Entity>,
        /// What they may see; at least one.
        pub fields: Vec<ContactField>,
        /// Until when; by default, and at most, 14 days from now.
        pub until: Option<DateTime<Utc>>,
        /// A key of the caller's choice: the same key and input release once.
        pub idempotency_key: String,
    }
}

input! {
    /// A withdrawal of a release.
    pub struct WithdrawContactReleaseInput {
        /// The release.
        pub release: Id<contact_release::Entity>,
    }
}

input! {
    /// A time to choose from.
    pub struct VisitSlotInput {
        /// When it begins: after now, within 30 days.
        pub from: DateTime<Utc>,
        /// When it ends: at most 12 hours later.
        pub to: DateTime<Utc>,
    }
}

input! {
    /// Times that the leading party offers the reporter (预约上门).
    pub struct OfferVisitInput {
        /// The LEAD task, acknowledged.
        pub task: Id<disposition_task::Entity>,
        /// Where to meet.
        pub place: VisitPlace,
        /// The times to choose from; one to five.
        pub slots: Vec<VisitSlotInput>,
        /// What else the reporter is told; up to 2000 characters, no personal data.
        pub message: Option<String>,
        /// A key of the caller's choice: the same key and input offer once.
        pub idempotency_key: String,
    }
}

input! {
    /// A choice of one of the times.
    pub struct ChooseVisitInput {
        /// The offer.
        pub visit: Id<visit_offer::Entity>,
        /// The offer's `revision` as it was read.
        pub expected_revision: String,
        /// When the chosen time begins.
        pub from: DateTime<Utc>,
    }
}

input! {
    /// A refusal of an offer, or of the time that was chosen.
    pub struct DeclineVisitInput {
        /// The offer.
        pub visit: Id<visit_offer::Entity>,
        /// The offer's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// The end of an offer, by the party.
    pub struct CancelVisitInput {
        /// The offer.
        pub visit: Id<visit_offer::Entity>,
        /// The offer's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// Whether both came.
    pub struct RecordVisitInput {
        /// The offer.
        pub visit: Id<visit_offer::Entity>,
        /// The offer's `revision` as it was read.
        pub expected_revision: String,
        /// Whether both came.
        pub kept: bool,
    }
}

input! {
    /// What opens a report for a reporter without account.
    pub struct ReportStatusInput {
        /// The number of the report: `ZXL-2026-40173-6`.
        pub number: String,
        /// The secret code (查询码) that was handed over with it: 17 digits; spaces and dashes do not matter.
        pub code: String,
    }
}

input! {
    /// A rating (评价) by a reporter without account.
    pub struct RateReportInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// How satisfied.
        pub satisfaction: Satisfaction,
        /// In words; the parties do not read them.
        pub comment: Option<String>,
    }
}

input! {
    /// A reopening (重新启动) by a reporter without account.
    pub struct ReopenReportInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// Why; it becomes part of the report.
        pub reason: String,
    }
}

input! {
    /// A withdrawal (撤回) by a reporter without account.
    pub struct WithdrawReportInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// Why; the parties do not read it.
        pub reason: String,
    }
}

input! {
    /// Something that a reporter without account adds (补充) while the report is open. The same words again add nothing.
    pub struct SupplementReportInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// What is added; up to 5000 characters. It becomes part of the report.
        pub content: String,
    }
}

input! {
    /// An appeal (申诉) by a reporter without account against a refusal to accept.
    pub struct AppealReportInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// Why; it becomes part of the report.
        pub reason: String,
    }
}

const RELEASE: (&str, &str) = ("release", "ContactRelease");
const VISIT: (&str, &str) = ("visit", "VisitOffer");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    let mut commands = releases();
    commands.extend(visits());
    commands.extend(guests());
    commands
}

fn releases() -> Vec<Command> {
    vec![
        Command::of(
            "releaseContact",
            Capability::ReporterActs,
            RELEASE,
            |call, input: ReleaseContactInput| Box::pin(release::release(call, input)),
            "Releases named contact data of one's own (联系方式授权) to one party that leads or assists, for 14 days at most; each look-up leaves a record. Never to a party complained of, and not of a confidential problem.",
        ),
        Command::of(
            "withdrawContactRelease",
            Capability::ReporterActs,
            RELEASE,
            |call, input: WithdrawContactReleaseInput| Box::pin(release::withdraw(call, input)),
            "Withdraws a release of one's own contact data (撤回授权): from this moment on nothing is seen by it.",
        ),
    ]
}

fn visits() -> Vec<Command> {
    vec![
        Command::of(
            "offerVisit",
            Capability::ActOnTask,
            VISIT,
            |call, input: OfferVisitInput| Box::pin(visit::offer(call, input)),
            "Offers the reporter times to meet (预约上门) under an acknowledged LEAD task, without learning who that is; one offer at a time. Not for a party complained of, and not of a confidential problem.",
        ),
        Command::of(
            "chooseVisit",
            Capability::ReporterActs,
            VISIT,
            |call, input: ChooseVisitInput| Box::pin(visit::choose(call, input)),
            "Chooses one of the times that were offered about one's own problem (选定预约时间). Both sides then see a code word, and no name passes.",
        ),
        Command::of(
            "declineVisit",
            Capability::ReporterActs,
            VISIT,
            |call, input: DeclineVisitInput| Box::pin(visit::decline(call, input)),
            "Declines the times that were offered about one's own problem, or the one that was chosen (谢绝预约).",
        ),
        Command::of(
            "cancelVisit",
            Capability::ActOnTask,
            VISIT,
            |call, input: CancelVisitInput| Box::pin(visit::cancel(call, input)),
            "Takes an offer of the own party back, also one of which a time was chosen (取消预约).",
        ),
        Command::of(
            "recordVisit",
            Capability::ActOnTask,
            VISIT,
            |call, input: RecordVisitInput| Box::pin(visit::record(call, input)),
            "Says, once the chosen time has begun, whether both came (是否赴约).",
        ),
    ]
}

fn guests() -> Vec<Command> {
    vec![
        Command::guest::<_, ReportStatus, _>(
            "reportStatus",
            "report",
            |caller, input: ReportStatusInput| Box::pin(guest::look_up(caller, input)),
            "How a report stands (办理进展), for a reporter without account: by its number and the code that was handed over with it. A mutation, so that the code never stands in a URL, and because each look-up is recorded. `REPORT_CODE_FAILED` whatever the reason; ten wrong codes lock a number for a while.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "rateReport",
            "report",
            |caller, input: RateReportInput| Box::pin(guest::rate(caller, input)),
            "Rates (评价) the closure of a report, once a closure; what was said at a visit or call counts as the rating.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "reopenReport",
            "report",
            |caller, input: ReopenReportInput| Box::pin(guest::reopen(caller, input)),
            "Takes a closed report up again (重新启动), within 15 days.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "withdrawReport",
            "report",
            |caller, input: WithdrawReportInput| Box::pin(guest::withdraw(caller, input)),
            "Withdraws (撤回) a report before dispatch, unless public safety is concerned.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "supplementReport",
            "report",
            |caller, input: SupplementReportInput| Box::pin(guest::supplement(caller, input)),
            "Adds to a report (补充诉求) while it is open, by its number and code. Whoever wants it withdrawn after dispatch says so here: the secretary decides.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "appealReport",
            "report",
            |caller, input: AppealReportInput| Box::pin(guest::appeal(caller, input)),
            "Appeals (申诉) within 15 days against declining a report; the street decides, and not who declined.",
        ),
    ]
}

//! The mutations on problems: the straight road here, what offices decide on tasks in [`task`], what leaves the road in
//! [`course`].

pub mod course;
pub mod task;

use chrono::{DateTime, Utc};
use entity::word::{
    ClosureOutcome, FollowUpMethod, ProblemChannel, ProblemComplexity, ProblemDomain, ProblemNature, Satisfaction,
};
use entity::{building, compound, disposition_task, grid, party, party_seat, problem};

use super::service::{after, code, contact, dispatch, report, triage, verify};
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;
use crate::{answer, input};

input! {
    /// A problem to be reported. Say where it is: a grid, building, compound or place.
    pub struct ReportProblemInput {
        /// The community's 12-digit code; it may be left out where the grid, compound or building is given.
        pub community_code: Option<String>,
        /// The compound (小区).
        pub compound: Option<Id<compound::Entity>>,
        /// The grid (网格), comprehensive or micro.
        pub grid: Option<Id<grid::Entity>>,
        /// The building (楼栋); its compound and grids follow.
        pub building: Option<Id<building::Entity>>,
        /// Where, in words; up to 200 characters. Read by those who read the report.
        pub place: Option<String>,
        /// What is wrong (原述), in the reporter's own words; up to 5000 characters. The parties never read it.
        pub report: String,
        /// How it came in (来源); by default what follows from the caller's role.
        pub channel: Option<ProblemChannel>,
        /// The parties complained of (被诉方), of the community's group, at most 20. They never learn who reported it.
        pub concerns: Option<Vec<Id<party::Entity>>>,
        /// Whether it is confidential (保密): then only the secretary, the street and the reporter read the report.
        pub confidential: Option<bool>,
        /// Whether it is urgent; triage confirms it.
        pub urgent: Option<bool>,
        /// The name of the person it is reported for, if that is not the caller; with it the report is that person's.
        pub reporter_name: Option<String>,
        /// The phone number of that person; without a name the caller's own, by default the account's.
        pub reporter_phone: Option<String>,
        /// The home address of the reporter, whether the caller or another.
        pub reporter_address: Option<String>,
        /// That the person it is reported for consents; needed where it is reported for another.
        pub consent: Option<bool>,
        /// The version of the privacy notice (隐私告知) that the reporter has read and accepts: the present one, as
        /// `privacyNotice` tells it. Where it is reported for another, that person was told it.
        pub accepted_notice: String,
        /// A key of the caller's choice: the same key and input report once. Kept 7 days.
        pub idempotency_key: String,
    }
}

input! {
    /// What is added to a report.
    pub struct AddToReportInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The words; up to 5000 characters. Part of the report.
        pub content: String,
        /// A key of the caller's choice: the same key and input add once.
        pub idempotency_key: String,
    }
}

input! {
    /// An acceptance (立案).
    pub struct AcceptProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// What is wrong in one line, for all parties; up to 60 characters, no personal data.
        pub title: String,
        /// What the parties are told (转办摘要); up to 2000 characters, no personal data.
        pub summary: String,
        /// What everyone is told (公开摘要); it makes the problem public. No personal data.
        pub public_summary: Option<String>,
        /// What it is about (领域).
        pub domain: ProblemDomain,
        /// A thing or a happening (部件、事件).
        pub nature: ProblemNature,
        /// How hard a dispute is; decides its default limit.
        pub complexity: Option<ProblemComplexity>,
        /// Whether it is urgent indeed; by default not.
        pub urgent: Option<bool>,
        /// Whether public safety is concerned: then the reporter cannot withdraw it. By default not.
        pub public_safety: Option<bool>,
        /// Make it confidential; what is confidential stays so.
        pub confidential: Option<bool>,
        /// The grid, where it is not known yet or was wrong.
        pub grid: Option<Id<grid::Entity>>,
        /// The compound, likewise.
        pub compound: Option<Id<compound::Entity>>,
        /// The building, likewise.
        pub building: Option<Id<building::Entity>>,
        /// The parties complained of, at most 20, in place of those named so far. Where the office itself is one of them, the problem
        /// is not accepted but goes to the office above.
        pub concerns: Option<Vec<Id<party::Entity>>>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A refusal to accept (不予受理).
    pub struct DeclineProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. The reporter reads it.
        pub reason: String,
        /// The legal channel for it, where there is another: a court, an arbitration commission.
        pub other_channel: Option<String>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// An appeal (申诉) against a refusal to accept.
    pub struct AppealProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; it becomes part of the report.
        pub reason: String,
    }
}

input! {
    /// A withdrawal (撤回).
    pub struct WithdrawProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; the parties do not read it.
        pub reason: String,
    }
}

input! {
    /// A task for one party: name the party, and its seat that covers the problem's compound gets it; or name the seat.
    /// Where the problem's compound is not known, a party whose seats cover compounds of their own is asked by the seat.
    pub struct AssignmentInput {
        /// The party (一方).
        pub party: Option<Id<party::Entity>>,
        /// The seat (席位), instead of the party.
        pub seat: Option<Id<party_seat::Entity>>,
        /// The problem's own grid, if its workers are to do it for the party.
        pub grid: Option<Id<grid::Entity>>,
        /// What is asked; up to 2000 characters, no personal data. Needed for a party complained of.
        pub instruction: Option<String>,
    }
}

input! {
    /// A dispatch (派遣).
    pub struct DispatchProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Who leads (主办).
        pub lead: AssignmentInput,
        /// Who assists (协办), at most 20.
        pub assists: Option<Vec<AssignmentInput>>,
        /// Who is told (阅知), at most 20; nobody of a confidential problem.
        pub reads: Option<Vec<AssignmentInput>>,
        /// Until when; by default 5 working days, for a dispute 1, 7 or 20 by its complexity, for an urgent one 24 hours.
        pub due_at: Option<DateTime<Utc>>,
        /// Why texts that seem to hold personal data may stay as they are; for the secretary and the street, kept in the
        /// audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A verified closure (核查结案).
    pub struct CloseProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// What came of it.
        pub outcome: ClosureOutcome,
        /// The answer to the reporter (答复); up to 2000 characters, no personal data.
        pub reply: String,
        /// Why it is not, or not wholly, solved; needed for `PARTLY_SOLVED`, `UNFOUNDED` and `NOT_SOLVABLE`.
        pub reason: Option<String>,
        /// To whom it is referred; needed for REFERRED.
        pub referred_to: Option<String>,
        /// What everyone is told; it makes the problem public.
        pub public_summary: Option<String>,
        /// Why texts that seem to hold personal data may stay as they are; for the secretary and the street, kept in the
        /// audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A return for rework (返工).
    pub struct ReworkProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// What is missing; up to 2000 characters, no personal data. The parties read it.
        pub reason: String,
        /// The submitted tasks that go back beside the lead's, at most 20.
        pub tasks: Option<Vec<Id<disposition_task::Entity>>>,
        /// Why texts that seem to hold personal data may stay as they are; for the secretary and the street, kept in the
        /// audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A visit or call after closure (回访).
    pub struct FollowUpInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// Visit or call.
        pub method: FollowUpMethod,
        /// Whether the reporter was reached.
        pub reached: bool,
        /// What the reporter said; also the rating of a reporter without an account.
        pub satisfaction: Option<Satisfaction>,
        /// A note for the secretary, the street and the grid worker.
        pub note: Option<String>,
        /// A key of the caller's choice: the same key and input record once.
        pub idempotency_key: String,
    }
}

input! {
    /// A rating (评价) of the closure that stands; one a closure.
    pub struct RateProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// How satisfied.
        pub satisfaction: Satisfaction,
        /// In words; the parties do not read them.
        pub comment: Option<String>,
        /// A key of the caller's choice: the same key and input rate once.
        pub idempotency_key: String,
    }
}

input! {
    /// A reopening (重新启动).
    pub struct ReopenProblemInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why. A reporter's words become part of the report; the secretary's and the street's are read by the parties.
        pub reason: String,
        /// Who leads now, as the secretary or the street chooses; by default who led it last. If that seat has ended or is
        /// complained of, the problem waits for dispatch.
        pub lead: Option<AssignmentInput>,
        /// Until when, as the secretary or the street chooses; by default the default limit.
        pub due_at: Option<DateTime<Utc>>,
        /// Why texts that seem to hold personal data may stay as they are; for the secretary and the street, kept in the
        /// audit trail.
        pub override_reason: Option<String>,
    }
}

input! {
    /// A new code for a reporter without account.
    pub struct RenewReporterCodeInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// A key of the caller's choice: the same key and input renew once.
        pub idempotency_key: String,
    }
}

input! {
    /// A wish to see the reporter's contact data.
    pub struct RevealContactInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// What for; up to 200 characters. The reporter reads it.
        pub purpose: String,
    }
}

answer! {
    /// A reporter's contact data, shown once and recorded.
    pub struct RevealedContact {
        /// The name; null where none was given.
        pub name: Option<String>,
        /// The phone number; null where none was given.
        pub phone: Option<String>,
        /// The home address; null where none was given.
        pub address: Option<String>,
    }
}

const PROBLEM: (&str, &str) = ("problem", "Problem");
const CODE: (&str, &str) = (
    "reporterCode",
    "The secret code (查询码) of a reporter without account, to be handed over with the number; shown this once. Null where the reporter has an account or the caller acts for whom it complains of, and where the mutation is repeated with the same idempotency key: then only a new code can be issued.",
);

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    let mut commands = reporters();
    commands.extend(offices());
    commands.extend(verifiers());
    commands.extend(task::commands());
    commands.extend(course::commands());
    commands
}

fn reporters() -> Vec<Command> {
    vec![
        Command::with(
            "reportProblem",
            Capability::ReportProblem,
            PROBLEM,
            CODE,
            |call, input: ReportProblemInput| Box::pin(report::report(call, input)),
            "Reports a problem (上报), also for another person who consents. It goes to the community's linkage group; where the convenor is complained of, to the street. NO_ACTIVE_GROUP where the community has none. Whoever records another person's complaint about an organisation that they act for does not read it afterwards: then the payload's problem is null without an error, and the problem is reported. NOTICE_OUTDATED names the privacy notice that is to be accepted.",
        ),
        Command::of(
            "addToReport",
            Capability::ReportProblem,
            ("addition", "Addition"),
            |call, input: AddToReportInput| Box::pin(report::add(call, input)),
            "Adds to a report (补充) while the problem is open; for the reporter and who recorded it.",
        ),
        Command::of(
            "appealProblem",
            Capability::ReporterActs,
            PROBLEM,
            |call, input: AppealProblemInput| Box::pin(report::appeal(call, input)),
            "Appeals (申诉) within 15 days against declining one's own problem; the street decides, and not who declined.",
        ),
        Command::of(
            "withdrawProblem",
            Capability::ReporterActs,
            PROBLEM,
            |call, input: WithdrawProblemInput| Box::pin(report::withdraw(call, input)),
            "Withdraws (撤回) one's own problem before dispatch, unless public safety is concerned.",
        ),
        Command::of(
            "rateProblem",
            Capability::RateProblem,
            ("rating", "Rating"),
            |call, input: RateProblemInput| Box::pin(after::rate(call, input)),
            "Rates (评价) the closure of one's own problem, once a closure.",
        ),
        Command::of(
            "reopenProblem",
            Capability::ReopenProblem,
            PROBLEM,
            |call, input: ReopenProblemInput| Box::pin(after::reopen(call, input)),
            "Takes a closed problem up again (重新启动): the reporter within 15 days, the secretary and the street at any time.",
        ),
    ]
}

fn offices() -> Vec<Command> {
    vec![
        Command::of(
            "acceptProblem",
            Capability::TriageProblem,
            PROBLEM,
            |call, input: AcceptProblemInput| Box::pin(triage::accept(call, input)),
            "Accepts a problem (立案): writes its title and summary, says what it is about and where. The payload's problem is null where the problem went to the office above.",
        ),
        Command::of(
            "declineProblem",
            Capability::TriageProblem,
            PROBLEM,
            |call, input: DeclineProblemInput| Box::pin(triage::decline(call, input)),
            "Declines a problem (不予受理) with a reason; the reporter can appeal within 15 days.",
        ),
        Command::of(
            "dispatchProblem",
            Capability::TriageProblem,
            PROBLEM,
            |call, input: DispatchProblemInput| Box::pin(dispatch::dispatch(call, input)),
            "Dispatches an accepted problem (派遣) to one lead and any who assist or are told. The parties complained of may read the summary from now on, unless it is confidential.",
        ),
        Command::with(
            "renewReporterCode",
            Capability::TriageProblem,
            PROBLEM,
            CODE,
            |call, input: RenewReporterCodeInput| Box::pin(code::renew(call, input)),
            "Issues a new secret code (查询码) to a reporter without account, who has lost it; the one before no longer counts. Make sure that it is that person: call back the number that is kept.",
        ),
        Command::value(
            "revealContact",
            Capability::RevealContact,
            "contact",
            |call, input: RevealContactInput| Box::pin(contact::reveal(call, input)),
            "Shows the reporter's contact data once (查看联系方式), or what of it the reporter released to the caller's organisation, and leaves a record that the reporter can list. At most 30 an hour.",
        ),
    ]
}

fn verifiers() -> Vec<Command> {
    vec![
        Command::of(
            "closeProblem",
            Capability::VerifyProblem,
            PROBLEM,
            |call, input: CloseProblemInput| Box::pin(verify::close(call, input)),
            "Verifies and closes a problem (核查结案) with an outcome and an answer to the reporter. Not by who handled it or is complained of, in any post held in the last 12 months.",
        ),
        Command::of(
            "reworkProblem",
            Capability::VerifyProblem,
            PROBLEM,
            |call, input: ReworkProblemInput| Box::pin(verify::rework(call, input)),
            "Sends a problem back to its lead, and to the assisting parties named (返工). Not by who handled it or is complained of.",
        ),
        Command::of(
            "followUp",
            Capability::FollowUpProblem,
            ("followUp", "FollowUp"),
            |call, input: FollowUpInput| Box::pin(after::follow_up(call, input)),
            "Records a visit or call to the reporter after closure (回访).",
        ),
    ]
}

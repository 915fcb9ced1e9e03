//! The mutations on personal data.

use chrono::NaiveDate;
use entity::word::{RedactionBasis, RetentionClass, SubjectRefusal, SubjectRequestKind};
use entity::{problem, redaction, subject_request};

use super::read::Retention;
use super::service::{correct, erase, guest, hold, keep, redact, request};
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;
use crate::reporter::read::ReportStatus;

input! {
    /// A text that is taken out of the record (删除文本). What was asked for it stands beside it: the basis, and by whom.
    pub struct RedactTextInput {
        /// The id of what the text is part of: a problem, an addition, a disposition, a task, a follow-up, a rating, a
        /// disclosure, a whistle or its call, a visit, a request, the ledger, supervision, a mediation and what is in it.
        pub subject: String,
        /// The text's name there, as it stands in this schema: `report`, `internalNote`.
        pub field: String,
        /// The `revision` of the problem whose record it is part of, as it was read; left out where it belongs to none.
        pub expected_revision: Option<String>,
        /// On what basis.
        pub basis: RedactionBasis,
        /// What the office has to say of it; up to 2000 characters, for the office alone.
        pub note: Option<String>,
        /// The request of the person concerned that it follows from.
        pub subject_request: Option<Id<subject_request::Entity>>,
        /// A key of the caller's choice: the same key and input redact once.
        pub idempotency_key: String,
    }
}

input! {
    /// The same, asked for: the street decides.
    pub struct AskForRedactionInput {
        /// The id of what the text is part of.
        pub subject: String,
        /// The text's name there.
        pub field: String,
        /// On what basis.
        pub basis: RedactionBasis,
        /// Why; up to 2000 characters, for the office alone.
        pub note: Option<String>,
        /// The request of the person concerned that it follows from.
        pub subject_request: Option<Id<subject_request::Entity>>,
        /// A key of the caller's choice: the same key and input ask once.
        pub idempotency_key: String,
    }
}

input! {
    /// A decision on a redaction that was asked for.
    pub struct DecideRedactionInput {
        /// The redaction.
        pub redaction: Id<redaction::Entity>,
        /// True: the text is taken out. False: it stays.
        pub approve: bool,
    }
}

input! {
    /// Data of a problem that is erased (删除个人信息).
    pub struct EraseDataInput {
        /// The problem, which is done with.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Which of its data; CONTACT alone where left out.
        pub classes: Option<Vec<RetentionClass>>,
        /// On what basis.
        pub basis: RedactionBasis,
        /// What the office has to say of it; up to 2000 characters, for the office alone.
        pub note: Option<String>,
        /// The request of the person concerned that it follows from.
        pub subject_request: Option<Id<subject_request::Entity>>,
    }
}

input! {
    /// A legal hold (法律保留): nothing of the problem is erased until it ends.
    pub struct SetLegalHoldInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, for the office alone.
        pub reason: String,
        /// The last day on which it holds; until it is lifted where left out.
        pub until: Option<NaiveDate>,
    }
}

input! {
    /// The end of a legal hold.
    pub struct LiftLegalHoldInput {
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// How long a class of data is kept after a problem's end, for a region and all below it (保存期限).
    pub struct SetRetentionInput {
        /// The 12-digit code of the region: your own, or one below it.
        pub region_code: String,
        /// Of what.
        pub class: RetentionClass,
        /// For so many days, from 1 to 10,958 (thirty years); without an end where left out.
        pub days: Option<i64>,
        /// Its `revision` as you read it, where the region has set this already; left out where it has not.
        pub expected_revision: Option<String>,
    }
}

input! {
    /// What a person asks about the data that is held of them (个人信息权利请求; Personal Information Protection Law, art.
    /// 44–50).
    pub struct AskAboutMyDataInput {
        /// What for.
        pub kind: SubjectRequestKind,
        /// The problem it is about, in sight; all of your data where left out.
        pub problem: Option<Id<problem::Entity>>,
        /// The community that is to answer, where no problem is named and your post is in none; 12 digits.
        pub community_code: Option<String>,
        /// In your words; up to 2000 characters. You and who answers read it, nobody else.
        pub content: Option<String>,
        /// A key of the caller's choice: the same key and input ask once.
        pub idempotency_key: String,
    }
}

input! {
    /// The answer to a request about one's data.
    pub struct AnswerSubjectRequestInput {
        /// The request.
        pub subject_request: Id<subject_request::Entity>,
        /// Its `revision` as it was read.
        pub expected_revision: String,
        /// What the person is told; up to 2000 characters. A refusal says here how to complain about it.
        pub answer: String,
        /// On what ground it is refused; left out where it is not.
        pub refusal: Option<SubjectRefusal>,
    }
}

input! {
    /// That a request about one's data is withdrawn.
    pub struct WithdrawSubjectRequestInput {
        /// The request.
        pub subject_request: Id<subject_request::Entity>,
        /// Its `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// A correction of one's own contact data of a problem (更正联系方式). What is left out stays.
    pub struct CorrectContactInput {
        /// The problem, reported by the caller.
        pub problem: Id<problem::Entity>,
        /// The problem's `revision` as it was read.
        pub expected_revision: String,
        /// The name; up to 50 characters.
        pub name: Option<String>,
        /// The phone number; 7 to 15 digits.
        pub phone: Option<String>,
        /// The home address; up to 200 characters.
        pub address: Option<String>,
    }
}

input! {
    /// What a reporter without account asks about the data that is held of them with the report (个人信息权利请求).
    pub struct AskAboutReportDataInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// What for.
        pub kind: SubjectRequestKind,
        /// In your words; up to 2000 characters. Who answers reads it, nobody else.
        pub content: Option<String>,
    }
}

input! {
    /// A correction of one's own contact data by a reporter without account (更正联系方式). What is left out stays.
    pub struct CorrectReportContactInput {
        /// The number of the report.
        pub number: String,
        /// The secret code.
        pub code: String,
        /// The name; up to 50 characters.
        pub name: Option<String>,
        /// The phone number; 7 to 15 digits.
        pub phone: Option<String>,
        /// The home address; up to 200 characters.
        pub address: Option<String>,
    }
}

const REDACTION: (&str, &str) = ("redaction", "Redaction");
const PROBLEM: (&str, &str) = ("problem", "Problem");
const REQUEST: (&str, &str) = ("request", "SubjectRequest");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    [erasure(), requests(), guests()].into_iter().flatten().collect()
}

fn erasure() -> Vec<Command> {
    vec![
        Command::of(
            "redactText",
            Capability::EraseData,
            REDACTION,
            |call, input: RedactTextInput| Box::pin(redact::redact(call, input)),
            "Takes a text out of the record for good (删除文本): a tombstone stands in its place, and where the same words stand elsewhere in the problem's record. That something was written then stays provable, and what was written does not. Refused under a legal hold.",
        ),
        Command::of(
            "askForRedaction",
            Capability::AskErasure,
            REDACTION,
            |call, input: AskForRedactionInput| Box::pin(redact::ask(call, input)),
            "Asks the street to take a text out of the record (提请删除文本).",
        ),
        Command::of(
            "decideRedaction",
            Capability::EraseData,
            REDACTION,
            |call, input: DecideRedactionInput| Box::pin(redact::decide(call, input)),
            "Decides on a redaction that was asked for.",
        ),
        Command::of(
            "eraseData",
            Capability::EraseData,
            PROBLEM,
            |call, input: EraseDataInput| Box::pin(erase::erase(call, input)),
            "Erases personal data of a problem that is done with (删除个人信息): contact data with its releases, the reporter's words, files. Refused while it is open, and under a legal hold.",
        ),
        Command::of(
            "setLegalHold",
            Capability::EraseData,
            PROBLEM,
            |call, input: SetLegalHoldInput| Box::pin(hold::set(call, input)),
            "Puts a problem under a legal hold (法律保留), or changes the one that it is under.",
        ),
        Command::of(
            "liftLegalHold",
            Capability::EraseData,
            PROBLEM,
            |call, input: LiftLegalHoldInput| Box::pin(hold::lift(call, input)),
            "Lifts a legal hold (解除法律保留).",
        ),
        Command::value::<SetRetentionInput, Retention, _>(
            "setRetention",
            Capability::SetRetention,
            "retention",
            |call, input: SetRetentionInput| Box::pin(keep::set(call, input)),
            "Sets how long a class of data is kept after a problem's end (保存期限), for a region of yours and all below it. The nearest region's holds.",
        ),
    ]
}

fn requests() -> Vec<Command> {
    vec![
        Command::of(
            "askAboutMyData",
            Capability::AskAboutOwnData,
            REQUEST,
            |call, input: AskAboutMyDataInput| Box::pin(request::ask(call, input)),
            "Asks for access to one's data, its correction, deletion, or an explanation (个人信息权利请求). One of a kind at a time about the same. It is answered within 15 working days: the law says promptly, the figure is a setting of this system.",
        ),
        Command::of(
            "withdrawSubjectRequest",
            Capability::AskAboutOwnData,
            REQUEST,
            |call, input: WithdrawSubjectRequestInput| Box::pin(request::withdraw(call, input)),
            "Withdraws one's own request that was not answered yet.",
        ),
        Command::of(
            "correctContact",
            Capability::ReporterActs,
            PROBLEM,
            |call, input: CorrectContactInput| Box::pin(correct::correct(call, input)),
            "Corrects one's own name, phone number or address of a problem (更正联系方式). The record says which of them, and not what. Refused once they are erased, and under a legal hold: then ask for it by `askAboutMyData`, CORRECTION, and the office decides.",
        ),
        Command::of(
            "answerSubjectRequest",
            Capability::AnswerSubjectRequest,
            REQUEST,
            |call, input: AnswerSubjectRequestInput| Box::pin(request::answer(call, input)),
            "Answers a request about one's data, or refuses it on a ground. A deletion is answered once something was erased or redacted for it (`subjectRequest` there).",
        ),
    ]
}

fn guests() -> Vec<Command> {
    vec![
        Command::guest::<_, ReportStatus, _>(
            "askAboutReportData",
            "report",
            |caller, input: AskAboutReportDataInput| Box::pin(guest::ask(caller, input)),
            "Asks for access to the data that is held of the reporter with a report, its correction, deletion, or an explanation (个人信息权利请求). The office answers it within 15 working days; the answer is read here, in `requests`. One of a kind at a time: the same again, word for word, does nothing.",
        ),
        Command::guest::<_, ReportStatus, _>(
            "correctReportContact",
            "report",
            |caller, input: CorrectReportContactInput| Box::pin(guest::correct(caller, input)),
            "Corrects the name, phone number or address that was left with a report (更正联系方式). Refused once they are erased, and under a legal hold: then ask for it by `askAboutReportData`, CORRECTION.",
        ),
    ]
}

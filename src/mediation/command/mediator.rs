//! What the mediator does.

use chrono::{DateTime, NaiveDate, Utc};
use entity::word::{AgreementForm, DossierDocument};
use entity::{mediation, mediation_obligation, mediation_session, mediation_side};

use super::MEDIATION;
use crate::input;
use crate::mediation::service::{agreement, session};
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A session to be held.
    pub struct ScheduleMediationSessionInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// When it begins.
        pub starts_at: DateTime<Utc>,
        /// Where; up to 200 characters, no personal data.
        pub place: String,
        /// A key of the caller's choice: the same key and input call once.
        pub idempotency_key: String,
    }
}

input! {
    /// What is recorded of a session; what was recorded before is replaced.
    pub struct RecordMediationSessionInput {
        /// The session.
        pub session: Id<mediation_session::Entity>,
        /// The sides that were there.
        pub attendees: Vec<Id<mediation_side::Entity>>,
        /// The mediator's own notes; up to 5000 characters. Nobody else ever reads them.
        pub notes: Option<String>,
    }
}

input! {
    /// More time.
    pub struct ExtendMediationInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// The new last day, after the present one and within a year of it.
        pub due_on: NaiveDate,
        /// The sides that agreed to it before the mediator: all of them.
        pub consenting: Vec<Id<mediation_side::Entity>>,
    }
}

input! {
    /// What a side owes.
    pub struct ObligationInput {
        /// Who owes it.
        pub side: Id<mediation_side::Entity>,
        /// What is owed, and to whom; up to 2000 characters, no personal data, nobody's name.
        pub content: String,
        /// The last day for it.
        pub due_on: NaiveDate,
    }
}

input! {
    /// An agreement (调解协议).
    pub struct RecordAgreementInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// Written: it takes effect when all sides have signed. Oral: it takes effect today.
        pub form: AgreementForm,
        /// What was agreed; up to 5000 characters, no personal data, nobody's name: 甲方, 乙方.
        pub content: String,
        /// What the sides owe; at least one thing.
        pub obligations: Vec<ObligationInput>,
        /// For an oral one, the sides that gave their word: all of them.
        pub consenting: Option<Vec<Id<mediation_side::Entity>>>,
    }
}

input! {
    /// An end without an agreement.
    pub struct TerminateMediationInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// What the sides were told they can do instead: arbitration, an authority, a court; up to 2000 characters.
        pub remedies: String,
    }
}

macro_rules! settlements {
    ($(#[doc = $about:literal] $name:ident;)+) => {
        $(
            input! {
                #[doc = $about]
                pub struct $name {
                    /// The obligation.
                    pub obligation: Id<mediation_obligation::Entity>,
                    /// The mediation's `revision` as it was read.
                    pub expected_revision: String,
                    /// The day, not after today; by default today.
                    pub settled_on: Option<NaiveDate>,
                }
            }

            impl From<$name> for agreement::Settlement {
                fn from(input: $name) -> Self {
                    let $name { obligation, expected_revision, settled_on } = input;
                    Self { obligation: obligation.0, expected_revision, settled_on }
                }
            }
        )+
    };
}

settlements! {
    /// That an obligation was met.
    RecordPerformanceInput;
    /// That an obligation was broken.
    RecordBreachInput;
}

input! {
    /// A court's decision.
    pub struct RecordJudicialConfirmationInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// The mediation's `revision` as it was read.
        pub expected_revision: String,
        /// Whether the court confirmed the agreement.
        pub confirmed: bool,
        /// The day of the decision, not after today; by default today.
        pub decided_on: Option<NaiveDate>,
    }
}

input! {
    /// What is in the dossier.
    pub struct CheckDossierInput {
        /// The mediation.
        pub mediation: Id<mediation::Entity>,
        /// All documents that are there.
        pub present: Vec<DossierDocument>,
    }
}

const SESSION: (&str, &str) = ("session", "MediationSession");

/// The mutations.
pub fn commands() -> Vec<Command> {
    [talks(), outcomes()].into_iter().flatten().collect()
}

fn talks() -> Vec<Command> {
    vec![
        Command::of(
            "scheduleMediationSession",
            Capability::Mediate,
            SESSION,
            |call, input: ScheduleMediationSessionInput| Box::pin(session::schedule(call, input)),
            "Calls a session (召集调解会); the sides read when and where.",
        ),
        Command::of(
            "recordMediationSession",
            Capability::Mediate,
            SESSION,
            |call, input: RecordMediationSessionInput| Box::pin(session::record(call, input)),
            "Records who was at a session, and the mediator's own notes (记录调解会).",
        ),
        Command::of(
            "extendMediation",
            Capability::Mediate,
            MEDIATION,
            |call, input: ExtendMediationInput| Box::pin(session::extend(call, input)),
            "Extends the limit (延长调解期限), which takes the agreement of all sides.",
        ),
        Command::of(
            "terminateMediation",
            Capability::Mediate,
            MEDIATION,
            |call, input: TerminateMediationInput| Box::pin(session::terminate(call, input)),
            "Ends a mediation without an agreement (终止调解), and tells the sides what they can do instead.",
        ),
        Command::of(
            "checkDossier",
            Capability::Mediate,
            MEDIATION,
            |call, input: CheckDossierInput| Box::pin(session::check_dossier(call, input)),
            "Says which documents are in the dossier (核对卷宗).",
        ),
    ]
}

fn outcomes() -> Vec<Command> {
    vec![
        Command::of(
            "recordAgreement",
            Capability::Mediate,
            MEDIATION,
            |call, input: RecordAgreementInput| Box::pin(agreement::agree(call, input)),
            "Records what the sides agreed (达成调解协议), and what each owes.",
        ),
        Command::of(
            "recordPerformance",
            Capability::Mediate,
            ("obligation", "MediationObligation"),
            |call, input: RecordPerformanceInput| Box::pin(agreement::perform(call, input.into())),
            "Records that an obligation was met (记录履行). With the last one the agreement is performed.",
        ),
        Command::of(
            "recordBreach",
            Capability::Mediate,
            ("obligation", "MediationObligation"),
            |call, input: RecordBreachInput| Box::pin(agreement::breach(call, input.into())),
            "Records that an obligation was broken (记录违约), and with it the agreement. Not before its last day has passed.",
        ),
        Command::of(
            "recordJudicialConfirmation",
            Capability::Mediate,
            MEDIATION,
            |call, input: RecordJudicialConfirmationInput| Box::pin(agreement::record_confirmation(call, input)),
            "Records what the court decided (记录司法确认).",
        ),
    ]
}

//! Who is told of what: one line for each kind of event. A new kind has no line, and does not compile without one.

use entity::word::NotificationKind;
use entity::word::NotificationKind as N;

use crate::event::Kind;

/// Whom an event concerns, reckoned when the notification is made. Nobody is told of an act of their own, or of a problem
/// whose number they may not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who decides on the problem: the secretary, or the street or the county where it went up.
    Office,
    /// The street, or the county for a problem that it decides on.
    Street,
    /// Who may verify it, while that is awaited.
    Verifiers,
    /// Whose tasks were given by the event.
    NewTasks,
    /// Whose tasks ended with the event.
    EndedTasks,
    /// Whose tasks the event names.
    NamedTasks,
    /// Whose task it happened to.
    Task,
    /// All with an open task to lead or to assist.
    Tasks,
    /// Who leads it.
    Lead,
    /// Who answers for it, before its limit: the lead, and before dispatch the office.
    Near,
    /// The same, once the limit has passed.
    Passed,
    /// The reporter, and the reporters who follow it because theirs was merged into it; each of the own number.
    Reporters,
    /// The reporter alone: what was asked by or offered to that person.
    Reporter,
    /// Who offered the visit.
    Visiting,
    /// Those who are called to the spot by the event, or by the whistle or call it happened to.
    Called,
    /// Who decides on the whistle.
    WhistleOffice,
    /// The sides of the mediation.
    Sides,
    /// Its mediator.
    Mediator,
    /// Who answers the request about one's data: the secretary, or whoever decides on the problem that it names; the street
    /// where there is nobody else.
    Answering,
    /// Who asked it, with an account.
    Asking,
}

/// Who is told of an event of `kind`, and by what verb. Who stands in several places is told by the first.
#[must_use]
#[expect(clippy::match_same_arms, reason = "a line a kind: why nobody is told differs")]
#[expect(clippy::too_many_lines, reason = "a line a kind")]
pub fn told(kind: Kind) -> &'static [(NotificationKind, Audience)] {
    use Audience as A;
    use Kind as K;
    match kind {
        // The report.
        K::ProblemReported | K::ProblemHandedUp => &[(N::TriageWanted, A::Office)],
        // Who declined it does not decide again.
        K::ProblemAppealed => &[(N::TriageWanted, A::Street)],
        K::ProblemAdded => &[],
        K::ProblemAccepted => &[(N::ProblemAccepted, A::Reporters)],
        K::ProblemDeclined => &[(N::ProblemDeclined, A::Reporters)],
        K::ProblemWithdrawn => {
            &[(N::ProblemEnded, A::Office), (N::TaskEnded, A::EndedTasks), (N::ProblemEnded, A::Reporters)]
        }
        K::WithdrawalRequested => &[(N::DecisionWanted, A::Office)],
        K::WithdrawalRefused => &[(N::Decided, A::Reporter)],
        K::ProblemMerged | K::ProblemUnmerged => &[(N::ProblemAdvanced, A::Reporters)],
        K::ProblemJoined | K::ProblemParted => &[],
        // Tasks.
        K::ProblemDispatched => &[(N::TaskAssigned, A::NewTasks), (N::ProblemAdvanced, A::Reporters)],
        K::TaskAcknowledged | K::TaskRead | K::DispositionRecorded => &[],
        K::TaskSubmitted => &[(N::VerificationWanted, A::Verifiers)],
        K::ReturnRequested => &[(N::DecisionWanted, A::Office)],
        K::ReturnApproved | K::ReturnRefused => &[(N::Decided, A::Task)],
        // Its meeting will say so.
        K::ProblemEscalated => &[],
        K::TaskTransferred => &[(N::TaskAssigned, A::NewTasks), (N::TaskEnded, A::Task)],
        K::TaskWaived | K::TaskCancelled => &[(N::TaskEnded, A::Task)],
        K::ExtensionRequested | K::SuspensionRequested => &[(N::DecisionWanted, A::Office)],
        K::ExtensionGranted | K::ExtensionRefused | K::ExtensionLapsed => &[(N::Decided, A::Lead)],
        K::SuspensionGranted => &[(N::Decided, A::Lead), (N::ProblemAdvanced, A::Reporters)],
        K::SuspensionRefused | K::SuspensionLapsed => &[(N::Decided, A::Lead)],
        K::ProblemResumed => &[(N::TaskAssigned, A::Lead), (N::ProblemAdvanced, A::Reporters)],
        // The end.
        K::ProblemClosed => &[(N::ProblemClosed, A::Reporters)],
        K::ProblemReworked => &[(N::Rework, A::NamedTasks)],
        K::ProblemFollowedUp | K::ProblemRated => &[],
        K::ProblemReopened => {
            &[(N::TaskAssigned, A::NewTasks), (N::ProblemReopened, A::Office), (N::ProblemReopened, A::Reporters)]
        }
        K::ProblemArchived => &[],
        // The ledger, voiding, supervision.
        K::CarriedOnLedger => &[(N::ProblemAdvanced, A::Reporters)],
        K::LedgerReviewed => &[],
        K::LedgerReviewPassed => &[(N::DecisionWanted, A::Street)],
        K::TakenOffLedger => &[(N::TaskAssigned, A::Lead), (N::ProblemAdvanced, A::Reporters)],
        K::VoidRequested => &[(N::DecisionWanted, A::Street)],
        K::VoidLapsed => &[(N::Decided, A::Street)],
        K::ProblemVoided => &[(N::TaskEnded, A::EndedTasks), (N::ProblemEnded, A::Reporters)],
        K::SupervisionProposed => &[(N::DecisionWanted, A::Street)],
        K::SupervisionRaised | K::SupervisionLifted => &[(N::Supervised, A::Tasks), (N::Supervised, A::Office)],
        K::SupervisionDismissed => &[(N::Decided, A::Office)],
        K::DeadlineReminded => &[(N::TaskDueSoon, A::Near), (N::TaskOverdue, A::Passed)],
        K::DeadlineMoved => &[(N::DeadlineMoved, A::Lead)],
        K::TextOverridden => &[],
        // Who was shown what is in the person's own record.
        K::ContactRevealed | K::ContactReleased | K::ReleaseWithdrawn | K::ContactCorrected => &[],
        K::VisitOffered => &[(N::VisitOffered, A::Reporter)],
        K::VisitChosen | K::VisitDeclined => &[(N::VisitChanged, A::Visiting)],
        K::VisitCancelled => &[(N::VisitChanged, A::Reporter), (N::VisitChanged, A::Visiting)],
        K::VisitKept | K::VisitMissed => &[],
        // Reporters without account are told by nobody: they ask.
        K::ReporterCodeIssued | K::ReportLookedUp | K::ReporterCodeRefused => &[],
        K::AttachmentAdded
        | K::AttachmentRecorded
        | K::AttachmentReleased
        | K::AttachmentWithdrawn
        | K::RecordWithdrawn
        | K::CopyWithdrawn
        | K::UploadStaged
        | K::UploadReceived => &[],
        // Whistles.
        K::WhistleRaised | K::WhistlePartyCalled => &[(N::WhistleCalled, A::Called)],
        K::WhistleReportedIn | K::WhistleDone | K::WhistleClosed | K::WhistleOverridden => &[],
        K::WhistleExcused | K::WhistleCancelled => &[(N::WhistleEnded, A::Called)],
        K::WhistleUnanswered => &[(N::WhistleUnanswered, A::Called), (N::WhistleUnanswered, A::WhistleOffice)],
        // Mediations: those who are inside, and nobody else.
        K::MediationOpened => &[(N::MediationConsentWanted, A::Sides), (N::MediationAdvanced, A::Mediator)],
        K::MediatorAppointed | K::AgreementSigned | K::MediationConsented => &[(N::MediationAdvanced, A::Mediator)],
        K::MediationRefused | K::MediatorRecused | K::MediationExtended | K::MediationTerminated => {
            &[(N::MediationAdvanced, A::Mediator), (N::MediationAdvanced, A::Sides)]
        }
        K::MediationAgreed | K::ConfirmationRecorded | K::SessionCalled => &[(N::MediationAdvanced, A::Sides)],
        K::ObligationPerformed | K::ObligationBreached => &[(N::MediationAdvanced, A::Sides)],
        K::MediationOverdue => &[(N::MediationDue, A::Mediator)],
        K::ConfirmationClosing | K::ObligationDue => &[(N::MediationDue, A::Sides)],
        K::ObligationRecorded
        | K::ConfirmationAsked
        | K::AdviceDeclared
        | K::StatementAdded
        | K::SessionRecorded
        | K::DossierChecked => &[],
        // The end of personal data.
        K::RedactionAsked => &[(N::DecisionWanted, A::Street)],
        K::RedactionRefused => &[(N::Decided, A::Office)],
        K::TextRedacted | K::DataErased | K::LegalHoldSet | K::LegalHoldLifted | K::RetentionSet => &[],
        K::SubjectRequestMade => &[(N::DecisionWanted, A::Answering)],
        K::SubjectRequestAnswered | K::SubjectRequestRefused => &[(N::Decided, A::Asking)],
        K::SubjectRequestWithdrawn => &[(N::TaskEnded, A::Answering)],
        K::SubjectRequestOverdue => &[(N::TaskOverdue, A::Answering)],
        // What is set up and who signs in.
        K::RegionCreated
        | K::CompoundCreated
        | K::GridCreated
        | K::BuildingCreated
        | K::OrganisationCreated
        | K::GroupCreated
        | K::PartyAdded
        | K::SeatAdded
        | K::SeatEnded
        | K::VacancyRecorded
        | K::GroupActivated
        | K::GroupDissolved
        | K::CalendarLoaded
        | K::TimeLimitSet
        | K::TimeLimitRemoved => &[],
        K::PersonAdded
        | K::PersonInvited
        | K::InvitationAccepted
        | K::PersonAppointed
        | K::AppointmentEnded
        | K::PasswordChanged
        | K::SignedIn
        | K::SignedOut
        | K::TokensRevoked
        | K::KeyRotated
        | K::NotificationsRead => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Sight;

    /// Nobody is told of what the timeline hides from them.
    #[test]
    fn no_audience_is_told_of_what_it_may_not_see_in_the_timeline() {
        for kind in Kind::ALL {
            for (_, audience) in told(*kind) {
                let seen = match audience {
                    Audience::Reporters | Audience::Reporter => kind.for_reporter(),
                    Audience::NewTasks
                    | Audience::EndedTasks
                    | Audience::NamedTasks
                    | Audience::Task
                    | Audience::Tasks
                    | Audience::Lead
                    | Audience::Called => kind.for_party(),
                    // They read the record; who offered a visit, and those inside a mediation or a request, are no party of it.
                    Audience::Office
                    | Audience::Street
                    | Audience::Verifiers
                    | Audience::Near
                    | Audience::Passed
                    | Audience::Visiting
                    | Audience::WhistleOffice
                    | Audience::Sides
                    | Audience::Mediator
                    | Audience::Answering
                    | Audience::Asking => Sight::Seen,
                };
                assert_ne!(seen, Sight::Unseen, "{} {audience:?}", kind.name());
            }
        }
    }

    #[test]
    fn each_verb_is_used() {
        use entity::word::Word;
        let used: Vec<_> = Kind::ALL.iter().flat_map(|kind| told(*kind)).map(|(verb, _)| *verb).collect();
        for verb in NotificationKind::ALL {
            assert!(used.contains(verb), "{}", verb.value());
        }
    }
}

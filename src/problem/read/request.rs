//! What is asked for about a problem and waits for a decision; pauses, the ledger, supervision.

use entity::word::{RequestKind, RequestStatus, Role, SupervisionGrounds, SupervisionLevel, SupervisionStatus};
use entity::{extension_request, ledger_entry, request, supervision, suspension};

use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::request as rows;
use crate::read::model::{Type, col};

/// The types.
pub fn types() -> Vec<Type> {
    vec![asked(), extension(), pause(), ledger(), supervised()]
}

fn asked() -> Type {
    use request::Column as C;
    Type::of(
        request::Entity,
        "Request",
        prefix::REQUEST,
        Capability::ReadProblems,
        rows::requests,
        "Something that is asked for about a problem and waits for a decision (申请): a return is read by those who work on it, a withdrawal by the reporter and the community, voiding by the community, the street and the supervisor.",
    )
    .field(col(C::Kind).word::<RequestKind>(), "What is asked for.")
    .field(col(C::Status).word::<RequestStatus>(), "Where it stands.")
    .field(col(C::Reason), "Why, in the words of who asks.")
    .field(col(C::AskedAt).orders(), "When it was asked.")
    .field(col(C::LapsesAt), "When it lapses if nobody decides; null where it does not.")
    .field(col(C::DecidedAt), "When it was decided or lapsed; null before.")
    .field(col(C::Decision), "Why, in the words of who decided; null where nothing was said.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("task", C::TaskId, "DispositionTask", "The task that is to be returned; null for other kinds.")
    .needs(Capability::ReadTasks)
    .link("suggestedParty", C::SuggestedPartyId, "Party", "The party that should do it instead; null where none was named.")
    .link("askedByParty", C::AskedPartyId, "Party", "The party that asks; null where it is none.")
}

fn extension() -> Type {
    use extension_request::Column as C;
    Type::of(
        extension_request::Entity,
        "ExtensionRequest",
        prefix::EXTENSION,
        Capability::ReadTasks,
        rows::extensions,
        "More time that a lead asks for (延期申请), once a task; for those who work on the problem.",
    )
    .field(col(C::Status).word::<RequestStatus>(), "Where it stands.")
    .field(col(C::Reason), "Why.")
    .field(col(C::DueAt).named("formerDueAt"), "When the task was due as it was asked.")
    .field(col(C::AskedUntil), "Until when time is asked for.")
    .field(col(C::GrantedUntil), "Until when it was granted; null unless it was.")
    .field(col(C::AskedAt).orders(), "When it was asked.")
    .field(col(C::DecidedAt), "When it was decided or lapsed; null before.")
    .field(col(C::Decision), "Why, in the words of who decided; null where nothing was said.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("task", C::TaskId, "DispositionTask", "The task.")
}

fn pause() -> Type {
    use suspension::Column as C;
    Type::of(
        suspension::Entity,
        "Suspension",
        prefix::SUSPENSION,
        Capability::ReadTasks,
        rows::suspensions,
        "A pause that a lead asks for (缓办申请), and the pause itself where it was granted; for those who work on the problem.",
    )
    .field(col(C::Status).word::<RequestStatus>(), "Where the request stands.")
    .field(col(C::Reason), "Why.")
    .field(col(C::AskedUntil).named("askedUntilOn"), "The day on which work is to go on, as asked.")
    .field(col(C::GrantedUntil).named("grantedUntilOn"), "The same, as granted; null unless it was.")
    .field(col(C::AskedAt).orders(), "When it was asked.")
    .field(col(C::DecidedAt), "When it was decided or lapsed; null before. A granted pause begins then.")
    .field(col(C::Decision), "Why, in the words of who decided; null where nothing was said.")
    .field(col(C::ResumedAt), "When work went on; null before.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("task", C::TaskId, "DispositionTask", "The task.")
}

fn ledger() -> Type {
    use ledger_entry::Column as C;
    Type::of(
        ledger_entry::Entity,
        "LedgerEntry",
        prefix::LEDGER_ENTRY,
        Capability::ReadProblems,
        rows::ledger,
        "A problem's time on the ledger (挂账): it cannot be solved now, an organisation answers for it, and it is looked at again.",
    )
    .field(col(C::Reason), "Why.")
    .field(col(C::ReviewOn), "The day on which it is to be looked at again.")
    .field(col(C::CarriedAt).orders(), "When it was put on the ledger.")
    .field(col(C::ReviewedAt), "When it was last looked at again; null before.")
    .field(col(C::EndedAt), "When it was taken off; null before.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("owner", C::OwnerId, "Organisation", "The organisation that answers for it.")
}

fn supervised() -> Type {
    use supervision::Column as C;
    Type::of(
        supervision::Entity,
        "Supervision",
        prefix::SUPERVISION,
        Capability::ReadTasks,
        rows::supervisions,
        "Supervision of a problem (督办): who raised it and who lifted it. Proposals are read by the community, the street and the supervisor.",
    )
    .field(col(C::Level).word::<SupervisionLevel>(), "How close.")
    .field(col(C::Grounds).word::<SupervisionGrounds>(), "On what grounds.")
    .field(col(C::Status).word::<SupervisionStatus>(), "Where it stands.")
    .field(
        col(C::Reason).shown_if(rows::supervision_reason),
        "Why; null where the system proposed it, and for the parties.",
    )
    .field(col(C::ProposedAt).orders(), "When it was proposed, or raised at once.")
    .field(
        col(C::ProposedRole).word::<Role>().named("proposedByRole").shown_if(rows::supervision_reason),
        "In what role it was proposed; null where the system did, and for the parties.",
    )
    .field(col(C::RaisedAt), "When it came into force; null before.")
    .field(
        col(C::RaisedRole).word::<Role>().named("raisedByRole"),
        "In what role it was raised; null where it was not, or the system did.",
    )
    .field(col(C::EndedAt), "When it was lifted or dismissed; null before.")
    .field(
        col(C::EndedRole).word::<Role>().named("endedByRole"),
        "In what role it was lifted or dismissed; null where it was not, or ended with the problem.",
    )
    .field(
        col(C::EndReason).shown_if(rows::supervision_reason),
        "Why it was lifted or dismissed; null where nobody said, and for the parties.",
    )
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
}

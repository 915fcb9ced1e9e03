//! Contact releases and offered visits, as the reporter, the office and the party concerned read them.

use chrono::{DateTime, Utc};
use entity::word::{
    ClosureOutcome, ContactField, ProblemStatus, SubjectRefusal, SubjectRequestKind, SubjectRequestStatus, VisitPlace,
    VisitStatus,
};
use entity::{contact_release, visit_offer};
use serde_json::Value;

use super::visit::standing;
use crate::answer;
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::reporter as rows;
use crate::problem::read::Followed;
use crate::read::model::{Column, Extension, Look, Type, col};
use crate::read::shape::{Output, parse_time};

answer! {
    /// A time to choose from.
    pub struct VisitSlot {
        /// When it begins.
        pub from: DateTime<Utc>,
        /// When it ends.
        pub to: DateTime<Utc>,
    }
}

answer! {
    /// How a report stands, for its reporter without account (办理进展).
    pub struct ReportStatus {
        /// The number for people.
        pub number: String,
        /// Where it stands in the case life cycle.
        pub status: ProblemStatus,
        /// The latest answer to the reporter (答复); null where there is none yet.
        pub reply: Option<String>,
        /// Why it was declined, not solved, or withdrawn; null where there is none.
        pub reason: Option<String>,
        /// The legal channel that it was pointed to; null where there is none.
        pub other_channel: Option<String>,
        /// What came of it (结案结果); null while it is open.
        pub outcome: Option<ClosureOutcome>,
        /// To whom it was referred (移送); null unless `outcome` is REFERRED.
        pub referred_to: Option<String>,
        /// What everyone is told (公开摘要); null where it is not public.
        pub public_summary: Option<String>,
        /// When it was reported.
        pub reported_at: DateTime<Utc>,
        /// When it was accepted; null before.
        pub accepted_at: Option<DateTime<Utc>>,
        /// When it was last dispatched; null before.
        pub dispatched_at: Option<DateTime<Utc>>,
        /// When the present step is due; null where there is no limit.
        pub due_at: Option<DateTime<Utc>>,
        /// When its closure was verified; null while it is not closed.
        pub closed_at: Option<DateTime<Utc>>,
        /// Whether the closure that stands was rated, here or at a visit or call.
        pub rated: bool,
        /// What came of the problem that it was merged into (并案); null where it was not merged.
        pub followed: Option<Followed>,
        /// What the reporter may do about it at some time in its life, and whether it can be done now.
        pub actions: Vec<ReportAction>,
        /// What the reporter asked about their data with number and code (个人信息权利请求), the newest first.
        pub requests: Vec<ReportRequest>,
    }
}

answer! {
    /// What a reporter without account asked about their data.
    pub struct ReportRequest {
        /// What for.
        pub kind: SubjectRequestKind,
        /// Where it stands.
        pub status: SubjectRequestStatus,
        /// In the reporter's words; null where there are none.
        pub content: Option<String>,
        /// When it was asked.
        pub asked_at: DateTime<Utc>,
        /// By when it is to be answered.
        pub due_at: DateTime<Utc>,
        /// When it was answered or refused; null before.
        pub answered_at: Option<DateTime<Utc>>,
        /// What the reporter is told; null before.
        pub answer: Option<String>,
        /// On what ground it was refused; null unless it was.
        pub refusal: Option<SubjectRefusal>,
    }
}

answer! {
    /// Something a reporter without account may do about a report.
    pub struct ReportAction {
        /// The name of the mutation.
        pub mutation: String,
        /// Whether it can be done now.
        pub allowed: bool,
        /// Why not, in the caller's language; null where it can be done.
        pub reason: Option<String>,
    }
}

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![release(), visit()]
}

fn release() -> Type {
    use contact_release::Column as C;
    Type::of(
        contact_release::Entity,
        "ContactRelease",
        prefix::RELEASE,
        Capability::ReadProblems,
        rows::release,
        "The reporter's separate consent (联系方式授权) that one party's people may see named contact data for this problem for a while (Personal Information Protection Law, article 23). Read by the reporter, the secretary and the street; by that party as long as it holds.",
    )
    .derived::<Vec<ContactField>>(
        "fields",
        [C::Name, C::Phone, C::Address].map(Column::of).into(),
        vec![],
        |look| {
            let named = [("name", ContactField::Name), ("phone", ContactField::Phone), ("address", ContactField::Address)];
            let released = named.into_iter().filter(|(column, _)| look.cells.yes(column));
            released.map(|(_, field)| field).collect::<Vec<_>>().json()
        },
        "What may be seen.",
    )
    .field(col(C::CreatedAt).orders(), "When it was given.")
    .field(col(C::ExpiresAt), "Until when it holds; 14 days at most.")
    .field(col(C::WithdrawnAt), "When the reporter withdrew it; null where that did not happen.")
    .derived::<bool>(
        "inForce",
        [C::ExpiresAt, C::WithdrawnAt].map(Column::of).into(),
        vec![],
        |look| {
            let ends = look.cells.time("expires_at").is_some_and(|ends| ends > look.now);
            (ends && look.cells.time("withdrawn_at").is_none()).into()
        },
        "Whether it holds now.",
    )
    .link("party", C::PartyId, "Party", "The party (一方) it is for.")
    .link("organisation", C::OrganisationId, "Organisation", "The organisation (单位) whose people may see it, while it works on the problem for that party.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
}

fn visit() -> Type {
    use visit_offer::Column as C;
    Type::of(
        visit_offer::Entity,
        "VisitOffer",
        prefix::VISIT,
        Capability::ReadProblems,
        rows::visit,
        "Times that the leading party offers the reporter (预约上门) without learning who that is: the reporter chooses one, and both know each other by a code word. Read by the reporter, the party, the secretary and the street.",
    )
    .derived::<VisitStatus>(
        "status",
        [C::Status, C::LapsesAt].map(Column::of).into(),
        vec![],
        status,
        "Where it stands. An offer that nobody answered is LAPSED when the last of its times begins.",
    )
    .field(col(C::Place).word::<VisitPlace>(), "Where to meet.")
    .field(col(C::Message), "What else the party says; null where it says nothing.")
    .derived::<Vec<VisitSlot>>("slots", vec![Column::of(C::Slots)], vec![], slots, "The times to choose from.")
    .field(col(C::ChosenFrom), "When the chosen time begins; null where none was chosen.")
    .field(col(C::ChosenTo), "When it ends; null likewise.")
    .field(
        col(C::CodeWord).shown_if(rows::code_word),
        "Four digits that both sides can say, to know each other without a name; null before a time is chosen, and for the secretary and the street.",
    )
    .field(col(C::CreatedAt).orders(), "When it was offered.")
    .field(col(C::LapsesAt), "When the last of the times begins: until then one can be chosen.")
    .field(col(C::EndedAt), "When it was declined, cancelled, kept or missed; null while it stands.")
    .field(col(C::Revision).revision(), "What an update of it has to quote as `expectedRevision`.")
    .link("task", C::TaskId, "DispositionTask", "The task under which it was offered.")
    .link("party", C::PartyId, "Party", "The party (一方) that offers.")
    .link("organisation", C::OrganisationId, "Organisation", "The organisation (单位) that offers.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
}

fn status(look: &Look<'_>) -> Value {
    let (status, lapses_at) = (look.cells.word::<VisitStatus>("status"), look.cells.time("lapses_at"));
    status.zip(lapses_at).map(|(status, lapses_at)| standing(status, lapses_at, look.now)).json()
}

fn slots(look: &Look<'_>) -> Value {
    kept(&look.cells.json("slots").unwrap_or_default()).json()
}

/// The times as they are kept.
#[must_use]
pub fn kept(slots: &Value) -> Vec<VisitSlot> {
    let time = |slot: &Value, name: &str| parse_time(slot[name].as_str()?);
    let slot = |slot: &Value| Some(VisitSlot { from: time(slot, "from")?, to: time(slot, "to")? });
    slots.as_array().into_iter().flatten().filter_map(slot).collect()
}

/// What problems have of it.
#[must_use]
pub fn of_problem() -> Extension {
    Extension::of("Problem")
        .many(
            "contactReleases",
            "ContactRelease",
            contact_release::Column::ProblemId,
            ("createdAt", true),
            "To whom the reporter released contact data (联系方式授权); empty for those who are not to know.",
        )
        .many(
            "visitOffers",
            "VisitOffer",
            visit_offer::Column::ProblemId,
            ("createdAt", true),
            "Times that the leading party offered the reporter (预约上门); empty for those who are not to know.",
        )
}

//! The query `reportAudience`: who will see what of a report, before it is sent.

use entity::word::{ContactAccess, PartyKind, Role};
use entity::{building, compound, grid, party};

use crate::policy::Capability;
use crate::problem::service::audience;
use crate::read::model::Query;
use crate::read::shape::{Id, Input, Member, member};
use crate::{answer, input};

input! {
    /// A report as far as it decides who reads it.
    pub struct ReportAudienceInput {
        /// The community's 12-digit code; it may be left out where the grid, compound or building is given.
        pub community_code: Option<String>,
        /// The compound (小区).
        pub compound: Option<Id<compound::Entity>>,
        /// The grid (网格), comprehensive or micro.
        pub grid: Option<Id<grid::Entity>>,
        /// The building (楼栋).
        pub building: Option<Id<building::Entity>>,
        /// The parties complained of (被诉方), at most 20.
        pub concerns: Option<Vec<Id<party::Entity>>>,
        /// Whether it is to be confidential (保密).
        pub confidential: Option<bool>,
    }
}

answer! {
    /// Who will see what of a report (谁会看到什么): roles and organisations, never persons.
    pub struct ReportAudience {
        /// The organisation that will answer for it first.
        pub accountable: Option<String>,
        /// The group it will be given to.
        pub group: String,
        /// Who may come to see anything of it; whoever is not here sees nothing.
        pub readers: Vec<ReportReader>,
    }
}

answer! {
    /// Some who may come to see a report.
    pub struct ReportReader {
        /// In what role.
        pub role: Role,
        /// Of which organisation (单位); null where it is no one organisation.
        pub organisation: Option<String>,
        /// As which party (一方) of the group; null where it is none.
        pub party: Option<PartyKind>,
        /// Whether it is complained of (被诉方).
        pub concerned: bool,
        /// Whether it sees anything at all only once it is given a task, or told of it.
        pub only_with_task: bool,
        /// Whether it reads your own words (原述), the place and what you add.
        pub report: bool,
        /// Whether it reads the summary for the parties (转办摘要).
        pub summary: bool,
        /// When it may come to your name and phone number.
        pub contact: ContactAccess,
    }
}

/// The query.
pub fn query() -> Query {
    let input = Member {
        name: "input".into(),
        about: "The report, as far as it decides who reads it.".into(),
        shape: ReportAudienceInput::shape(),
    };
    Query::value::<ReportAudience, _>(
        "reportAudience",
        Capability::ReportProblem,
        vec![input],
        |caller, arguments| {
            Box::pin(async move {
                let mut mistakes = vec![];
                let input = ReportAudienceInput::read(member(&arguments, "input"), "", &mut mistakes);
                audience::of(&caller, input, mistakes).await
            })
        },
        "Who will see what of a report before it is sent (谁会看到什么), by the same rules that place it: for the place, the parties complained of, and whether it is confidential. The public sees a `publicSummary` alone, and only where the office writes one. NO_ACTIVE_GROUP where no group serves the community.",
    )
    .takes(8)
}

//! The mutations on whistles.

use entity::word::WhistleGrounds;
use entity::{building, compound, grid, party, party_seat, problem, whistle, whistle_call};

use super::service::{end, raise, respond};
use crate::input;
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;

input! {
    /// A party to be called: say which party, or which of its seats.
    pub struct CalledPartyInput {
        /// The party; its seat that covers the place is called.
        pub party: Option<Id<party::Entity>>,
        /// The seat itself, where several cover the place.
        pub seat: Option<Id<party_seat::Entity>>,
    }
}

input! {
    /// A whistle (吹哨). Say where: a grid, building, compound or place; for a problem, its own place is taken where none
    /// is given.
    pub struct RaiseWhistleInput {
        /// The problem it is blown for, in the caller's sight, open, and not confidential.
        pub problem: Option<Id<problem::Entity>>,
        /// Why (事由).
        pub grounds: WhistleGrounds,
        /// What awaits those who are called; up to 2000 characters, no personal data. All called parties read it.
        pub summary: String,
        /// Where, in words; up to 200 characters, no personal data.
        pub place: Option<String>,
        /// The community's 12-digit code; it may be left out where the problem, grid, compound or building is given.
        pub community_code: Option<String>,
        /// The compound (小区).
        pub compound: Option<Id<compound::Entity>>,
        /// The grid (网格), comprehensive or micro; a grid worker's own by default.
        pub grid: Option<Id<grid::Entity>>,
        /// The building (楼栋); its compound and grids follow.
        pub building: Option<Id<building::Entity>>,
        /// Who is called: 1 to 20 parties of the community's group.
        pub calls: Vec<CalledPartyInput>,
        /// Why texts that seem to hold personal data may stay as they are; kept in the audit trail.
        pub override_reason: Option<String>,
        /// A key of the caller's choice: the same key and input raise once.
        pub idempotency_key: String,
    }
}

input! {
    /// A further party that is called to the spot (增调).
    pub struct CallPartyInput {
        /// The whistle.
        pub whistle: Id<whistle::Entity>,
        /// The party; its seat that covers the place is called.
        pub party: Option<Id<party::Entity>>,
        /// The seat itself, where several cover the place.
        pub seat: Option<Id<party_seat::Entity>>,
        /// A key of the caller's choice: the same key and input call once.
        pub idempotency_key: String,
    }
}

input! {
    /// A position on the earth (WGS 84), in whole millionths of a degree.
    pub struct PositionInput {
        /// From -90000000 to 90000000.
        pub latitude_microdegrees: i64,
        /// From -180000000 to 180000000.
        pub longitude_microdegrees: i64,
    }
}

input! {
    /// A report-in (报到). The time is the server's.
    pub struct ReportInInput {
        /// The call.
        pub call: Id<whistle_call::Entity>,
        /// The call's `revision` as it was read.
        pub expected_revision: String,
        /// Where one is, in words; up to 200 characters, no personal data.
        pub place: String,
        /// The same as a position, where one wants to give it. It is asked for once and never followed.
        pub position: Option<PositionInput>,
    }
}

input! {
    /// That a called party's part is done.
    pub struct RecordWhistleDoneInput {
        /// The call.
        pub call: Id<whistle_call::Entity>,
        /// The call's `revision` as it was read.
        pub expected_revision: String,
        /// What was done; up to 2000 characters, no personal data. All called parties read it.
        pub note: String,
    }
}

input! {
    /// That a called party need not come, or may leave (免除到场).
    pub struct ExcuseCallInput {
        /// The call.
        pub call: Id<whistle_call::Entity>,
        /// The call's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. All called parties read it.
        pub reason: String,
    }
}

input! {
    /// The end of a whistle (销哨).
    pub struct CloseWhistleInput {
        /// The whistle.
        pub whistle: Id<whistle::Entity>,
        /// The whistle's `revision` as it was read.
        pub expected_revision: String,
    }
}

input! {
    /// That a whistle was blown by mistake (撤哨).
    pub struct CancelWhistleInput {
        /// The whistle.
        pub whistle: Id<whistle::Entity>,
        /// The whistle's `revision` as it was read.
        pub expected_revision: String,
        /// Why; up to 2000 characters, no personal data. All called parties read it.
        pub reason: String,
    }
}

const WHISTLE: (&str, &str) = ("whistle", "Whistle");
const CALL: (&str, &str) = ("call", "WhistleCall");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![
        Command::of(
            "raiseWhistle",
            Capability::RaiseWhistle,
            WHISTLE,
            |call, input: RaiseWhistleInput| Box::pin(raise::raise(call, input)),
            "Blows a whistle (吹哨): calls parties to the spot. They have 30 minutes on the clock, at night too. A grid worker blows it in the own grid; the county for problems it decides on.",
        ),
        Command::of(
            "callParty",
            Capability::RaiseWhistle,
            CALL,
            |call, input: CallPartyInput| Box::pin(raise::call_party(call, input)),
            "Calls a further party to the spot (增调) while the whistle is open.",
        ),
        Command::of(
            "reportIn",
            Capability::ReportIn,
            CALL,
            |call, input: ReportInInput| Box::pin(respond::report_in(call, input)),
            "Reports in (报到) for the called organisation. Who reported in leaves only when its part is done.",
        ),
        Command::of(
            "recordWhistleDone",
            Capability::ReportIn,
            CALL,
            |call, input: RecordWhistleDoneInput| Box::pin(respond::record_done(call, input)),
            "Records that the called organisation has done its part on the spot.",
        ),
        Command::of(
            "excuseCall",
            Capability::RaiseWhistle,
            CALL,
            |call, input: ExcuseCallInput| Box::pin(respond::excuse(call, input)),
            "Excuses a called party (免除到场), with a reason; for the secretary and the street, and not for an organisation of their own.",
        ),
        Command::of(
            "closeWhistle",
            Capability::RaiseWhistle,
            WHISTLE,
            |call, input: CloseWhistleInput| Box::pin(end::close(call, input)),
            "Closes a whistle (销哨). Refused with PARTIES_AWAITED until each called party reported in and recorded that its part is done, or was excused.",
        ),
        Command::of(
            "cancelWhistle",
            Capability::RaiseWhistle,
            WHISTLE,
            |call, input: CancelWhistleInput| Box::pin(end::cancel(call, input)),
            "Cancels a whistle that was blown by mistake (撤哨), before anyone reported in.",
        ),
    ]
}

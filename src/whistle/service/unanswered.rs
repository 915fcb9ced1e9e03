//! Calls whose time has passed without a report-in: reminded of once.

use entity::word::WhistleCallStatus;
use entity::{whistle, whistle_call};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QuerySelect, QueryTrait};
use uuid::Uuid;

use crate::event::{Event, Kind};
use crate::job::{Job, Reminder};

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![Job {
        name: "remind of unanswered whistles",
        find: |db, now, most| Box::pin(UNANSWERED.system_due(db, now, most)),
        run: |act, id| Box::pin(UNANSWERED.system_remind(act, id)),
    }]
}

/// The calls that nobody has answered in time. A cancelled whistle has none.
const UNANSWERED: Reminder<whistle_call::Entity> = Reminder {
    columns: [whistle_call::Column::Id, whistle_call::Column::DueAt, whistle_call::Column::RemindedAt],
    due: |now| {
        Condition::all()
            .add(whistle_call::Column::Status.eq(WhistleCallStatus::Called))
            .add(whistle_call::Column::DueAt.lt(now))
    },
    problem: |call| system_problem(call.whistle_id),
    event: |call| Event::new(Kind::WhistleUnanswered, call.community_code, call.id).with("due", &call.due_at),
};

/// The problem that a whistle was blown for.
fn system_problem(whistle: Uuid) -> SelectStatement {
    whistle::Entity::find_by_id(whistle).select_only().column(whistle::Column::ProblemId).into_query()
}

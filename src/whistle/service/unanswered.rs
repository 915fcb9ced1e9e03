//! Calls whose time has passed without a report-in: reminded of once.

use entity::whistle_call;
use entity::word::WhistleCallStatus;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::act::Act;
use crate::error::Result;
use crate::event::{Event, Kind};
use crate::job::{Job, Reminder};

/// The jobs of this domain.
#[must_use]
pub fn jobs() -> Vec<Job> {
    vec![Job {
        name: "remind of unanswered whistles",
        find: |db, now, most| Box::pin(UNANSWERED.system_due(db, now, most)),
        run: |act, id| Box::pin(system_remind(act, id)),
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
    event: |call| Event::new(Kind::WhistleUnanswered, call.community_code, call.id).with("due", &call.due_at),
};

async fn system_remind(mut act: Act<'_>, id: Uuid) -> Result<bool> {
    let due = UNANSWERED.system_remind(&mut act, id).await?;
    if due {
        act.commit().await?;
    }
    Ok(due)
}

//! What comes of a call: report in (报到), do one's part, be excused.

use entity::whistle_call;
use entity::word::{WhistleAction, WhistleCallStatus, WhistleStatus};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Called, prose, write, write_call};
use crate::act::Call;
use crate::error::{Code, Error, Result};
use crate::event::Kind;
use crate::problem::service::length;
use crate::text;
use crate::whistle::command::{ExcuseCallInput, PositionInput, RecordWhistleDoneInput, ReportInInput};

/// Reports in.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `OUT_OF_RANGE`,
/// `PERSONAL_DATA_IN_TEXT`.
pub async fn report_in(call: Call<'_>, input: ReportInInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let called = Called::to(&act, input.call.0, WhistleAction::ReportIn, &input.expected_revision).await?;
    let place = text::line(&input.place, "place", length::LINE)?;
    let position = input.position.map(position).transpose()?;
    called.scene.share(&mut act, &[("place", Some(&place))])?;
    let event = called.event(Kind::WhistleReportedIn).with("late", &(act.now > called.row.due_at));
    act.emit(event.commits("place", &place));
    let change = whistle_call::ActiveModel {
        status: Set(WhistleCallStatus::ReportedIn),
        reported_in_at: Set(Some(act.now)),
        reported_in_by: Set(Some(act.viewer.user)),
        place: Set(Some(place)),
        latitude_microdegrees: Set(position.as_ref().map(|position| position.latitude_microdegrees)),
        longitude_microdegrees: Set(position.as_ref().map(|position| position.longitude_microdegrees)),
        ..called.change()
    };
    write_call(&act, change).await?;
    if called.scene.row.status == WhistleStatus::Raised {
        let mut change = called.scene.change();
        change.status = Set(WhistleStatus::Responding);
        write(&act, change).await?;
    }
    act.commit().await?;
    Ok(called.row.id)
}

const LATITUDE: i64 = 90_000_000;
const LONGITUDE: i64 = 180_000_000;

fn position(position: PositionInput) -> Result<PositionInput> {
    let within = |value: i64, most: i64, path: &str| {
        let out = || Error::refused(Code::OutOfRange, path, vec![(-most).into(), most.into()]);
        if (-most..=most).contains(&value) { Ok(()) } else { Err(out()) }
    };
    within(position.latitude_microdegrees, LATITUDE, "position.latitudeMicrodegrees")?;
    within(position.longitude_microdegrees, LONGITUDE, "position.longitudeMicrodegrees")?;
    Ok(position)
}

/// Records that a called party's part is done.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn record_done(call: Call<'_>, input: RecordWhistleDoneInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let called = Called::to(&act, input.call.0, WhistleAction::RecordDone, &input.expected_revision).await?;
    let note = prose(&input.note, "note")?;
    called.scene.share(&mut act, &[("note", Some(&note))])?;
    act.emit(called.event(Kind::WhistleDone).commits("note", &note));
    let change = whistle_call::ActiveModel {
        status: Set(WhistleCallStatus::Done),
        done_at: Set(Some(act.now)),
        done_by: Set(Some(act.viewer.user)),
        note: Set(Some(note)),
        ..called.change()
    };
    write_call(&act, change).await?;
    act.commit().await?;
    Ok(called.row.id)
}

/// Excuses a called party.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN`, `REVISION_CONFLICT`, `REQUIRED`, `PERSONAL_DATA_IN_TEXT`.
pub async fn excuse(call: Call<'_>, input: ExcuseCallInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let called = Called::to(&act, input.call.0, WhistleAction::Excuse, &input.expected_revision).await?;
    let reason = prose(&input.reason, "reason")?;
    called.scene.share(&mut act, &[("reason", Some(&reason))])?;
    act.emit(called.event(Kind::WhistleExcused).commits("reason", &reason));
    let change = whistle_call::ActiveModel {
        status: Set(WhistleCallStatus::Excused),
        excused_at: Set(Some(act.now)),
        excused_by: Set(Some(act.viewer.user)),
        reason: Set(Some(reason)),
        ..called.change()
    };
    write_call(&act, change).await?;
    act.commit().await?;
    Ok(called.row.id)
}

//! The least that someone can act in: a community with its Party branch, and its secretary.

use chrono::TimeDelta;
use entity::word::{AppointmentKind, OrganisationKind, RegionLevel};
use entity::{organisation, region};
use liufang::app::App;
use liufang::auth::account;
use liufang::auth::administrator::{self, Appointing};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

/// The community.
pub const COMMUNITY: i64 = 321_181_402_001;
/// The password of everyone.
pub const PASSWORD: &str = "corner shop, blue door";

/// Makes the town, and gives an access token of its secretary.
pub async fn secretary(app: &App) -> String {
    let now = app.clock.now();
    for (code, level, parent_code) in [
        (321_100_000_000, RegionLevel::City, None),
        (321_181_000_000, RegionLevel::County, Some(321_100_000_000)),
        (321_181_402_000, RegionLevel::Street, Some(321_181_000_000)),
        (COMMUNITY, RegionLevel::Community, Some(321_181_402_000)),
    ] {
        let row = region::Model { code, id: app.ids.next(now), level, name: format!("region {code}"), parent_code };
        row.into_active_model().insert(&app.db).await.unwrap();
    }
    let (id, kind) = (app.ids.next(now), OrganisationKind::PartyBranch);
    let branch = organisation::Model { id, region_code: COMMUNITY, kind, name: "branch".into() };
    branch.into_active_model().insert(&app.db).await.unwrap();

    let told = "the town can be made";
    account::add_user(app, "Wang Test", "secretary", Some(PASSWORD)).await.expect(told);
    let (username, kind) = ("secretary".into(), AppointmentKind::Secretary);
    let post = administrator::appoint(app, Appointing { username, kind, region: COMMUNITY, organisation: None });
    account::issue(app, post.await.expect(told), TimeDelta::hours(1)).await.expect(told)
}

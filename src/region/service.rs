//! Places, made: each at its own level, under a region of the caller's.

use entity::word::{GridKind, OrganisationKind, RegionLevel, Word as _};
use entity::{building, compound, grid, organisation, region};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait};
use uuid::Uuid;

use super::command::{CreateBuildingInput, CreateCompoundInput, CreateGridInput, CreateOrganisationInput};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, UserError, Word};
use crate::event::{Event, Kind};
use crate::policy::rows::place;
use crate::policy::rule::{divisor, level_of};
use crate::read::load::{need, scoped};
use crate::text;

/// The longest name of a place, an organisation, a group or a party, in characters.
pub const NAME_CHARACTERS: usize = 60;

/// A region to be made; its level and the region above it follow from its code.
pub struct NewRegion {
    /// Its code: 12 digits, those below its level zero.
    pub code: i64,
    /// Its name.
    pub name: String,
}

/// Makes a region. No mutation does this: it is for the command line and the demo.
///
/// # Errors
/// `INVALID_VALUE` for a code of no level, or where the region above is not there; `DUPLICATE`.
pub async fn create_region(call: Call<'_>, new: NewRegion) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let name = text::line(&new.name, "name", NAME_CHARACTERS)?;
    let level = level_of(new.code).ok_or_else(|| invalid("code", "不是行政区划代码", "not the code of a region"))?;
    let parent = parent_of(new.code, level);
    if let Some(parent) = parent
        && !scoped::<region::Entity>(act.viewer, act.now, place::regions)
            .filter(region::Column::Code.eq(parent))
            .any(&act.tx)
            .await?
    {
        return Err(invalid("code", "上级行政区划不存在", "the region above it is not there"));
    }
    let id = act.new_id();
    let row = region::ActiveModel {
        code: Set(new.code),
        id: Set(id),
        level: Set(level),
        name: Set(name),
        parent_code: Set(parent),
    };
    let written = region::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("code", new.code)))?;
    act.emit(Event::new(Kind::RegionCreated, new.code, id).with("level", &level));
    act.commit().await?;
    Ok(id)
}

/// Makes a compound (小区).
///
/// # Errors
/// `NOT_FOUND` for a community that is not the caller's; `DUPLICATE`.
pub async fn create_compound(call: Call<'_>, input: CreateCompoundInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::line(&input.name, "name", NAME_CHARACTERS)?;
    let community = community(&act, &input.community_code, "communityCode").await?;
    let id = act.new_id();
    let row = compound::ActiveModel { id: Set(id), community_code: Set(community.code), name: Set(name.clone()) };
    let written = compound::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("name", name)))?;
    act.emit(Event::new(Kind::CompoundCreated, community.code, id));
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Makes a grid (网格); its kind and place follow from its code.
///
/// # Errors
/// `INVALID_VALUE`, `NOT_FOUND` for a community that is not the caller's, `DUPLICATE`.
pub async fn create_grid(call: Call<'_>, input: CreateGridInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::line(&input.name, "name", NAME_CHARACTERS)?;
    let code = code(&input.code, "code", &[15, 17])?;
    let kind = if input.code.len() == 15 { GridKind::Comprehensive } else { GridKind::Micro };
    let community = community(&act, &input.code[..12], "code").await?;
    let parent = match kind {
        GridKind::Comprehensive => None,
        GridKind::Micro => {
            let found =
                scoped::<grid::Entity>(act.viewer, act.now, place::grids).filter(grid::Column::Code.eq(code / 100));
            let missing = || invalid("code", "上级综合网格不存在", "its comprehensive grid is not there");
            Some(found.one(&act.tx).await?.ok_or_else(missing)?.id)
        }
    };
    let id = act.new_id();
    let row = grid::ActiveModel {
        id: Set(id),
        community_code: Set(community.code),
        code: Set(code),
        kind: Set(kind),
        parent_id: Set(parent),
        name: Set(name),
    };
    let written = grid::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("code", code)))?;
    act.emit(Event::new(Kind::GridCreated, community.code, id).with("kind", &kind));
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Makes a building (楼栋).
///
/// # Errors
/// `NOT_FOUND`, `INVALID_VALUE` for grids that do not fit, `DUPLICATE`.
pub async fn create_building(call: Call<'_>, input: CreateBuildingInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::line(&input.name, "name", NAME_CHARACTERS)?;
    let compound = need::<compound::Entity>(&act, place::compounds, input.compound.0, "compound").await?;
    let community = compound.community_code;
    let micro_grid = match input.micro_grid {
        Some(id) => Some(grid_of(&act, id.0, GridKind::Micro, community, "microGrid").await?),
        None => None,
    };
    let above = micro_grid.as_ref().and_then(|grid| grid.parent_id);
    let grid_id = match input.grid {
        Some(id) => Some(grid_of(&act, id.0, GridKind::Comprehensive, community, "grid").await?.id),
        None => above,
    };
    if above.is_some() && grid_id != above {
        return Err(invalid("microGrid", "微网格不属于该综合网格", "the micro-grid is not part of the grid"));
    }
    let id = act.new_id();
    let row = building::ActiveModel {
        id: Set(id),
        community_code: Set(community),
        compound_id: Set(compound.id),
        grid_id: Set(grid_id),
        micro_grid_id: Set(micro_grid.map(|grid| grid.id)),
        name: Set(name.clone()),
    };
    let written = building::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("name", name)))?;
    act.emit(Event::new(Kind::BuildingCreated, community, id));
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// Makes an organisation (单位).
///
/// # Errors
/// `NOT_FOUND` for a region that is not the caller's; `INVALID_VALUE`; `DUPLICATE`.
pub async fn create_organisation(call: Call<'_>, input: CreateOrganisationInput) -> Result<Uuid> {
    let mut act = match call.begin_once(&input.idempotency_key).await? {
        Once::Now(act) => act,
        Once::Before(id) => return Ok(id),
    };
    let name = text::line(&input.name, "name", NAME_CHARACTERS)?;
    let region = own_region(&act, &input.region_code, "regionCode").await?;
    if input.kind == OrganisationKind::Government {
        if region.level == RegionLevel::Community {
            return Err(invalid("kind", "社区没有政府机关", "a community has no government"));
        }
        if government(&act, region.code).await?.is_some() {
            return Err(duplicate("kind", OrganisationKind::Government.value()).into());
        }
    }
    let id = act.new_id();
    let row = organisation::ActiveModel {
        id: Set(id),
        region_code: Set(region.code),
        kind: Set(input.kind),
        name: Set(name.clone()),
    };
    let written = organisation::Entity::insert(row).exec_without_returning(&act.tx).await;
    written.map_err(|error| Error::unless_unique(error, duplicate("name", name)))?;
    act.emit(Event::new(Kind::OrganisationCreated, region.code, id).with("kind", &input.kind));
    call.commit_once(*act, &input.idempotency_key, id).await
}

/// A community of the caller's own region, by its code.
///
/// # Errors
/// `INVALID_VALUE` for what is no code; `NOT_FOUND`.
pub async fn community(act: &Act<'_>, text: &str, path: &str) -> Result<region::Model> {
    let region = own_region(act, text, path).await?;
    if region.level == RegionLevel::Community { Ok(region) } else { Err(Error::not_found(path)) }
}

/// A region at or below the caller's own, by its code.
///
/// # Errors
/// `INVALID_VALUE` for what is no code; `NOT_FOUND`.
pub async fn own_region(act: &Act<'_>, text: &str, path: &str) -> Result<region::Model> {
    let code = code(text, path, &[12])?;
    let own = scoped::<region::Entity>(act.viewer, act.now, |at| at.within(region::Column::Code));
    own.filter(region::Column::Code.eq(code)).one(&act.tx).await?.ok_or_else(|| Error::not_found(path))
}

/// The government organisation of a region in sight.
///
/// # Errors
/// A fault of the database.
pub async fn government(act: &Act<'_>, region: i64) -> Result<Option<organisation::Model>> {
    scoped::<organisation::Entity>(act.viewer, act.now, place::organisations)
        .filter(organisation::Column::RegionCode.eq(region))
        .filter(organisation::Column::Kind.eq(OrganisationKind::Government))
        .one(&act.tx)
        .await
}

/// A refusal of a value that does not fit.
#[must_use]
pub fn invalid(path: &str, zh: &str, en: &str) -> Error {
    Error::refused(Code::InvalidValue, path, vec![Word::both(zh, en)])
}

/// A refusal of what is there already.
#[must_use]
pub fn duplicate(path: &str, what: impl Into<Word>) -> UserError {
    UserError::new(Code::Duplicate, path, vec![what.into()])
}

fn parent_of(code: i64, level: RegionLevel) -> Option<i64> {
    let above = match level {
        RegionLevel::City => return None,
        RegionLevel::County => RegionLevel::City,
        RegionLevel::Street => RegionLevel::County,
        RegionLevel::Community => RegionLevel::Street,
    };
    Some(code / divisor(above) * divisor(above))
}

fn code(text: &str, path: &str, lengths: &[usize]) -> Result<i64> {
    let plain = lengths.contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    let code = text.parse().ok().filter(|_| plain);
    let lengths: Vec<_> = lengths.iter().map(ToString::to_string).collect();
    code.ok_or_else(|| {
        invalid(
            path,
            &format!("须为 {} 位数字", lengths.join(" 或 ")),
            &format!("a code has {} digits", lengths.join(" or ")),
        )
    })
}

async fn grid_of(act: &Act<'_>, id: Uuid, kind: GridKind, community: i64, path: &str) -> Result<grid::Model> {
    let grid = need::<grid::Entity>(act, place::grids, id, path).await?;
    if grid.community_code != community {
        return Err(invalid(path, "网格不在该社区", "the grid is not of the compound's community"));
    }
    if grid.kind != kind {
        return Err(invalid(path, &format!("须为{}", kind.zh()), &format!("this must be a {}", kind.en())));
    }
    Ok(grid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_that_of_the_region_above() {
        for (code, level, parent) in [
            (321_100_000_000, RegionLevel::City, None),
            (321_181_000_000, RegionLevel::County, Some(321_100_000_000)),
            (321_181_402_000, RegionLevel::Street, Some(321_181_000_000)),
            (321_181_402_001, RegionLevel::Community, Some(321_181_402_000)),
        ] {
            assert_eq!(parent_of(code, level), parent);
        }
    }
}

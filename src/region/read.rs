//! What can be read of places.

use entity::word::{GridKind, OrganisationKind, RegionLevel};
use entity::{appointment, building, compound, grid, organisation, region};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, IdenStatic};

use crate::id::{Prefix, prefix};
use crate::policy::Capability::ReadGroups;
use crate::policy::rows::{place, post};
use crate::policy::rule::{At, Rule, any, of};
use crate::read::model::{Answer, By, Column, Join, Key, Operand, Query, Show, Type, col};

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![region(), compound(), grid(), building(), organisation()]
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    vec![
        one(
            "region",
            "Region",
            None,
            by_region_code(),
            "One region (行政区划) by its code; null where there is none in sight.",
        ),
        one(
            "community",
            "Region",
            Some(place::communities),
            by_region_code(),
            "One community or village (社区、村) by its code: the region that grids, buildings, staff and groups belong to. Null where there is none in sight.",
        ),
        many(
            "regions",
            "Region",
            ("code", false),
            "The regions in sight: one's own with all below it, and the names of those above.",
        ),
        one(
            "organisation",
            "Organisation",
            None,
            by_id(organisation::Column::Id, prefix::ORGANISATION),
            "One organisation (单位); null where there is none in sight.",
        ),
        many(
            "organisations",
            "Organisation",
            ("name", false),
            "The organisations in sight: those of one's region, those with a seat in its groups, and the governments above it.",
        ),
    ]
}

/// A root query for one row.
pub(crate) fn one(
    name: &'static str,
    target: &'static str,
    only: Option<fn(&At) -> Rule>,
    by: By,
    about: &'static str,
) -> Query {
    Query { name, about, capability: ReadGroups, answer: Answer::One { target, by: vec![by], only } }
}

/// A root query for a list.
pub(crate) fn many(
    name: &'static str,
    target: &'static str,
    order: (&'static str, bool),
    about: &'static str,
) -> Query {
    Query { name, about, capability: ReadGroups, answer: Answer::Many { target, only: None, order } }
}

/// The key of a row by its id.
pub(crate) fn by_id<C: ColumnTrait>(column: C, prefix: Prefix) -> By {
    By { name: "id", about: "Its id.", column: Column::of(column), show: Show::Id(prefix) }
}

fn by_region_code() -> By {
    By {
        name: "code",
        about: "Its 12-digit code, as in `321181402001`.",
        column: Column::of(region::Column::Code),
        show: Show::Code,
    }
}

/// The rows of a community, seen from the region.
const fn of_community(theirs: &'static str) -> Join {
    Join::Column { theirs, ours: "code" }
}

fn region() -> Type {
    use region::Column::{Code, Level, Name, ParentCode};
    Type::of(
        region::Entity,
        "Region",
        prefix::REGION,
        ReadGroups,
        place::regions,
        "A region (行政区划): a city, a county, a street or town, a community or village. Codes are the 12 digits of GB/T 2260 and GB/T 10114; a community's code begins with its street's.",
    )
    .field(col(Code).code().filters().orders(), "Its 12-digit code.")
    .field(col(Level).word::<RegionLevel>().filters(), "Its level (层级).")
    .field(col(Name), "Its name.")
    .link_by("parent", key(ParentCode), ("Region", "code"), "The region it is a part of; null for a city.")
    .many_by("children", "Region", Join::Column { theirs: "parent_code", ours: "code" }, ("code", false), "The regions one level below.")
    .many_by("compounds", "Compound", of_community("community_code"), ("name", false), "The residential compounds (小区) of a community; a region above a community has none.")
    .many_by("grids", "Grid", of_community("community_code"), ("code", false), "The grids (网格) of a community, comprehensive and micro; a filter on `kind` takes one sort.")
    .many_by("buildings", "Building", of_community("community_code"), ("name", false), "The buildings (楼栋) of a community.")
    .many_by("organisations", "Organisation", of_community("region_code"), ("name", false), "The organisations (单位) that sit in the region itself.")
    .many_by("groups", "LinkageGroup", of_community("community_code"), ("createdAt", false), "The linkage groups (联动小组) of a community.")
    .many_by("staff", "Appointment", of_community("region_code"), ("startedOn", false), "Who holds a post in the region itself today; residents' ties are no posts.")
    .only(post::staff_today)
}

fn compound() -> Type {
    use compound::Column::{CommunityCode, Name};
    Type::of(
        compound::Entity,
        "Compound",
        prefix::COMPOUND,
        ReadGroups,
        place::compounds,
        "A residential compound (小区) of a community.",
    )
    .field(col(Name).orders(), "Its name, unique in its community.")
    .link_by("community", key(CommunityCode), ("Region", "code"), "The community it lies in.")
    .within_parent_scope()
    .many("buildings", "Building", building::Column::CompoundId, ("name", false), "Its buildings (楼栋).")
}

fn grid() -> Type {
    use grid::Column::{Code, CommunityCode, Kind, Name, ParentId};
    Type::of(
        grid::Entity,
        "Grid",
        prefix::GRID,
        ReadGroups,
        place::grids,
        "A grid (网格) of a community: a comprehensive grid (综合网格), or a micro-grid (微网格) that is part of one.",
    )
    .field(col(Code).code().orders(), "Its code: the community's 12 digits and 3 more; a micro-grid has the code of its comprehensive grid and 2 more.")
    .field(col(Kind).word::<GridKind>().filters(), "Whether it is comprehensive or micro.")
    .field(col(Name), "Its name.")
    .link_by("community", key(CommunityCode), ("Region", "code"), "The community it is part of.")
    .within_parent_scope()
    .link("parent", ParentId, "Grid", "The comprehensive grid a micro-grid is part of; null for a comprehensive grid.")
    .many("microGrids", "Grid", ParentId, ("code", false), "The micro-grids (微网格) of a comprehensive grid.")
    .many("buildings", "Building", building::Column::GridId, ("name", false), "The buildings of a comprehensive grid, those of its micro-grids among them; a micro-grid's are `microGridBuildings`.")
    .many("microGridBuildings", "Building", building::Column::MicroGridId, ("name", false), "The buildings of a micro-grid; empty for a comprehensive grid.")
    .many("staff", "Appointment", appointment::Column::GridId, ("startedOn", false), "Who holds a post in this very grid today: grid head (网格长), grid workers (网格员), building leaders, stewards, volunteers.")
    .only(post::staff_today)
}

fn building() -> Type {
    use building::Column::{CommunityCode, CompoundId, GridId, MicroGridId, Name};
    Type::of(
        building::Entity,
        "Building",
        prefix::BUILDING,
        ReadGroups,
        place::buildings,
        "A building (楼栋) of a compound.",
    )
    .field(col(Name).orders(), "Its name, unique in its compound: `12幢`.")
    .link_by("community", key(CommunityCode), ("Region", "code"), "The community it lies in.")
    .within_parent_scope()
    .link("compound", CompoundId, "Compound", "The compound it is part of.")
    .within_parent_scope()
    .link("grid", GridId, "Grid", "Its comprehensive grid; null where none is recorded.")
    .link("microGrid", MicroGridId, "Grid", "Its micro-grid; null where none is recorded.")
    .many(
        "leaders",
        "Appointment",
        appointment::Column::BuildingId,
        ("startedOn", false),
        "Its building leaders (楼栋长) of today.",
    )
    .only(post::leaders_today)
    .filter(
        "hasLeader",
        Operand::Boolean,
        |at, asked| asked.of(&has_leader(at)),
        "True: buildings with a leader (楼栋长) today. False: those without.",
    )
}

pub(crate) fn has_leader(at: &At) -> Expr {
    let posts = post::beneath(at, appointment::Entity);
    let leaders = any(appointment::Entity)
        .and_where(of(appointment::Column::BuildingId).eq(at.col(building::Column::Id)))
        .and_where(post::leaders_today(&posts).expr())
        .take();
    Expr::exists(leaders)
}

fn organisation() -> Type {
    use organisation::Column::{Kind, Name, RegionCode};
    Type::of(
        organisation::Entity,
        "Organisation",
        prefix::ORGANISATION,
        ReadGroups,
        place::organisations,
        "An organisation (单位) that can fill a party of a group or employ a person in a post.",
    )
    .field(col(Name).orders(), "Its name.")
    .field(col(Kind).word::<OrganisationKind>().filters(), "Its kind (单位类别).")
    .link_by(
        "region",
        key(RegionCode),
        ("Region", "code"),
        "The region it sits in; null where that is not in sight.",
    )
}

/// A link's key in a column.
pub(crate) fn key<C: ColumnTrait>(column: C) -> Key {
    Key::Column(IdenStatic::as_str(&column))
}

//! Regions and what lies in them: one's own region and all below it.
//!
//! What lies beside it is as good as not there. Of what lies above, the regions' names and their government
//! organisations are seen: a place has a county, and a problem may be that county's to settle.

use entity::word::{OrganisationKind, RegionLevel, Word};
use entity::{building, compound, grid, linkage_group, organisation, party, party_seat, region, seat_compound};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Value};

use crate::policy::rule::{At, Known, Rule, any, cut, divisor, of, viewer};

/// The viewer's region, all below it, and those it is a part of.
#[must_use]
pub fn regions(at: &At) -> Rule {
    at.within(region::Column::Code) | above(at, region::Column::Code)
}

/// Compounds of the viewer's region.
#[must_use]
pub fn compounds(at: &At) -> Rule {
    at.within(compound::Column::CommunityCode)
}

/// Grids of the viewer's region.
#[must_use]
pub fn grids(at: &At) -> Rule {
    at.within(grid::Column::CommunityCode)
}

/// Buildings of the viewer's region.
#[must_use]
pub fn buildings(at: &At) -> Rule {
    at.within(building::Column::CommunityCode)
}

/// Organisations of the viewer's region, those that hold (or held) a seat in a group of it, one's own, and the
/// governments of the regions above.
#[must_use]
pub fn organisations(at: &At) -> Rule {
    let seats = any(party_seat::Entity)
        .and_where(of(party_seat::Column::OrganisationId).eq(at.col(organisation::Column::Id)))
        .and_where(cut(of(party_seat::Column::CommunityCode), at.level).eq(viewer(Known::RegionKey)))
        .take();
    let government = Rule::When(at.col(organisation::Column::Kind).eq(OrganisationKind::Government.value()));
    at.within(organisation::Column::RegionCode)
        | Rule::exists(seats)
        | Rule::When(at.col(organisation::Column::Id).eq(viewer(Known::Organisation)))
        | (government & above(at, organisation::Column::RegionCode))
}

/// Groups of the viewer's region.
#[must_use]
pub fn groups(at: &At) -> Rule {
    at.within(linkage_group::Column::CommunityCode)
}

/// Parties of the groups of the viewer's region.
#[must_use]
pub fn parties(at: &At) -> Rule {
    at.within(party::Column::CommunityCode)
}

/// Seats in the groups of the viewer's region.
#[must_use]
pub fn seats(at: &At) -> Rule {
    at.within(party_seat::Column::CommunityCode)
}

/// What those seats cover.
#[must_use]
pub fn coverings(at: &At) -> Rule {
    at.within(seat_compound::Column::CommunityCode)
}

/// Communities and villages.
#[must_use]
pub fn communities(at: &At) -> Rule {
    Rule::When(at.col(region::Column::Level).eq(RegionLevel::Community.value()))
}

/// The rows whose code is that of a region above the viewer's: the viewer's own code, cut to each higher level.
fn above<C: ColumnTrait>(at: &At, code: C) -> Rule {
    [RegionLevel::Street, RegionLevel::County, RegionLevel::City]
        .into_iter()
        .filter(|level| divisor(*level) > divisor(at.level))
        .map(|level| {
            let by = || Expr::Constant(Value::BigInt(Some(divisor(level))));
            Rule::When(at.col(code).eq(viewer(Known::Region).div(by()).mul(by())))
        })
        .fold(Rule::Never, |rule, other| rule | other)
}

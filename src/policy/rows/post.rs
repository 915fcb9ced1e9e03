//! Appointments and the people who hold them.
//!
//! Who holds which post in one's own community is known to all there. A resident's tie to a community is no post of
//! this kind: it would say who lives where, and so who may have complained. It is seen by the person and by those who
//! manage people.

use entity::word::{AppointmentKind, Role, Word};
use entity::{appointment, invitation, user};
use sea_orm::sea_query::{Alias, ExprTrait};
use sea_orm::{EntityName, EntityTrait};

use crate::policy::rule::{At, Known, Rule, any, cut, of, viewer};
use crate::policy::{Capability, Reach};

/// Appointments in the viewer's region, and one's own.
#[must_use]
pub fn appointments(at: &At) -> Rule {
    let ours = Rule::When(at.col(appointment::Column::UserId).eq(viewer(Known::User)));
    (at.within(appointment::Column::RegionCode) & (staff(at) | ties(at))) | ours
}

/// The people who hold a post that the viewer may see, oneself, and, for those who manage people, whom they or their
/// region invited.
#[must_use]
pub fn people(at: &At) -> Rule {
    let posts = beneath(at, appointment::Entity);
    let held = any(appointment::Entity)
        .and_where(of(appointment::Column::UserId).eq(at.col(user::Column::Id)))
        .and_where(appointments(&posts).expr())
        .take();
    let invited = any(invitation::Entity)
        .and_where(of(invitation::Column::UserId).eq(at.col(user::Column::Id)))
        .and_where(
            cut(of(invitation::Column::CommunityCode), at.level)
                .eq(viewer(Known::RegionKey))
                .or(of(invitation::Column::InvitedBy).eq(viewer(Known::User))),
        )
        .take();
    let invited = if manages(at.role) { Rule::exists(invited) } else { Rule::Never };
    Rule::When(at.col(user::Column::Id).eq(viewer(Known::User))) | Rule::exists(held) | invited
}

/// Posts in the strict sense: all but a resident's tie.
#[must_use]
pub fn staff(at: &At) -> Rule {
    Rule::When(at.col(appointment::Column::Kind).ne(AppointmentKind::Resident.value()))
}

/// Posts that are held on the day of now.
#[must_use]
pub fn holding(at: &At) -> Rule {
    let ended = at.col(appointment::Column::EndedOn);
    Rule::When(
        at.col(appointment::Column::StartedOn)
            .lte(viewer(Known::Today))
            .and(ended.clone().is_null().or(ended.gt(viewer(Known::Today)))),
    )
}

/// [`staff`] that is [`holding`].
#[must_use]
pub fn staff_today(at: &At) -> Rule {
    staff(at) & holding(at)
}

/// Building leaders of today.
#[must_use]
pub fn leaders_today(at: &At) -> Rule {
    Rule::When(at.col(appointment::Column::Kind).eq(AppointmentKind::BuildingLeader.value())) & holding(at)
}

/// The same viewer, asked of another table by its own name.
#[must_use]
pub fn beneath<E: EntityTrait>(at: &At, entity: E) -> At {
    At { table: Alias::new(EntityName::table_name(&entity)), ..at.clone() }
}

fn ties(at: &At) -> Rule {
    if manages(at.role) { Rule::Always } else { Rule::Never }
}

fn manages(role: Role) -> bool {
    Capability::ManageGroups.reach(role) != Reach::None
}

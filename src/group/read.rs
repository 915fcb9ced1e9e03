//! What can be read of groups, parties, seats and posts.

use entity::word::Word;
use entity::word::{
    AppointmentIdentity, AppointmentKind, LinkageGroupKind, LinkageGroupStatus, PartyKind, Role, SelectedBy,
};
use entity::{appointment, building, grid, linkage_group, party, party_seat, region, user};
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query as Select};
use serde_json::Value;

use crate::error::Language;
use crate::id::prefix;
use crate::policy::Capability::ReadGroups;
use crate::policy::rows::{place, post};
use crate::policy::rule::{At, of};
use crate::read::model::{Column, Fact, Holds, Join, Look, Operand, Query, Type, col};
use crate::region::read::{by_id, key, many, one};

/// The types.
#[must_use]
pub fn types() -> Vec<Type> {
    vec![group(), party(), seat(), appointment(), person()]
}

/// The root queries.
#[must_use]
pub fn queries() -> Vec<Query> {
    vec![
        one(
            "linkageGroup",
            "LinkageGroup",
            None,
            by_id(linkage_group::Column::Id, prefix::GROUP),
            "One linkage group (联动小组); null where there is none in sight.",
        ),
        many(
            "linkageGroups",
            "LinkageGroup",
            ("createdAt", true),
            "The linkage groups of one's region, the newest first.",
        ),
    ]
}

fn group() -> Type {
    use linkage_group::Column::{
        ActivatedAt, CommunityCode, ConvenorPartyId, CreatedAt, DissolvedAt, Kind, Name, Revision, Status,
    };
    Type::of(
        linkage_group::Entity,
        "LinkageGroup",
        prefix::GROUP,
        ReadGroups,
        place::groups,
        "A linkage group (联动小组) of a community: a six-party group (六方联动小组), or a consortium (联合体) of any number of organisations.",
    )
    .field(col(Name), "Its name.")
    .field(col(Kind).word::<LinkageGroupKind>().filters(), "Whether it is a six-party group or a consortium.")
    .field(col(Status).word::<LinkageGroupStatus>().filters(), "Where it stands: problems are given to it only while it is ACTIVE.")
    .field(col(CreatedAt).orders(), "When it was set up.")
    .field(col(ActivatedAt), "When it was activated (启动); null while it is being formed.")
    .field(col(DissolvedAt), "When it was dissolved (解散); null before.")
    .field(col(Revision).revision(), "What a change of the group, its parties, seats and vacancies expects as `expectedRevision`; opaque.")
    .link_by("community", key(CommunityCode), ("Region", "code"), "The community it belongs to.")
    .within_parent_scope()
    .link("convenor", ConvenorPartyId, "Party", "The party that convenes it (召集人): a six-party group's Party branch. Null until a consortium is activated.")
    .many("parties", "Party", party::Column::GroupId, ("createdAt", false), "Its parties (各方), in the order they joined.")
}

fn party() -> Type {
    use party::Column::{CreatedAt, GroupId, Kind, Name, VacancyActingPartyId, VacancyReason, VacancyUntil};
    Type::of(
        party::Entity,
        "Party",
        prefix::PARTY,
        ReadGroups,
        place::parties,
        "A party (一方) of a linkage group: one voice, filled by one or more organisations through seats.",
    )
    .field(col(Name), "Its name in the group.")
    .field(col(Kind).word::<PartyKind>().filters(), "Its kind.")
    .field(col(CreatedAt).orders(), "When it joined the group.")
    .field(col(VacancyReason), "Why it is vacant (空缺); null while it is filled.")
    .field(col(VacancyUntil), "The last day of the recorded vacancy; null without one.")
    .link("vacancyActingParty", VacancyActingPartyId, "Party", "Who acts for it meanwhile; null without a vacancy.")
    .link("group", GroupId, "LinkageGroup", "Its group.")
    .within_parent_scope()
    .many(
        "seats",
        "PartySeat",
        party_seat::Column::PartyId,
        ("startedOn", false),
        "Its seats (席位), ended ones among them.",
    )
    .many(
        "representatives",
        "Appointment",
        appointment::Column::PartyId,
        ("startedOn", false),
        "Who acts or acted for it, by appointment; `holds: true` narrows to today's.",
    )
    .only(post::staff)
}

fn seat() -> Type {
    use party_seat::Column::{EndedOn, GroupId, OrganisationId, PartyId, StartedOn};
    Type::of(
        party_seat::Entity,
        "PartySeat",
        prefix::SEAT,
        ReadGroups,
        place::seats,
        "A seat (席位): an organisation fills a party for some compounds or for all. Tasks are given to the seat that covers a problem's compound.",
    )
    .field(col(StartedOn).orders(), "Its first day.")
    .field(col(EndedOn), "The first day it no longer holds; null while it holds.")
    .link("party", PartyId, "Party", "The party it fills.")
    .within_parent_scope()
    .link("group", GroupId, "LinkageGroup", "The party's group.")
    .within_parent_scope()
    .link("organisation", OrganisationId, "Organisation", "The organisation (单位) that holds it.")
    .within_parent_scope()
    .many_by(
        "compounds",
        "Compound",
        Join::Through { table: "seat_compound".into(), ours: "seat_id", theirs: "compound_id" },
        ("name", false),
        "The compounds (小区) it covers; an empty list means the whole community.",
    )
    .short()
}

fn appointment() -> Type {
    use appointment::Column::{
        BuildingId, EndedOn, GridId, GroupId, Identity, Kind, OrganisationId, PartyId, RegionCode, Revision,
        SelectedBy as Selected, StartedOn, UserId,
    };
    Type::of(
        appointment::Entity,
        "Appointment",
        prefix::APPOINTMENT,
        ReadGroups,
        post::appointments,
        "A person's post (任职) in a region, a party, a grid or a building, with its dates. Residents' ties to a community are shown to the resident and to those who manage people.",
    )
    .field(col(Kind).word::<AppointmentKind>().filters(), "What post it is (任职类别).")
    .field(col(appointment::Column::Role).word::<Role>(), "The role that a token has in this post.")
    .field(col(Identity).word::<AppointmentIdentity>().filters(), "The person's background (身份); null where none is recorded.")
    .field(col(Selected).word::<SelectedBy>(), "How the person was chosen (产生方式); null where none is recorded.")
    .derived::<String>(
        "label",
        vec![Column::of(Kind)],
        vec![Fact { name: "place", holds: Holds::Text, sql: place_name }],
        label,
        "What the post is called, for people, in the language of `Accept-Language`: what it is, and of which party, grid, building or region.",
    )
    .field(col(StartedOn).orders(), "Its first day.")
    .field(col(EndedOn), "The first day it no longer holds; null while no end is recorded.")
    .field(col(Revision).revision(), "What ending the post expects as `expectedRevision`; opaque.")
    .link("person", UserId, "Person", "Who holds it.")
    .within_parent_scope()
    .link_by("region", key(RegionCode), ("Region", "code"), "The region it acts in.")
    .link("organisation", OrganisationId, "Organisation", "The organisation it acts for; null where it acts for none.")
    .link("group", GroupId, "LinkageGroup", "The group of its party; null without one.")
    .link("party", PartyId, "Party", "The party it acts for; null without one.")
    .link("grid", GridId, "Grid", "Its grid; null without one.")
    .link("building", BuildingId, "Building", "Its building; null without one.")
    .filter("holds", Operand::Boolean, |at, asked| asked.of(&post::holding(at).expr()), "True: posts that are held today. False: those that have ended or not begun.")
}

fn person() -> Type {
    use user::Column::Name;
    Type::of(
        user::Entity,
        "Person",
        prefix::USER,
        ReadGroups,
        post::people,
        "A person (人员) who holds a post: a name, and nothing else. How to reach a person is never told here.",
    )
    .field(col(Name), "The person's name.")
}

/// The name of what a post is in: its party, grid, building, or else its region.
fn place_name(at: &At) -> Expr {
    fn named<E: EntityTrait>(entity: E, key: Expr, name: Expr, is: Expr) -> Expr {
        let select = Select::select().expr(name).from(Alias::new(entity.table_name())).and_where(is.eq(key)).take();
        Expr::SubQuery(None, Box::new(select.into()))
    }
    let (party, grid) = (at.col(appointment::Column::PartyId), at.col(appointment::Column::GridId));
    let (house, region) = (at.col(appointment::Column::BuildingId), at.col(appointment::Column::RegionCode));
    Func::coalesce([
        named(party::Entity, party, of(party::Column::Name), of(party::Column::Id)),
        named(grid::Entity, grid, of(grid::Column::Name), of(grid::Column::Id)),
        named(building::Entity, house, of(building::Column::Name), of(building::Column::Id)),
        named(region::Entity, region, of(region::Column::Name), of(region::Column::Code)),
    ])
    .into()
}

fn label(look: &Look<'_>) -> Value {
    let Some(kind) = look.cells.word::<AppointmentKind>("kind") else { return Value::Null };
    let (kind, place) = match look.language {
        Language::ZhHans => (kind.zh(), look.cells.text("place")),
        Language::En => (kind.en(), look.cells.text("place")),
    };
    format!("{kind} · {}", place.unwrap_or_default()).into()
}

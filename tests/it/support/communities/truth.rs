//! What there is: every table as it stands in the database, read without the server.

use chrono::{DateTime, Utc};
use entity::{
    appointment, attachment, building, compound, disclosure, disposition, disposition_task, event, extension_request,
    follow_up, grid, invitation, ledger_entry, linkage_group, mediation, mediation_agreement, mediation_attendance,
    mediation_exclusion, mediation_obligation, mediation_session, mediation_side, mediation_statement, organisation,
    party, party_seat, problem, problem_addition, problem_concern, rating, region, request, seat_compound, supervision,
    suspension, upload, user, whistle, whistle_call,
};
use liufang::app::App;
use sea_orm::{EntityName, EntityTrait, FromQueryResult, Statement};

/// Everything, at a moment.
pub struct Truth {
    pub now: DateTime<Utc>,
    pub regions: Vec<region::Model>,
    pub compounds: Vec<compound::Model>,
    pub grids: Vec<grid::Model>,
    pub buildings: Vec<building::Model>,
    pub organisations: Vec<organisation::Model>,
    pub groups: Vec<linkage_group::Model>,
    pub parties: Vec<party::Model>,
    pub seats: Vec<party_seat::Model>,
    pub covered: Vec<seat_compound::Model>,
    pub posts: Vec<appointment::Model>,
    pub users: Vec<user::Model>,
    pub invitations: Vec<invitation::Model>,
    pub problems: Vec<problem::Model>,
    pub concerns: Vec<problem_concern::Model>,
    pub additions: Vec<problem_addition::Model>,
    pub tasks: Vec<disposition_task::Model>,
    pub dispositions: Vec<disposition::Model>,
    pub follow_ups: Vec<follow_up::Model>,
    pub ratings: Vec<rating::Model>,
    pub closures: Vec<entity::closure::Model>,
    pub disclosures: Vec<disclosure::Model>,
    pub requests: Vec<request::Model>,
    pub extensions: Vec<extension_request::Model>,
    pub suspensions: Vec<suspension::Model>,
    pub ledger: Vec<ledger_entry::Model>,
    pub supervisions: Vec<supervision::Model>,
    pub events: Vec<event::Model>,
    pub whistles: Vec<whistle::Model>,
    pub calls: Vec<whistle_call::Model>,
    pub releases: Vec<entity::contact_release::Model>,
    pub visits: Vec<entity::visit_offer::Model>,
    pub attachments: Vec<attachment::Model>,
    pub uploads: Vec<upload::Model>,
    pub mediations: Vec<mediation::Model>,
    pub sides: Vec<mediation_side::Model>,
    pub sessions: Vec<mediation_session::Model>,
    pub attended: Vec<mediation_attendance::Model>,
    pub statements: Vec<mediation_statement::Model>,
    pub agreements: Vec<mediation_agreement::Model>,
    pub obligations: Vec<mediation_obligation::Model>,
    pub exclusions: Vec<mediation_exclusion::Model>,
    pub notifications: Vec<entity::notification::Model>,
    /// What is open, with each post of its organisation or grid.
    pub waiting: Vec<entity::inbox_item::Model>,
    pub redactions: Vec<entity::redaction::Model>,
    pub merges: Vec<entity::problem_merge::Model>,
    pub subject_requests: Vec<entity::subject_request::Model>,
}

impl Truth {
    pub async fn load(app: &App) -> Self {
        Self {
            now: app.clock.now(),
            regions: all::<region::Entity>(app).await,
            compounds: all::<compound::Entity>(app).await,
            grids: all::<grid::Entity>(app).await,
            buildings: all::<building::Entity>(app).await,
            organisations: all::<organisation::Entity>(app).await,
            groups: all::<linkage_group::Entity>(app).await,
            parties: all::<party::Entity>(app).await,
            seats: all::<party_seat::Entity>(app).await,
            covered: all::<seat_compound::Entity>(app).await,
            posts: all::<appointment::Entity>(app).await,
            users: all::<user::Entity>(app).await,
            invitations: all::<invitation::Entity>(app).await,
            problems: all::<problem::Entity>(app).await,
            concerns: all::<problem_concern::Entity>(app).await,
            additions: all::<problem_addition::Entity>(app).await,
            tasks: all::<disposition_task::Entity>(app).await,
            dispositions: all::<disposition::Entity>(app).await,
            follow_ups: all::<follow_up::Entity>(app).await,
            ratings: all::<rating::Entity>(app).await,
            closures: all::<entity::closure::Entity>(app).await,
            disclosures: all::<disclosure::Entity>(app).await,
            requests: all::<request::Entity>(app).await,
            extensions: all::<extension_request::Entity>(app).await,
            suspensions: all::<suspension::Entity>(app).await,
            ledger: all::<ledger_entry::Entity>(app).await,
            supervisions: all::<supervision::Entity>(app).await,
            events: all::<event::Entity>(app).await,
            whistles: all::<whistle::Entity>(app).await,
            calls: all::<whistle_call::Entity>(app).await,
            releases: all::<entity::contact_release::Entity>(app).await,
            visits: all::<entity::visit_offer::Entity>(app).await,
            attachments: all::<attachment::Entity>(app).await,
            uploads: all::<upload::Entity>(app).await,
            mediations: all::<mediation::Entity>(app).await,
            sides: all::<mediation_side::Entity>(app).await,
            sessions: all::<mediation_session::Entity>(app).await,
            attended: all::<mediation_attendance::Entity>(app).await,
            statements: all::<mediation_statement::Entity>(app).await,
            agreements: all::<mediation_agreement::Entity>(app).await,
            obligations: all::<mediation_obligation::Entity>(app).await,
            exclusions: all::<mediation_exclusion::Entity>(app).await,
            notifications: all::<entity::notification::Entity>(app).await,
            waiting: all::<entity::inbox_item::Entity>(app).await,
            redactions: all::<entity::redaction::Entity>(app).await,
            merges: all::<entity::problem_merge::Entity>(app).await,
            subject_requests: all::<entity::subject_request::Entity>(app).await,
        }
    }
}

async fn all<E: EntityTrait>(app: &App) -> Vec<E::Model> {
    let sql = format!("SELECT * FROM \"{}\"", EntityName::table_name(&E::default()));
    let statement = Statement::from_string(app.db.get_database_backend(), sql);
    <E::Model as FromQueryResult>::find_by_statement(statement).all(&app.db).await.unwrap()
}

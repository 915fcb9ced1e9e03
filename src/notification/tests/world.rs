//! Second posts, whistles and the work of the relay in the world of problems.

use chrono::NaiveDate;
use entity::word::{AppointmentKind, DeliveryStatus, PartyKind, Role};
use entity::{appointment, notification};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::id::prefix;
use crate::policy::{Viewer, scopes_of};
use crate::problem::tests::world::{COMMUNITY, World, id, noon};
use crate::{notification::service, relay};

impl World {
    /// Gives a person a further post as the worker of a grid: the viewer in it.
    pub(super) async fn also_worker(&self, person: &Viewer, grid: Uuid) -> Viewer {
        let post = self.app.ids.next(noon());
        let row = appointment::ActiveModel {
            id: Set(post),
            user_id: Set(person.user),
            kind: Set(AppointmentKind::GridWorker),
            role: Set(Role::GridWorker),
            identity: Set(None),
            selected_by: Set(None),
            region_code: Set(COMMUNITY),
            community_code: Set(Some(COMMUNITY)),
            organisation_id: Set(None),
            group_id: Set(None),
            party_id: Set(None),
            grid_id: Set(Some(grid)),
            building_id: Set(None),
            started_on: Set(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()),
            ended_on: Set(None),
            created_at: Set(noon()),
            revision: Set(1),
        };
        row.insert(&self.app.db).await.unwrap();
        Viewer {
            post,
            role: Role::GridWorker,
            scopes: scopes_of(Role::GridWorker),
            organisation: None,
            group: None,
            party: None,
            grid: Some(grid),
            ..person.clone()
        }
    }

    /// Ends a post today.
    pub(super) async fn end_post(&self, viewer: &Viewer) {
        let row = appointment::ActiveModel {
            id: Set(viewer.post),
            ended_on: Set(Some(crate::clock::day(self.app.clock.now()))),
            ..Default::default()
        };
        row.update(&self.app.db).await.unwrap();
    }

    /// Dispatches to the city management, its part to be done by the grid's workers.
    pub(super) async fn dispatch_to_grid(&self, problem: &str, grid: Uuid) {
        let input = json!({
            "problem": problem, "expectedRevision": self.revision(problem).await,
            "lead": { "party": self.party(PartyKind::Police), "grid": id(prefix::GRID, grid) },
        });
        self.run(&self.people.secretary, "dispatchProblem", "problem", input).await.unwrap();
    }

    /// The secretary calls police and city management to the building.
    pub(super) async fn whistle(&self) -> String {
        let input = json!({
            "grounds": "PUBLIC_SAFETY", "summary": "楼道起火，请到场处置。", "place": "1幢门口",
            "building": id(prefix::BUILDING, self.building), "idempotencyKey": self.key(),
            "calls": [{ "party": self.party(PartyKind::Police) }, { "party": self.party(PartyKind::CityManagement) }],
        });
        self.run(&self.people.secretary, "raiseWhistle", "whistle", input).await.unwrap()
    }

    /// Makes notifications of what happened up to now.
    pub(super) async fn tell(&self) {
        relay::relay(&self.app.db).await.unwrap();
        service::make::system_make(&self.app).await.unwrap();
    }

    /// The inbox of a person: kind, number and post of each row.
    pub(super) async fn inbox(&self, viewer: &Viewer) -> Vec<Value> {
        let query = "{ viewer { inbox(first: 100) { nodes { kind number dueAt overdue createdAt post { id } } } } }";
        let mut seen = self.data(viewer, query, json!({})).await;
        let Value::Array(rows) = seen["viewer"]["inbox"]["nodes"].take() else { panic!("a list") };
        rows
    }

    /// What a person was told of, the newest first.
    pub(super) async fn told(&self, viewer: &Viewer) -> Vec<Value> {
        let query = "{ viewer { notifications(first: 100) { nodes { id kind number dueAt createdAt readAt post { id } text { zh en } } } } }";
        let mut seen = self.data(viewer, query, json!({})).await;
        let Value::Array(rows) = seen["viewer"]["notifications"]["nodes"].take() else { panic!("a list") };
        rows
    }

    /// The kinds of them.
    pub(super) async fn verbs(&self, viewer: &Viewer) -> Vec<String> {
        self.told(viewer).await.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
    }

    /// The rows of a person that are in a state of delivery.
    pub(super) async fn in_state(&self, status: DeliveryStatus) -> Vec<notification::Model> {
        let rows = notification::Entity::find().filter(notification::Column::Status.eq(status));
        rows.order_by_asc(notification::Column::Id).all(&self.app.db).await.unwrap()
    }
}

//! Whistles in the world of problems.

use entity::word::PartyKind;
use entity::{whistle, whistle_call};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::id::{parse, prefix};
use crate::policy::Viewer;
use crate::problem::tests::world::{World, id, with};
use crate::read::revision;

impl World {
    /// A whistle at the building: police, city management and the property company are called.
    pub(super) fn alarm(&self) -> Value {
        let parties = [PartyKind::Police, PartyKind::CityManagement, PartyKind::PropertyManager];
        json!({
            "grounds": "PUBLIC_SAFETY", "summary": "1幢楼道飞线充电起火，请到场处置。", "place": "1幢门口",
            "building": id(prefix::BUILDING, self.building),
            "calls": parties.map(|kind| json!({ "party": self.party(kind) })),
            "idempotencyKey": self.key(),
        })
    }

    pub(super) async fn blow(&self, viewer: &Viewer, more: Value) -> String {
        self.run(viewer, "raiseWhistle", "whistle", with(self.alarm(), more)).await.unwrap()
    }

    pub(super) async fn whistle_row(&self, whistle: &str) -> whistle::Model {
        let id = parse(whistle, prefix::WHISTLE).unwrap();
        whistle::Entity::find_by_id(id).one(&self.app.db).await.unwrap().unwrap()
    }

    pub(super) async fn calls(&self, whistle: &str) -> Vec<whistle_call::Model> {
        let id = parse(whistle, prefix::WHISTLE).unwrap();
        let select = whistle_call::Entity::find().filter(whistle_call::Column::WhistleId.eq(id));
        select.all(&self.app.db).await.unwrap()
    }

    /// The latest call of a viewer's organisation.
    pub(super) async fn call(&self, of: &Viewer, whistle: &str) -> whistle_call::Model {
        let own = self.calls(whistle).await.into_iter().filter(|call| Some(call.organisation_id) == of.organisation);
        own.max_by_key(|call| call.called_at).unwrap()
    }

    /// An input about a whistle as it is.
    pub(super) async fn on_whistle(&self, whistle: &str, more: Value) -> Value {
        let row = self.whistle_row(whistle).await;
        let seen = revision::show(&self.app.vault, row.id, row.revision);
        with(json!({ "whistle": whistle, "expectedRevision": seen }), more)
    }

    /// An input about the call of a viewer's organisation as it is.
    pub(super) async fn on_call(&self, of: &Viewer, whistle: &str, more: Value) -> Value {
        let row = self.call(of, whistle).await;
        let seen = revision::show(&self.app.vault, row.id, row.revision);
        with(json!({ "call": id(prefix::WHISTLE_CALL, row.id), "expectedRevision": seen }), more)
    }

    pub(super) async fn come(&self, viewer: &Viewer, whistle: &str) {
        let input = self.on_call(viewer, whistle, json!({ "place": "1幢门口" })).await;
        self.run(viewer, "reportIn", "call", input).await.unwrap();
    }

    pub(super) async fn do_part(&self, viewer: &Viewer, whistle: &str) {
        let input = self.on_call(viewer, whistle, json!({ "note": "已清理现场" })).await;
        self.run(viewer, "recordWhistleDone", "call", input).await.unwrap();
    }

    /// Everybody came and did their part.
    pub(super) async fn answer_all(&self, whistle: &str) {
        for viewer in [&self.people.police, &self.people.city, &self.people.property] {
            self.come(viewer, whistle).await;
            self.do_part(viewer, whistle).await;
        }
    }
}

/// A whistle's fields for a viewer.
pub async fn look(world: &World, viewer: &Viewer, whistle: &str, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ whistle(id: $id) {{ {fields} }} }}");
    world.data(viewer, &query, json!({ "id": whistle })).await["whistle"].take()
}

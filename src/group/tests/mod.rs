//! Groups and posts through the functions that the mutations call, on a migrated database: SQLite, or PostgreSQL where
//! `LIUFANG_TEST_POSTGRES` names a server.

mod complete;
mod post;
mod sight;
mod town;

use crate::read::model::Model;

#[test]
fn every_link_leads_to_a_type_and_every_list_has_an_order() {
    let model = Model::assemble(vec![crate::region::domain(), super::domain()]);
    assert_eq!(model.types.len(), 10);
}

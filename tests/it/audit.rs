//! The audits of `graphql-http`, which hold a server to GraphQL over HTTP.

use std::process::Stdio;

use crate::support::{Backing, Server, town};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_passes_every_audit_of_graphql_over_http() {
    let db = Backing::sqlite().await;
    let app = db.app().await;
    let token = town::secretary(&app).await;
    let server = Server::start(app).await;
    let audit = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/audit");
    assert!(
        std::path::Path::new(audit).join("node_modules").exists(),
        "run tests/run, or `npm ci` in tests/audit: the audits are a package of npm's"
    );
    let audits = tokio::process::Command::new("node")
        .args(["audit.mjs", &format!("{}/graphql", server.url)])
        .env("LIUFANG_AUDIT_TOKEN", token)
        .current_dir(audit)
        .stderr(Stdio::inherit())
        .output()
        .await
        .unwrap();
    let told = String::from_utf8(audits.stdout).unwrap();
    assert!(audits.status.success(), "{told}");
    assert_eq!(told, "61 of 61 audits passed\n");
}

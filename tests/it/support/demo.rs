//! The demo's history, told to a test's database, and its people.

use liufang::demo::{self, Account};
use liufang::id::Ids;
use liufang::read::door::Door;
use liufang::schema;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::{Backing, Reply, Server};

/// A server with the demo's history.
pub struct Told {
    /// The server; its clock stands at the end of the history.
    pub server: Server,
    /// Who can sign in.
    pub accounts: Vec<Account>,
}

/// The history as it was told once a run, to be copied.
type Once = OnceCell<(Backing, Vec<Account>)>;

impl Told {
    /// The history on a database of `db`'s kind.
    pub async fn on(db: Backing) -> Self {
        static SQLITE: Once = Once::const_new();
        static POSTGRES: Once = Once::const_new();
        let once = if db.is_sqlite() { &SQLITE } else { &POSTGRES };
        let (source, accounts) = once.get_or_init(|| tell(db)).await;
        Self::serve(source.copy().await, accounts.clone()).await
    }

    /// The history, told to this database.
    pub async fn anew(db: Backing) -> Self {
        let (db, accounts) = tell(db).await;
        Self::serve(db, accounts).await
    }

    async fn serve(db: Backing, accounts: Vec<Account>) -> Self {
        let app = db.app().await;
        app.clock.stop_at(demo::present());
        Self { server: Server::start(app).await.keeping(db), accounts }
    }

    /// The token of a role, or of `foreign`, the secretary of another community.
    #[track_caller]
    pub fn token(&self, who: &str) -> &str {
        &self.account(who).token
    }

    /// The account of a role, or of `foreign`.
    #[track_caller]
    pub fn account(&self, who: &str) -> &Account {
        let found = self.accounts.iter().find(|account| {
            if who == "foreign" { account.label == who } else { account.role == who && account.label != "foreign" }
        });
        found.unwrap_or_else(|| panic!("there is no {who}"))
    }

    /// Asks as somebody.
    pub async fn ask(&self, who: &str, document: &str, variables: Value) -> Reply {
        self.server.ask(Some(self.token(who)), document, variables).await
    }

    /// The data of an answer that has no errors.
    pub async fn data(&self, who: &str, document: &str) -> Value {
        self.ask(who, document, json!({})).await.data().clone()
    }
}

async fn tell(db: Backing) -> (Backing, Vec<Account>) {
    let mut app = db.app().await;
    app.ids = Ids::seeded(demo::SEED);
    let door = Door::new(schema::model(), app.config.limits);
    let accounts = demo::tell(&app, &door).await.unwrap_or_else(|error| panic!("{error:?}"));
    app.close().await.unwrap_or_else(|error| panic!("{error:?}"));
    (db, accounts)
}

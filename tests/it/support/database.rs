//! A database for each test, copied from one that was migrated once a run.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use liufang::app::App;
use liufang::auth::Settings;
use liufang::config::{self, Config};
use liufang::db;
use liufang::error::Error;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A database of its own for one test.
pub struct Backing {
    /// Its address.
    pub url: String,
    /// Where its file is; it goes when the test ends. PostgreSQL's go with their server.
    _directory: Option<TempDir>,
}

/// The key of all tests.
pub const SECRET_KEY: [u8; 32] = [7; 32];

impl Backing {
    /// A migrated SQLite file.
    pub async fn sqlite() -> Self {
        static MIGRATED: OnceCell<Vec<u8>> = OnceCell::const_new();
        let bytes = MIGRATED
            .get_or_init(|| async {
                let empty = Self::empty_sqlite();
                migrate(&empty.url).await;
                std::fs::read(empty.url.strip_prefix("sqlite://").unwrap()).unwrap()
            })
            .await;
        let copy = Self::empty_sqlite();
        std::fs::write(copy.url.strip_prefix("sqlite://").unwrap(), bytes).unwrap();
        copy
    }

    /// A SQLite file that is still to be made.
    pub fn empty_sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("liufang.db").display());
        Self { url, _directory: Some(directory) }
    }

    /// A migrated database on the run's PostgreSQL.
    pub async fn postgres() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE
            .get_or_init(|| async {
                let (name, url) = create(None).await;
                migrate(&url).await;
                name
            })
            .await;
        let (_, url) = create(Some(template)).await;
        Self { url, _directory: None }
    }

    /// An empty database on the run's PostgreSQL.
    pub async fn empty_postgres() -> Self {
        let (_, url) = create(None).await;
        Self { url, _directory: None }
    }

    /// A copy of what is in it. Nobody may be connected to it.
    pub async fn copy(&self) -> Self {
        if self.is_sqlite() {
            let copy = Self::empty_sqlite();
            let path = |url: &str| url.strip_prefix("sqlite://").unwrap().to_owned();
            std::fs::copy(path(&self.url), path(&copy.url)).unwrap();
            return copy;
        }
        let (_, name) = self.url.rsplit_once('/').unwrap();
        let (_, url) = create(Some(name)).await;
        Self { url, _directory: None }
    }

    /// An empty one of the same kind.
    pub async fn empty(&self) -> Self {
        if self.is_sqlite() { Self::empty_sqlite() } else { Self::empty_postgres().await }
    }

    /// Whether it is SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Settings for it: passwords cost next to nothing, and nobody waits for load balancers.
    pub fn config(&self) -> Config {
        let mut config = Config::default();
        // What becomes due is done when a test says so.
        config.schedule = None;
        config.database = config::Database { url: self.url.clone(), connections: 5 };
        config.auth = Settings { memory_kib: 8, iterations: 1, longest_minutes: 12 * 60, ..config.auth };
        config.http.grace = Duration::ZERO;
        config.secret_key = Some(SECRET_KEY);
        if !self.is_sqlite() {
            let files = std::env::temp_dir().join(format!("liufang-test-{}", std::process::id()));
            config.attachments.url = Some(format!("file://{}", files.display()));
        }
        config
    }

    /// An application on it.
    pub async fn app(&self) -> App {
        App::start(self.config()).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// A pool on it.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let database = config::Database { url: url.to_owned(), connections: 5 };
    db::connect(&database).await.unwrap_or_else(|error| panic!("{error:?}"))
}

/// Migrates, and closes: a template may have no connection, a copied file no write-ahead log.
async fn migrate(url: &str) {
    let db = connect(url).await;
    let done: Result<(), Error> = db::up(&db).await;
    done.unwrap_or_else(|error| panic!("{error:?}"));
    db.close().await.unwrap();
}

/// Makes a database on the run's PostgreSQL: its name and address.
async fn create(template: Option<&str>) -> (String, String) {
    static COUNT: Mutex<u32> = Mutex::new(0);
    let number = {
        let mut count = COUNT.lock().unwrap();
        *count += 1;
        *count
    };
    let name = format!("test_{}_{number}", std::process::id());
    let db = connect(&format!("{}/postgres", *ADDRESS)).await;
    let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
    db.execute_unprepared(&format!("CREATE DATABASE {name}{template}")).await.unwrap();
    db.close().await.unwrap();
    let url = format!("{}/{name}", *ADDRESS);
    (name, url)
}

/// The address of the run's PostgreSQL: one that is running already, or one that ends with this process.
static ADDRESS: LazyLock<String> = LazyLock::new(|| match std::env::var("LIUFANG_TEST_POSTGRES") {
    Ok(address) => address,
    Err(_) => start(),
});

fn start() -> String {
    // Never dropped: when the process ends, in whatever way, the server's standard input ends and it goes.
    static SERVER: Mutex<Option<Child>> = Mutex::new(None);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");
    let mut server =
        Command::new("bash").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash is there");
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    assert!(!address.is_empty(), "PostgreSQL did not start; what it said is above");
    *SERVER.lock().unwrap() = Some(server);
    address.trim_end().to_owned()
}

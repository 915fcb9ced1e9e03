//! The demo: a server on a throw-away database.
//!
//! What is in it is told by [`tell`] through the same mutations that clients call, with a clock that steps through the
//! history and ids from a seed, so that it is the same each time. Only passwords and tokens differ from run to run.

mod case;
mod course;
mod hehua;
mod people;
mod place;
mod teller;
mod turn;
mod zhenxing;

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use serde_json::json;
use tokio::net::TcpListener;

use crate::app::App;
use crate::clock::{Clock, OFFSET};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::{self, Server};
use crate::id::Ids;
use crate::read::door::Door;
use crate::{relay, scheduler, schema, vault};
use teller::Teller;

/// What can be said of the demo.
#[derive(Args, Clone, Debug)]
pub struct Demo {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// A directory to keep the database in; without one it is gone when the demo ends.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Print one line of JSON once the server answers.
    #[arg(long)]
    json: bool,
}

/// Someone who can sign in to the demo.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// The role.
    pub role: &'static str,
    /// Who it is, in a few words.
    pub label: String,
    /// To sign in with.
    pub username: String,
    /// To sign in with.
    pub password: String,
    /// An access token that holds for 12 hours.
    pub token: String,
}

/// How long the printed tokens hold.
const TOKEN_MINUTES: u32 = 12 * 60;
/// What all ids of the demo come from.
pub const SEED: u64 = 20_260_715;

/// The moment at which the demo's history ends and its clock goes on: 2026-07-15, nine in the morning.
pub fn present() -> DateTime<Utc> {
    let nine = chrono::NaiveDate::from_ymd_opt(2026, 7, 15).and_then(|day| day.and_hms_opt(9, 0, 0));
    nine.and_then(|time| time.and_local_timezone(OFFSET).single()).map(|time| time.to_utc()).unwrap_or_default()
}

/// Makes the database, tells the history, serves until `stop` is done.
///
/// # Errors
/// Where the port or the directory is taken; a fault of the database.
pub async fn run(config: Config, asked: Demo, stop: impl Future<Output = ()>) -> Result<()> {
    let directory = Directory::make(asked.data.as_deref())?;
    // Taken first: nobody should wait for a history that nobody can then ask for.
    let listener = TcpListener::bind(("127.0.0.1", asked.port)).await;
    let listener = listener.map_err(|error| Error::fault(format!("port {}: {error}", asked.port)))?;
    let address = listener.local_addr().map_err(|error| Error::fault(error.to_string()))?;
    let url = format!("http://{address}");

    let app = start(config, &directory.path, &url).await?;
    let door = Door::new(schema::model(), app.config.limits);
    let accounts = tell(&app, &door).await?;
    app.clock.go_on();

    let server = Server::new(app, door);
    let serving = http::serve(server.clone(), listener, stop);
    let telling = async { announce(&url, &accounts, asked.json) };
    tokio::join!(serving, telling);
    close(server).await;
    drop(directory);
    Ok(())
}

/// The application on its own database under its own key.
async fn start(mut config: Config, directory: &Path, url: &str) -> Result<App> {
    config.database.url = format!("sqlite://{}", directory.join("liufang.db").display());
    config.secret_key = Some(vault::secret()?);
    url.clone_into(&mut config.auth.issuer);
    config.auth.longest_minutes = TOKEN_MINUTES;
    // Whoever runs a demo does not wait for load balancers.
    config.http.grace = Duration::ZERO;
    let mut app = App::start(config).await?;
    app.clock = Clock::stopped(present());
    app.ids = Ids::seeded(SEED);
    Ok(app)
}

/// Tells the history, stepping the clock; ends with who can sign in, one for each role.
///
/// # Errors
/// A fault: what of the history was refused.
pub async fn tell(app: &App, door: &Door) -> Result<Vec<Account>> {
    let teller = Teller::new(app, door);
    teller.part("places 区划", 9);
    teller.time(teller::at("2025-11-01 09:00")?);
    let operator = place::regions(&teller).await?;
    let zhenxing = zhenxing::found(&teller, &operator).await?;
    let (hehua, members) = hehua::found(&teller, &operator).await?;
    let (first, second) = (zhenxing::problems(), hehua::problems());
    course::run(&teller, &[(&zhenxing.town, &first), (&hehua, &second)]).await?;
    teller.end();
    app.clock.stop_at(present());
    // Whoever asks first finds each event in its place.
    scheduler::tick(app).await?;
    relay::relay(&app.db).await?;
    Ok(zhenxing.players.into_iter().chain(members).map(|player| player.account).collect())
}

/// Says where the demo is and who can sign in; `liufang demo --json`'s one line is a contract with programs.
fn announce(url: &str, accounts: &[Account], json: bool) {
    if json {
        println!("{}", json!({ "url": url, "accounts": accounts, "client": null }));
        return;
    }
    println!("Liufang (六方) answers at {url}\n");
    for Account { role, label, username, password, token } in accounts {
        println!("{role}  {label}\n  sign in: {username} / {password}\n  token: {token}\n");
    }
}

async fn close(server: Arc<Server>) {
    if let Some(server) = Arc::into_inner(server)
        && let Err(error) = server.app.close().await
    {
        tracing::debug!(?error, "the demo's database was not closed");
    }
}

/// Where the database is; removed with it unless it was named.
struct Directory {
    path: PathBuf,
    keep: bool,
}

impl Directory {
    fn make(named: Option<&Path>) -> Result<Self> {
        let keep = named.is_some();
        let path = match named {
            Some(path) => path.to_owned(),
            None => std::env::temp_dir().join(format!("liufang-demo-{}", std::process::id())),
        };
        if path.join("liufang.db").exists() {
            return Err(Error::fault(format!("{} holds a database: the demo writes a new one", path.display())));
        }
        fs::create_dir_all(&path).map_err(|error| Error::fault(format!("{}: {error}", path.display())))?;
        Ok(Self { path, keep })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if !self.keep {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

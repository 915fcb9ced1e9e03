//! The settings: a TOML file and the environment, read into one [`Config`], all of their faults told at once.
//!
//! A setting is one line of `Config::read`; `liufang.example.toml` says what each is. A name is `section.key` in the
//! file and `LIUFANG_SECTION_KEY` in the environment, which wins. No message carries a value: it might be a secret.

mod reader;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use chrono::FixedOffset;

use crate::auth;
use crate::clock;
use crate::gate::Limits;
use crate::notification::quiet::QuietHours;
use crate::problem::notice::PrivacyNotice;
use crate::vault::KEY_BYTES;
pub use reader::Faults;
use reader::{Key, Quiet, Reader};

/// The settings of a server.
#[derive(Clone)]
pub struct Config {
    /// Where the data is.
    pub database: Database,
    /// How requests come in.
    pub http: Http,
    /// Tokens and passwords.
    pub auth: auth::Settings,
    /// Bounds on a document.
    pub limits: Limits,
    /// The log.
    pub log: Log,
    /// Files that people attach.
    pub attachments: Attachments,
    /// The key that contact data and signing keys are encrypted with; there is no default.
    pub secret_key: Option<[u8; KEY_BYTES]>,
    /// What the numbers of problems begin with: `ZXL`.
    pub number_prefix: String,
    /// The offset from UTC of the places served.
    pub utc_offset: FixedOffset,
    /// How often this instance looks for what has become due; none: it leaves that to others.
    pub schedule: Option<Duration>,
    /// The privacy notice that whoever reports accepts.
    pub privacy_notice: PrivacyNotice,
    /// How many days apart problems are reported that are hinted at as duplicates.
    pub similar_days: u32,
    /// When nobody is told of anything but a whistle; none: there are no such hours.
    pub quiet_hours: Option<QuietHours>,
}

/// Where the data is.
#[derive(Clone)]
pub struct Database {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// How many connections are open at most.
    pub connections: u32,
}

/// How requests come in.
#[derive(Clone)]
pub struct Http {
    /// Where the server listens.
    pub listen: SocketAddr,
    /// Pages of which origins may call it from a browser; none by default.
    pub origins: Vec<String>,
    /// How many proxies stand before it, whose `X-Forwarded-For` is believed.
    pub proxies: usize,
    /// How large the body of a request may be.
    pub body_bytes: usize,
    /// How long a request may take.
    pub timeout: Duration,
    /// How long it goes on answering after it was told to stop, so that those who call it go elsewhere.
    pub grace: Duration,
}

/// Files that people attach.
#[derive(Clone)]
pub struct Attachments {
    /// Where they are kept: `file://…` or `s3://…`; `None`: a folder beside the database's file.
    pub url: Option<String>,
    /// Of an S3 store: the address of the service, where it is not Amazon's.
    pub endpoint: Option<String>,
    /// Of an S3 store: the region.
    pub region: String,
    /// Of an S3 store: the name of its key.
    pub access_key_id: Option<String>,
    /// Of an S3 store: its key.
    pub secret_access_key: Option<String>,
    /// How large an image may be.
    pub image_bytes: usize,
    /// How large a document may be.
    pub document_bytes: usize,
    /// How many millions of pixels an image may have.
    pub megapixels: u32,
    /// How long sending a file may take.
    pub transfer: Duration,
}

/// The log.
#[derive(Clone)]
pub struct Log {
    /// For people or for programs.
    pub format: Format,
    /// What is logged, as `tracing` filters are written: `info,liufang=debug`.
    pub filter: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The file that is read where none is named.
const DEFAULT_FILE: &str = "liufang.toml";

impl Config {
    /// The settings of this process: from `file` (or `liufang.toml`, if there is one) and the environment.
    ///
    /// # Errors
    /// All faults at once.
    pub fn load(file: Option<&Path>) -> Result<Self, Faults> {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound && file.is_none() => None,
            Err(error) => return Err(Faults(vec![format!("{}: cannot be read: {error}", path.display())])),
        };
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            // What is no UTF-8 fits no setting.
            Some((name, value.into_string().unwrap_or_else(|_| "\u{fffd}".into())))
        });
        Self::from_text(text.as_deref().map(|text| (path.display().to_string(), text)), environment.collect())
    }

    /// The settings in a file (its name and text) and an environment.
    ///
    /// # Errors
    /// All faults at once.
    pub fn from_text(file: Option<(String, &str)>, environment: BTreeMap<String, String>) -> Result<Self, Faults> {
        let mut reader = Reader::new(file, environment);
        let config = Self::read(&mut reader);
        reader.finish().map(|()| config)
    }

    /// The names of all settings, as they stand in a file.
    pub fn names() -> Vec<&'static str> {
        let mut reader = Reader::default();
        Self::read(&mut reader);
        reader.names()
    }

    fn read(from: &mut Reader) -> Self {
        let database = Database {
            url: from.checked("database.url", || "sqlite://liufang.db".into(), database_url),
            connections: from.within("database.connections", 10, 2..=1000),
        };
        let http = Http {
            listen: from.value("http.listen", || SocketAddr::from(([127, 0, 0, 1], 8000))),
            origins: from.checked("http.origins", Vec::new, |origins: &Vec<String>| {
                let fit = origins.iter().all(|origin| web_address(origin) && !origin.ends_with('/'));
                fit.then_some(()).ok_or("each must be an origin such as https://console.example.cn")
            }),
            proxies: from.within("http.proxies", 0, 0..=16),
            body_bytes: from.within("http.body_bytes", 256 * 1024, 1024..=64 * 1024 * 1024),
            timeout: Duration::from_secs(from.within("http.timeout_seconds", 10, 1..=300)),
            grace: Duration::from_secs(from.within("http.shutdown_seconds", 5, 0..=300)),
        };
        Self {
            auth: read_auth(from, &http),
            database,
            http,
            limits: read_limits(from),
            attachments: read_attachments(from),
            log: Log {
                format: from.value("log.format", || Format::Text),
                filter: from.checked(
                    "log.filter",
                    || "info,sea_orm_migration=warn".into(),
                    |filter: &String| {
                        let parsed = filter.parse::<tracing_subscriber::filter::Targets>();
                        parsed.map(|_| ()).map_err(|_| "must be a filter such as info,liufang=debug")
                    },
                ),
            },
            secret_key: from.optional("secret_key").map(|Key(key)| key),
            number_prefix: from.checked(
                "number_prefix",
                || "ZXL".into(),
                |prefix: &String| {
                    let fits = (1..=8).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_uppercase());
                    fits.then_some(()).ok_or("must be 1 to 8 capital letters")
                },
            ),
            utc_offset: from.value("places.utc_offset", || clock::CHINA),
            schedule: match from.within("scheduler.each_seconds", 5, 0..=3600) {
                0 => None,
                seconds => Some(Duration::from_secs(seconds)),
            },
            privacy_notice: from.value("privacy_notice", PrivacyNotice::default),
            similar_days: from.within("search.similar_days", 30, 1..=365),
            quiet_hours: from.value("notification.quiet", || Quiet(QuietHours::parse("21:00-08:00"))).0,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::read(&mut Reader::default())
    }
}

fn read_auth(from: &mut Reader, http: &Http) -> auth::Settings {
    let default = auth::Settings::default();
    let access_minutes = from.within("tokens.access_minutes", default.access_minutes, 1..=15);
    let own_address = format!("http://{}", http.listen);
    auth::Settings {
        issuer: from.checked(
            "tokens.issuer",
            || own_address,
            |issuer: &String| {
                let fits = web_address(issuer) && !issuer.contains(['?', '#']);
                fits.then_some(()).ok_or("must be the server's public address, such as https://liufang.example.cn")
            },
        ),
        audience: from.checked("tokens.audience", || default.audience, filled),
        access_minutes,
        longest_minutes: access_minutes,
        refresh_days: from.within("tokens.refresh_days", default.refresh_days, 1..=365),
        memory_kib: from.within("passwords.memory_kib", default.memory_kib, 7 * 1024..=1024 * 1024),
        iterations: from.within("passwords.iterations", default.iterations, 1..=100),
        pool: from.within("passwords.at_once", default.pool, 1..=64),
        queue: from.within("passwords.waiting", default.queue, 1..=10_000),
    }
}

fn read_attachments(from: &mut Reader) -> Attachments {
    let url = |url: &String| {
        let known =
            ["file://", "s3://"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        known.then_some(()).ok_or("must be file:// and a folder, or s3:// and a bucket")
    };
    let address =
        |url: &String| web_address(url).then_some(()).ok_or("must be an address such as https://s3.example.cn");
    let mebi = 1024 * 1024;
    Attachments {
        url: from.checked_optional("attachments.url", url),
        endpoint: from.checked_optional("attachments.endpoint", address),
        region: from.checked("attachments.region", || "us-east-1".into(), filled),
        access_key_id: from.optional("attachments.access_key_id"),
        secret_access_key: from.optional("attachments.secret_access_key"),
        image_bytes: from.within("attachments.image_bytes", 10 * mebi, 1024..=64 * mebi),
        document_bytes: from.within("attachments.document_bytes", 20 * mebi, 1024..=64 * mebi),
        megapixels: from.within("attachments.megapixels", 50, 1..=200),
        transfer: Duration::from_secs(from.within("attachments.transfer_seconds", 120, 1..=3600)),
    }
}

fn read_limits(from: &mut Reader) -> Limits {
    let default = Limits::default();
    Limits {
        // The parser is recursive: what lies deeper than 64 is not safe to give it.
        nesting: from.within("limits.nesting", default.nesting, 8..=64),
        depth: from.within("limits.depth", default.depth, 1..=64),
        aliases: from.within("limits.aliases", default.aliases, 0..=10_000),
        root_fields: from.within("limits.root_fields", default.root_fields, 1..=1000),
        mutations: from.within("limits.mutations", default.mutations, 1..=100),
        fields: from.within("limits.fields", default.fields, 1..=100_000),
        cost: from.within("limits.cost", default.cost, 1..=100_000_000),
        statements: from.within("limits.statements", default.statements, 1..=1000),
    }
}

#[expect(clippy::ptr_arg, reason = "a check takes a reference to the type of its setting")]
fn database_url(url: &String) -> Result<(), &'static str> {
    let known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    if !known {
        return Err("must begin with sqlite:// or postgres://");
    }
    // Each connection would have a memory of its own.
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err("must be a file: a database in memory is lost with its connection");
    }
    Ok(())
}

#[expect(clippy::ptr_arg, reason = "a check takes a reference to the type of its setting")]
fn filled(text: &String) -> Result<(), &'static str> {
    if text.trim().is_empty() { Err("must not be empty") } else { Ok(()) }
}

fn web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests;

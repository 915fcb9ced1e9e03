//! The command line.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use liufang::app::App;
use liufang::cli::{calendar, doctor, key, migrate, region, schema, search, user};
use liufang::config::{Config, Format, Log};
use liufang::demo;
use liufang::error::{Error, Language, Result};
use liufang::http::{self, Server};
use liufang::read::door::Door;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Six-party linkage groups (六方联动小组): a role-scoped GraphQL server.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct Arguments {
    /// The file with the settings; by default liufang.toml, if there is one.
    #[arg(long, global = true, env = "LIUFANG_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until told to stop.
    Serve,
    /// Serve a throw-away database with a community's stories and accounts to sign in with.
    Demo(demo::Demo),
    /// The changes of the database.
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Print a role's schema.
    Schema(schema::Schema),
    /// The key that data is sealed with, and those that sign tokens.
    #[command(subcommand)]
    Key(key::Key),
    /// The regions that all else lies in.
    #[command(subcommand)]
    Region(region::Region),
    /// The working calendar: holidays, make-up workdays, opening hours.
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// People with an account, and their administrators.
    #[command(subcommand)]
    User(user::User),
    /// Examine whether the record of events is whole.
    Doctor(doctor::Doctor),
    /// What problems are found by.
    #[command(subcommand)]
    Search(search::Search),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Needs no settings: it is what makes them complete.
    if let Command::Key(key::Key::Generate) = arguments.command {
        return end(key::generate().map(|()| true));
    }
    let config = match Config::load(arguments.config.as_deref()) {
        Ok(config) => config,
        Err(faults) => {
            eprintln!("{faults}");
            return ExitCode::from(2);
        }
    };
    log(&config.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(Error::fault(error.to_string()))),
    };
    end(runtime.block_on(run(config, arguments.command)))
}

/// Does what was asked; false where it was done and what was found is bad.
async fn run(config: Config, command: Command) -> Result<bool> {
    match command {
        Command::Serve => serve(config).await?,
        Command::Demo(asked) => Box::pin(demo::run(config, asked, stop())).await?,
        Command::Migrate(asked) => migrate::run(&config, asked).await?,
        Command::Schema(asked) => schema::run(&config, &asked),
        Command::Key(key::Key::Generate) => key::generate()?,
        Command::Key(key::Key::Rotate { json }) => key::rotate(&App::start(config).await?, json).await?,
        Command::Region(asked) => region::run(&App::start(config).await?, asked).await?,
        Command::Calendar(asked) => calendar::run(&App::start(config).await?, asked).await?,
        Command::User(asked) => user::run(&App::start(config).await?, asked).await?,
        Command::Doctor(asked) => return doctor::run(&config, asked).await,
        Command::Search(asked) => search::run(&App::start(config).await?, asked).await?,
    }
    Ok(true)
}

async fn serve(config: Config) -> Result<()> {
    let app = App::start(config).await?;
    let address = app.config.http.listen;
    let listener = TcpListener::bind(address).await.map_err(|error| Error::fault(format!("{address}: {error}")))?;
    let door = Door::new(liufang::schema::model(), app.config.limits);
    tracing::info!(%address, "answering");
    http::serve(Server::new(app, door), listener, stop()).await;
    Ok(())
}

/// Done when the process is told to stop: by the terminal, or by what runs it.
#[cfg(unix)]
async fn stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! { () = interrupt() => {}, _ = terminate.recv() => {} },
        Err(_) => interrupt().await,
    }
}

#[cfg(not(unix))]
async fn stop() {
    interrupt().await;
}

async fn interrupt() {
    let _ = tokio::signal::ctrl_c().await;
}

/// The log goes to standard error: standard output is for what was asked for.
fn log(log: &Log) {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).init(),
        Format::Json => lines.json().flatten_event(true).init(),
    }
}

/// Says what went wrong, and ends: 0 well, 1 not.
fn end(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Error::Fault(cause)) => {
            eprintln!("liufang: {cause}");
            ExitCode::FAILURE
        }
        Err(Error::Request(complaint)) => {
            eprintln!("liufang: {}", complaint.message(Language::En));
            ExitCode::FAILURE
        }
        Err(Error::Refused(errors)) => {
            for error in errors {
                let at = error.path.get(1..).unwrap_or_default().join(".");
                eprintln!("liufang: {at}: {}", error.complaint.message(Language::En));
            }
            ExitCode::FAILURE
        }
    }
}

//! `liufang calendar`: the working calendar (工作日历), loaded from a plain file.

use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use clap::{Args, Subcommand};
use entity::word::{DayKind, Word as _};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::tell;
use crate::app::App;
use crate::calendar::read::{CalendarDay, told};
use crate::calendar::{INSTALLATION, file, service};
use crate::error::{Error, Result};
use crate::problem::service::deadline;

/// What is done with the calendar.
#[derive(Debug, Subcommand)]
pub enum Calendar {
    /// Load holidays, make-up workdays and opening hours from a file, and reckon the deadlines they concern anew. How a
    /// file is written: data/calendar-2026.toml says it at its top.
    Load(Load),
    /// Show the holidays, make-up workdays and opening hours that a region goes by.
    Show(Show),
}

/// What is loaded, and for whom.
#[derive(Args, Debug)]
pub struct Load {
    /// The file.
    file: PathBuf,
    /// The region it is for, with all below it; by default the whole installation.
    #[arg(long, value_parser = clap::value_parser!(i64).range(100_000_000_000..=999_999_999_999))]
    region: Option<i64>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// What is shown.
#[derive(Args, Debug)]
pub struct Show {
    /// The region; by default the whole installation.
    #[arg(long, value_parser = clap::value_parser!(i64).range(100_000_000_000..=999_999_999_999))]
    region: Option<i64>,
    /// The year; by default this one.
    #[arg(long, value_parser = clap::value_parser!(i32).range(2000..=2100))]
    year: Option<i32>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Does it.
///
/// # Errors
/// All that is wrong with the file, with its lines; `NOT_FOUND` for a region that is not there; a fault of the database.
pub async fn run(app: &App, asked: Calendar) -> Result<()> {
    match asked {
        Calendar::Load(asked) => Box::pin(load(app, asked)).await,
        Calendar::Show(asked) => show(app, &asked).await,
    }
}

async fn load(app: &App, Load { file: path, region, json }: Load) -> Result<()> {
    let name = path.display();
    let text = std::fs::read_to_string(&path).map_err(|error| Error::fault(format!("{name}: {error}")))?;
    let file = file::parse(&text).map_err(|faults| {
        let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
        Error::fault(format!("{name} has {} fault(s), and nothing was loaded:{}", faults.len(), lines.concat()))
    })?;
    let loaded = service::load(app, region.unwrap_or(INSTALLATION), &file).await?;
    let moved = reckon(app, json).await?;
    let years: Vec<_> = file.years.iter().map(ToString::to_string).collect();
    let place = region.map_or("the installation".to_owned(), |code| code.to_string());
    let count = |kind| file.days.values().filter(|day| day.kind == kind).count();
    let (holidays, workdays) = (count(DayKind::Holiday), count(DayKind::MakeUpWorkday));
    let done = if loaded.changed { "loaded" } else { "there already" };
    let sentence = format!(
        "{} for {place} is {done}: {holidays} days off, {workdays} make-up workdays; {moved} deadline(s) moved.",
        years.join(", ")
    );
    let value = json!({
        "region": region.map(|code| code.to_string()), "years": file.years, "holidays": holidays, "workdays": workdays,
        "hours": file.week.is_some(), "changed": loaded.changed, "communities": loaded.communities,
        "deadlinesMoved": moved,
    });
    tell(json, &sentence, &value);
    Ok(())
}

/// Reckons what waits anew, telling people how far it is. What an earlier run did not finish is done too.
async fn reckon(app: &App, json: bool) -> Result<usize> {
    let shown = !json && std::io::stderr().is_terminal();
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    let bar = if shown { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message("communities");
    let moved = deadline::reckon_all(app, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    moved
}

async fn show(app: &App, asked: &Show) -> Result<()> {
    let year = asked.year.unwrap_or_else(|| crate::clock::day(app.clock.now()).year());
    let region = asked.region.unwrap_or(INSTALLATION);
    let known = app.calendars.now(&app.db).await?;
    let calendar = known.calendar();
    let first = NaiveDate::from_ymd_opt(year, 1, 1).ok_or_else(|| Error::fault("there is no such year"))?;
    let days = first.iter_days().take_while(|day| day.year() == year).map(|day| told(calendar, region, day));
    let days: Vec<CalendarDay> = days.filter(|day| day.name.is_some()).collect();
    let sources: Vec<_> = calendar
        .chain(region)
        .filter_map(|(code, said)| said.years.get(&i64::from(year)).map(|source| (code, source.clone())))
        .collect();
    let week = calendar.week(region);
    let value = json!({
        "region": asked.region.map(|code| code.to_string()), "year": year, "ordinaryHours": week.ordinary.to_string(),
        "week": week.days.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "sources": sources.iter().map(|(code, source)| json!({ "region": code.to_string(), "source": source })).collect::<Vec<_>>(),
        "days": days.iter().map(|day| json!({
            "day": day.day, "kind": day.kind.value(), "name": day.name, "hours": hours(day),
        })).collect::<Vec<_>>(),
    });
    let mut lines: Vec<String> = sources.iter().map(|(code, source)| format!("{code:>12}  {source}")).collect();
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let off = |text: String| if text.is_empty() { "off".to_owned() } else { text };
    lines.extend(names.iter().zip(&week.days).map(|(name, hours)| format!("{name:>12}  {}", off(hours.to_string()))));
    lines.extend(
        days.iter()
            .map(|day| format!("{:>12}  {}  {}", day.day, day.name.as_deref().unwrap_or_default(), off(hours(day)))),
    );
    tell(asked.json, &lines.join("\n"), &value);
    Ok(())
}

fn hours(day: &CalendarDay) -> String {
    let spans: Vec<_> = day.hours.iter().map(|span| format!("{}-{}", span.from, span.to)).collect();
    spans.join(", ")
}

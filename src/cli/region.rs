//! `liufang region`: the regions that all else lies in. The API makes none.

use clap::{Args, Subcommand};
use entity::word::{OrganisationKind, RegionLevel};
use serde_json::json;

use super::tell;
use crate::act::Call;
use crate::app::App;
use crate::error::{Error, Result};
use crate::policy::Viewer;
use crate::policy::rule::{divisor, level_of};
use crate::region::command::CreateOrganisationInput;
use crate::region::service::{self, NewRegion};

/// What is done with regions.
#[derive(Debug, Subcommand)]
pub enum Region {
    /// Add a region (行政区划), those above it first, with the organisation that its officers act for.
    Add(Add),
}

/// Which region is added.
#[derive(Args, Debug)]
pub struct Add {
    /// Its code, 12 digits, those below its level zero: 321181000000 is a county, 321181402000 a street, 321181402001 a
    /// community.
    #[arg(value_parser = clap::value_parser!(i64).range(100_000_000_000..=999_999_999_999))]
    code: i64,
    /// Its name.
    #[arg(long)]
    name: String,
    /// The name of its office: the government's of a city, county or street; a community's Party branch.
    #[arg(long)]
    office: String,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Does what was asked.
///
/// # Errors
/// `INVALID_VALUE`, `DUPLICATE`; a fault of the database.
pub async fn run(app: &App, asked: Region) -> Result<()> {
    let Region::Add(Add { code, name, office, json }) = asked;
    let level = level_of(code).ok_or_else(|| Error::not_found("code"))?;
    let city = code / divisor(RegionLevel::City) * divisor(RegionLevel::City);
    let operator = Viewer::operator(city, RegionLevel::City);
    let call = |command| Call { app, viewer: &operator, command, digest: vec![] };
    service::create_region(call("createRegion"), NewRegion { code, name: name.clone() }).await?;
    let kind =
        if level == RegionLevel::Community { OrganisationKind::PartyBranch } else { OrganisationKind::Government };
    let organisation = CreateOrganisationInput {
        region_code: code.to_string(),
        kind,
        name: office.clone(),
        idempotency_key: format!("office of {code}"),
    };
    service::create_organisation(call("createOrganisation"), organisation).await?;
    tell(
        json,
        &format!("{code} {name} is there, with {office}"),
        &json!({ "code": code.to_string(), "name": name, "office": office }),
    );
    Ok(())
}

//! The reporter's part: report, add, appeal, withdraw.

use entity::word::{ProblemAction, ProblemChannel, ProblemStatus, ProblemVisibility, Role, SupervisionLevel};
use entity::{linkage_group, problem, problem_addition, user};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::clock::{self, Due};
use super::place::{self, Office, Said, Spot};
use super::{Case, code, end, length, remind, resume, task, write};
use crate::act::{Act, Call, Once};
use crate::error::{Code, Error, Result, Word};
use crate::event::{Event, Kind};
use crate::id::{TypeId, prefix};
use crate::policy::rows::problem as rows;
use crate::problem::command::{AddToReportInput, AppealProblemInput, ReportProblemInput, WithdrawProblemInput};
use crate::problem::limit::{Limit, Matter};
use crate::problem::number;
use crate::problem::read::{ADDRESS, NAME, PHONE};
use crate::read::load;
use crate::text;
use crate::vault::Vault;

/// Who reported, sealed, and who recorded it.
struct Source {
    reporter: Option<Uuid>,
    recorder: Option<Uuid>,
    name: Option<String>,
    phone: Option<String>,
    address: Option<String>,
}

/// Reports a problem.
///
/// # Errors
/// `NOT_FOUND`, `REQUIRED`, `CONSENT_MISSING`, `NO_ACTIVE_GROUP`, `NOTICE_OUTDATED`.
pub async fn report(call: Call<'_>, input: ReportProblemInput) -> Result<(Uuid, Option<String>)> {
    match call.begin_once(&input.idempotency_key).await? {
        // A code that was shown cannot be shown again: nobody has it but who was told it.
        Once::Before(id) => Ok((id, None)),
        Once::Now(act) => {
            let mut act = *act;
            act.app.config.privacy_notice.check(&input.accepted_notice)?;
            let id = write_report(&mut act, &input).await?;
            let code = give_code(&act, id).await?;
            let id = call.commit_once(act, &input.idempotency_key, id).await?;
            Ok((id, code))
        }
    }
}

/// A code for the person that it was reported for, where the recorder may read it: whoever acts for whom it complains of
/// gets no way to it.
async fn give_code(act: &Act<'_>, id: Uuid) -> Result<Option<String>> {
    let recorded = load::scoped::<problem::Entity>(act.viewer, act.now, rows::recorder).with_id(id);
    let Some(row) = recorded.one(&act.tx).await? else { return Ok(None) };
    Ok(Some(code::issue(act, id, row.community_code).await?))
}

async fn write_report(act: &mut Act<'_>, input: &ReportProblemInput) -> Result<Uuid> {
    let words = text::prose(&input.report, "report", length::REPORT)?;
    let place = text::optional_line(input.place.as_deref(), "place", length::LINE)?;
    let said = Said {
        community_code: input.community_code.as_deref(),
        compound: input.compound.map(|id| id.0),
        grid: input.grid.map(|id| id.0),
        building: input.building.map(|id| id.0),
    };
    let spot = place::find(act, said).await?;
    let community = spot.community.ok_or_else(|| Error::refused(Code::Required, "communityCode", vec![]))?;
    place::known(act, community).await?;
    if place.is_none() && spot.grid.is_none() && spot.building.is_none() && spot.compound.is_none() {
        return Err(Error::refused(Code::Required, "place", vec![]));
    }
    let channel = channel(act.viewer.role, input.channel)?;
    let source = source(act, input).await?;
    let group = place::system_group(act, community).await?.ok_or_else(|| place::no_active_group("communityCode"))?;
    let parties: Vec<Uuid> = input.concerns.iter().flatten().map(|id| id.0).collect();
    let concerned = place::concerned(act, group.id, spot.compound, &parties).await?;
    let office = place::system_office(act, &group, spot.compound, &concerned).await?;
    let number = number::system_draw(act).await?;
    let id = act.new_id();
    let event = Event::new(Kind::ProblemReported, community, id)
        .on(id)
        .with("channel", &channel)
        .with("group", &TypeId(prefix::GROUP, group.id))
        .with("concerns", &place::parties(&concerned))
        .commits("report", &words)
        .commits_if("place", place.as_deref());
    let told = Told { words, place, channel, number, input };
    let claimed = input.urgent.unwrap_or_default();
    let rule = if claimed { Limit::TriageUrgent } else { Limit::Triage };
    let due = Due::by(act, community, rule, Matter::default()).await?;
    let mut row = row(act, id, &group, &spot, office, &source, told)?;
    due.set(&mut row);
    remind::set(act, &mut row).await?;
    problem::Entity::insert(row).exec_without_returning(&act.tx).await?;
    clock::start_step(act, id, community, due).await?;
    place::write_concerns(act, id, community, &concerned).await?;
    act.emit(event);
    Ok(id)
}

/// What was told, checked.
struct Told<'a> {
    words: String,
    place: Option<String>,
    channel: ProblemChannel,
    number: String,
    input: &'a ReportProblemInput,
}

fn row(
    act: &Act<'_>,
    id: Uuid,
    group: &linkage_group::Model,
    spot: &Spot,
    office: Office,
    source: &Source,
    told: Told<'_>,
) -> Result<problem::ActiveModel> {
    let vault = &act.app.vault;
    let confidential = told.input.confidential.unwrap_or_default();
    let claimed = told.input.urgent.unwrap_or_default();
    Ok(problem::ActiveModel {
        id: Set(id),
        community_code: Set(group.community_code),
        number: Set(told.number),
        group_id: Set(group.id),
        compound_id: Set(spot.compound),
        grid_id: Set(spot.grid),
        micro_grid_id: Set(spot.micro_grid),
        building_id: Set(spot.building),
        channel: Set(told.channel),
        status: Set(ProblemStatus::Reported),
        open: NotSet,
        due_order: NotSet,
        visibility: Set(if confidential { ProblemVisibility::Confidential } else { ProblemVisibility::Parties }),
        urgent_claimed: Set(claimed),
        urgent: Set(false),
        supervision: Set(SupervisionLevel::None),
        escalated_to_meeting: Set(false),
        handled_by: Set(office.level),
        public_safety: Set(false),
        report: Set(told.words),
        place: Set(told.place),
        reporter_id: Set(source.reporter),
        reporter_name: Set(seal(vault, NAME, source.name.as_deref())?),
        reporter_phone: Set(seal(vault, PHONE, source.phone.as_deref())?),
        reporter_phone_hash: Set(source.phone.as_deref().map(|phone| vault.hash("phone", phone))),
        reporter_address: Set(seal(vault, ADDRESS, source.address.as_deref())?),
        recorded_by_id: Set(source.recorder),
        recorded_by_party_id: Set(source.recorder.and(act.viewer.party)),
        accountable_id: Set(office.accountable),
        reported_at: Set(act.now),
        rework_count: Set(0),
        reopen_count: Set(0),
        reporter_count: Set(1),
        revision: Set(1),
        notice_version: Set(Some(told.input.accepted_notice.clone())),
        notice_accepted_at: Set(Some(act.now)),
        ..Default::default()
    })
}

/// A datum as it is kept.
///
/// # Errors
/// A fault of the vault.
pub(super) fn seal(vault: &Vault, column: &str, plain: Option<&str>) -> Result<Option<Vec<u8>>> {
    plain.map(|plain| vault.seal(column, plain.as_bytes())).transpose()
}

/// The way it came in: residents' is given, staff may say another.
fn channel(role: Role, asked: Option<ProblemChannel>) -> Result<ProblemChannel> {
    let (given, free) = match role {
        Role::Resident | Role::OwnerRepresentative | Role::GridHelper => (ProblemChannel::Resident, false),
        Role::GridWorker => (ProblemChannel::GridPatrol, true),
        Role::Supervisor | Role::StreetCoordinator | Role::Secretary => (ProblemChannel::Resident, true),
        Role::Police | Role::CityManagement | Role::Lawyer | Role::PropertyManager | Role::PartyMember => {
            (ProblemChannel::PartnerAgency, true)
        }
        Role::Partner => (ProblemChannel::PartnerAgency, true),
    };
    match asked {
        Some(asked) if free || asked == given => Ok(asked),
        Some(_) => {
            let why = Word::Both("来源由系统确定".into(), "the channel follows from your role".into());
            Err(Error::refused(Code::InvalidValue, "channel", vec![why]))
        }
        None => Ok(given),
    }
}

/// Who reported: the viewer, or another person who is named and consented.
async fn source(act: &Act<'_>, input: &ReportProblemInput) -> Result<Source> {
    let name = text::optional_line(input.reporter_name.as_deref(), "reporterName", 50)?;
    let phone = input.reporter_phone.as_deref().map(|phone| phone_number(phone, "reporterPhone")).transpose()?;
    let address = text::optional_line(input.reporter_address.as_deref(), "reporterAddress", length::LINE)?;
    if name.is_none() {
        let account = system_account(act).await?;
        let known = || account.phone.as_ref().and_then(|phone| act.app.vault.open_text("user.phone", phone));
        let phone = phone.or_else(known);
        return Ok(Source { reporter: Some(account.id), recorder: None, name: Some(account.name), phone, address });
    }
    if input.consent != Some(true) {
        return Err(Error::refused(Code::ConsentMissing, "consent", vec![]));
    }
    Ok(Source { reporter: None, recorder: Some(act.viewer.user), name, phone, address })
}

/// The viewer's own account.
async fn system_account(act: &Act<'_>) -> Result<user::Model> {
    let account = user::Entity::find_by_id(act.viewer.user).one(&act.tx).await?;
    account.ok_or_else(|| Error::fault("a viewer without an account"))
}

/// A phone number as it is kept: digits, with a leading plus at most.
///
/// # Errors
/// `INVALID_VALUE`.
pub fn phone_number(text: &str, path: &str) -> Result<String> {
    let number: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(number);
    }
    let why = Word::Both("电话号码须为 7 到 15 位数字".into(), "a phone number has 7 to 15 digits".into());
    Err(Error::refused(Code::InvalidValue, path, vec![why]))
}

/// Adds to a report.
///
/// # Errors
/// `NOT_FOUND`, `FORBIDDEN`, `INVALID_TRANSITION` once it is not open.
pub async fn add(call: Call<'_>, input: AddToReportInput) -> Result<Uuid> {
    match call.begin_once(&input.idempotency_key).await? {
        Once::Before(id) => Ok(id),
        Once::Now(act) => {
            let mut act = *act;
            let case = Case::of(&act, input.problem.0, "problem").await?;
            case.require(&act, ProblemAction::Add)?;
            let added = write_addition(&act, &case, &input.content, "content").await?;
            act.emit(added.told(case.event(Kind::ProblemAdded)));
            call.commit_once(act, &input.idempotency_key, added.id).await
        }
    }
}

/// Words of the reporter that were added.
pub struct Added {
    id: Uuid,
    content: String,
}

impl Added {
    /// The event that tells of them.
    #[must_use]
    pub fn told(&self, event: Event) -> Event {
        event.with("addition", &TypeId(prefix::ADDITION, self.id)).commits("addition", &self.content)
    }
}

/// Writes words of the reporter, which are part of the report. The revision stays: parties see it, and not these.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`.
pub async fn write_addition(act: &Act<'_>, case: &Case, content: &str, path: &str) -> Result<Added> {
    let (id, content) = (act.new_id(), text::prose(content, path, length::REPORT)?);
    let row = problem_addition::ActiveModel {
        id: Set(id),
        problem_id: Set(case.row.id),
        community_code: Set(case.row.community_code),
        content: Set(content.clone()),
        added_by: Set(act.viewer.person()),
        created_at: Set(act.now),
    };
    problem_addition::Entity::insert(row).exec_without_returning(&act.tx).await?;
    Ok(Added { id, content })
}

/// Appeals against declining.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` once the days are over, `REVISION_CONFLICT`, `NO_ACTIVE_GROUP`.
pub async fn appeal(call: Call<'_>, input: AppealProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let (case, _) = Case::in_group(&act, input.problem.0, ProblemAction::Appeal, &input.expected_revision).await?;
    write_appeal(&mut act, &case, &input.reason).await?;
    act.commit().await?;
    Ok(case.row.id)
}

/// Writes the reporter's appeal.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`.
pub async fn write_appeal(act: &mut Act<'_>, case: &Case, reason: &str) -> Result<()> {
    let added = write_addition(act, case, reason, "reason").await?;
    let mut change = case.change();
    change.status = Set(ProblemStatus::Reported);
    clock::step(act, &case.row, &mut change, Limit::Triage).await?;
    write(act, change).await?;
    resume(act, case).await?;
    let group = TypeId(prefix::GROUP, case.row.group_id);
    act.emit(added.told(case.event(Kind::ProblemAppealed)).with("group", &group));
    Ok(())
}

/// Withdraws a report.
///
/// # Errors
/// `NOT_FOUND`, `INVALID_TRANSITION`, `FORBIDDEN` where public safety is concerned, `REVISION_CONFLICT`.
pub async fn withdraw(call: Call<'_>, input: WithdrawProblemInput) -> Result<Uuid> {
    let mut act = call.begin().await?;
    let case = Case::to(&act, input.problem.0, ProblemAction::Withdraw, &input.expected_revision).await?;
    write_withdrawal(&mut act, &case, &input.reason).await?;
    act.commit().await?;
    Ok(case.row.id)
}

/// Writes the reporter's withdrawal.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG`.
pub async fn write_withdrawal(act: &mut Act<'_>, case: &Case, reason: &str) -> Result<()> {
    let reason = text::prose(reason, "reason", length::PROSE)?;
    let event = case.event(Kind::ProblemWithdrawn).commits("reason", &reason);
    let mut change = case.change();
    change.status = Set(ProblemStatus::Withdrawn);
    change.reason = Set(Some(reason));
    (change.due_at, change.due_rule) = (Set(None), Set(None));
    write(act, change).await?;
    // Those who were to assist a lead that is gone may still have theirs.
    task::cancel_all(act, case.row.id).await?;
    end(act, case, ProblemStatus::Withdrawn, None).await?;
    act.emit(event);
    Ok(())
}

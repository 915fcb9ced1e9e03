//! Whom an event concerns: people in the posts they hold now, each asked whether that post may know of it.

use chrono::{DateTime, Utc};
use entity::word::{NotificationKind, ProblemStatus, RegionLevel, Role, TaskRole};
use entity::{
    appointment, disposition_task, event, grid, mediation, mediation_agreement, mediation_obligation,
    mediation_session, mediation_side, problem, user, visit_offer, whistle, whistle_call,
};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, Select};
use serde_json::Value;
use uuid::Uuid;

use super::super::table::Audience;
use crate::clock::day;
use crate::error::Result;
use crate::id::{Prefix, parse, prefix};
use crate::policy::rows::{mediation as inside, notification as rows, whistle as called};
use crate::policy::rule::{divisor, level_of};
use crate::policy::{Capability, Reach, Viewer, scopes_of};
use crate::problem::facts::OPEN;
use crate::read::load::{self, RowRule};

/// Someone to be told.
pub struct Recipient {
    /// The person.
    pub user: Uuid,
    /// In which post.
    pub post: Option<Uuid>,
    /// The number to be told.
    pub number: Option<String>,
    /// When it is due.
    pub due: Option<DateTime<Utc>>,
    /// By what verb.
    pub verb: NotificationKind,
}

/// Where and when it is asked.
pub struct Asking<'a> {
    /// The transaction.
    pub tx: &'a DatabaseTransaction,
    /// The moment.
    pub now: DateTime<Utc>,
    /// The event.
    pub event: &'a event::Model,
}

impl Asking<'_> {
    /// Everyone in an audience who may know of it, but who did it.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn system_of(&self, verb: NotificationKind, audience: Audience) -> Result<Vec<Recipient>> {
        let found = match audience {
            Audience::Called => self.calls().await?,
            Audience::WhistleOffice => self.whistle_office().await?,
            Audience::Sides | Audience::Mediator => self.mediation(audience).await?,
            Audience::Answering | Audience::Asking => self.system_subject_request(audience).await?,
            Audience::Office
            | Audience::Street
            | Audience::Verifiers
            | Audience::NewTasks
            | Audience::EndedTasks
            | Audience::NamedTasks
            | Audience::Task
            | Audience::Tasks
            | Audience::Lead
            | Audience::Near
            | Audience::Passed
            | Audience::Reporters
            | Audience::Reporter
            | Audience::Visiting => match self.system_problem().await? {
                Some(problem) => self.problem(&problem, audience).await?,
                None => vec![],
            },
        };
        let others = found.into_iter().filter(|one| Some(one.user) != self.event.actor_id);
        Ok(others.map(|one| Recipient { verb, ..one }).collect())
    }

    pub(super) async fn system_problem(&self) -> Result<Option<problem::Model>> {
        let Some(id) = self.event.problem_id else { return Ok(None) };
        Ok(problem::Entity::find_by_id(id).one(self.tx).await?)
    }

    async fn problem(&self, problem: &problem::Model, audience: Audience) -> Result<Vec<Recipient>> {
        use disposition_task::Column as C;
        let leads = C::Id.eq(problem.lead_task_id);
        let happened = self.event.occurred_at;
        let tasks = match audience {
            Audience::Reporters | Audience::Reporter => return self.system_reporters(problem, audience).await,
            Audience::Office => return self.office(problem, self.deciding(problem)).await,
            Audience::Street => return self.office(problem, self.above(problem)).await,
            Audience::Verifiers => return self.verifiers(problem).await,
            Audience::Near | Audience::Passed => {
                let passed = self.event.data["percent"].as_i64().is_some_and(|percent| percent >= 100);
                return match (passed == (audience == Audience::Passed), problem.status) {
                    (false, _) => Ok(vec![]),
                    (true, ProblemStatus::Dispatched | ProblemStatus::InProgress) => {
                        self.holders(problem, leads.into()).await
                    }
                    (true, _) => self.office(problem, self.deciding(problem)).await,
                };
            }
            Audience::NewTasks => C::AssignedAt.eq(happened).into(),
            Audience::EndedTasks => C::EndedAt.eq(happened).into(),
            Audience::Task => C::Id.eq(self.event.subject_id).into(),
            Audience::NamedTasks => C::Id.is_in(ids(&self.event.data["tasks"], prefix::TASK)).into(),
            Audience::Tasks => Condition::all().add(C::Role.ne(TaskRole::Read)).add(C::Status.is_in(OPEN)),
            Audience::Lead => leads.into(),
            Audience::Visiting => match self.system_visit().await? {
                Some(visit) => C::Id.eq(visit.task_id).into(),
                None => return Ok(vec![]),
            },
            Audience::Called
            | Audience::WhistleOffice
            | Audience::Sides
            | Audience::Mediator
            | Audience::Answering
            | Audience::Asking => return Ok(vec![]),
        };
        self.holders(problem, tasks).await
    }

    async fn system_visit(&self) -> Result<Option<visit_offer::Model>> {
        Ok(visit_offer::Entity::find_by_id(self.event.subject_id).one(self.tx).await?)
    }

    /// The reporter, and for all of them those who follow it now.
    async fn system_reporters(&self, problem: &problem::Model, audience: Audience) -> Result<Vec<Recipient>> {
        let mut reported = vec![problem.clone()];
        if audience == Audience::Reporters {
            let followers = problem::Entity::find().filter(problem::Column::FollowsId.eq(problem.id));
            reported.extend(followers.all(self.tx).await?);
        }
        let due = self.system_visit().await?.filter(|visit| visit.ended_at.is_none()).map(|visit| visit.lapses_at);
        let mut found = vec![];
        for one in reported {
            let Some(user) = one.reporter_id else { continue };
            let person = person(user, one.community_code);
            if self.system_enabled(user).await?
                && self.knows::<problem::Entity>(&person, rows::for_reporter, one.id).await?
            {
                found.push(told(user, None, Some(one.number.clone()), due));
            }
        }
        Ok(found)
    }

    /// Who decides on a problem, by where it lies.
    fn deciding(&self, problem: &problem::Model) -> Condition {
        self.decide(problem.handled_by, problem.community_code)
    }

    pub(super) fn decide(&self, level: RegionLevel, community: i64) -> Condition {
        let role = match level {
            RegionLevel::Community => Role::Secretary,
            RegionLevel::Street => Role::StreetCoordinator,
            RegionLevel::County | RegionLevel::City => Role::Supervisor,
        };
        self.region(role, community, level)
    }

    pub(super) fn street(&self, community: i64) -> Condition {
        self.decide(RegionLevel::Street, community)
    }

    /// The street, or the county where that decides.
    fn above(&self, problem: &problem::Model) -> Condition {
        match problem.handled_by {
            RegionLevel::Community | RegionLevel::Street => self.street(problem.community_code),
            RegionLevel::County | RegionLevel::City => self.deciding(problem),
        }
    }

    #[expect(clippy::unused_self, reason = "read as a part of the others")]
    fn region(&self, role: Role, community: i64, level: RegionLevel) -> Condition {
        let region = community / divisor(level) * divisor(level);
        Condition::all().add(appointment::Column::RegionCode.eq(region)).add(appointment::Column::Role.eq(role))
    }

    async fn office(&self, problem: &problem::Model, posts: Condition) -> Result<Vec<Recipient>> {
        self.posts(posts, problem, rows::for_office, problem.due_at).await
    }

    async fn verifiers(&self, problem: &problem::Model) -> Result<Vec<Recipient>> {
        if problem.status != ProblemStatus::AwaitingVerification {
            return Ok(vec![]);
        }
        let grids: Vec<Uuid> = [problem.grid_id, problem.micro_grid_id].into_iter().flatten().collect();
        let workers = Condition::all()
            .add(appointment::Column::GridId.is_in(grids))
            .add(appointment::Column::Role.eq(Role::GridWorker));
        let posts = Condition::any().add(self.deciding(problem)).add(workers);
        self.posts(posts, problem, rows::for_verifier, problem.due_at).await
    }

    /// Those who may act on some of a problem's tasks.
    async fn holders(&self, problem: &problem::Model, tasks: Condition) -> Result<Vec<Recipient>> {
        let mut found: Vec<Recipient> = vec![];
        for task in self.system_tasks(problem.id, tasks).await? {
            let posts = match task.grid_id {
                Some(grid) => {
                    let grids: Vec<Uuid> = std::iter::once(grid).chain(self.system_parent(grid).await?).collect();
                    Condition::all()
                        .add(appointment::Column::GridId.is_in(grids))
                        .add(appointment::Column::Role.is_in(Capability::ActOnTask.reached(Reach::Grid)))
                }
                None => Condition::all()
                    .add(appointment::Column::OrganisationId.eq(task.organisation_id))
                    .add(appointment::Column::Role.is_in(Capability::ActOnTask.reached(Reach::Party))),
            };
            found.extend(self.posts(posts, problem, rows::for_party, task.due_at).await?);
        }
        Ok(found)
    }

    async fn system_tasks(&self, problem: Uuid, which: Condition) -> Result<Vec<disposition_task::Model>> {
        let tasks = disposition_task::Entity::find().filter(disposition_task::Column::ProblemId.eq(problem));
        Ok(tasks.filter(which).all(self.tx).await?)
    }

    async fn system_parent(&self, id: Uuid) -> Result<Option<Uuid>> {
        Ok(grid::Entity::find_by_id(id).one(self.tx).await?.and_then(|grid| grid.parent_id))
    }

    /// The holders of posts who may know of a problem in them.
    async fn posts(
        &self,
        posts: Condition,
        problem: &problem::Model,
        rule: RowRule,
        due: Option<DateTime<Utc>>,
    ) -> Result<Vec<Recipient>> {
        let mut found = vec![];
        for post in self.system_held(posts).await? {
            if self.knows::<problem::Entity>(&acting(&post), rule, problem.id).await? {
                found.push(told(post.user_id, Some(post.id), Some(problem.number.clone()), due));
            }
        }
        Ok(found)
    }

    /// The organisations that are called: by the event, or those of the whistle or call it happened to.
    async fn calls(&self) -> Result<Vec<Recipient>> {
        let mut found = vec![];
        for call in self.system_calls().await? {
            let posts = Condition::all()
                .add(appointment::Column::OrganisationId.eq(call.organisation_id))
                .add(appointment::Column::Role.is_in(Capability::ReportIn.reached(Reach::Party)));
            for post in self.system_held(posts).await? {
                if self.knows::<whistle_call::Entity>(&acting(&post), called::own_call, call.id).await? {
                    found.push(told(post.user_id, Some(post.id), None, Some(call.due_at)));
                }
            }
        }
        Ok(found)
    }

    async fn system_calls(&self) -> Result<Vec<whistle_call::Model>> {
        use whistle_call::Column as C;
        let which = if self.event.subject == prefix::WHISTLE.0 {
            C::WhistleId.eq(self.event.subject_id)
        } else {
            C::Id.eq(self.event.subject_id)
        };
        Ok(whistle_call::Entity::find().filter(which).all(self.tx).await?)
    }

    async fn whistle_office(&self) -> Result<Vec<Recipient>> {
        let mut found = vec![];
        for call in self.system_calls().await? {
            let levels = [RegionLevel::Community, RegionLevel::Street, RegionLevel::County];
            let offices = levels.map(|level| self.decide(level, call.community_code));
            let posts = offices.into_iter().fold(Condition::any(), Condition::add);
            for post in self.system_held(posts).await? {
                let viewer = acting(&post);
                if self.knows::<whistle::Entity>(&viewer, rows::for_whistle_office, call.whistle_id).await? {
                    found.push(told(post.user_id, Some(post.id), None, Some(call.due_at)));
                }
            }
        }
        Ok(found)
    }

    /// The mediator in the post that was appointed, or the sides who have an account. No number: a side may not know it.
    async fn mediation(&self, audience: Audience) -> Result<Vec<Recipient>> {
        let Some(row) = self.system_mediation().await? else { return Ok(vec![]) };
        let mut found = vec![];
        if audience == Audience::Mediator {
            for post in self.system_held(appointment::Column::Id.eq(row.mediator_post_id).into()).await? {
                if self.knows::<mediation::Entity>(&acting(&post), inside::mediation, row.id).await? {
                    found.push(told(post.user_id, Some(post.id), None, None));
                }
            }
            return Ok(found);
        }
        for user in self.system_sides(row.id).await?.into_iter().filter_map(|side| side.user_id) {
            let person = person(user, row.community_code);
            if self.system_enabled(user).await?
                && self.knows::<mediation::Entity>(&person, inside::mediation, row.id).await?
            {
                found.push(told(user, None, None, None));
            }
        }
        Ok(found)
    }

    async fn system_sides(&self, mediation: Uuid) -> Result<Vec<mediation_side::Model>> {
        let sides = mediation_side::Entity::find().filter(mediation_side::Column::MediationId.eq(mediation));
        Ok(sides.all(self.tx).await?)
    }

    async fn system_mediation(&self) -> Result<Option<mediation::Model>> {
        let (id, subject) = (self.event.subject_id, self.event.subject.as_str());
        let id = if subject == prefix::MEDIATION_SESSION.0 {
            mediation_session::Entity::find_by_id(id).one(self.tx).await?.map(|row| row.mediation_id)
        } else if subject == prefix::AGREEMENT.0 {
            mediation_agreement::Entity::find_by_id(id).one(self.tx).await?.map(|row| row.mediation_id)
        } else if subject == prefix::OBLIGATION.0 {
            mediation_obligation::Entity::find_by_id(id).one(self.tx).await?.map(|row| row.mediation_id)
        } else {
            Some(id)
        };
        let Some(id) = id else { return Ok(None) };
        Ok(mediation::Entity::find_by_id(id).one(self.tx).await?)
    }

    /// The posts that are held today, by people who may sign in.
    pub(super) async fn system_held(&self, which: Condition) -> Result<Vec<appointment::Model>> {
        use appointment::Column as C;
        let today = day(self.now);
        let held: Select<appointment::Entity> = appointment::Entity::find()
            .filter(which)
            .filter(C::StartedOn.lte(today))
            .filter(C::EndedOn.is_null().or(C::EndedOn.gt(today)));
        let mut posts = held.all(self.tx).await?;
        let people: Vec<Uuid> = posts.iter().map(|post| post.user_id).collect();
        let disabled =
            user::Entity::find().filter(user::Column::Id.is_in(people)).filter(user::Column::DisabledAt.is_not_null());
        let disabled: Vec<Uuid> = disabled.all(self.tx).await?.into_iter().map(|person| person.id).collect();
        posts.retain(|post| !disabled.contains(&post.user_id));
        Ok(posts)
    }

    pub(super) async fn system_enabled(&self, user: Uuid) -> Result<bool> {
        let person = user::Entity::find_by_id(user).one(self.tx).await?;
        Ok(person.is_some_and(|person| person.disabled_at.is_none()))
    }

    /// Whether a viewer may know of a row.
    pub(super) async fn knows<E: EntityTrait>(&self, viewer: &Viewer, rule: RowRule, id: Uuid) -> Result<bool> {
        load::scoped::<E>(viewer, self.now, rule).with_id(id).any(self.tx).await
    }
}

pub(super) fn told(user: Uuid, post: Option<Uuid>, number: Option<String>, due: Option<DateTime<Utc>>) -> Recipient {
    Recipient { user, post, number, due, verb: NotificationKind::ProblemAdvanced }
}

/// The ids in a fact of an event.
fn ids(fact: &Value, of: Prefix) -> Vec<Uuid> {
    fact.as_array().into_iter().flatten().filter_map(|id| parse(id.as_str()?, of)).collect()
}

/// Whoever holds a post, acting in it with all its scopes.
pub(super) fn acting(post: &appointment::Model) -> Viewer {
    Viewer {
        user: post.user_id,
        post: post.id,
        region: post.region_code,
        level: level_of(post.region_code).unwrap_or(RegionLevel::Community),
        organisation: post.organisation_id,
        group: post.group_id,
        party: post.party_id,
        grid: post.grid_id,
        ..Viewer::nobody(post.role, scopes_of(post.role))
    }
}

/// A person in no post: who reported, who is a side of a dispute, who asks about their data.
pub(super) fn person(user: Uuid, community: i64) -> Viewer {
    Viewer { user, region: community, ..Viewer::nobody(Role::Resident, scopes_of(Role::Resident)) }
}

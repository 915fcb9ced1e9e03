//! Whom a request about one's data concerns: it may be about no problem, and is told to nobody but who asked and who
//! answers.

use entity::subject_request;
use entity::word::RegionLevel;
use sea_orm::EntityTrait;

use super::super::table::Audience;
use super::audience::{Asking, Recipient, acting, person, told};
use crate::error::Result;
use crate::policy::rows::{privacy, problem as problems};

impl Asking<'_> {
    /// Who answers it, or who asked. The number is that of the problem that it names, if it names one.
    pub(super) async fn system_subject_request(&self, audience: Audience) -> Result<Vec<Recipient>> {
        let found = subject_request::Entity::find_by_id(self.event.subject_id).one(self.tx).await?;
        match found {
            None => Ok(vec![]),
            Some(row) if audience == Audience::Answering => self.answering(&row).await,
            Some(row) => self.asking(&row).await,
        }
    }

    /// The office that decides, and where nobody there may answer the street.
    async fn answering(&self, row: &subject_request::Model) -> Result<Vec<Recipient>> {
        let problem = self.system_problem().await?;
        let level = problem.as_ref().map_or(RegionLevel::Community, |problem| problem.handled_by);
        let due = Some(row.due_at).filter(|_| row.ended_at.is_none());
        for posts in [self.decide(level, row.community_code), self.street(row.community_code)] {
            let mut found = vec![];
            for post in self.system_held(posts).await? {
                if self.knows::<subject_request::Entity>(&acting(&post), privacy::answered, row.id).await? {
                    let number = problem.as_ref().map(|problem| problem.number.clone());
                    found.push(told(post.user_id, Some(post.id), number, due));
                }
            }
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(vec![])
    }

    /// The person, who is told of no number of what is out of sight by now.
    async fn asking(&self, row: &subject_request::Model) -> Result<Vec<Recipient>> {
        let Some(user) = row.person_id else { return Ok(vec![]) };
        if !self.system_enabled(user).await? {
            return Ok(vec![]);
        }
        let number = match self.system_problem().await? {
            Some(problem) => {
                let viewer = person(user, problem.community_code);
                let read = self.knows::<entity::problem::Entity>(&viewer, problems::problem, problem.id).await?;
                read.then_some(problem.number)
            }
            None => None,
        };
        Ok(vec![told(user, None, number, None)])
    }
}

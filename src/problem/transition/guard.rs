//! What must hold before a step of the table can be done, and what is said where it does not.

use chrono::{DateTime, Utc};
use entity::word::{Role, TaskStatus};

use super::{Move, Who};
use crate::machine;
use crate::policy::Viewer;
use crate::problem::facts::{Asked, Facts};
use crate::problem::limit::Limit;

/// What must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// No organisation of the viewer is complained of.
    NotConcerned,
    /// Neither the viewer nor an organisation of the viewer handled it.
    NotHandled,
    /// An appeal is decided by the street, and not by who declined.
    AppealElsewhere,
    /// Within the days for appealing.
    AppealOpen,
    /// Within the days for reopening.
    ReopenOpen,
    /// Public safety is not concerned.
    NotPublicSafety,
    /// The closure was not rated before.
    NotRated,
    /// Each assisting party is ready or waived.
    AssistsReady,
    /// At least one disposition was recorded since the task was given or sent back.
    Disposed,
    /// The task waits to be acknowledged.
    TaskAssigned,
    /// The task was acknowledged and not submitted.
    TaskAcknowledged,
    /// The READ task was not read.
    TaskUnread,
    /// The task can be given back: it waits to be acknowledged or for feedback.
    TaskReturnable,
    /// A task of a lead or of an assisting party is open.
    TaskOpen,
    /// A task of an assisting party is open.
    AssistOpen,
    /// A party asks to give its task back.
    ReturnAsked,
    /// The handling limit has not passed.
    NotDue,
    /// No extension was asked for under this task.
    NotExtended,
    /// An extension is asked for.
    ExtensionAsked,
    /// The extension that could be asked for was asked for and decided.
    ExtensionSpent,
    /// No suspension is asked for.
    NoSuspensionAsked,
    /// A suspension is asked for.
    SuspensionAsked,
    /// Voiding is not asked for.
    NoVoidAsked,
    /// Voiding is asked for.
    VoidAsked,
    /// No withdrawal is asked for.
    NoWithdrawalAsked,
    /// A withdrawal is asked for.
    WithdrawalAsked,
    /// Another than the viewer asks to give a task back.
    ReturnByOther,
    /// Another than the viewer asks for the extension.
    ExtensionByOther,
    /// Another than the viewer asks for the suspension.
    SuspensionByOther,
    /// Another than the viewer asks for voiding.
    VoidByOther,
    /// Within the days for undoing a merger.
    UnmergeOpen,
    /// The problem it was merged into is closed.
    TargetClosed,
    /// Supervision is proposed or in force.
    Supervised,
    /// The office did not propose supervision.
    NotProposed,
}

impl Guard {
    pub(super) fn holds(self, step: &Move, facts: &Facts, viewer: &Viewer, now: DateTime<Utc>) -> bool {
        let open = |limit: Limit, from: Option<DateTime<Utc>>| from.is_some_and(|from| now < limit.open_until(from));
        let task = match step.who {
            Who::Lead => facts.lead,
            Who::Assist => facts.assist,
            Who::Read => facts.read,
            Who::Office | Who::Verifier | Who::Reporter | Who::Author | Who::Contact | Who::Above | Who::Overseer => {
                None
            }
        };
        let asked = |asked: Asked| matches!(asked, Asked::Open { .. });
        let own = |asked: Asked| asked == Asked::Open { own: true };
        match self {
            Self::NotConcerned => !facts.concerned,
            Self::NotHandled => !facts.handled,
            Self::AppealElsewhere => {
                facts.declined_by.is_none_or(|by| by != viewer.user && viewer.role != Role::Secretary)
            }
            Self::AppealOpen => open(Limit::Appeal, facts.declined_at),
            Self::ReopenOpen => open(Limit::Reopen, facts.closed_at),
            Self::NotPublicSafety => !facts.public_safety,
            Self::NotRated => !facts.rated,
            Self::AssistsReady => !facts.assists_open,
            Self::Disposed => facts.disposed,
            Self::TaskAssigned => task == Some(TaskStatus::Assigned),
            Self::TaskAcknowledged => task == Some(TaskStatus::Acknowledged),
            Self::TaskUnread => task == Some(TaskStatus::Unread),
            Self::TaskReturnable => matches!(task, Some(TaskStatus::Assigned | TaskStatus::Acknowledged)),
            Self::TaskOpen => facts.tasks_open,
            Self::AssistOpen => facts.assists_open,
            Self::ReturnAsked => asked(facts.returning),
            Self::NotDue => facts.due_at.is_none_or(|due| now < due),
            Self::NotExtended => facts.extension == Asked::Never,
            Self::ExtensionAsked => asked(facts.extension),
            Self::ExtensionSpent => facts.extension == Asked::Decided,
            Self::NoSuspensionAsked => !asked(facts.suspension),
            Self::SuspensionAsked => asked(facts.suspension),
            Self::NoVoidAsked => !asked(facts.voiding),
            Self::VoidAsked => asked(facts.voiding),
            Self::NoWithdrawalAsked => !asked(facts.withdrawal),
            Self::WithdrawalAsked => asked(facts.withdrawal),
            Self::ReturnByOther => !own(facts.returning),
            Self::ExtensionByOther => !own(facts.extension),
            Self::SuspensionByOther => !own(facts.suspension),
            Self::VoidByOther => !own(facts.voiding),
            Self::UnmergeOpen => open(Limit::Unmerge, facts.merged_at),
            Self::TargetClosed => facts.target_closed,
            Self::Supervised => facts.supervised,
            Self::NotProposed => !facts.proposed,
        }
    }
}

impl machine::Guard for Guard {
    fn is_state(self) -> bool {
        match self {
            Self::TaskAssigned
            | Self::TaskAcknowledged
            | Self::TaskUnread
            | Self::TaskReturnable
            | Self::TaskOpen
            | Self::AssistOpen
            | Self::ReturnAsked
            | Self::ExtensionAsked
            | Self::NoSuspensionAsked
            | Self::SuspensionAsked
            | Self::NoVoidAsked
            | Self::VoidAsked
            | Self::NoWithdrawalAsked
            | Self::WithdrawalAsked
            | Self::TargetClosed
            | Self::Supervised
            | Self::NotProposed => true,
            Self::NotConcerned
            | Self::NotHandled
            | Self::AppealElsewhere
            | Self::AppealOpen
            | Self::ReopenOpen
            | Self::NotPublicSafety
            | Self::NotRated
            | Self::AssistsReady
            | Self::Disposed
            | Self::NotDue
            | Self::NotExtended
            | Self::ExtensionSpent
            | Self::ReturnByOther
            | Self::ExtensionByOther
            | Self::SuspensionByOther
            | Self::VoidByOther
            | Self::UnmergeOpen => false,
        }
    }

    /// It says nothing that the viewer does not know: whether an organisation of the viewer handled the problem or is
    /// complained of is one and the same reason.
    fn why(self) -> (&'static str, &'static str) {
        match self {
            Self::NotConcerned | Self::NotHandled => (
                "须回避：您或您所在（或一年内曾在）的单位与此事有关",
                "you, or an organisation you act for or did within a year, are involved",
            ),
            Self::AppealElsewhere => {
                ("申诉由街道另行决定", "an appeal is decided by the street, and by another person")
            }
            Self::AppealOpen => ("申诉期限（15日）已过", "the 15 days for an appeal are over"),
            Self::ReopenOpen => ("重新启动期限（15日）已过", "the 15 days for reopening are over"),
            Self::NotPublicSafety => ("涉及公共安全，不能撤回", "public safety is concerned"),
            Self::NotRated => ("本次结案已评价", "this closure was rated already"),
            Self::AssistsReady => ("协办方尚未全部反馈", "an assisting party has not submitted its feedback"),
            Self::Disposed => {
                ("派发或退回后尚无处置记录", "no disposition was recorded since it was given or sent back")
            }
            Self::TaskAssigned | Self::TaskUnread => ("没有待签收的任务", "no task waits to be acknowledged"),
            Self::TaskAcknowledged => ("没有已签收、待反馈的任务", "no task is acknowledged and waits for feedback"),
            Self::TaskReturnable => ("没有可退回的任务", "no task can be given back"),
            Self::TaskOpen => ("没有未办结的任务", "no task is open"),
            Self::AssistOpen => ("没有未办结的协办任务", "no assisting task is open"),
            Self::ReturnAsked => ("没有待批的退回申请", "nobody asks to give a task back"),
            Self::NotDue => ("时限已过，不能再申请延期", "the limit has passed: an extension is asked for before"),
            Self::NotExtended => ("每个任务只能申请一次延期", "an extension is asked for once a task"),
            Self::ExtensionAsked => ("没有待批的延期申请", "no extension is asked for"),
            Self::ExtensionSpent => ("须先用尽延期", "the extension is not spent: it comes first"),
            Self::NoSuspensionAsked => ("已有待批的缓办申请", "a suspension is asked for already"),
            Self::SuspensionAsked => ("没有待批的缓办申请", "no suspension is asked for"),
            Self::NoVoidAsked => ("已有待确认的作废申请", "voiding is asked for already"),
            Self::VoidAsked => ("没有待确认的作废申请", "nobody asks for voiding"),
            Self::NoWithdrawalAsked => ("已有待批的撤回申请", "a withdrawal is asked for already"),
            Self::WithdrawalAsked => ("没有待批的撤回申请", "no withdrawal is asked for"),
            Self::ReturnByOther | Self::ExtensionByOther | Self::SuspensionByOther | Self::VoidByOther => {
                ("申请人不能自行审批", "who asks for it does not decide on it")
            }
            Self::UnmergeOpen => ("撤销并案期限（30日）已过", "the 30 days for undoing the merger are over"),
            Self::TargetClosed => ("并入的问题尚未结案", "the problem it was merged into is not closed"),
            Self::Supervised => ("未被督办", "it is not supervised"),
            Self::NotProposed => ("已有待定的督办提请", "supervision is proposed already"),
        }
    }
}

//! The mutations on attachments.

use chrono::{DateTime, Utc};
use entity::word::AttachmentKind;
use entity::{attachment, disposition, problem, problem_addition, upload};

use super::service::{attach, release, stage};
use crate::policy::Capability;
use crate::read::model::Command;
use crate::read::shape::Id;
use crate::{answer, input};

answer! {
    /// A header to send along.
    pub struct UploadHeader {
        /// Its name.
        pub name: String,
        /// Its value.
        pub value: String,
    }
}

answer! {
    /// Where to send the bytes of a file, for a short time (上传地址).
    pub struct UploadTarget {
        /// The upload, to be named when it is attached.
        pub id: Id<upload::Entity>,
        /// The address, relative to that of this API's server: `/files/…`. It needs no token, and so is to be kept from others.
        pub url: String,
        /// PUT, with the bytes as the body. A POST of `multipart/form-data` whose one file is a part with a file name does the same, for clients that cannot PUT.
        pub method: String,
        /// Headers of the PUT.
        pub headers: Vec<UploadHeader>,
        /// When the address ends: 15 minutes after it was asked for. What was sent and not attached is removed after a day.
        pub expires_at: DateTime<Utc>,
    }
}

input! {
    /// A file to be sent: JPEG, PNG or WebP up to 10 MiB and 50 million pixels, or PDF up to 20 MiB (the server's settings may say otherwise). Its content decides what it is.
    pub struct StageUploadInput {
        /// The name it has with the person who sends it; at most 200 characters. Parties never see it.
        pub file_name: Option<String>,
        /// How many bytes will be sent.
        pub bytes: i64,
        /// A key of the caller's choice: the same key and input stage once.
        pub idempotency_key: String,
    }
}

input! {
    /// A file for a report, or for what was added to it.
    pub struct AttachToReportInput {
        /// The upload, whose bytes have arrived.
        pub upload: Id<upload::Entity>,
        /// The problem.
        pub problem: Id<problem::Entity>,
        /// The addition to its report that the file came with.
        pub addition: Option<Id<problem_addition::Entity>>,
        /// What it shows.
        pub kind: AttachmentKind,
        /// A key of the caller's choice: the same key and input attach once.
        pub idempotency_key: String,
    }
}

input! {
    /// A file that shows what was done.
    pub struct AttachToDispositionInput {
        /// The upload, whose bytes have arrived.
        pub upload: Id<upload::Entity>,
        /// The disposition: of the caller's own task, which is not yet submitted.
        pub disposition: Id<disposition::Entity>,
        /// What it shows.
        pub kind: AttachmentKind,
        /// A key of the caller's choice: the same key and input attach once.
        pub idempotency_key: String,
    }
}

input! {
    /// A copy of a report's file for the parties that work on the problem.
    pub struct ReleaseAttachmentInput {
        /// The file.
        pub attachment: Id<attachment::Entity>,
        /// A key of the caller's choice: the same key and input release once.
        pub idempotency_key: String,
    }
}

input! {
    /// A file or copy that is to be read no more.
    pub struct WithdrawAttachmentInput {
        /// It.
        pub attachment: Id<attachment::Entity>,
    }
}

const ATTACHMENT: (&str, &str) = ("attachment", "Attachment");

/// The mutations.
#[must_use]
pub fn commands() -> Vec<Command> {
    vec![
        Command::value(
            "stageUpload",
            Capability::StageUpload,
            "target",
            |call, input: StageUploadInput| Box::pin(stage::stage(call, input)),
            "Announces a file and says where to send it (上传文件). For those who may report or act on tasks.",
        ),
        Command::of(
            "attachToReport",
            Capability::ReportProblem,
            ATTACHMENT,
            |call, input: AttachToReportInput| Box::pin(attach::to_report(call, input)),
            "Attaches a file that was sent to a report or an addition, for its author, while the problem is open (添加上报附件).",
        ),
        Command::of(
            "attachToDisposition",
            Capability::ActOnTask,
            ATTACHMENT,
            |call, input: AttachToDispositionInput| Box::pin(attach::to_disposition(call, input)),
            "Attaches a file that was sent to a disposition (添加处置附件).",
        ),
        Command::of(
            "releaseAttachment",
            Capability::TriageProblem,
            ATTACHMENT,
            |call, input: ReleaseAttachmentInput| Box::pin(release::release(call, input)),
            "Lets those who work on the problem read a copy of a report's file, under a neutral name (提供附件副本). Look at the picture first: a face, a door number or the view from a window may tell who reported.",
        ),
        Command::of(
            "withdrawAttachment",
            Capability::ReportProblem,
            ATTACHMENT,
            |call, input: WithdrawAttachmentInput| Box::pin(release::withdraw(call, input)),
            "Withdraws a file (撤回附件): a released copy or a disposition's file by the secretary or the street, a report's file, with its copies, by who attached it while the problem is open. Its links end at once.",
        ),
    ]
}

//! What can be read of attachments.

use chrono::{DateTime, Utc};
use entity::attachment;
use entity::attachment::Column as C;
use entity::word::{AttachmentKind, AttachmentStatus, FileType, Role};
use serde_json::Value;

use super::link::{self, Purpose};
use crate::answer;
use crate::event::hex;
use crate::id::prefix;
use crate::policy::Capability;
use crate::policy::rows::attachment as rows;
use crate::read::model::{Column, Extension, Look, Type, col};
use crate::read::shape::Output;

answer! {
    /// Where a file can be read for a short time (限时链接). It needs no token, and so is to be kept from others.
    pub struct FileLink {
        /// The address, relative to that of this API's server: `/files/…`. It counts for the caller's post alone, and no longer than that post and sign-in do.
        pub url: String,
        /// When it ends: five minutes after it was asked for.
        pub expires_at: DateTime<Utc>,
    }
}

/// What the name that a person gave is sealed for.
pub const FILE_NAME: &str = "attachment.file_name";

/// What is added to `Problem`.
#[must_use]
pub fn of_problem() -> Extension {
    Extension::of("Problem").many(
        "attachments",
        "Attachment",
        C::ProblemId,
        ("createdAt", false),
        "Files of the report and of what was done, as far as the caller may read them, in the order they were added. Parties read a report's file only as the copy that was released to them.",
    )
}

/// What is added to `Disposition`.
#[must_use]
pub fn of_disposition() -> Extension {
    Extension::of("Disposition").many(
        "attachments",
        "Attachment",
        C::DispositionId,
        ("createdAt", false),
        "Files that show what was done, for those who read its content; empty for others.",
    )
}

/// A file.
#[must_use]
pub fn attachment() -> Type {
    Type::of(
        attachment::Entity,
        "Attachment",
        prefix::ATTACHMENT,
        Capability::ReadProblems,
        rows::attachment,
        "A file (附件): of a report, read as the report; of a disposition, read as its content; or a released copy of a report's file, read also by those who work on the problem. Metadata such as the place a photo was taken at is removed before it is kept.",
    )
    .field(col(C::Kind).word::<AttachmentKind>(), "What it shows.")
    .field(col(C::Status).word::<AttachmentStatus>(), "An original, a released copy, or withdrawn; a withdrawn one has no link.")
    .field(col(C::Name), "A name of the server's making that tells nothing: `photo-1.jpg`.")
    .derived::<Option<String>>(
        "fileName",
        vec![Column::of(C::FileName)],
        vec![],
        |look| look.cells.bytes("file_name").and_then(|name| look.vault.open_text(FILE_NAME, &name)).json(),
        "The name that the person who sent it gave it; null where none was given, of a copy, and for those who may not read the report.",
    )
    .shown_if(rows::file_name)
    .derived::<String>(
        "contentType",
        vec![Column::of(C::FileType)],
        vec![],
        |look| look.cells.word("file_type").map(media_type).json(),
        "Its media type, told by its content: image/jpeg, image/png or application/pdf.",
    )
    .field(col(C::Bytes), "How many bytes it has.")
    .derived::<String>(
        "sha256",
        vec![Column::of(C::Digest)],
        vec![],
        |look| look.cells.bytes("digest").map(|digest| hex(&digest)).json(),
        "SHA-256 of what is kept, in hexadecimal.",
    )
    .field(col(C::CreatedAt).orders(), "When it was attached, or the copy released.")
    .field(col(C::WithdrawnAt), "When it was withdrawn; null while it stands.")
    .field(col(C::UploadedByRole).named("uploadedByRole").word::<Role>(), "In what role it was attached, or the copy released.")
    .link("uploadedByParty", C::UploadedByPartyId, "Party", "For which party; null where it was for none.")
    .derived::<Option<FileLink>>(
        "link",
        vec![Column::of(C::Id), Column::of(C::WithdrawnAt)],
        vec![],
        link,
        "A link to read it, made for the caller at each request; null where it was withdrawn.",
    )
    .link("original", C::OriginalId, "Attachment", "What it is a copy of; null of an original, and where that is out of the caller's sight.")
    .link("problem", C::ProblemId, "Problem", "The problem.")
    .within_parent_scope()
    .link("addition", C::AdditionId, "Addition", "The addition to the report that it came with; null where it came with none.")
    .link("disposition", C::DispositionId, "Disposition", "The disposition it belongs to; null where it belongs to the report.")
}

fn link(look: &Look<'_>) -> Value {
    let standing = look.cells.uuid("id").filter(|_| look.cells.time("withdrawn_at").is_none());
    let link = standing.map(|id| {
        let expires_at = look.now + link::READ;
        FileLink { url: link::make(look.vault, Purpose::Read, id, look.viewer, expires_at), expires_at }
    });
    link.json()
}

/// The media type of a kind of file.
#[must_use]
pub fn media_type(kind: FileType) -> String {
    match kind {
        FileType::Jpeg => "image/jpeg",
        FileType::Png => "image/png",
        FileType::Pdf => "application/pdf",
    }
    .into()
}

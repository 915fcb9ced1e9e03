//! What is kept of a file that was sent: its type is told by its content, and what it says beside its content goes.
//!
//! An image is decoded and written anew from its pixels, turned as its orientation says: no EXIF, GPS, XMP, IPTC, comment,
//! colour profile, thumbnail or byte after its end can be left. Of a moving image the first picture stays. WebP becomes
//! JPEG, or PNG where it has transparency. Of a PDF see `pdf`.

mod image;
mod jpeg;
mod pdf;

use entity::word::FileType;

use crate::error::{Code, Complaint, Word};

/// Bounds on a file.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most bytes of an image.
    pub image_bytes: usize,
    /// The most bytes of a document.
    pub document_bytes: usize,
    /// The most pixels of an image.
    pub pixels: u64,
}

/// A file as it is kept.
#[derive(Debug)]
pub struct Cleaned {
    /// What it is.
    pub kind: FileType,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Jpeg,
    Png,
    WebP,
    Pdf,
}

/// Makes of what was sent what is kept.
///
/// # Errors
/// Why it is not taken: its type, its size, or that it cannot be read.
pub fn clean(sent: &[u8], bounds: Bounds) -> Result<Cleaned, Complaint> {
    let kind = kind(sent)?;
    let most = if kind == Sent::Pdf { bounds.document_bytes } else { bounds.image_bytes };
    if sent.len() > most {
        return Err(Complaint::new(Code::BodyTooLarge, vec![most.into()]));
    }
    match kind {
        Sent::Pdf => pdf::clean(sent),
        Sent::Jpeg | Sent::Png | Sent::WebP => image::clean(sent, kind, bounds.pixels),
    }
}

/// The type, by the first bytes alone: names and headers are the sender's word.
fn kind(sent: &[u8]) -> Result<Sent, Complaint> {
    match infer::get(sent).map(|kind| kind.mime_type()) {
        Some("image/jpeg") => Ok(Sent::Jpeg),
        Some("image/png") => Ok(Sent::Png),
        Some("image/webp") => Ok(Sent::WebP),
        Some("application/pdf") => Ok(Sent::Pdf),
        Some(_) | None => Err(not_taken()),
    }
}

fn not_taken() -> Complaint {
    let words = Word::both(
        "JPEG、PNG、WebP 图片或 PDF 文档（HEIC 照片请在手机上改为“兼容性最佳”或导出为 JPEG）",
        "a JPEG, PNG or WebP image or a PDF document (a HEIC photo: export it as JPEG)",
    );
    Complaint::new(Code::UnsupportedMediaType, vec![words])
}

/// The refusal of a file that says it is one and cannot be read as one.
#[must_use]
pub fn unreadable() -> Complaint {
    Complaint::new(Code::BadRequest, vec![Word::both("文件已损坏，无法读取", "the file is damaged and cannot be read")])
}

#[cfg(test)]
mod tests;

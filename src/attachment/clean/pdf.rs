//! PDF documents, read whole and written anew with what is reachable from their pages.
//!
//! Gone: the information dictionary (author, program, times), the file's ids, XMP metadata of the document and of every
//! object, private data of programs (`PieceInfo`), times of change, earlier versions kept by incremental saving, objects that
//! nothing names, embedded files, scripts and actions that run by themselves, and metadata within its JPEG pictures. Kept as
//! they are: the pages with their text, pictures and annotations, forms and signatures' appearance. What is written on a
//! page is the document.

use entity::word::FileType;
use lopdf::{Dictionary, Document, LoadOptions, Object};

use super::{Cleaned, jpeg, unreadable};
use crate::error::{Code, Complaint, Word};

/// How far one compressed part may unfold while the document is read.
const UNFOLDED: usize = 8 * 1024 * 1024;
/// What goes out of every dictionary.
const ENTRIES: [&[u8]; 5] = [b"Metadata", b"PieceInfo", b"LastModified", b"JavaScript", b"EmbeddedFiles"];
/// What goes out of those that say what they are; elsewhere it may be the name of a font.
const TYPED_ENTRIES: [&[u8]; 3] = [b"AA", b"AF", b"EF"];
/// What goes out of the catalogue.
const CATALOGUE: [&[u8]; 3] = [b"OpenAction", b"Collection", b"Perms"];

/// What is kept of a document.
pub(super) fn clean(sent: &[u8]) -> Result<Cleaned, Complaint> {
    let options = LoadOptions { max_decompressed_size: Some(UNFOLDED), ..LoadOptions::default() };
    let locked = |error: &lopdf::Error| matches!(error, lopdf::Error::Decryption(_) | lopdf::Error::InvalidPassword);
    let document = Document::load_mem_with_options(sent, options);
    let mut document = document.map_err(|error| if locked(&error) { encrypted() } else { unreadable() })?;
    if document.is_encrypted() || document.was_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(encrypted());
    }
    if document.get_pages().is_empty() {
        return Err(unreadable());
    }
    for entry in [&b"Info"[..], b"ID", b"Prev", b"XRefStm"] {
        document.trailer.remove(entry);
    }
    if let Ok(catalogue) = document.catalog_mut() {
        for entry in CATALOGUE {
            catalogue.remove(entry);
        }
    }
    for object in document.objects.values_mut() {
        scrub(object, DEEP);
    }
    document.prune_objects();
    let mut bytes = vec![];
    document.save_to(&mut bytes).map_err(|_| unreadable())?;
    Ok(Cleaned { kind: FileType::Pdf, bytes })
}

/// How deep objects lie in one another; the reader takes none that lie deeper.
const DEEP: usize = 256;

fn scrub(object: &mut Object, deep: usize) {
    let Some(deeper) = deep.checked_sub(1) else {
        *object = Object::Null;
        return;
    };
    if let Ok(items) = object.as_array_mut() {
        for item in items {
            scrub(item, deeper);
        }
    } else if let Ok(stream) = object.as_stream_mut() {
        scrub_entries(&mut stream.dict, deeper);
        let picture = stream.dict.get(b"Filter").is_ok_and(only_jpeg);
        if picture && let Some(plain) = jpeg::strip(&stream.content) {
            stream.set_content(plain);
        }
    } else if let Ok(entries) = object.as_dict_mut() {
        scrub_entries(entries, deeper);
    }
}

fn scrub_entries(entries: &mut Dictionary, deeper: usize) {
    for entry in ENTRIES {
        entries.remove(entry);
    }
    if [&b"Type"[..], b"Subtype", b"FT"].iter().any(|entry| entries.has(entry)) {
        for entry in TYPED_ENTRIES {
            entries.remove(entry);
        }
    }
    // An action that runs a program, a script, or sends what is in a form.
    let runs = entries.get(b"S").and_then(Object::as_name).is_ok_and(|name| {
        [&b"JavaScript"[..], b"Launch", b"SubmitForm", b"ImportData", b"GoToE", b"RichMediaExecute"].contains(&name)
    });
    if runs {
        for entry in [&b"S"[..], b"JS", b"F", b"Win"] {
            entries.remove(entry);
        }
    }
    for (_, value) in entries.iter_mut() {
        scrub(value, deeper);
    }
}

fn only_jpeg(filter: &Object) -> bool {
    let is = |object: &Object| object.as_name().is_ok_and(|name| name == b"DCTDecode");
    is(filter) || filter.as_array().is_ok_and(|filters| filters.len() == 1 && is(&filters[0]))
}

fn encrypted() -> Complaint {
    let words = Word::both("PDF 文档已加密，请去除密码后再上传", "the PDF is encrypted; send it without a password");
    Complaint::new(Code::BadRequest, vec![words])
}

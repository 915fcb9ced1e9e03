use std::io::Cursor;

use ::image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, RgbaImage};
use lopdf::{Document, Object, Stream, dictionary};

use super::*;

const BOUNDS: Bounds = Bounds { image_bytes: 1_000_000, document_bytes: 1_000_000, pixels: 1_000_000 };
/// What no kept file may hold.
const SECRET: &[u8] = b"XIAOMING-31.9N-119.5E";

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Four by two, its left half red.
fn picture() -> DynamicImage {
    RgbImage::from_fn(32, 16, |x, _| if x < 16 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) }).into()
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// EXIF that says to turn the picture a quarter to the right, and who took it where.
fn exif() -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let length = u32::try_from(SECRET.len()).unwrap();
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut bytes = vec![];
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value.to_le_bytes());
        bytes
    };
    let after = 8 + 2 + 3 * 12 + 4;
    tiff.extend(entry(0x010E, 2, length, after));
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, after + length));
    tiff.extend([0; 4]);
    tiff.extend(SECRET);
    tiff.extend(b"\x01\0");
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend([0; 4]);
    tiff
}

fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, marker]);
    bytes.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
    bytes.extend(body);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// A photo as a phone makes it.
fn photo() -> Vec<u8> {
    let jpeg = written(&picture(), ImageFormat::Jpeg);
    let jpeg = with_segment(&jpeg, 0xFE, SECRET);
    let jpeg = with_segment(&jpeg, 0xED, &[b"Photoshop 3.0\0", SECRET].concat());
    let jpeg = with_segment(&jpeg, 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat());
    let jpeg = with_segment(&jpeg, 0xE1, &[b"Exif\0\0".to_vec(), exif()].concat());
    [jpeg, SECRET.to_vec()].concat()
}

#[test]
fn a_photo_is_turned_upright_and_says_nothing_but_its_picture() {
    let sent = photo();
    assert!(holds(&sent, SECRET) && holds(&sent, b"Exif"));
    let kept = clean(&sent, BOUNDS).unwrap();
    assert_eq!(kept.kind, FileType::Jpeg);
    assert!(!holds(&kept.bytes, SECRET) && !holds(&kept.bytes, b"Exif") && !holds(&kept.bytes, b"adobe"));
    let image = ::image::load_from_memory_with_format(&kept.bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!(image.dimensions(), (16, 32));
    // What was on the left is now above.
    let (above, below) = (image.to_rgb8()[(8, 4)], image.to_rgb8()[(8, 28)]);
    assert!(above[0] > 200 && above[2] < 60 && below[2] > 200 && below[0] < 60, "{above:?} {below:?}");
    // Cleaned once more it loses nothing but a little sharpness.
    assert_eq!(clean(&kept.bytes, BOUNDS).unwrap().kind, FileType::Jpeg);
}

#[test]
fn a_png_keeps_its_pixels_and_loses_its_texts() {
    let png = written(&picture(), ImageFormat::Png);
    // After the signature and IHDR: a text chunk (its checksum is not looked at where it is not needed).
    let mut sent = png[..33].to_vec();
    let body = [b"tEXtAuthor\0", SECRET].concat();
    sent.extend(u32::try_from(body.len() - 4).unwrap().to_be_bytes());
    sent.extend(&body);
    sent.extend(crc32(&body).to_be_bytes());
    sent.extend(&png[33..]);
    sent.extend(SECRET);
    let kept = clean(&sent, BOUNDS).unwrap();
    assert_eq!(kept.kind, FileType::Png);
    assert!(!holds(&kept.bytes, SECRET) && !holds(&kept.bytes, b"tEXt"));
    let image = ::image::load_from_memory_with_format(&kept.bytes, ImageFormat::Png).unwrap();
    assert_eq!(image.to_rgb8(), picture().to_rgb8());
}

/// The checksum of a chunk (PNG, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

#[test]
fn webp_becomes_jpeg_or_png() {
    let opaque = written(&picture(), ImageFormat::WebP);
    assert_eq!(clean(&opaque, BOUNDS).unwrap().kind, FileType::Jpeg);
    let clear = DynamicImage::from(RgbaImage::from_pixel(8, 8, ::image::Rgba([1, 2, 3, 4])));
    assert_eq!(clean(&written(&clear, ImageFormat::WebP), BOUNDS).unwrap().kind, FileType::Png);
}

fn document() -> Document {
    let mut document = Document::with_version("1.5");
    let xmp = document.add_object(Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, SECRET.into()));
    let picture = dictionary! { "Type" => "XObject", "Subtype" => "Image", "Filter" => "DCTDecode", "Metadata" => xmp };
    let picture = document.add_object(Stream::new(picture, photo()));
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal(SECRET) };
    let content = document.add_object(Stream::new(dictionary! {}, b"BT (written on the page) Tj ET".to_vec()));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content, "LastModified" => Object::string_literal(SECRET),
        "Resources" => dictionary! { "XObject" => dictionary! { "AA" => picture } },
        "AA" => dictionary! { "O" => script.clone() }, "MediaBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
    });
    let list = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(pages, Object::Dictionary(list));
    let catalogue = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "Metadata" => xmp, "OpenAction" => script,
    });
    let info = document.add_object(dictionary! { "Author" => Object::string_literal(SECRET) });
    // What nothing names.
    document.add_object(Object::string_literal(SECRET));
    document.trailer.set("Root", catalogue);
    document.trailer.set("Info", info);
    document
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = vec![];
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_document_keeps_its_pages_and_loses_what_it_says_beside_them() {
    let sent = saved(document());
    assert!(holds(&sent, SECRET));
    let kept = clean(&sent, BOUNDS).unwrap();
    assert_eq!(kept.kind, FileType::Pdf);
    assert!(!holds(&kept.bytes, SECRET), "{}", String::from_utf8_lossy(&kept.bytes));
    assert!(holds(&kept.bytes, b"written on the page"));
    assert!(!holds(&kept.bytes, b"JavaScript") && !holds(&kept.bytes, b"Metadata") && !holds(&kept.bytes, b"Exif"));
    let read = Document::load_mem(&kept.bytes).unwrap();
    assert_eq!(read.get_pages().len(), 1);
    // The picture is there, under the name that the page knows it by.
    let picture = read.objects.values().find_map(|object| object.as_stream().ok().filter(|it| it.dict.has(b"Filter")));
    assert!(::image::load_from_memory_with_format(&picture.unwrap().content, ImageFormat::Jpeg).is_ok());
    assert!(holds(&kept.bytes, b"AA"));
    // And it is taken again.
    clean(&kept.bytes, BOUNDS).unwrap();
}

#[test]
fn what_is_of_another_type_too_large_or_broken_is_refused() {
    let code = |sent: &[u8], bounds: Bounds| clean(sent, bounds).map(|_| ()).unwrap_err().code;
    for other in [
        &b""[..],
        b"just text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html><script>1</script>",
        b"GIF89a\x01\0\x01\0\0\0\0;",
        b"PK\x03\x04 a zip",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    ] {
        assert_eq!(code(other, BOUNDS), Code::UnsupportedMediaType, "{}", String::from_utf8_lossy(other));
    }
    let small = Bounds { image_bytes: 100, document_bytes: 100, ..BOUNDS };
    assert_eq!(code(&photo(), small), Code::BodyTooLarge);
    assert_eq!(code(&saved(document()), small), Code::BodyTooLarge);
    for (whole, format) in [(photo(), "a photo"), (saved(document()), "a document")] {
        assert_eq!(code(&whole[..whole.len() / 5], BOUNDS), Code::BadRequest, "{format}");
    }
    let few = Bounds { pixels: 32 * 16 - 1, ..BOUNDS };
    assert_eq!(code(&photo(), few), Code::BadRequest);
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_by_its_head() {
    // 60000 by 60000 pixels, in a few bytes.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    let mut head = b"IHDR".to_vec();
    head.extend(60_000_u32.to_be_bytes());
    head.extend(60_000_u32.to_be_bytes());
    head.extend([8, 2, 0, 0, 0]);
    png.extend(&head);
    png.extend(crc32(&head).to_be_bytes());
    png.extend(b"\0\0\0\x04IDAT\0\0\0\0");
    png.extend(crc32(b"IDAT\0\0\0\0").to_be_bytes());
    let refused = clean(&png, BOUNDS).unwrap_err();
    assert!(refused.message(crate::error::Language::En).contains("million pixels"), "{refused:?}");
}

#[test]
fn an_encrypted_document_is_refused() {
    let mut document = document();
    document
        .trailer
        .set("ID", vec![Object::string_literal("0123456789abcdef"), Object::string_literal("0123456789abcdef")]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "user",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let refused = clean(&saved(document), BOUNDS).unwrap_err();
    assert!(refused.message(crate::error::Language::En).contains("encrypted"), "{refused:?}");
    // Also where it opens without a password.
    let mut document = self::document();
    document
        .trailer
        .set("ID", vec![Object::string_literal("0123456789abcdef"), Object::string_literal("0123456789abcdef")]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    assert!(clean(&saved(document), BOUNDS).is_err());
}

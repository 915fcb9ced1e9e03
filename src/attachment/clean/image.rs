//! Images, written anew from their pixels.

use std::io::Cursor;

use entity::word::FileType;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageResult, Limits};

use super::{Cleaned, Sent, unreadable};
use crate::error::{Code, Complaint, Word};

/// The quality of a JPEG that is written anew: hardly a difference to be seen, and the size of a phone's.
const QUALITY: u8 = 90;
/// The most bytes of a pixel: four channels of 16 bits.
const PIXEL_BYTES: u64 = 8;

/// What is kept of an image.
pub(super) fn clean(sent: &[u8], kind: Sent, pixels: u64) -> Result<Cleaned, Complaint> {
    let image = match kind {
        Sent::Png => PngDecoder::new(Cursor::new(sent)).map(|decoder| decode(decoder, pixels)),
        Sent::WebP => WebPDecoder::new(Cursor::new(sent)).map(|decoder| decode(decoder, pixels)),
        Sent::Jpeg | Sent::Pdf => JpegDecoder::new(Cursor::new(sent)).map(|decoder| decode(decoder, pixels)),
    };
    let image = image.map_err(|_| unreadable())??;
    let kind = if kind == Sent::Png || (kind == Sent::WebP && image.color().has_alpha()) {
        FileType::Png
    } else {
        FileType::Jpeg
    };
    let bytes = encode(image, kind).map_err(|_| unreadable())?;
    Ok(Cleaned { kind, bytes })
}

/// The pixels, turned upright. Its size is looked at before any pixel is decoded.
fn decode(mut decoder: impl ImageDecoder, pixels: u64) -> Result<DynamicImage, Complaint> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > pixels {
        let most = pixels / 1_000_000;
        let words =
            Word::both(format!("图片超过 {most} 百万像素"), format!("the image has over {most} million pixels"));
        return Err(Complaint::new(Code::BadRequest, vec![words]));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(pixels * PIXEL_BYTES + 64 * 1024 * 1024);
    decoder.set_limits(limits).map_err(|_| unreadable())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn encode(image: DynamicImage, kind: FileType) -> ImageResult<Vec<u8>> {
    let mut bytes = vec![];
    if kind == FileType::Png {
        image.write_with_encoder(PngEncoder::new(&mut bytes))?;
    } else {
        // JPEG has no transparency and eight bits.
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        let grey = !image.color().has_color();
        let plain = if grey { DynamicImage::from(image.into_luma8()) } else { DynamicImage::from(image.into_rgb8()) };
        plain.write_with_encoder(encoder)?;
    }
    Ok(bytes)
}

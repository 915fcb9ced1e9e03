//! A JPEG within a PDF: what it says beside its picture is cut out, and the picture stays as it is, to the bit.

/// The JPEG without its EXIF, XMP, IPTC, colour profile and comments (APP1 to APP13, APP15, COM) and what comes after its
/// end; APP0 and Adobe's APP14 stay, for they say how its colours are to be read. `None` for what is no whole JPEG.
pub(super) fn strip(sent: &[u8]) -> Option<Vec<u8>> {
    let mut kept = sent.get(..2).filter(|start| *start == [0xFF, 0xD8])?.to_vec();
    let mut at = 2;
    loop {
        let marker = marker(sent, &mut at)?;
        if marker == 0xD9 {
            kept.extend([0xFF, 0xD9]);
            return Some(kept);
        }
        let length = usize::from(u16::from_be_bytes(sent.get(at..at + 2)?.try_into().ok()?));
        let end = at.checked_add(length).filter(|end| length >= 2 && *end <= sent.len())?;
        if !matches!(marker, 0xE1..=0xED | 0xEF | 0xFE) {
            kept.extend([0xFF, marker]);
            kept.extend(&sent[at..end]);
        }
        at = end;
        if marker == 0xDA {
            let scan = scan(&sent[at..]);
            kept.extend(&sent[at..at + scan]);
            at += scan;
        }
    }
}

/// The next marker; any number of 0xFF may stand before it.
fn marker(sent: &[u8], at: &mut usize) -> Option<u8> {
    (*sent.get(*at)? == 0xFF).then_some(())?;
    while *sent.get(*at)? == 0xFF {
        *at += 1;
    }
    *at += 1;
    sent.get(*at - 1).copied().filter(|marker| !matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8))
}

/// How long the picture's data is: up to a marker that is neither a stuffed byte nor a restart.
fn scan(data: &[u8]) -> usize {
    let ends = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xD0..=0xD7 | 0xFF);
    data.windows(2).position(ends).unwrap_or(data.len())
}

//! Which of the two media types an answer comes in (GraphQL over HTTP, "Media types"; RFC 9110 §12.5.1).

use axum::http::{HeaderMap, HeaderValue, header};

/// The media type of an answer; its status depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status says how the request fared.
    Response,
    /// `application/json`: 200 for every well-formed request, for clients that take any other for a fault of the network.
    Json,
}

impl Media {
    /// For the header of an answer.
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Response => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }

    /// What the client prefers; without a preference `application/json`, as the specification wants it for clients that
    /// know nothing of the other. `None` where it takes neither.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut ranges = vec![];
        for header in headers.get_all(header::ACCEPT) {
            ranges.extend(header.to_str().ok()?.split(',').filter_map(range));
        }
        if ranges.is_empty() {
            return Some(Self::Json);
        }
        let (response, json) = (weight(&ranges, "graphql-response+json"), weight(&ranges, "json"));
        let named = ranges.iter().any(|range| range.kind == "application" && range.subtype == "graphql-response+json");
        match () {
            () if response <= 0.0 && json <= 0.0 => None,
            // A client that names the newer type and weighs both alike knows it.
            () if response > json || (named && response >= json) => Some(Self::Response),
            () => Some(Self::Json),
        }
    }
}

/// One part of the header.
struct Range {
    kind: String,
    subtype: String,
    weight: f32,
}

/// Reads a part; `None` for an empty one and for one whose charset is not ours.
fn range(part: &str) -> Option<Range> {
    let mut pieces = part.split(';').map(str::trim);
    let (kind, subtype) = pieces.next()?.split_once('/')?;
    let mut weight = 1.0;
    for piece in pieces {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        if name.eq_ignore_ascii_case("q") {
            weight = value.parse().unwrap_or(0.0);
        } else if name.eq_ignore_ascii_case("charset") && !utf8(value) {
            weight = 0.0;
        }
    }
    Some(Range { kind: kind.to_ascii_lowercase(), subtype: subtype.to_ascii_lowercase(), weight })
}

/// The weight of `application/<subtype>`: that of the most specific range that covers it.
fn weight(ranges: &[Range], subtype: &str) -> f32 {
    let covering = ranges.iter().filter_map(|range| match (range.kind.as_str(), range.subtype.as_str()) {
        ("application", own) if own == subtype => Some((2, range.weight)),
        ("application", "*") => Some((1, range.weight)),
        ("*", "*") => Some((0, range.weight)),
        _ => None,
    });
    let best = covering.max_by(|(a, x), (b, y)| a.cmp(b).then(x.total_cmp(y)));
    best.map_or(0.0, |(_, weight)| weight)
}

/// Whether a request's body is `application/json` in UTF-8, the only encoding there is.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(one), None) = (types.next(), types.next()) else { return false };
    let Ok(text) = one.to_str() else { return false };
    let mut pieces = text.split(';').map(str::trim);
    let json = pieces.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let plain = headers.get(header::CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    json && plain
        && pieces
            .filter_map(|piece| piece.split_once('='))
            .all(|(name, value)| !name.trim().eq_ignore_ascii_case("charset") || utf8(value))
}

fn utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_answer_comes_as_the_client_prefers() {
        for (accept, media) in [
            (&[][..], Some(Media::Json)),
            (&["*/*"], Some(Media::Json)),
            (&["application/*"], Some(Media::Json)),
            (&["application/json"], Some(Media::Json)),
            (&["application/graphql-response+json"], Some(Media::Response)),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                Some(Media::Response),
            ),
            (&["application/json, application/graphql-response+json"], Some(Media::Response)),
            (&["application/json, application/graphql-response+json;q=0.9"], Some(Media::Json)),
            (&["application/json;q=0.5", "application/graphql-response+json"], Some(Media::Response)),
            (&["application/graphql-response+json;q=0, */*"], Some(Media::Json)),
            (&["APPLICATION/JSON"], Some(Media::Json)),
            (&["text/html, */*;q=0.1"], Some(Media::Json)),
            (&["text/html"], None),
            (&["application/json;q=0"], None),
            (&["application/json; charset=gbk"], None),
        ] {
            assert_eq!(Media::accepted(&headers(&header::ACCEPT, accept)), media, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf8_is_a_body() {
        for (kind, fits) in [
            (&["application/json"][..], true),
            (&["application/json; charset=utf-8"], true),
            (&["Application/JSON;charset=\"UTF-8\""], true),
            (&["application/json; charset=gbk"], false),
            (&["application/json", "text/plain"], false),
            (&["text/plain"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["multipart/form-data"], false),
            (&["application/graphql"], false),
            (&[], false),
        ] {
            assert_eq!(is_json(&headers(&header::CONTENT_TYPE, kind)), fits, "{kind:?}");
        }
    }
}

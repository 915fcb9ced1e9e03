//! The parameters of a GraphQL request, out of a JSON body or the query part of a URL.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What is asked. Other parameters are left to later versions of the specification, as it wants.
#[derive(Debug, PartialEq)]
pub(super) struct Params {
    pub(super) query: String,
    pub(super) operation: Option<String>,
    pub(super) variables: Map<String, Value>,
}

/// As they stand in a body; a name that comes twice is refused by the reader.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

/// What is wrong with the parameters.
pub(super) type Wrong = &'static str;

/// Reads a body.
pub(super) fn from_body(body: &[u8]) -> Result<Params, Wrong> {
    let text = std::str::from_utf8(body).map_err(|_| "the body is not UTF-8")?;
    if text.trim_start().starts_with('[') {
        return Err("one operation a request: batches are not taken");
    }
    if !text.trim_start().starts_with('{') {
        return Err("the body must be a JSON object with `query`");
    }
    let body: Body = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "a parameter comes twice",
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
            "the body is not JSON"
        }
    })?;
    body.read()
}

/// Reads the query part of a URL. Its values are text; `variables` and `extensions` are JSON in it.
pub(super) fn from_url(pairs: Vec<(String, String)>) -> Result<Params, Wrong> {
    let mut body = Body { query: None, operation_name: None, variables: None, extensions: None };
    for (name, value) in pairs {
        let (place, value) = match name.as_str() {
            "query" => (&mut body.query, Value::String(value)),
            // The specification: an empty name is one that is not given.
            "operationName" if value.is_empty() => continue,
            "operationName" => (&mut body.operation_name, Value::String(value)),
            "variables" => (&mut body.variables, json(&value, "`variables` is not JSON")?),
            "extensions" => (&mut body.extensions, json(&value, "`extensions` is not JSON")?),
            "access_token" => return Err("tokens travel in the Authorization header only"),
            _ => continue,
        };
        if place.replace(value).is_some() {
            return Err("a parameter comes twice");
        }
    }
    body.read()
}

fn json(text: &str, wrong: Wrong) -> Result<Value, Wrong> {
    serde_json::from_str(text).map_err(|_| wrong)
}

impl Body {
    fn read(self) -> Result<Params, Wrong> {
        let Some(Value::String(query)) = self.query else { return Err("`query` must be a text") };
        let operation = match self.operation_name {
            Some(Value::String(name)) => Some(name),
            Some(Value::Null) | None => None,
            Some(_) => return Err("`operationName` must be a text"),
        };
        if !matches!(self.extensions, None | Some(Value::Null | Value::Object(_))) {
            return Err("`extensions` must be an object");
        }
        let variables = match self.variables {
            Some(Value::Object(variables)) => variables,
            Some(Value::Null) | None => Map::new(),
            Some(_) => return Err("`variables` must be an object"),
        };
        Ok(Params { query, operation, variables })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(pairs: &[(&str, &str)]) -> Result<Params, Wrong> {
        from_url(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn parameters_are_read_alike_from_body_and_url() {
        let body = br#"{"query":"{a}","operationName":"A","variables":{"x":1},"extensions":{},"later":true}"#;
        let read = from_body(body).unwrap();
        assert_eq!(read.operation.as_deref(), Some("A"));
        assert_eq!(read.variables["x"], 1);
        let pairs = [
            ("query", "{a}"),
            ("operationName", "A"),
            ("variables", r#"{"x":1}"#),
            ("extensions", "{}"),
            ("later", ""),
        ];
        assert_eq!(url(&pairs).unwrap(), read);
    }

    #[test]
    fn what_is_null_or_empty_is_not_given() {
        let bare = Params { query: "{a}".into(), operation: None, variables: Map::new() };
        let body = br#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#;
        assert_eq!(from_body(body).unwrap(), bare);
        assert_eq!(url(&[("query", "{a}"), ("operationName", "")]).unwrap(), bare);
    }

    #[test]
    fn misfits_are_named_and_never_quoted() {
        for (body, wrong) in [
            (&b"[]"[..], "one operation a request: batches are not taken"),
            (br#"[{"query":"{a}"}]"#, "one operation a request: batches are not taken"),
            (b"", "the body must be a JSON object with `query`"),
            (b"null", "the body must be a JSON object with `query`"),
            (b"{", "the body is not JSON"),
            (b"{} {}", "the body is not JSON"),
            (b"{\"query\":\"\xff\"}", "the body is not UTF-8"),
            (b"{}", "`query` must be a text"),
            (br#"{"query":null}"#, "`query` must be a text"),
            (br#"{"query":1}"#, "`query` must be a text"),
            (br#"{"query":"{a}","query":"{b}"}"#, "a parameter comes twice"),
            (br#"{"query":"{a}","operationName":1}"#, "`operationName` must be a text"),
            (br#"{"query":"{a}","variables":[]}"#, "`variables` must be an object"),
            (br#"{"query":"{a}","variables":"{}"}"#, "`variables` must be an object"),
            (br#"{"query":"{a}","extensions":0}"#, "`extensions` must be an object"),
        ] {
            assert_eq!(from_body(body), Err(wrong), "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(url(&[]), Err("`query` must be a text"));
        assert_eq!(url(&[("query", "{a}"), ("query", "{b}")]), Err("a parameter comes twice"));
        assert_eq!(url(&[("query", "{a}"), ("variables", "x")]), Err("`variables` is not JSON"));
        assert_eq!(url(&[("access_token", "x")]), Err("tokens travel in the Authorization header only"));
    }

    #[test]
    fn deep_json_is_refused_not_followed() {
        let body = format!(r#"{{"query":"{{a}}","variables":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(from_body(body.as_bytes()), Err("the body is not JSON"));
    }
}

//! Values and documents against the specification: what fits is let in and what does not is refused, wherever the library
//! differs.

use async_graphql::dynamic::TypeRef;
use async_graphql::{Request, Variables};
use entity::word::Role;
use liufang::read::schema::{Standing, Taken, View};
use serde_json::{Value, json};

use crate::support::Backing;
use crate::support::dice::Dice;
use crate::support::world::World;

/// A value before it is written as JSON or as a literal, in which a word of an enum is no text.
#[derive(Clone, Debug)]
enum Sample {
    Null,
    Int(i64),
    Float(f64),
    Text(&'static str),
    Word(String),
    Boolean(bool),
    List(Vec<Sample>),
    Object(Vec<(String, Sample)>),
}

impl Sample {
    fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => json!(number),
            Self::Float(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::Word(word) => json!(word),
            Self::Boolean(yes) => json!(yes),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), value.json())).collect())
            }
        }
    }

    fn literal(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => format!("{number:?}"),
            Self::Text(text) => json!(text).to_string(),
            Self::Word(word) => word.clone(),
            Self::Boolean(yes) => yes.to_string(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::literal).collect::<Vec<_>>().join(", ")),
            Self::Object(members) => {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("{name}: {}", value.literal())).collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }
}

/// Whether the specification lets a value stand for a type: §3.5 (scalars), §3.9 (enums), §3.10 (input objects, one-of),
/// §3.11 (lists), §3.12 (non-null), §6.1.2 (variables).
fn fits(view: &View, ty: &TypeRef, sample: &Sample, literal: bool) -> bool {
    match (ty, sample) {
        (TypeRef::NonNull(_), Sample::Null) => false,
        (TypeRef::NonNull(inner), sample) => fits(view, inner, sample, literal),
        (_, Sample::Null) => true,
        (TypeRef::List(inner), Sample::List(items)) => items.iter().all(|item| fits(view, inner, item, literal)),
        (TypeRef::List(inner), single) => fits(view, inner, single, literal),
        (TypeRef::Named(name), sample) => match (&view.inputs[name.as_ref()], sample) {
            (Taken::Enum(words), Sample::Word(word)) => words.contains(word),
            (Taken::Enum(words), Sample::Text(text)) => !literal && words.iter().any(|word| word == text),
            (Taken::Object { one_of, members, .. }, Sample::Object(given)) => {
                let known = given.iter().all(|(name, _)| members.iter().any(|member| member.name == *name));
                let one = !one_of || matches!(given.as_slice(), [(_, value)] if !matches!(value, Sample::Null));
                let each = members.iter().all(|member| match given.iter().find(|(name, _)| *name == member.name) {
                    Some((_, value)) => fits(view, &member.ty, value, literal),
                    None => !matches!(member.ty, TypeRef::NonNull(_)) || member.default.is_some(),
                });
                known && one && each
            }
            (Taken::Scalar("Int"), Sample::Int(number)) => i32::try_from(*number).is_ok(),
            // JSON has one kind of number; a literal is an IntValue or is not.
            (Taken::Scalar("Int"), Sample::Float(number)) => !literal && number.fract() == 0.0 && number.abs() < 1e9,
            (Taken::Scalar("ID"), Sample::Int(_))
            | (Taken::Scalar("String" | "ID"), Sample::Text(_))
            | (Taken::Scalar("Boolean"), Sample::Boolean(_)) => true,
            // In JSON a word is a text.
            (Taken::Scalar("String" | "ID"), Sample::Word(_)) => !literal,
            (Taken::Scalar("DateTime"), Sample::Text(text)) => TIMES.contains(text),
            (Taken::Scalar("Date"), Sample::Text(text)) => DAYS.contains(text),
            _ => false,
        },
    }
}

const TIMES: &[&str] = &["2026-03-02T12:00:00+08:00", "2026-03-02T04:00:00.123456Z", "2026-03-02T04:00:00-00:00"];
const DAYS: &[&str] = &["2026-03-02"];
const TEXTS: &[&str] =
    &["", "x", "CLOSED", "1", "2026-03-02T12:00:00", "2026-13-02T12:00:00Z", "2026-02-30", "2026-3-2", "null"];

/// A value, right for its type more often than not.
fn sample(dice: &mut Dice, view: &View, ty: &TypeRef) -> Sample {
    if dice.chance(14) {
        return stray(dice);
    }
    match ty {
        TypeRef::List(inner) if dice.chance(75) => {
            Sample::List((0..dice.below(3)).map(|_| sample(dice, view, inner)).collect())
        }
        TypeRef::NonNull(inner) | TypeRef::List(inner) => sample(dice, view, inner),
        TypeRef::Named(name) => match &view.inputs[name.as_ref()] {
            Taken::Enum(words) => Sample::Word(dice.pick(words).clone()),
            Taken::Object { one_of, members, .. } => {
                let wanted = if *one_of { if dice.chance(80) { 1 } else { dice.below(3) } } else { dice.below(3) };
                let mut given: Vec<(String, Sample)> = vec![];
                for member in members.iter().filter(|member| matches!(member.ty, TypeRef::NonNull(_))) {
                    if dice.chance(85) {
                        given.push((member.name.clone(), sample(dice, view, &member.ty)));
                    }
                }
                for _ in 0..wanted {
                    let member = dice.pick(members);
                    if given.iter().all(|(name, _)| *name != member.name) {
                        given.push((member.name.clone(), sample(dice, view, &member.ty)));
                    }
                }
                if dice.chance(6) {
                    given.push(("unknown".into(), stray(dice)));
                }
                Sample::Object(given)
            }
            Taken::Scalar("Int") => Sample::Int(i64::try_from(dice.below(90)).unwrap()),
            Taken::Scalar("Boolean") => Sample::Boolean(dice.chance(50)),
            Taken::Scalar("DateTime") => Sample::Text(dice.pick::<&str>(TIMES)),
            Taken::Scalar("Date") => Sample::Text(dice.pick::<&str>(DAYS)),
            Taken::Scalar(_) => Sample::Text("321181402001"),
        },
    }
}

/// A value of any kind.
fn stray(dice: &mut Dice) -> Sample {
    match dice.below(11) {
        0 | 1 => Sample::Null,
        2 => Sample::Int(*dice.pick(&[0, -1, 7, 2_147_483_647, 2_147_483_648, -2_147_483_649, i64::MAX])),
        3 => Sample::Float(*dice.pick(&[1.5, 3.0, -0.25])),
        4 | 5 => Sample::Text(dice.pick::<&str>(TEXTS)),
        6 => Sample::Word((*dice.pick(&["CLOSED", "NOTHING", "DESC"])).into()),
        7 => Sample::Boolean(dice.chance(50)),
        8 => Sample::List(vec![]),
        9 => Sample::List(vec![stray(dice)]),
        _ => Sample::Object(vec![]),
    }
}

/// Places where a value of a type stands in a document.
const PLACES: [(&str, &str); 12] = [
    ("Int", "{ problems(first: ?) { __typename } }"),
    ("String!", "{ region(code: ?) { __typename } }"),
    ("ID!", "{ node(id: ?) { __typename } }"),
    ("Boolean!", "{ __typename @include(if: ?) }"),
    ("Boolean", "{ problems(filter: { open: ? }) { __typename } }"),
    ("DateTime", "{ problems(filter: { reportedAt: { from: ? } }) { __typename } }"),
    ("TimeRange", "{ problems(filter: { reportedAt: ? }) { __typename } }"),
    ("ProblemStatusChoice", "{ problems(filter: { status: ? }) { __typename } }"),
    ("[ProblemStatus!]!", "{ problems(filter: { status: { in: ? } }) { __typename } }"),
    ("ProblemFilter", "{ problems(filter: ?) { __typename } }"),
    ("[ID!]!", "{ nodes(ids: ?) { __typename } }"),
    ("Period!", "{ problemStatistics(region: \"1\", period: ?) { __typename } }"),
];

fn type_of(text: &str) -> TypeRef {
    if let Some(inner) = text.strip_suffix('!') {
        return TypeRef::NonNull(Box::new(type_of(inner)));
    }
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => TypeRef::List(Box::new(type_of(inner))),
        None => TypeRef::Named(text.to_owned().into()),
    }
}

/// Whether the server took a request for one that fits.
async fn takes(world: &World, document: &str, variables: Value) -> bool {
    let answer = world.ask(world.viewer(Role::Secretary), document, variables).await;
    let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    assert_ne!(code, "INTERNAL", "{document}");
    !["BAD_VARIABLE", "VALIDATION_FAILED", "PARSE_ERROR"].contains(&code)
}

fn view(world: &World) -> std::sync::Arc<View> {
    let viewer = world.viewer(Role::Secretary);
    world.door.view(Standing { role: Some(viewer.role), scopes: viewer.scopes })
}

#[tokio::test]
async fn values_by_chance_fit_where_the_specification_says_so() {
    let world = World::new(Backing::sqlite().await, 31, 1).await;
    let view = view(&world);
    let mut dice = Dice::new(31);
    let mut verdicts = [0_usize; 2];
    for (ty, place) in PLACES {
        let type_ref = type_of(ty);
        for _ in 0..60 {
            let sample = sample(&mut dice, &view, &type_ref);
            let told = || format!("{ty}: {} {}", sample.json(), sample.literal());
            let expected = fits(&view, &type_ref, &sample, false);
            verdicts[usize::from(expected)] += 1;
            let document = format!("query($v: {ty}) {}", place.replace('?', "$v"));
            // A variable in a one-of's member or for a nullable value may be stricter; here it is as its place.
            assert_eq!(takes(&world, &document, json!({ "v": sample.json() })).await, expected, "variable {}", told());
            let expected = fits(&view, &type_ref, &sample, true);
            let document = place.replace('?', &sample.literal());
            assert_eq!(takes(&world, &document, json!({})).await, expected, "literal {}", told());
            // The default of a variable is a literal.
            let document = format!("query($v: {ty} = {}) {}", sample.literal(), place.replace('?', "$v"));
            assert_eq!(takes(&world, &document, json!({})).await, expected, "default {}", told());
        }
    }
    assert!(verdicts.iter().all(|count| *count > 150), "{verdicts:?}");
}

/// Documents with the specification's verdict, and the library's where that is another.
const DOCUMENTS: &[(&str, &str, bool, bool, &str)] = &[
    // document, variables, the specification's verdict, the library's, where it is said
    ("query($v: Int) { region(code: $v) { id } }", "{}", false, true, "5.8.5"),
    ("query($v: String) { region(code: $v) { id } }", r#"{"v":"1"}"#, false, true, "5.8.5: null could stand there"),
    ("query($v: String = \"1\") { region(code: $v) { id } }", "{}", true, true, "5.8.5: a default that is not null"),
    (
        "query($v: String = \"1\") { region(code: $v) { id } }",
        r#"{"v":null}"#,
        false,
        false,
        "6.4.1: null where it is refused",
    ),
    ("query($v: String = null) { region(code: $v) { id } }", "{}", false, true, "5.8.5: a default that is null"),
    ("query($v: String!) { region(code: $v) { id } }", "{}", false, true, "6.1.2: a required variable is missing"),
    ("query($v: String!) { region(code: $v) { id } }", r#"{"v":null}"#, false, false, "6.1.2"),
    (
        "query($v: String!) { region(code: $v) { id } }",
        r#"{"v":"1","w":2}"#,
        true,
        true,
        "6.1.2: what is not declared is not looked at",
    ),
    ("query($v: ID!) { nodes(ids: $v) { id } }", r#"{"v":"1"}"#, false, true, "5.8.5: a single variable is no list"),
    ("query($v: [ID]!) { nodes(ids: $v) { id } }", r#"{"v":[]}"#, false, true, "5.8.5: items that may be null"),
    ("query($v: [ID!]) { nodes(ids: $v) { id } }", r#"{"v":[]}"#, false, true, "5.8.5"),
    ("query($v: ID!) { nodes(ids: [$v, \"1\"]) { id } }", r#"{"v":"1"}"#, true, true, "5.8.5"),
    ("query($v: ID) { nodes(ids: [$v]) { id } }", r#"{"v":"1"}"#, false, true, "5.8.5"),
    (
        "query($v: ProblemStatus!) { problems(filter: { status: { eq: $v } }) { __typename } }",
        r#"{"v":"CLOSED"}"#,
        true,
        true,
        "3.10.1",
    ),
    (
        "query($v: ProblemStatus) { problems(filter: { status: { eq: $v } }) { __typename } }",
        r#"{"v":"CLOSED"}"#,
        false,
        true,
        "5.8.5: a member of a one-of is never null",
    ),
    (
        "query($v: ProblemStatus = CLOSED) { problems(filter: { status: { eq: $v } }) { __typename } }",
        "{}",
        true,
        true,
        "5.8.5",
    ),
    (
        "query($v: OrderDirection) { problems(orderBy: { field: DUE_AT, direction: $v }) { __typename } }",
        "{}",
        true,
        true,
        "5.8.5: the place has a default",
    ),
    (
        "query($v: OrderDirection) { problems(orderBy: { field: DUE_AT, direction: $v }) { __typename } }",
        r#"{"v":null}"#,
        false,
        false,
        "3.10: and takes no null",
    ),
    ("query($v: Problem) { problems(filter: $v) { __typename } }", "{}", false, false, "5.8.2: no input type"),
    ("query($v: Nothing) { problems(filter: $v) { __typename } }", "{}", false, false, "5.8.2"),
    ("query($v: Int, $v: Int) { problems(first: $v) { __typename } }", "{}", false, false, "5.8.1"),
    ("{ problems(first: $v) { __typename } }", "{}", false, false, "5.8.3"),
    ("query($v: Int) { problems { __typename } }", "{}", false, false, "5.8.4"),
    (
        "query($v: Boolean!) { __typename @include(if: $v) }",
        r#"{"v":true}"#,
        true,
        false,
        "5.8.4: the rules pass __typename by",
    ),
    ("{ __typename @include(if: $v) }", r#"{"v":true}"#, false, true, "5.8.3: likewise"),
    (
        "query A($n: Boolean!) { __typename @include(if: $n) } query B { viewer { __typename } }",
        r#"{"n":true}"#,
        true,
        false,
        "5.8.4: likewise",
    ),
    ("{ __typename @nothing }", "{}", false, true, "5.7.1: likewise"),
    ("{ __typename @include }", "{}", false, true, "5.4.2.1: likewise"),
    ("{ __typename @include(if: 1) }", "{}", false, true, "5.6.1: likewise"),
    ("{ __typename @include(if: true) @include(if: true) }", "{}", false, true, "5.7.3: likewise"),
    ("{ __typename(a: 1) }", "{}", false, true, "5.4.1: likewise"),
    ("{ __typename { id } }", "{}", false, true, "5.3.3: likewise"),
    ("{ viewer { id @include } }", "{}", false, false, "5.4.2.1"),
    ("{ viewer }", "{}", false, false, "5.3.3"),
    ("{ viewer { id { x } } }", "{}", false, false, "5.3.3"),
    ("{ viewer { idd } }", "{}", false, false, "5.3.1"),
    ("{ region { id } }", "{}", false, false, "5.4.2.1"),
    ("{ region(code: \"1\", other: 1) { id } }", "{}", false, false, "5.4.1"),
    ("{ region(code: \"1\", code: \"1\") { id } }", "{}", false, false, "5.4.2"),
    ("{ problems(filter: { status: { eq: CLOSED, in: [] } }) { __typename } }", "{}", false, false, "3.10.1"),
    ("{ problems(filter: { status: {} }) { __typename } }", "{}", false, false, "3.10.1"),
    ("{ problems(filter: { status: { eq: null } }) { __typename } }", "{}", false, false, "3.10.1"),
    ("{ problems(filter: { open: true, open: false }) { __typename } }", "{}", false, true, "5.6.3: keys differ"),
    ("{ problems(filter: { nothing: 1 }) { __typename } }", "{}", false, false, "5.6.2"),
    (
        "query($v: Boolean!) { problems(filter: { open: $v, nothing: 1 }) { __typename } }",
        r#"{"v":true}"#,
        false,
        false,
        "5.6.2",
    ),
    (
        "query($v: Boolean!) { problems(filter: { open: $v, status: { eq: \"CLOSED\" } }) { __typename } }",
        r#"{"v":true}"#,
        false,
        true,
        "3.9: a text is no word",
    ),
    ("{ problems(filter: { status: { eq: \"CLOSED\" } }) { __typename } }", "{}", false, true, "3.9: likewise"),
    ("{ region(code: CLOSED) { id } }", "{}", false, false, "3.5.3: a word is no text"),
    ("{ problems(orderBy: [{ direction: ASC }]) { __typename } }", "{}", false, false, "5.6.4"),
    ("{ problems(first: 2147483648) { __typename } }", "{}", false, true, "3.5.1"),
    ("{ problems(first: 3.0) { __typename } }", "{}", false, false, "3.5.1"),
    ("{ problems(first: \"3\") { __typename } }", "{}", false, false, "3.5.1"),
    ("{ viewer { ...F } } fragment F on Viewer { id ...F }", "{}", false, false, "5.5.2.2"),
    ("{ viewer { ...F } }", "{}", false, false, "5.5.2.1"),
    ("{ viewer { id } } fragment F on Viewer { id }", "{}", false, false, "5.5.1.4"),
    ("{ viewer { ...F } } fragment F on Grid { id }", "{}", false, false, "5.5.2.3"),
    ("{ viewer { ... on String { id } } }", "{}", false, false, "5.5.1.3"),
    ("{ viewer { n: name n: username } }", "{}", false, false, "5.3.2"),
    ("{ viewer { post { n: kind } } viewer { post { n: role } } }", "{}", false, true, "5.3.2: merged at any depth"),
    ("{ a: regions(first: 1) { __typename } a: regions(first: 2) { __typename } }", "{}", false, false, "5.3.2"),
    ("{ a: regions(first: 1) { __typename } a: regions(first: 1) { __typename } }", "{}", true, true, "5.3.2"),
    ("query A { viewer { id } } query A { viewer { id } }", "{}", false, false, "5.2.1.1"),
    ("{ viewer { id } } query A { viewer { id } }", "{}", false, false, "5.2.2.1"),
    ("subscription { viewer { id } }", "{}", false, false, "5.2.3: there is none"),
];

#[tokio::test]
async fn documents_are_valid_where_the_specification_says_so() {
    let world = World::new(Backing::sqlite().await, 32, 1).await;
    let view = view(&world);
    let mut wrong = vec![];
    for (document, variables, specified, library, place) in DOCUMENTS {
        let variables: Value = serde_json::from_str(variables).unwrap();
        let viewer = world.viewer(Role::Secretary);
        let operation = document.starts_with("query A(").then(|| "A".to_owned());
        let answer = world.operation(viewer, document, operation.clone(), variables.clone()).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
        let taken = !["BAD_VARIABLE", "VALIDATION_FAILED", "PARSE_ERROR"].contains(&code);
        let mut request = Request::new(*document).variables(Variables::from_json(variables.clone()));
        request.operation_name = operation;
        let theirs = view.schema.execute(request).await.errors.is_empty();
        if taken != *specified || theirs != *library {
            wrong.push(format!("{document} {variables} ({place}): server {taken}, library {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_kept_of_a_document_does_not_change_its_refusals() {
    let world = World::new(Backing::sqlite().await, 33, 1).await;
    let viewer = world.viewer(Role::Secretary);
    let document = "query($v: Int!) { problems(first: $v) { __typename } }";
    for value in [json!("x"), json!(1), json!("x"), json!(null), json!(101), json!(2), json!(101), json!(1.5)] {
        let answer = world.ask(viewer, document, json!({ "v": value })).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("none").to_owned();
        let expected = match value.as_i64() {
            Some(101) => "PAGE_SIZE",
            Some(_) => "none",
            None => "BAD_VARIABLE",
        };
        assert_eq!(code, expected, "{value}");
        // The value is never told.
        assert!(value != json!("x") || !answer.to_string().contains("\"x\""), "{answer}");
    }
}

#[tokio::test]
async fn a_document_is_bounded_before_the_library_sees_it() {
    let world = World::new(Backing::sqlite().await, 34, 1).await;
    let viewer = world.viewer(Role::Secretary);
    let deep =
        |count: usize| format!("{{ problems(filter: {}{}) {{ id }} }}", "{a: [".repeat(count), "]}".repeat(count));
    let nested = |count: usize| format!("{{ viewer {}{} }}", "{ post { person ".repeat(count), "}}".repeat(count));
    let bomb = |levels: usize| {
        let fragments: Vec<_> = (0..levels)
            .map(|level| format!("fragment F{level} on Viewer {{ ...F{0} ...F{0} ...F{0} }}", level + 1))
            .collect();
        let fragments = fragments.join(" ");
        format!("{{ viewer {{ ...F0 }} }} {fragments} fragment F{levels} on Viewer {{ id }}")
    };
    let wide = format!("{{ viewer {{ {} }} }}", "id ".repeat(2001));
    let many = |count: usize, field: &str| {
        let fields: Vec<_> = (0..count).map(|place| format!("a{place}: {field}")).collect();
        fields.join(" ")
    };
    let aliases = many(51, "name");
    let text = format!("{{ region(code: \"{}\") {{ id }} }}", "{[(".repeat(1000));
    for (document, code) in [
        (deep(20_000), "NESTING_TOO_DEEP"),
        (deep(40), "NESTING_TOO_DEEP"),
        ("{".repeat(100_000), "NESTING_TOO_DEEP"),
        ("[".repeat(100_000), "NESTING_TOO_DEEP"),
        (nested(20), "DEPTH_LIMIT"),
        (bomb(7), "FIELD_LIMIT"),
        (bomb(60), "FIELD_LIMIT"),
        (wide, "FIELD_LIMIT"),
        (format!("{{ viewer {{ {aliases} }} }}"), "ALIAS_LIMIT"),
        ("mutation { a: signOut(input: {}) { done } b: signOut(input: {}) { done } }".into(), "MUTATION_LIMIT"),
        (format!("{{ {} }}", many(21, "viewer { id }")), "ROOT_FIELD_LIMIT"),
    ] {
        let refused = world.refusal(viewer, &document, json!({})).await;
        assert_eq!(refused, code, "{}", document.chars().take(80).collect::<String>());
    }
    // Brackets in texts and comments are no nesting.
    world.data(viewer, &text, json!({})).await;
    world.data(viewer, &format!("# {}\n{{ viewer {{ id }} }}", "{".repeat(1000)), json!({})).await;
}

#[tokio::test]
async fn no_refusal_suggests_what_there_is() {
    let world = World::new(Backing::sqlite().await, 35, 1).await;
    for role in [Role::Secretary, Role::Resident] {
        for document in [
            "{ problemz { __typename } }",
            "{ dispositionTask { __typename } }",
            "{ problems { nodes { reporterCounts } } }",
            "{ problems(filters: 1) { __typename } }",
            "{ problems(filter: { statu: 1 }) { __typename } }",
            "{ problems { nodes { ... on Problems { id } } } }",
            "query($v: ProblemFilterz) { problems(filter: $v) { __typename } }",
        ] {
            let answer = world.ask(world.viewer(role), document, json!({})).await;
            let message = answer["errors"][0]["message"].as_str().unwrap();
            assert!(!message.contains("Did you mean") && !message.contains("您"), "{message}");
        }
    }
}

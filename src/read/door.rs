//! The engine's door: a request and its viewer in, the text of the answer out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Request, Response, Value as Literal};
use entity::word::RegionLevel;
use serde_json::{Map, Value, json};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::coerce;
use super::model::Model;
use super::plan::{Plan, Planner, Root, plan};
use super::run::Run;
use super::schema::{Standing, View, build, unasked};
use crate::app::App;
use crate::error::{Code, Complaint, Error, Language, Result};
use crate::gate::{self, Limits};
use crate::policy::Viewer;
use crate::vault::sha256;

/// A request.
pub struct Ask {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation: Option<String>,
    /// The variables, as they came.
    pub variables: Map<String, Value>,
    /// The language of messages.
    pub language: Language,
    /// The caller's network address, for throttling alone.
    pub address: Option<IpAddr>,
    /// Whether it came by a way that may only read.
    pub queries_only: bool,
}

/// How an answer stands, for the status of its transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was executed.
    Executed,
    /// It was refused before anything was done: it does not parse, or not fit the schema, or not fit the limits.
    Refused,
    /// It needs a token.
    Unauthenticated,
    /// A mutation came by a way that may only read.
    MutationByGet,
    /// There were too many: try again in so many seconds.
    Throttled(u64),
    /// A fault of ours.
    Failed,
}

/// An answer.
pub struct Answer {
    /// How it stands.
    pub outcome: Outcome,
    /// The whole response, as JSON.
    pub body: String,
    /// `query` or `mutation`, where it came so far; for metrics.
    pub operation: &'static str,
}

/// All declarations, and what is made of them once: schemas, checked documents, plans.
pub struct Door {
    model: Model,
    limits: Limits,
    views: RwLock<HashMap<Standing, Arc<View>>>,
    checked: Cache<(Standing, Digest), Arc<ExecutableDocument>, Bytes>,
    plans: Cache<PlanKey, Arc<Plan>, Bytes>,
}

/// SHA-256 of a document's text.
type Digest = [u8; 32];

/// What a plan depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PlanKey {
    standing: Standing,
    level: RegionLevel,
    document: Digest,
    operation: Option<String>,
    /// The shape of the variables; see [`coerce::shape_of`].
    shape: String,
}

/// How many schemas of narrowed tokens are kept.
const KEPT_VIEWS: usize = 256;
/// How many bytes of documents are kept, and of plans.
const KEPT_BYTES: u64 = 16 << 20;

/// Weighs what is kept: a parsed document is some 30 times as large as its text, which the digest no longer tells, so
/// fields are counted; a plan by its statements' texts.
#[derive(Clone)]
struct Bytes;

impl Weighter<(Standing, Digest), Arc<ExecutableDocument>> for Bytes {
    fn weight(&self, _: &(Standing, Digest), document: &Arc<ExecutableDocument>) -> u64 {
        512 + 400 * gate::fields(document) as u64
    }
}

impl Weighter<PlanKey, Arc<Plan>> for Bytes {
    fn weight(&self, key: &PlanKey, plan: &Arc<Plan>) -> u64 {
        1024 + key.shape.len() as u64 + 4 * plan.texts().iter().map(|(text, _)| text.len() as u64).sum::<u64>()
    }
}

/// Marks a request of our own that the library is to execute: introspection, and in tests the reference.
pub struct Execute;

/// The library's extension: it parses and checks, and does not execute what is not its own.
pub struct Library;

impl ExtensionFactory for Library {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Library {
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if context.data::<Execute>().is_ok() {
            next.run(context, operation).await
        } else {
            Response::new(Literal::Null)
        }
    }
}

impl Door {
    /// A door over a model.
    #[must_use]
    pub fn new(model: Model, limits: Limits) -> Self {
        Self {
            model,
            limits,
            views: RwLock::default(),
            checked: Cache::with_weighter(2048, KEPT_BYTES, Bytes),
            plans: Cache::with_weighter(2048, KEPT_BYTES, Bytes),
        }
    }

    /// The declarations.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many plans are kept.
    #[must_use]
    pub fn kept_plans(&self) -> usize {
        self.plans.len()
    }

    /// The schema of a caller: made once.
    #[must_use]
    pub fn view(&self, standing: Standing) -> Arc<View> {
        if let Some(view) = self.views.read().unwrap_or_else(PoisonError::into_inner).get(&standing) {
            return view.clone();
        }
        let view = Arc::new(build(&self.model, standing, &unasked));
        let mut views = self.views.write().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= KEPT_VIEWS {
            views.clear();
        }
        views.entry(standing).or_insert(view).clone()
    }

    /// The caller's own schema as text.
    #[must_use]
    pub fn sdl(&self, viewer: Option<&Viewer>) -> String {
        self.view(standing(viewer)).sdl.clone()
    }

    /// Answers a request.
    pub async fn answer(&self, app: &App, viewer: Option<&Viewer>, ask: Ask, request_id: &str) -> Answer {
        let mut seen = Seen { operation: "none", executed: false, cost: 0 };
        let result = self.try_answer(app, viewer, &ask, &mut seen).await;
        let cost = json!({ "requested": seen.cost, "limit": self.limits.cost });
        match result {
            Ok(data) => {
                let body = format!("{{\"data\":{data},\"extensions\":{{\"cost\":{cost}}}}}");
                Answer { outcome: Outcome::Executed, body, operation: seen.operation }
            }
            Err(error) => {
                let (outcome, complaint) = refusal(error, viewer, seen.executed, request_id);
                let retryable = matches!(outcome, Outcome::Throttled(_) | Outcome::Failed);
                let mut error = json!({
                    "message": complaint.message(ask.language),
                    "extensions": { "code": complaint.code.text(), "requestId": request_id, "retryable": retryable },
                });
                if let Outcome::Throttled(seconds) = outcome {
                    error["extensions"]["retryAfterMs"] = json!(seconds * 1000);
                }
                let mut body = json!({ "errors": [error], "extensions": { "cost": cost } });
                if seen.executed {
                    body["data"] = Value::Null;
                }
                Answer { outcome, body: body.to_string(), operation: seen.operation }
            }
        }
    }

    async fn try_answer(&self, app: &App, viewer: Option<&Viewer>, ask: &Ask, seen: &mut Seen) -> Result<String> {
        let standing = standing(viewer);
        let view = self.view(standing);
        let digest = digest(&ask.query);
        let document = self.checked(&view, digest, &ask.query).await?;
        let operation = operation(&document, ask.operation.as_deref())?;
        seen.operation = if operation.ty == OperationType::Mutation { "mutation" } else { "query" };
        if ask.queries_only && operation.ty != OperationType::Query {
            return Err(Error::request(Code::MethodNotAllowed, vec!["POST".into()]));
        }
        let variables = coerce::variables(&view, &operation.variable_definitions, &ask.variables)?;
        let level = viewer.map_or(RegionLevel::Community, |viewer| viewer.level);
        let key = PlanKey {
            standing,
            level,
            document: digest,
            operation: ask.operation.clone(),
            shape: coerce::shape_of(&variables),
        };
        let plan = if let Some(plan) = self.plans.get(&key) {
            plan
        } else {
            let backend = app.db.get_database_backend();
            let planner = Planner {
                model: &self.model,
                view: &view,
                level,
                backend,
                fragments: &document.fragments,
                variables: &variables,
                statements: 0,
                cost: 0,
                work: false,
            };
            let plan = plan(planner, operation)?;
            let plan = Arc::new(plan);
            // A mutation's plan holds its input.
            if operation.ty == OperationType::Query {
                self.plans.insert(key, plan.clone());
            }
            plan
        };
        seen.cost = plan.cost;
        self.within(&plan)?;
        let library = introspect(&view, &document, operation, &variables, &plan).await?;
        let run = Run {
            app,
            model: &self.model,
            viewer,
            language: ask.language,
            address: ask.address,
            now: app.clock.now(),
            variables: &variables,
            library,
        };
        run.check(&plan)?;
        seen.executed = true;
        run.data(&plan).await
    }

    /// A document that is within the limits and fits the caller's schema. Only the fit of its shape is kept: variables
    /// are coerced anew for each request. A misfit is never kept.
    async fn checked(&self, view: &View, digest: Digest, query: &str) -> Result<Arc<ExecutableDocument>> {
        let key = (view.standing, digest);
        if let Some(document) = self.checked.get(&key) {
            return Ok(document);
        }
        let document = Arc::new(gate::parse(query, &self.limits)?);
        check(view, &document).await?;
        super::check::values(view, &document)?;
        self.checked.insert(key, document.clone());
        Ok(document)
    }

    fn within(&self, plan: &Plan) -> Result<()> {
        if plan.statements > self.limits.statements {
            return Err(Error::request(
                Code::StatementLimit,
                vec![plan.statements.into(), self.limits.statements.into()],
            ));
        }
        if plan.cost > self.limits.cost {
            return Err(Error::request(Code::CostLimit, vec![plan.cost.into(), self.limits.cost.into()]));
        }
        Ok(())
    }
}

/// How far a request came.
struct Seen {
    operation: &'static str,
    executed: bool,
    cost: u64,
}

fn digest(text: &str) -> Digest {
    sha256(&[text.as_bytes()]).try_into().unwrap_or_default()
}

fn standing(viewer: Option<&Viewer>) -> Standing {
    viewer.map_or(Standing::GUEST, |viewer| Standing { role: Some(viewer.role), scopes: viewer.scopes })
}

/// Runs the library's rules over the document, all of its operations, whatever the variables of this request.
async fn check(view: &View, document: &ExecutableDocument) -> Result<()> {
    let mut request = Request::new("");
    if let DocumentOperations::Multiple(operations) = &document.operations {
        request.operation_name = operations.keys().next().map(ToString::to_string);
    }
    request.set_parsed_query(super::check::in_full(document));
    let response = view.schema.execute(request).await;
    match response.errors.first() {
        None => Ok(()),
        Some(error) => Err(Error::request(Code::ValidationFailed, vec![error.message.clone().into()])),
    }
}

fn operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Single(_), Some(_)) | (DocumentOperations::Multiple(_), None) => None,
    };
    found
        .map(|operation| &operation.node)
        .ok_or_else(|| Error::request(Code::ValidationFailed, vec!["name one of the document's operations".into()]))
}

/// What the library says of the introspection in an operation: the operation cut down to it.
async fn introspect(
    view: &View,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &coerce::Variables,
    plan: &Plan,
) -> Result<Option<Literal>> {
    if !plan.roots.iter().any(|(_, root)| matches!(root, Root::Library)) {
        return Ok(None);
    }
    let cut = super::check::introspection(document, operation, variables);
    let mut request = Request::new("").data(Execute);
    request.set_parsed_query(cut);
    let response = view.schema.execute(request).await;
    match response.errors.first() {
        None => Ok(Some(response.data)),
        Some(error) => Err(Error::request(Code::ValidationFailed, vec![error.message.clone().into()])),
    }
}

/// What a client is told of an error.
fn refusal(error: Error, viewer: Option<&Viewer>, executed: bool, request_id: &str) -> (Outcome, Complaint) {
    match error {
        // What an anonymous document may hold is told to nobody who has no token.
        Error::Request(complaint) if viewer.is_none() && !executed && complaint.code == Code::ValidationFailed => {
            (Outcome::Unauthenticated, Complaint::new(Code::Unauthenticated, vec![]))
        }
        Error::Request(complaint) => {
            let code = complaint.code;
            let outcome = if code == Code::MethodNotAllowed {
                Outcome::MutationByGet
            } else if code == Code::TooManyRequests {
                Outcome::Throttled(complaint.seconds())
            } else if executed {
                Outcome::Executed
            } else {
                Outcome::Refused
            };
            (outcome, complaint)
        }
        Error::Refused(errors) => {
            let complaint = errors
                .into_iter()
                .next()
                .map_or_else(|| Complaint::new(Code::Internal, vec![]), |error| error.complaint);
            (Outcome::Executed, complaint)
        }
        Error::Fault(cause) => {
            tracing::error!(request_id, cause, "fault");
            (Outcome::Failed, Complaint::new(Code::Internal, vec![]))
        }
    }
}

//! The engine's door: a request and its viewer in, the text of the answer out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Request, Response, Value as Literal, Variables as LibraryVariables};
use entity::word::RegionLevel;
use serde_json::{Map, Value, json};

use super::coerce;
use super::model::Model;
use super::plan::{Plan, Root, plan};
use super::run::Run;
use super::schema::{Standing, View, build, unasked};
use crate::app::App;
use crate::error::{Code, Complaint, Error, Language, Result};
use crate::gate::{self, Limits};
use crate::policy::Viewer;

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

/// All declarations and the schemas made of them.
pub struct Door {
    model: Model,
    limits: Limits,
    views: RwLock<HashMap<Standing, Arc<View>>>,
}

/// How many schemas of narrowed tokens are kept.
const KEPT_VIEWS: usize = 256;

/// Marks a request of our own that the library is to execute: introspection.
struct Execute;

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
        Self { model, limits, views: RwLock::default() }
    }

    /// The declarations.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
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
        let document = gate::parse(&ask.query, &self.limits)?;
        let view = self.view(standing(viewer));
        check(&view, &document, ask).await?;
        let operation = operation(&document, ask.operation.as_deref())?;
        seen.operation = if operation.ty == OperationType::Mutation { "mutation" } else { "query" };
        if ask.queries_only && operation.ty != OperationType::Query {
            return Err(Error::request(Code::MethodNotAllowed, vec!["POST".into()]));
        }
        super::check::variable_usages(&view, &document)?;
        let variables = coerce::variables(&view, &operation.variable_definitions, &ask.variables)?;
        let level = viewer.map_or(RegionLevel::Community, |viewer| viewer.level);
        let backend = app.db.get_database_backend();
        let plan = plan(&self.model, &view, level, backend, &document.fragments, &variables, operation)?;
        seen.cost = plan.cost;
        self.within(&plan)?;
        let library = introspect(&view, &document, operation, &variables, &plan).await?;
        seen.executed = true;
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
        run.data(&plan).await
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

fn standing(viewer: Option<&Viewer>) -> Standing {
    viewer.map_or(Standing::GUEST, |viewer| Standing { role: Some(viewer.role), scopes: viewer.scopes })
}

/// Runs the library's rules over the document with this request's variables.
async fn check(view: &View, document: &ExecutableDocument, ask: &Ask) -> Result<()> {
    let variables = LibraryVariables::from_json(Value::Object(ask.variables.clone()));
    let mut request = Request::new("").variables(variables);
    request.operation_name.clone_from(&ask.operation);
    request.set_parsed_query(document.clone());
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
            let outcome = match complaint.code {
                Code::MethodNotAllowed => Outcome::MutationByGet,
                Code::TooManyRequests => Outcome::Throttled(1),
                Code::Unauthenticated => Outcome::Unauthenticated,
                _ if executed => Outcome::Executed,
                _ => Outcome::Refused,
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

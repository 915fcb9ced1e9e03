//! Each role's schema: its text, that nothing in it is idle or undescribed, and that it holds what the policy grants
//! and no more. What is granted is written down here anew, from the domain's table, and not read from the policy.

use std::collections::BTreeSet;

use entity::word::{Role, Word as _};
use liufang::policy::{Scope, Scopes, scopes_of};

use crate::support::sdl::{self, Kind, Sdl};

/// All roles, in the order in which they are named.
const ALL: &[Role] = &[
    Role::Supervisor,
    Role::StreetCoordinator,
    Role::Secretary,
    Role::Police,
    Role::CityManagement,
    Role::Lawyer,
    Role::PropertyManager,
    Role::OwnerRepresentative,
    Role::PartyMember,
    Role::GridWorker,
    Role::GridHelper,
    Role::Resident,
    Role::Partner,
];

/// All but some.
fn but(left_out: &[Role]) -> Vec<Role> {
    ALL.iter().copied().filter(|role| !left_out.contains(role)).collect()
}

/// What is granted: the fields (`Problem.tasks`; a root field by its name alone) or types, the scope, the roles.
struct Grant {
    names: &'static [&'static str],
    scope: &'static str,
    roles: Vec<Role>,
}

fn grant(names: &'static [&'static str], scope: &'static str, roles: Vec<Role>) -> Grant {
    Grant { names, scope, roles }
}

/// The roles that read tasks and what was done: everybody who does something about problems, or stands above.
fn workers() -> Vec<Role> {
    but(&[Role::GridHelper, Role::Resident])
}

/// The secretary and the street, and for a concerned street the county.
const OFFICE: [Role; 3] = [Role::Supervisor, Role::StreetCoordinator, Role::Secretary];

/// The root fields: the table of domain.md §6, line by line, and the built-in scope.
#[expect(clippy::too_many_lines, reason = "a grant a line")]
fn roots() -> Vec<Grant> {
    vec![
        grant(
            &["viewer", "vocabulary", "node", "nodes", "signOut", "actAs", "changePassword", "stageUpload"],
            "any",
            ALL.to_vec(),
        ),
        grant(
            &["viewer", "vocabulary", "privacyNotice", "node", "nodes", "signOut", "actAs", "changePassword"],
            "any",
            ALL.to_vec(),
        ),
        grant(
            &[
                "region",
                "regions",
                "community",
                "linkageGroup",
                "linkageGroups",
                "organisation",
                "organisations",
                "workingCalendar",
                "timeLimits",
                "retentions",
            ],
            "group:read",
            ALL.to_vec(),
        ),
        // manage grids, groups, people; invite
        grant(
            &[
                "createCompound",
                "createGrid",
                "createBuilding",
                "createOrganisation",
                "createLinkageGroup",
                "addParty",
                "addSeat",
                "endSeat",
                "recordVacancy",
                "activateGroup",
                "dissolveGroup",
                "appointPerson",
                "endAppointment",
                "invitePerson",
                "setTimeLimit",
                "removeTimeLimit",
            ],
            "group:manage",
            vec![Role::StreetCoordinator, Role::Secretary],
        ),
        // read problems
        grant(&["problem", "problems"], "problem:read", ALL.to_vec()),
        grant(&["dispositionTasks"], "problem:read", workers()),
        // report a problem
        grant(
            &["reportProblem", "addToReport", "reportAudience", "attachToReport", "withdrawAttachment"],
            "problem:report",
            ALL.to_vec(),
        ),
        grant(
            &[
                "appealProblem",
                "withdrawProblem",
                "requestWithdrawal",
                "releaseContact",
                "withdrawContactRelease",
                "correctContact",
                "chooseVisit",
                "declineVisit",
            ],
            "problem:report",
            but(&[Role::Partner]),
        ),
        // rate; a helper is a resident with a post
        grant(&["rateProblem"], "problem:report", vec![Role::OwnerRepresentative, Role::GridHelper, Role::Resident]),
        // reopen
        grant(
            &["reopenProblem"],
            "problem:report",
            [&OFFICE[..], &[Role::OwnerRepresentative, Role::GridHelper, Role::Resident]].concat(),
        ),
        // accept, decline, dispatch, merge
        grant(
            &[
                "acceptProblem",
                "declineProblem",
                "dispatchProblem",
                "mergeProblem",
                "unmergeProblem",
                "renewReporterCode",
                "releaseAttachment",
            ],
            "problem:dispatch",
            OFFICE.to_vec(),
        ),
        // approve return, transfer, extension, suspension; waive; consent to a withdrawal; that nothing is nobody's
        grant(
            &[
                "decideReturn",
                "transferTask",
                "waiveTask",
                "cancelTask",
                "decideExtension",
                "decideSuspension",
                "decideWithdrawal",
                "orphans",
            ],
            "problem:dispatch",
            OFFICE.to_vec(),
        ),
        // ledger; void: the street, and for a concerned one the county
        grant(
            &["carryOnLedger", "reviewLedger", "takeOffLedger", "requestVoid", "confirmVoid"],
            "problem:supervise",
            vec![Role::Supervisor, Role::StreetCoordinator],
        ),
        // supervision: the secretary asks
        grant(&["proposeSupervision"], "problem:supervise", OFFICE.to_vec()),
        grant(
            &["raiseSupervision", "liftSupervision"],
            "problem:supervise",
            vec![Role::Supervisor, Role::StreetCoordinator],
        ),
        // duplicate hints
        grant(&["similarProblems"], "problem:dispatch", OFFICE.to_vec()),
        grant(&["similarPublicProblems"], "problem:read", ALL.to_vec()),
        // act on a task
        grant(
            &[
                "acknowledgeTask",
                "recordDisposition",
                "submitFeedback",
                "requestReturn",
                "requestExtension",
                "requestSuspension",
                "resumeProblem",
                "offerVisit",
                "cancelVisit",
                "recordVisit",
                "attachToDisposition",
            ],
            "task:write",
            but(&[Role::Supervisor, Role::GridHelper, Role::Resident]),
        ),
        // verify, close, rework; follow up
        grant(
            &["closeProblem", "reworkProblem", "followUp"],
            "problem:verify",
            [&OFFICE[..], &[Role::GridWorker]].concat(),
        ),
        // who may see personal data
        grant(
            &["revealContact"],
            "contact:reveal",
            // The parties' roles by a contact release.
            but(&[Role::GridHelper, Role::Resident, Role::Partner]),
        ),
        // statistics
        grant(&["problemStatistics"], "stats:read", ALL.to_vec()),
        // audit trail
        grant(&["auditTrail"], "audit:read", ALL.to_vec()),
        // raise a whistle / report in; the county for a concerned street's problems
        grant(&["whistle", "whistles"], "whistle:read", but(&[Role::GridHelper, Role::Resident, Role::Partner])),
        grant(
            &["raiseWhistle", "callParty", "excuseCall", "closeWhistle", "cancelWhistle"],
            "whistle:raise",
            [&OFFICE[..], &[Role::GridWorker]].concat(),
        ),
        grant(
            &["reportIn", "recordWhistleDone"],
            "task:write",
            vec![
                Role::StreetCoordinator,
                Role::Police,
                Role::CityManagement,
                Role::Lawyer,
                Role::PropertyManager,
                Role::OwnerRepresentative,
                Role::PartyMember,
            ],
        ),
        // mediate: the office appoints, police, lawyer and grid worker mediate, whoever may be a side takes part
        grant(&["mediation", "mediations"], "mediation:read", but(&[Role::Partner])),
        grant(&["openMediation", "appointMediator"], "mediation:write", OFFICE.to_vec()),
        grant(
            &[
                "declareAdvice",
                "scheduleMediationSession",
                "recordMediationSession",
                "extendMediation",
                "recordAgreement",
                "terminateMediation",
                "recordPerformance",
                "recordBreach",
                "recordJudicialConfirmation",
                "checkDossier",
            ],
            "mediation:write",
            vec![Role::Police, Role::Lawyer, Role::GridWorker],
        ),
        grant(
            &[
                "consentToMediation",
                "refuseMediation",
                "recuseMediator",
                "addStatement",
                "signAgreement",
                "askJudicialConfirmation",
            ],
            "mediation:write",
            but(&[Role::Supervisor, Role::StreetCoordinator, Role::Secretary, Role::Partner]),
        ),
        // what waits for oneself and what one was told of: a person's, of all posts
        grant(&["markNotificationsRead"], "inbox:write", but(&[Role::Partner])),
        // erasure and legal hold: the street's, the county's in its place; the secretary asks
        grant(
            &["redactText", "decideRedaction", "eraseData", "setLegalHold", "liftLegalHold"],
            "privacy:manage",
            vec![Role::Supervisor, Role::StreetCoordinator],
        ),
        grant(&["askForRedaction", "redactions", "answerSubjectRequest"], "privacy:manage", OFFICE.to_vec()),
        grant(&["setRetention"], "privacy:manage", vec![Role::StreetCoordinator]),
        grant(
            &["askAboutMyData", "withdrawSubjectRequest", "subjectRequest", "subjectRequests"],
            "any",
            but(&[Role::Partner]),
        ),
    ]
}

/// The types of rows.
fn rows() -> Vec<Grant> {
    vec![
        grant(&["Viewer", "Disclosure"], "any", ALL.to_vec()),
        grant(
            &[
                "Region",
                "Compound",
                "Grid",
                "Building",
                "Organisation",
                "LinkageGroup",
                "Party",
                "PartySeat",
                "Appointment",
                "Person",
            ],
            "group:read",
            ALL.to_vec(),
        ),
        grant(
            &[
                "Problem",
                "Addition",
                "FollowUp",
                "Rating",
                "TimelineEntry",
                "Request",
                "LedgerEntry",
                "ContactRelease",
                "VisitOffer",
                "Attachment",
            ],
            "problem:read",
            ALL.to_vec(),
        ),
        grant(
            &["DispositionTask", "Disposition", "ExtensionRequest", "Suspension", "Supervision"],
            "problem:read",
            workers(),
        ),
        grant(&["AuditEntry"], "audit:read", ALL.to_vec()),
        grant(&["Whistle", "WhistleCall"], "whistle:read", but(&[Role::GridHelper, Role::Resident, Role::Partner])),
        grant(
            &[
                "Mediation",
                "MediationSide",
                "MediationSession",
                "MediationStatement",
                "MediationAgreement",
                "MediationObligation",
            ],
            "mediation:read",
            but(&[Role::Partner]),
        ),
        grant(&["InboxItem", "Notification"], "inbox:read", but(&[Role::Partner])),
        grant(&["Redaction"], "problem:read", ALL.to_vec()),
        grant(&["SubjectRequest"], "any", but(&[Role::Partner])),
    ]
}

/// What callers without a token have.
const GUEST: [&str; 13] = [
    "vocabulary",
    "privacyNotice",
    "signIn",
    "refreshToken",
    "acceptInvitation",
    "reportStatus",
    "rateReport",
    "reopenReport",
    "withdrawReport",
    "appealReport",
    "supplementReport",
    "askAboutReportData",
    "correctReportContact",
];

/// Queries whose rows are of another scope than the query itself: they need both.
const BOTH: [(&str, &str); 2] = [("orphans", "problem:read"), ("redactions", "problem:read")];

fn granted(table: &[Grant], role: Role, scopes: &[&str]) -> BTreeSet<String> {
    let held = table.iter().filter(|grant| grant.roles.contains(&role));
    let held = held.filter(|grant| grant.scope == "any" || scopes.contains(&grant.scope));
    let rows_too = |name: &str| BOTH.iter().all(|(query, scope)| *query != name || scopes.contains(scope));
    held.flat_map(|grant| grant.names).filter(|name| rows_too(name)).map(|name| (*name).to_owned()).collect()
}

/// The scopes of a role, from the table.
fn scopes(role: Role) -> BTreeSet<&'static str> {
    let held = roots().into_iter().chain(rows()).filter(|grant| grant.roles.contains(&role));
    held.map(|grant| grant.scope).filter(|scope| *scope != "any").collect()
}

/// Each role with its text, and the guest's.
fn everyone() -> impl Iterator<Item = (String, Sdl)> {
    let roles = ALL.iter().map(|role| Some(*role)).chain([None]);
    roles.map(|role| (role.map_or("guest", Role::value).to_owned(), Sdl::parse(&sdl::text(role, None))))
}

#[test]
fn each_roles_schema_is_what_it_was() {
    assert_eq!(ALL.len(), Role::ALL.len());
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        for role in ALL {
            insta::assert_snapshot!(format!("schema_{}", role.value().to_lowercase()), sdl::text(Some(*role), None));
        }
        insta::assert_snapshot!("schema_guest", sdl::text(None, None));
    });
}

#[test]
fn each_role_has_the_root_fields_and_the_rows_it_is_granted() {
    for role in ALL {
        let sdl = Sdl::parse(&sdl::text(Some(*role), None));
        let held: Vec<_> = scopes(*role).into_iter().collect();
        assert_eq!(sdl.roots(), granted(&roots(), *role, &held), "{}", role.value());
        let found: BTreeSet<String> = sdl.implementers("Node").into_iter().map(str::to_owned).collect();
        assert_eq!(found, granted(&rows(), *role, &held), "{}", role.value());
        let of_role: BTreeSet<_> = scopes_of(*role).iter().map(Scope::name).collect();
        assert_eq!(of_role, scopes(*role), "the scopes of {}", role.value());
    }
    let guest = Sdl::parse(&sdl::text(None, None));
    assert_eq!(guest.roots(), GUEST.iter().map(|name| (*name).to_owned()).collect());
    assert!(guest.implementers("Node").is_empty());
}

#[test]
fn a_narrower_token_has_what_its_scopes_grant_and_no_more() {
    for role in ALL {
        for scope in Scope::ALL {
            let narrowed: Scopes = [Scope::Any, *scope].into_iter().collect::<Scopes>().and(scopes_of(*role));
            let sdl = Sdl::parse(&sdl::text(Some(*role), Some(narrowed)));
            let told = format!("{} with {}", role.value(), scope.name());
            assert_eq!(sdl.roots(), granted(&roots(), *role, &[scope.name()]), "{told}");
            let found: BTreeSet<String> = sdl.implementers("Node").into_iter().map(str::to_owned).collect();
            // A type of rows that nothing leads to is found by `node` all the same.
            assert_eq!(found, granted(&rows(), *role, &[scope.name()]), "{told}");
            assert_eq!(idle(&sdl), Vec::<String>::new(), "{told}");
        }
    }
}

#[test]
fn every_type_is_reached_from_the_roots() {
    for (name, sdl) in everyone() {
        assert_eq!(idle(&sdl), Vec::<String>::new(), "{name}");
    }
}

/// The types that no path from the roots leads to: `Node`'s implementers count as reached where there is a `node`, and
/// an interface's where it is.
fn idle(sdl: &Sdl) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec!["Query".to_owned(), "Mutation".to_owned()];
    while let Some(name) = open.pop() {
        if !sdl.types.contains_key(&name) || !reached.insert(name.clone()) {
            continue;
        }
        let fields = sdl.fields(&name).iter();
        open.extend(fields.flat_map(|field| {
            field.arguments.iter().map(|argument| argument.ty.base.clone()).chain([field.ty.base.clone()])
        }));
        open.extend(sdl.members(&name).iter().map(|member| member.ty.base.clone()));
        open.extend(sdl.implementers(&name).into_iter().map(str::to_owned));
        if let Some(Kind::Object { implements, .. }) = sdl.types.get(&name) {
            open.extend(implements.clone());
        }
    }
    sdl.types.keys().filter(|name| !reached.contains(*name)).cloned().collect()
}

#[test]
fn nothing_is_empty_and_every_name_that_is_used_is_there() {
    for (role, sdl) in everyone() {
        for (name, kind) in &sdl.types {
            let empty = match kind {
                Kind::Scalar => false,
                Kind::Object { fields, .. } | Kind::Interface { fields } => fields.is_empty(),
                Kind::Enum(values) => values.is_empty(),
                Kind::Input(members) => members.is_empty(),
            };
            assert!(!empty, "{role}: {name} is empty");
            let used = sdl
                .fields(name)
                .iter()
                .flat_map(|field| field.arguments.iter().map(|argument| &argument.ty.base).chain([&field.ty.base]));
            for base in used.chain(sdl.members(name).iter().map(|member| &member.ty.base)) {
                let known = sdl.types.contains_key(base) || ["ID", "Int", "String", "Boolean"].contains(&base.as_str());
                assert!(known, "{role}: {name} uses {base}, which is not there");
            }
        }
    }
}

#[test]
fn everything_is_described() {
    let mut bare = BTreeSet::new();
    for (_, sdl) in everyone() {
        for (name, kind) in &sdl.types {
            let mut look = |path: String, about: &str| {
                if about.is_empty() {
                    bare.insert(path);
                }
            };
            if !["Query", "Mutation"].contains(&name.as_str()) {
                look(name.clone(), &sdl.about[name]);
            }
            for field in sdl.fields(name) {
                look(format!("{name}.{}", field.name), &field.about);
                for argument in &field.arguments {
                    look(format!("{name}.{}({})", field.name, argument.name), &argument.about);
                }
            }
            for member in sdl.members(name) {
                look(format!("{name}.{}", member.name), &member.about);
            }
            if let Kind::Enum(values) = kind {
                for (value, about) in values {
                    look(format!("{name}.{value}"), about);
                }
            }
        }
    }
    assert!(bare.is_empty(), "without a description: {bare:#?}");
}

#[test]
fn a_root_fields_description_ends_with_its_scope_and_roles() {
    for role in ALL {
        let sdl = Sdl::parse(&sdl::text(Some(*role), None));
        for field in ["Query", "Mutation"].iter().flat_map(|root| sdl.fields(root)) {
            let table = roots();
            let grant = table.iter().find(|grant| grant.names.contains(&field.name.as_str())).unwrap();
            let roles = match grant.roles.len() {
                13 => "all".to_owned(),
                _ => grant.roles.iter().map(|role| role.value()).collect::<Vec<_>>().join(", "),
            };
            let line = format!("Scope: {}. Roles: {roles}.", grant.scope);
            assert!(
                field.about.ends_with(&format!("\n\n{line}")),
                "{}: {:?} is to end with {line:?}",
                field.name,
                field.about
            );
        }
        let table = rows();
        for name in sdl.implementers("Node") {
            let grant = table.iter().find(|grant| grant.names.contains(&name)).unwrap();
            let start = format!("\n\nScope: {}. Roles: ", grant.scope);
            assert!(sdl.about[name].contains(&start), "{name}: {:?}", sdl.about[name]);
        }
    }
}

#[test]
fn there_is_no_trace_of_what_a_role_has_not() {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_owned).collect()
    };
    let table = roots();
    // What everybody has before signing in is no secret: it is not looked for.
    let all: BTreeSet<_> = table.iter().flat_map(|grant| grant.names).copied().collect();
    let mut named = BTreeSet::new();
    for role in ALL {
        let text = sdl::text(Some(*role), None);
        let (own, words) = (Sdl::parse(&text).roots(), words(&text));
        // Names that are words of their own: of a type's field, of English.
        let foreign = all.iter().filter(|name| !own.contains(**name) && name.chars().any(char::is_uppercase));
        named.extend(foreign.filter(|name| words.contains(**name)).map(|name| format!("{}: {name}", role.value())));
    }
    assert!(named.is_empty(), "descriptions name what the caller has not: {named:#?}");
    for (role, sdl) in everyone() {
        let roots = sdl.roots();
        let mutations = sdl.types.keys().filter_map(|name| name.strip_suffix("Payload"));
        for name in mutations {
            let field = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
            assert!(roots.contains(&field), "{role}: {name}Payload without {field}");
        }
    }
}

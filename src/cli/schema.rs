//! `liufang schema`: a role's own schema as text.

use clap::Args;
use entity::word::{Role, Word};

use crate::config::Config;
use crate::policy::{Scope, Scopes, Viewer, scopes_of};
use crate::read::door::Door;

/// Whose schema.
#[derive(Args, Clone, Debug)]
pub struct Schema {
    /// A role: POLICE, RESIDENT … Without one, the schema of callers without a token.
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// Narrowed to these scopes, parted by spaces or commas: "problem:read task:write".
    #[arg(long, requires = "role", value_parser = scopes)]
    scopes: Option<Scopes>,
}

fn role(text: &str) -> Result<Role, String> {
    let named = Role::ALL.iter().find(|role| role.value().eq_ignore_ascii_case(text));
    named
        .copied()
        .ok_or_else(|| format!("one of {}", Role::ALL.iter().map(|role| role.value()).collect::<Vec<_>>().join(", ")))
}

fn scopes(text: &str) -> Result<Scopes, String> {
    let names = text.split([' ', ',']).filter(|name| !name.is_empty());
    let known = |name: &str| Scope::ALL.iter().copied().find(|scope| scope.name() == name);
    let all = || Scope::ALL.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", ");
    names.map(|name| known(name).ok_or_else(|| format!("{name} is no scope; there are {}", all()))).collect()
}

/// Prints it.
pub fn run(config: &Config, asked: &Schema) {
    let door = Door::new(crate::schema::model(), config.limits);
    let scopes = |role| asked.scopes.unwrap_or_else(|| scopes_of(role)).and(scopes_of(role));
    let viewer = asked.role.map(|role| Viewer::nobody(role, scopes(role)));
    print!("{}", door.sdl(viewer.as_ref()));
}

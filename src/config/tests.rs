use super::*;

const EXAMPLE: &str = include_str!("../../liufang.example.toml");

fn from(file: &str, environment: &[(&str, &str)]) -> Result<Config, Faults> {
    let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Config::from_text((!file.is_empty()).then(|| ("liufang.toml".into(), file)), environment)
}

fn faults(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    from(file, environment).err().unwrap().0
}

#[test]
fn the_example_works_when_copied_and_says_the_defaults() {
    let copied = from(EXAMPLE, &[]).unwrap_or_else(|faults| panic!("{faults}"));
    let default = Config::default();
    assert_eq!(copied.database.url, default.database.url);
    assert_eq!(copied.http.listen, default.http.listen);
    assert_eq!(copied.limits, default.limits);
    assert!(copied.secret_key.is_none(), "a key that everyone can read is none");
}

#[test]
fn every_setting_is_in_the_example_with_its_default() {
    let mut section = String::new();
    let mut shown = vec![];
    let mut uncommented = String::new();
    for line in EXAMPLE.lines() {
        let setting = line.strip_prefix("# ").filter(|rest| rest.contains(" = ") && !rest.ends_with('.'));
        let line = setting.unwrap_or(line);
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
        } else if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            shown.push(format!("{section}{key}"));
        }
        if !line.starts_with("secret_key") {
            uncommented.push_str(line);
            uncommented.push('\n');
        }
    }
    let mut names = Config::names();
    names.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, names);

    let written = from(&uncommented, &[]).unwrap_or_else(|faults| panic!("{faults}"));
    let default = Config::default();
    assert_eq!(written.limits, default.limits);
    assert_eq!(format!("{:?}", written.auth), format!("{:?}", default.auth));
    assert_eq!(
        (written.http.body_bytes, written.http.timeout, written.http.grace, written.http.proxies),
        (default.http.body_bytes, default.http.timeout, default.http.grace, default.http.proxies)
    );
    assert_eq!(written.number_prefix, default.number_prefix);
    assert_eq!(written.privacy_notice.version, default.privacy_notice.version);
}

#[test]
fn a_communitys_own_privacy_notice_is_read_from_its_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "version = 'a'\neffective_on = '2026-01-01'\nzh = '告知'\nen = 'notice'").unwrap();
    let named = |path: &str| format!("privacy_notice = {path:?}\n");
    let written = from(&named(&file.path().display().to_string()), &[]).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(written.privacy_notice.version, "a");
    assert_eq!(
        faults(&named("nowhere.toml"), &[]),
        ["liufang.toml: privacy_notice must be the path of a TOML file with version, effective_on, zh and en; or own"]
    );
}

#[test]
fn all_faults_are_told_at_once_with_where_they_come_from() {
    let file = "nothing = 1\nnumber_prefix = \"zxl\"\n[database]\nconnections = \"many\"\nuri = \"x\"\n[limits]\ndepth = 0\n[other]\na = 1\n";
    let environment =
        [("LIUFANG_HTTP_LISTEN", "nowhere"), ("LIUFANG_HTTP_PORT", "1"), ("LIUFANG_LOG_FORMAT", "xml"), ("HOME", "/")];
    assert_eq!(
        faults(file, &environment),
        [
            "liufang.toml: database.connections must be a whole number from 2 to 1000",
            "environment LIUFANG_HTTP_LISTEN: http.listen must be an address with a port, such as 127.0.0.1:8000",
            "liufang.toml: limits.depth must be a whole number from 1 to 64",
            "environment LIUFANG_LOG_FORMAT: log.format must be text or json",
            "liufang.toml: number_prefix must be 1 to 8 capital letters",
            "liufang.toml: there is no setting database.uri",
            "liufang.toml: there is no setting nothing",
            "liufang.toml: there is no setting other",
            "environment LIUFANG_HTTP_PORT: there is no such setting",
        ]
    );
}

#[test]
fn no_fault_shows_a_value() {
    let secret = "hunter2-hunter2";
    let file = format!("secret_key = \"{secret}\"\n[database]\nurl = \"mysql://root:{secret}@db\"\n");
    let broken = format!("secret_key = {secret}\n");
    for text in [file, broken] {
        let told = from(&text, &[]).err().unwrap().to_string();
        assert!(!told.contains("hunter2"), "{told}");
    }
    let told = faults("", &[("LIUFANG_SECRET_KEY", secret), ("DATABASE_URL", secret)]);
    assert!(!told.concat().contains("hunter2") && told.len() == 2, "{told:?}");
}

#[test]
fn the_environment_wins_over_the_file_and_an_empty_variable_is_none() {
    let file = "[database]\nurl = \"sqlite://file.db\"\n";
    let url = |environment: &[(&str, &str)]| from(file, environment).map(|config| config.database.url).unwrap();
    assert_eq!(url(&[]), "sqlite://file.db");
    assert_eq!(url(&[("DATABASE_URL", "postgres://a")]), "postgres://a");
    assert_eq!(url(&[("DATABASE_URL", "postgres://a"), ("LIUFANG_DATABASE_URL", "postgres://b")]), "postgres://b");
    assert_eq!(url(&[("DATABASE_URL", "")]), "sqlite://file.db");
}

#[test]
fn a_list_in_the_environment_is_parted_by_commas() {
    let config = from("", &[("LIUFANG_HTTP_ORIGINS", "https://a.example.cn, https://b.example.cn")]).unwrap();
    assert_eq!(config.http.origins, ["https://a.example.cn", "https://b.example.cn"]);
    assert_eq!(faults("", &[("LIUFANG_HTTP_ORIGINS", "*")]).len(), 1);
}

#[test]
fn the_places_are_in_china_unless_it_is_set() {
    let offset = |environment: &[(&str, &str)]| from("", environment).map(|config| config.utc_offset).unwrap();
    assert_eq!(offset(&[]), crate::clock::CHINA);
    assert_eq!(offset(&[("LIUFANG_PLACES_UTC_OFFSET", "+09:00")]).local_minus_utc(), 9 * 3600);
    for wrong in ["8", "Asia/Shanghai", "+25:00"] {
        assert_eq!(faults("", &[("LIUFANG_PLACES_UTC_OFFSET", wrong)]).len(), 1, "{wrong}");
    }
}

#[test]
fn what_tokens_say_of_their_issuer_is_the_address_unless_it_is_set() {
    let issuer = |environment: &[(&str, &str)]| from("", environment).map(|config| config.auth.issuer).unwrap();
    assert_eq!(issuer(&[]), "http://127.0.0.1:8000");
    assert_eq!(issuer(&[("LIUFANG_TOKENS_ISSUER", "https://liufang.example.cn")]), "https://liufang.example.cn");
}

//! Settings: by flag, else environment, else TOML file, else default; each remembers where it came from.

use app::desk::files::Bucket;
use lettre::message::Mailbox;
use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    str::FromStr,
};
use tracing_subscriber::EnvFilter;
use url::Url;

/// The settings as flags, for every command.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Settings (also ENTENTE_… in the environment, or keys of the TOML file)")]
pub struct Flags {
    /// TOML file with settings: the names below with `_` for `-`.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<String>,
    /// `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME` [default: entente.db in the data directory].
    #[arg(long, global = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:3000].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub addr: Option<String>,
    /// Where the registry keeps its files [default: data].
    #[arg(long, global = true, value_name = "FOLDER")]
    pub data_dir: Option<String>,
    /// Where the files of documents are: `s3://BUCKET/PREFIX?endpoint=URL&region=NAME`, with `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY` in the environment [default: the folder documents of the data directory].
    #[arg(long, global = true, value_name = "URL")]
    pub documents_url: Option<String>,
    /// The address people reach this registry by [default: http:// and the address listened on].
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// `text` or `json`, then what to log: `json,info,sqlx=warn` [default: text,info].
    #[arg(long, global = true, value_name = "FORMAT,FILTER")]
    pub log: Option<String>,
    /// Minutes without a request after which a session ends [default: 30].
    #[arg(long, global = true, value_name = "MINUTES")]
    pub session_idle_minutes: Option<String>,
    /// Hours after which a session ends in any case [default: 12].
    #[arg(long, global = true, value_name = "HOURS")]
    pub session_hours: Option<String>,
    /// Whether a proxy in front says who asks (X-Forwarded-For, X-Request-Id): true or false [default: false].
    #[arg(long, global = true, value_name = "BOOL")]
    pub trust_proxy: Option<String>,
    /// Who sends it as a bearer token may read /metrics; without one only this machine may.
    #[arg(long, global = true, value_name = "TOKEN")]
    pub metrics_token: Option<String>,
    /// The mail server: `smtps://USER:PASSWORD@HOST`, or `smtp://…?tls=required`; without one messages are put as .eml
    /// files into the folder `mail` of the data directory.
    #[arg(long, global = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Whom messages come from [default: entente@ and the host people reach this registry by].
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Seconds between two looks for what is due [default: 30].
    #[arg(long, global = true, value_name = "SECONDS")]
    pub job_seconds: Option<String>,
}

impl Flags {
    fn get(&self, key: &str) -> Option<&String> {
        match key {
            "database_url" => self.database_url.as_ref(),
            "addr" => self.addr.as_ref(),
            "data_dir" => self.data_dir.as_ref(),
            "documents_url" => self.documents_url.as_ref(),
            "public_url" => self.public_url.as_ref(),
            "log" => self.log.as_ref(),
            "session_idle_minutes" => self.session_idle_minutes.as_ref(),
            "session_hours" => self.session_hours.as_ref(),
            "trust_proxy" => self.trust_proxy.as_ref(),
            "metrics_token" => self.metrics_token.as_ref(),
            "smtp_url" => self.smtp_url.as_ref(),
            "mail_from" => self.mail_from.as_ref(),
            "job_seconds" => self.job_seconds.as_ref(),
            _ => None,
        }
    }
}

/// The keys of the file. Flags are `--data-dir` for `data_dir`, variables `ENTENTE_DATA_DIR`.
const KEYS: [&str; 13] = [
    "database_url",
    "addr",
    "data_dir",
    "documents_url",
    "public_url",
    "log",
    "session_idle_minutes",
    "session_hours",
    "trust_proxy",
    "metrics_token",
    "smtp_url",
    "mail_from",
    "job_seconds",
];

/// Where a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag(&'static str),
    /// The environment.
    Environment(&'static str),
    /// The file.
    File(PathBuf, &'static str),
    /// Nobody said otherwise.
    Default(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
            Self::Environment(key) => write!(f, "{}", variable(key)),
            Self::File(path, key) => write!(f, "{key} in {}", path.display()),
            Self::Default(_) => f.write_str("default"),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// One of them is not what it should be.
    #[error("{source_name} is `{value}`; expected {expected}")]
    Wrong {
        /// The setting by the name it was given under.
        source_name: String,
        /// What was given, masked when secret.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The file cannot be read.
    #[error("the settings file {} cannot be read: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The file says something nobody asks for.
    #[error("the settings file {} has the unknown key `{key}`; known keys are {}", path.display(), KEYS.join(", "))]
    UnknownKey {
        /// Which file.
        path: PathBuf,
        /// Which key.
        key: String,
    },
}

/// How to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    /// One JSON object a line, instead of text.
    pub is_json: bool,
    /// What to log, as `tracing_subscriber` filters say it.
    pub filter: String,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Address to listen on.
    pub addr: SocketAddr,
    /// Where the registry keeps its files.
    pub data_dir: PathBuf,
    /// The bucket that holds the files of documents; without one they are in [`Settings::documents_folder`].
    pub documents: Option<Bucket>,
    /// The address people reach this registry by, without a final slash; `None`: the one listened on.
    pub public_url: Option<String>,
    /// How to log.
    pub log: LogSettings,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: i64,
    /// Hours after which a session ends in any case.
    pub session_hours: i64,
    /// Whether a proxy in front says who asks.
    pub trust_proxy: bool,
    /// Who sends it may read the numbers of `/metrics`.
    pub metrics_token: Option<String>,
    /// The mail server; without one messages go into [`Settings::mail_folder`].
    pub smtp_url: Option<String>,
    /// Whom messages come from.
    pub mail_from: Option<String>,
    /// Seconds between two looks for what is due.
    pub job_seconds: u64,
    /// What to show of each, and where it came from.
    shown: Vec<(&'static str, String, Source)>,
}

impl Settings {
    /// Puts the settings together.
    pub fn read(flags: &Flags, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader { given: given(flags, environment)?, shown: Vec::new() };

        let data_dir = reader.take("data_dir", "data", "the path of a folder", |value| {
            (!value.trim().is_empty()).then(|| PathBuf::from(value))
        })?;
        let documents = read_documents(&mut reader)?;
        let database = format!("sqlite://{}", data_dir.join("entente.db").display());
        let database_url = reader.take(
            "database_url",
            &database,
            "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME",
            parse_database,
        )?;
        let addr =
            reader.take("addr", "127.0.0.1:3000", "an address and a port, like 127.0.0.1:3000", |value| {
                value.parse().ok()
            })?;
        let public = format!("http://{addr}");
        let public_url = reader.take(
            "public_url",
            &public,
            "an address like https://entente.example.org, without path or query",
            parse_public_url,
        )?;
        let is_default_url = matches!(reader.shown.last(), Some((_, _, Source::Default(_))));
        let log = reader.take(
            "log",
            "text,info",
            "text or json, then a filter: text,info or json,info,sqlx=warn",
            LogSettings::parse,
        )?;
        let session_idle_minutes = reader.take(
            "session_idle_minutes",
            "30",
            "a whole number of minutes from 1 to 1440",
            |value| value.parse().ok().filter(|minutes| (1..=1440).contains(minutes)),
        )?;
        let session_hours =
            reader.take("session_hours", "12", "a whole number of hours from 1 to 720", |value| {
                value.parse().ok().filter(|hours| (1..=720).contains(hours))
            })?;
        let trust_proxy =
            reader.take("trust_proxy", "false", "true or false", |value| bool::from_str(value).ok())?;
        let metrics_token = reader.take(
            "metrics_token",
            "",
            "at least 16 characters without spaces",
            |value| match value {
                "" => Some(None),
                token if token.len() >= 16 && token.bytes().all(|b| b.is_ascii_graphic()) => {
                    Some(Some(token.to_owned()))
                }
                _ => None,
            },
        )?;
        let smtp_url =
            reader.take("smtp_url", "", "smtps://USER:PASSWORD@HOST or smtp://HOST:PORT", |value| {
                (value.is_empty() || is_smtp(value)).then(|| named(value))
            })?;
        let mail_from = reader.take(
            "mail_from",
            "",
            "an e-mail address, like Entente <entente@example.org>",
            |value| (value.is_empty() || value.parse::<Mailbox>().is_ok()).then(|| named(value)),
        )?;
        let job_seconds =
            reader.take("job_seconds", "30", "a whole number of seconds from 1 to 3600", |value| {
                value.parse().ok().filter(|seconds| (1..=3600).contains(seconds))
            })?;
        Ok(Self {
            database_url,
            addr,
            data_dir,
            documents,
            public_url: (!is_default_url).then_some(public_url),
            log,
            session_idle_minutes,
            session_hours,
            trust_proxy,
            metrics_token,
            smtp_url,
            mail_from,
            job_seconds,
            shown: reader.shown,
        })
    }

    /// Where the files of documents are while no bucket is named.
    pub fn documents_folder(&self) -> PathBuf {
        self.data_dir.join("documents")
    }

    /// Where messages land while no mail server is named.
    pub fn mail_folder(&self) -> PathBuf {
        self.data_dir.join("mail")
    }

    /// The address people reach this registry by, when it listens on this one.
    pub fn public_url(&self, listening_on: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let is_every = listening_on.ip().is_unspecified();
            let ip = if is_every { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listening_on.ip() };
            format!("http://{}", SocketAddr::new(ip, listening_on.port()))
        })
    }
}

/// What is in force and where it came from, secrets masked: a TOML file with comments.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in KEYS {
            if let Some((_, value, source)) = self.shown.iter().find(|(shown, ..)| *shown == key) {
                writeln!(f, "{key} = {:<50} # {source}", format!("{value:?}"))?;
            }
        }
        if self.smtp_url.is_none() {
            let folder = self.mail_folder();
            writeln!(f, "# No mail server: messages are put as .eml files into {}", folder.display())?;
        }
        Ok(())
    }
}

impl LogSettings {
    fn parse(text: &str) -> Option<Self> {
        let (format, filter) = text.split_once(',').unwrap_or((text, ""));
        let (is_json, filter) = match format.trim() {
            "json" => (true, filter),
            "text" => (false, filter),
            _ => (false, text),
        };
        let filter = if filter.trim().is_empty() { "info" } else { filter.trim() };
        EnvFilter::try_new(filter).ok()?;
        Some(Self { is_json, filter: filter.to_owned() })
    }
}

/// Takes the settings one by one, and notes what to show of them.
struct Reader {
    given: BTreeMap<&'static str, (String, Source)>,
    shown: Vec<(&'static str, String, Source)>,
}

impl Reader {
    fn take<T>(
        &mut self,
        key: &'static str,
        default: &str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let given = self.given.remove(key);
        let (value, source) = given.unwrap_or_else(|| (default.to_owned(), Source::Default(key)));
        let shown = masked(key, &value);
        let Some(parsed) = parse(&value) else {
            return Err(ConfigError::Wrong { source_name: source.to_string(), value: shown, expected });
        };
        self.shown.push((key, shown, source));
        Ok(parsed)
    }
}

/// What was said of each setting, and where.
fn given(
    flags: &Flags,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<BTreeMap<&'static str, (String, Source)>, ConfigError> {
    let environment = |name: &str| environment(name).filter(|value| !value.is_empty());
    let file = flags.config.clone().or_else(|| environment("ENTENTE_CONFIG")).map(PathBuf::from);
    let in_file = file.as_deref().map(read_file).transpose()?.unwrap_or_default();

    let mut given = BTreeMap::new();
    for key in KEYS {
        let found = flags
            .get(key)
            .map(|value| (value.clone(), Source::Flag(key)))
            .or_else(|| environment(&variable(key)).map(|value| (value, Source::Environment(key))))
            .or_else(|| {
                let source = Source::File(file.clone().unwrap_or_default(), key);
                in_file.get(key).map(|value| (value.clone(), source))
            });
        if let Some(found) = found {
            given.insert(key, found);
        }
    }
    Ok(given)
}

fn read_documents(reader: &mut Reader) -> Result<Option<Bucket>, ConfigError> {
    let bucket = |value: &str| if value.is_empty() { Some(None) } else { Bucket::parse(value).map(Some) };
    reader.take("documents_url", "", "s3://BUCKET/PREFIX?endpoint=URL&region=NAME", bucket)
}

fn variable(key: &str) -> String {
    format!("ENTENTE_{}", key.to_uppercase())
}

/// The keys and values of a file, as text.
fn read_file(path: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let failed = |cause: String| ConfigError::File { path: path.to_owned(), cause };
    let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
    let table: toml::Table = text.parse().map_err(|cause: toml::de::Error| failed(cause.to_string()))?;
    table
        .into_iter()
        .map(|(key, value)| {
            if !KEYS.contains(&key.as_str()) {
                return Err(ConfigError::UnknownKey { path: path.to_owned(), key });
            }
            let value = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Boolean(is) => is.to_string(),
                _ => return Err(failed(format!("{key} is neither a text nor a number nor true or false"))),
            };
            Ok((key, value))
        })
        .collect()
}

fn parse_database(value: &str) -> Option<String> {
    let is_sqlite = value.strip_prefix("sqlite://").is_some_and(|path| !path.is_empty());
    let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| value.starts_with(scheme))
        && Url::parse(value).is_ok();
    (is_sqlite || is_postgres).then(|| value.to_owned())
}

fn named(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn is_smtp(value: &str) -> bool {
    Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some())
}

fn parse_public_url(value: &str) -> Option<String> {
    let url = Url::parse(value).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    is_plain.then(|| url.as_str().trim_end_matches('/').to_owned())
}

/// A value as it may be shown.
fn masked(key: &str, value: &str) -> String {
    match key {
        "metrics_token" if !value.is_empty() => "***".to_owned(),
        "database_url" => masked_url(value),
        "smtp_url" if !value.is_empty() => masked_url(value),
        _ => value.to_owned(),
    }
}

fn masked_url(value: &str) -> String {
    if value.starts_with("sqlite:") {
        return value.to_owned();
    }
    let Ok(mut url) = Url::parse(value) else {
        // What cannot be understood may hold a password anywhere.
        return value.split_once(':').map_or_else(|| "***".to_owned(), |(scheme, _)| format!("{scheme}:***"));
    };
    if url.password().is_some() {
        // It fails only for addresses that cannot have one.
        let _ = url.set_password(Some("***"));
    }
    if url.query().is_some() {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(|(name, value)| {
            let shown = if name.contains("password") { "***".to_owned() } else { value };
            (name, shown)
        }));
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &Flags, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        Settings::read(flags, |name| {
            environment.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_flag_goes_before_the_environment_and_that_before_the_file() {
        let folder = std::env::temp_dir().join(format!("entente-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("entente.toml");
        std::fs::write(&path, "addr = \"127.0.0.1:1\"\nsession_hours = 7\nsession_idle_minutes = 8\n")
            .unwrap();
        let config = Some(path.display().to_string());
        let flags = Flags { config, addr: Some("127.0.0.1:3".into()), ..Flags::default() };
        let environment = [("ENTENTE_ADDR", "127.0.0.1:2"), ("ENTENTE_SESSION_HOURS", "9")];
        let settings = read(&flags, &environment).unwrap();
        assert_eq!(settings.addr.port(), 3);
        assert_eq!((settings.session_hours, settings.session_idle_minutes), (9, 8));
        assert_eq!(settings.database_url, "sqlite://data/entente.db");
        let shown = settings.to_string();
        for line in ["# --addr", "# ENTENTE_SESSION_HOURS", "# session_idle_minutes in ", "# default"] {
            assert!(shown.contains(line), "{line} in {shown}");
        }

        std::fs::write(&path, "adr = \"127.0.0.1:1\"\n").unwrap();
        let error = read(&flags, &[]).unwrap_err().to_string();
        assert!(error.contains("unknown key `adr`"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_wrong_setting_is_named_with_the_value_given_and_the_one_expected() {
        let cases = [
            ("ENTENTE_ADDR", "localhost", "an address and a port"),
            ("ENTENTE_DATABASE_URL", "mysql://a:geheim@b/c", "sqlite://PATH or postgres://"),
            ("ENTENTE_PUBLIC_URL", "https://x.example/path", "without path or query"),
            ("ENTENTE_LOG", "text,a=b=c", "text or json, then a filter"),
            ("ENTENTE_SESSION_IDLE_MINUTES", "soon", "a whole number of minutes"),
            ("ENTENTE_SESSION_HOURS", "0", "a whole number of hours"),
            ("ENTENTE_TRUST_PROXY", "yes", "true or false"),
            ("ENTENTE_METRICS_TOKEN", "court", "at least 16 characters"),
            ("ENTENTE_SMTP_URL", "http://a:geheim@b", "smtps://USER:PASSWORD@HOST"),
            ("ENTENTE_MAIL_FROM", "Entente", "an e-mail address"),
            ("ENTENTE_JOB_SECONDS", "0", "a whole number of seconds"),
        ];
        for (name, value, expected) in cases {
            let error = read(&Flags::default(), &[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains(expected), "{error}");
            assert!(!error.contains("geheim") && !error.contains("court"), "{error}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        let environment = [
            ("ENTENTE_DATABASE_URL", "postgres://u:geheim@db/entente?password=geheim&sslmode=require"),
            ("ENTENTE_METRICS_TOKEN", "geheim-geheim-geheim"),
            ("ENTENTE_SMTP_URL", "smtps://u:geheim@mail.example.org"),
        ];
        let shown = read(&Flags::default(), &environment).unwrap().to_string();
        assert!(!shown.contains("geheim"), "{shown}");
        assert!(
            shown.contains("postgres://u:***@db/entente") && shown.contains("sslmode=require"),
            "{shown}"
        );
    }
}

//! How messages leave: through a mail server, or, where none is named, as files into a folder.

use crate::{cli::Failure, config::Settings};
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart, header::ContentType},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};
use store::outbox::Outgoing;
use url::Url;

/// A mail server that does not answer for that long is taken to be away.
const PATIENCE: Duration = Duration::from_secs(15);

/// How messages leave.
#[derive(Debug, Clone)]
pub enum Way {
    /// Into this folder, a file each.
    Folder(PathBuf),
    /// Through a mail server.
    Server(AsyncSmtpTransport<Tokio1Executor>),
}

/// Sends messages.
#[derive(Debug, Clone)]
pub struct Mailer {
    way: Way,
    from: Mailbox,
    /// What the ids of messages end in.
    host: String,
}

/// Why a message could not be sent. It names nobody.
#[derive(Debug)]
pub struct NotSent(String);

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Mailer {
    /// As the settings say, for a registry at this address.
    pub fn new(settings: &Settings, public_url: &str) -> Result<Self, Failure> {
        let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let host = host.unwrap_or_else(|| "localhost".to_owned());
        let from = match &settings.mail_from {
            Some(from) => from.clone(),
            None => format!("Entente <entente@{}>", domain_of(&host)),
        };
        let from = from
            .parse()
            .map_err(|cause| Failure::could_not_run("the sender of mail cannot be used", &cause))?;
        let way = match &settings.smtp_url {
            None => Way::Folder(settings.mail_folder()),
            Some(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|cause| Failure::could_not_run("the mail server cannot be used", &cause))?;
                Way::Server(builder.timeout(Some(PATIENCE)).build())
            }
        };
        Ok(Self { way, from, host })
    }

    /// Sends a message. Sent again, it has the same id, and is the same file.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<(), NotSent> {
        let message = self.message(outgoing)?;
        match &self.way {
            Way::Folder(folder) => {
                write(folder, &format!("{}.eml", outgoing.id), &message.formatted()).await.map_err(not_sent)
            }
            // What the server says may name the recipient: kept, and not logged.
            Way::Server(server) => server.send(message).await.map(|_| ()).map_err(not_sent),
        }
    }

    fn message(&self, outgoing: &Outgoing) -> Result<Message, NotSent> {
        let address = outgoing.email.parse().map_err(not_sent)?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(outgoing.name.clone()), address))
            .subject(&outgoing.subject)
            .message_id(Some(format!("<{}@{}>", outgoing.id, self.host)))
            .date(outgoing.made_at.into())
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &outgoing.body_text))
                    .singlepart(part(ContentType::TEXT_HTML, &outgoing.body_html)),
            )
            .map_err(not_sent)
    }
}

fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(body.to_owned())
}

fn not_sent(cause: impl fmt::Display) -> NotSent {
    NotSent(cause.to_string())
}

/// A domain that an address may have: that of an address on this machine is made up.
fn domain_of(host: &str) -> &str {
    let is_name =
        host.contains('.') && host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains(':');
    if is_name { host } else { "localhost.invalid" }
}

/// Writes a file whole: nobody finds half a message.
async fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let (folder, name, bytes) = (folder.to_owned(), name.to_owned(), bytes.to_owned());
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let half = folder.join(format!(".{name}.part"));
        std::fs::write(&half, bytes)?;
        std::fs::rename(half, folder.join(name))
    });
    written.await.unwrap_or_else(|cause| Err(std::io::Error::other(cause)))
}

//! Passwords: hashed with argon2id, never on a thread that serves requests, two at once at most.
//!
//! Each hash takes 19 MiB and some tens of milliseconds (OWASP's figures): the two places bound both.

use crate::error::AppError;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _},
};
use domain::{account::Secret, problem::Problem};
use std::time::Duration;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Salt of the hash that is made when there is no account, so that it takes as long as when there is.
const NOBODY: &[u8; 16] = b"nobody has this.";
/// How long one waits for a place before the answer is "busy".
const PATIENCE: Duration = Duration::from_secs(10);

static PLACES: Semaphore = Semaphore::const_new(2);

/// Hashes a new password, or says why it is too easy to guess; `known` is what others know of its owner.
pub async fn hash_new(password: &Secret, known: &[&str]) -> Result<Result<String, Problem>, AppError> {
    let password = password.clone();
    let known: Vec<String> = known.iter().flat_map(|text| parts(text)).collect();
    aside(move || {
        if !is_strong(&password, &known) {
            return Ok(Err(Problem::WeakPassword));
        }
        hash(&password).map(Ok)
    })
    .await
}

/// Hashes a password on the thread that calls: for the command line, where nobody else waits.
pub fn hash(password: &Secret) -> Result<String, AppError> {
    let hash = argon2()?.hash_password(password.reveal().as_bytes()).map_err(broken)?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a stored hash. Takes as long when there is no hash, or one nothing fits.
pub async fn is_right(password: &Secret, stored: Option<&Secret>) -> Result<bool, AppError> {
    let password = password.clone();
    let stored = stored.filter(|hash| !hash.reveal().is_empty()).cloned();
    aside(move || {
        let password = password.reveal().as_bytes();
        let argon2 = argon2()?;
        if let Some(hash) = stored {
            return Ok(argon2.verify_password(password, hash.reveal()).is_ok());
        }
        argon2.hash_password_with_salt(password, NOBODY).map_err(broken)?;
        Ok(false)
    })
    .await
}

/// Whether it would take more than 10^8 guesses (zxcvbn score 3), knowing what others know of its owner.
fn is_strong(password: &Secret, known: &[String]) -> bool {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(password.reveal(), &known).score() >= zxcvbn::Score::Three
}

/// A text and its words: someone called "Camille Exemple" may try "exemple".
fn parts(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    std::iter::once(text).chain(words).map(str::to_owned).collect()
}

fn argon2() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let Ok(Ok(place)) = timeout(PATIENCE, PLACES.acquire()).await else { return Err(AppError::Busy) };
    // The place goes along: whoever gives up waiting does not free it before the work is done.
    let work = move || {
        let outcome = work();
        drop(place);
        outcome
    };
    spawn_blocking(work).await.map_err(broken)?
}

fn broken(cause: impl std::fmt::Display) -> AppError {
    tracing::error!(%cause, "a password could not be hashed");
    AppError::Busy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(work)
    }

    #[test]
    fn a_hash_fits_its_password_only_and_says_how_it_was_made() {
        let password = Secret::new("quatre chevaux sous la lune");
        let hash = run(hash_new(&password, &[])).expect("hashed").expect("strong");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let hash = Secret::new(hash);
        assert_eq!(run(is_right(&password, Some(&hash))), Ok(true));
        assert_eq!(run(is_right(&Secret::new("quatre chevaux"), Some(&hash))), Ok(false));
    }

    #[test]
    fn no_password_is_right_without_a_hash() {
        for stored in [None, Some(Secret::new("")), Some(Secret::new("not a hash"))] {
            assert_eq!(run(is_right(&Secret::new(""), stored.as_ref())), Ok(false));
        }
    }

    #[test]
    fn easy_passwords_are_refused_with_what_others_know_of_the_owner() {
        let known = ["Camille Exemple", "camille.exemple@universite.fr"];
        for (password, is_fine) in [
            ("password", false),
            ("azertyuiop", false),
            ("camille.exemple@universite.fr", false),
            ("exemple2026", false),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
            ("quatre chevaux sous la lune", true),
            ("x9#Qv!72mLp", true),
        ] {
            let judged = run(hash_new(&Secret::new(password), &known)).expect("judged");
            assert_eq!(judged.is_ok(), is_fine, "{password}");
        }
    }
}

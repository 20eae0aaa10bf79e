//! How far an import is that is being written. Once it is over, its page tells what became of it.

use crate::texts::Texts;
use domain::lang::Lang;
use leptos::prelude::*;

/// So often the server is asked, in milliseconds.
#[cfg(feature = "hydrate")]
const EVERY: u64 = 1_000;

/// The rows written so far. Without script they are those of the moment when the page was asked for.
#[island]
pub fn ImportProgress(
    /// Language of the page.
    lang: Lang,
    /// Id of the import.
    id: String,
    /// Its page, to go to once it is over.
    page: String,
    /// Rows written so far.
    rows: u32,
    /// Of how many.
    of: u32,
) -> impl IntoView {
    let t = Texts(lang);
    let (done, set_done) = signal(rows);
    #[cfg(feature = "hydrate")]
    browser::follow(id, page, set_done);
    #[cfg(not(feature = "hydrate"))]
    let _ = (id, page, set_done);
    let said = move || t.import_progress(&t.number(i64::from(done.get())), &t.number(i64::from(of)));
    view! {
        <div class="upload">
            <progress max=of value=move || done.get() aria-label=t.import_under_way()></progress>
            <p role="status">{said}</p>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::EVERY;
    use crate::{api::imports::import_progress, error::AppError};
    use leptos::{prelude::*, task::spawn_local};
    use std::time::Duration;

    /// Asks again and again until the import is over. While the server does not answer, what is known stays.
    pub fn follow(id: String, page: String, done: WriteSignal<u32>) {
        let ask = move || {
            spawn_local(async move {
                match import_progress(id.clone()).await {
                    Ok(Some((rows, _))) => {
                        done.set(rows);
                        follow(id, page, done);
                    }
                    Err(AppError::SignIn | AppError::Denied | AppError::NotFound) | Ok(None) => {
                        let _ = window().location().assign(&page);
                    }
                    Err(_) => follow(id, page, done),
                }
            });
        };
        set_timeout(ask, Duration::from_millis(EVERY));
    }
}

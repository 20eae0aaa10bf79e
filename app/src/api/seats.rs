//! How many places a year has.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

#[cfg(feature = "ssr")]
use crate::desk::seats::{Of, ledger_page};
use crate::error::AppError;
use domain::{lang::Lang, seats::AdjustmentForm};
use leptos::prelude::*;

/// A form of the page of a ledger.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// More or fewer places.
    Adjust,
    /// Beyond the cap.
    Override,
    /// Closing the year.
    Close,
}

#[cfg(feature = "ssr")]
impl Change {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Adjust, Self::Override, Self::Close];

    /// Where the form is sent.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::Adjust => "/api/adjust_seats",
            Self::Override => "/api/override_seats",
            Self::Close => "/api/close_seat_year",
        }
    }

    /// What the names of its fields begin with: each form of the page has ids of its own.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Adjust | Self::Close => "form.",
            Self::Override => "beyond.",
        }
    }

    /// The name of a field.
    pub fn field(self, field: &str) -> String {
        format!("{}[{field}]", self.prefix().trim_end_matches('.'))
    }

    /// What is kept of the form is kept under this.
    pub fn page(self, of: Of, first_year: i32) -> String {
        let what = self.endpoint().trim_start_matches("/api/");
        format!("{}/{what}", ledger_page(of, first_year))
    }

    /// Answers the form of a year: onward to its ledger, or back there with what was typed.
    async fn answer(
        self,
        desk: &crate::desk::Desk,
        (of, first_year): (Of, i32),
        key: &str,
        form: &AdjustmentForm,
    ) -> Result<(), AppError> {
        use crate::desk::{answer_at, seats};
        let page = ledger_page(of, first_year);
        let sent = desk.sent(key, &(self.endpoint(), &page, form));
        let sent = sent.as_ref();
        let outcome = async {
            let done = match (self, of) {
                (Self::Adjust, _) => {
                    seats::adjust(desk, of, first_year, form, false, sent).await.map(|_| "adjusted")?
                }
                (Self::Override, _) => {
                    seats::adjust(desk, of, first_year, form, true, sent).await.map(|_| "overridden")?
                }
                (Self::Close, Of::Flow(flow)) => {
                    seats::close(desk, flow, first_year, sent).await.map(|_| "closed")?
                }
                (Self::Close, Of::Pool(_)) => return Err(AppError::NotFound),
            };
            Ok(desk.href(&format!("{page}?done={done}")))
        };
        let outcome = outcome.await;
        answer_at(desk, &self.page(of, first_year), &page, form, outcome).await
    }
}

/// Whose places a form is about: it names a flow, or a pool.
#[cfg(feature = "ssr")]
fn of(flow: &str, pool: &str) -> Option<Of> {
    let of_pool = || pool.parse().ok().map(Of::Pool);
    flow.parse().ok().map(Of::Flow).or_else(of_pool)
}

/// Gives a year of a flow, or of a pool, more places, or fewer.
#[server(prefix = "/api", endpoint = "adjust_seats")]
pub async fn adjust_seats(
    lang: Lang,
    #[server(default)] flow: String,
    #[server(default)] pool: String,
    first_year: i32,
    #[server(default)] key: String,
    #[server(default)] form: AdjustmentForm,
) -> Result<(), AppError> {
    change(Change::Adjust, lang, (of(&flow, &pool), first_year), &key, &form).await
}

/// Gives a year of a flow, or of a pool, places beyond its cap.
#[server(prefix = "/api", endpoint = "override_seats")]
pub async fn override_seats(
    lang: Lang,
    #[server(default)] flow: String,
    #[server(default)] pool: String,
    first_year: i32,
    #[server(default)] key: String,
    #[server(default)] beyond: AdjustmentForm,
) -> Result<(), AppError> {
    change(Change::Override, lang, (of(&flow, &pool), first_year), &key, &beyond).await
}

/// Closes a year of a flow.
#[server(prefix = "/api", endpoint = "close_seat_year")]
pub async fn close_seat_year(
    lang: Lang,
    flow: String,
    first_year: i32,
    #[server(default)] key: String,
) -> Result<(), AppError> {
    change(Change::Close, lang, (of(&flow, ""), first_year), &key, &AdjustmentForm::default()).await
}

#[cfg(feature = "ssr")]
async fn change(
    what: Change,
    lang: Lang,
    (of, first_year): (Option<Of>, i32),
    key: &str,
    form: &AdjustmentForm,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer};
    let desk = Desk::current().speaking(lang);
    let Some(of) = of else {
        return answer(&desk, "/seats", &(), Err(AppError::NotFound)).await;
    };
    what.answer(&desk, (of, first_year), key, form).await
}

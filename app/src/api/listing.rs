//! What offices do with lists.
#![expect(missing_docs, reason = "the macro makes a type of each function's arguments")]

use crate::error::AppError;
use domain::{lang::Lang, listing::ViewForm};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An agreement of a list, taken or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TakenForm {
    /// Its id.
    pub id: String,
    /// `on` when it is taken.
    pub take: String,
}

/// What the form of tags sends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TagSubmission {
    /// The tag.
    pub tag: String,
    /// Id of the office whose tag it is; nothing for the first.
    pub office: String,
    /// The agreements of the list.
    pub agreements: Vec<TakenForm>,
}

/// Puts a tag on the agreements ticked, or takes it off (`act` is `remove`). `query` is that of the list.
#[server(prefix = "/api", endpoint = "tag_agreements")]
pub async fn tag_agreements(
    lang: Lang,
    #[server(default)] query: String,
    #[server(default)] tag: String,
    #[server(default)] office: String,
    #[server(default)] act: String,
    #[server(default)] agreements: Vec<TakenForm>,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer_at, listing, with_query};
    let desk = Desk::current().speaking(lang);
    let submission = TagSubmission { tag, office, agreements };
    let taken = submission.agreements.iter().filter(|line| !line.take.is_empty());
    let ids: Vec<domain::id::AgreementId> = taken.filter_map(|line| line.id.parse().ok()).collect();
    let is_taken_off = act == "remove";
    let outcome = async {
        listing::tag(&desk, &submission.office, &submission.tag, is_taken_off, &ids).await?;
        let done = if is_taken_off { "done=untagged" } else { "done=tagged" };
        Ok(desk.href(&with_query(&with_query("/agreements", &query), done)))
    };
    let outcome = outcome.await;
    let page = "/agreements/tag";
    answer_at(&desk, page, &with_query(page, &query), &submission, outcome).await
}

/// Keeps a view of the list of agreements.
#[server(prefix = "/api", endpoint = "keep_view")]
pub async fn keep_view(lang: Lang, #[server(default)] form: ViewForm) -> Result<(), AppError> {
    use crate::desk::{Desk, answer_at, listing, with_query};
    let desk = Desk::current().speaking(lang);
    let page = "/agreements";
    let list = with_query(page, &form.query);
    let outcome = async {
        listing::keep_view(&desk, &form).await?;
        Ok(desk.href(&with_query(&list, "done=view_kept")))
    };
    let outcome = outcome.await;
    answer_at(&desk, page, &list, &form, outcome).await
}

/// Forgets a view of one's own, or one of an office that one leads.
#[server(prefix = "/api", endpoint = "forget_view")]
pub async fn forget_view(
    lang: Lang,
    #[server(default)] query: String,
    #[server(default)] id: String,
) -> Result<(), AppError> {
    use crate::desk::{Desk, answer_at, listing, with_query};
    let desk = Desk::current().speaking(lang);
    let list = with_query("/agreements", &query);
    let outcome = async {
        listing::forget_view(&desk, id.parse().map_err(|_| AppError::NotFound)?).await?;
        Ok(desk.href(&with_query(&list, "done=view_forgotten")))
    };
    let outcome = outcome.await;
    answer_at(&desk, "/agreements", &list, &ViewForm::default(), outcome).await
}

//! Every link of every page leads somewhere, for whoever is shown it.

use crate::support::{
    Options, TestApp, header, on_each_database,
    sample::{Sample, State},
};
use reqwest::Method;
use std::collections::{BTreeSet, VecDeque};

/// What a page leads to within this site: the addresses of its links, without the part after `#`.
fn links(page: &str) -> impl Iterator<Item = String> {
    page.split("<a ").skip(1).filter_map(|rest| {
        let (_, address) = rest.split('>').next()?.split_once("href=\"")?;
        let address = address.split(['"', '#']).next()?.replace("&amp;", "&");
        address.starts_with('/').then_some(address)
    })
}

#[tokio::test]
async fn no_link_leads_nowhere() {
    on_each_database(Options::default(), async |app: TestApp| {
        let sample = Sample::fill(&app).await;
        let form = sample.form("other");
        for state in State::ALL {
            let id = sample.agreement(&app, &form, state).await;
            sample.document(&app, id).await;
            sample.observation(&app, id).await;
        }
        for who in ["visitor", "observer", "officer", "lead", "administrator"] {
            let (_, cookie) = sample.session(&app, who).await.unwrap_or_default();
            let mut known = BTreeSet::from(["/fr".to_owned()]);
            let mut ahead: VecDeque<String> = known.iter().cloned().collect();
            while let Some(address) = ahead.pop_front() {
                let ask = app.ask(Method::GET, &address).header("cookie", &cookie);
                let answer = ask.send().await.expect("an answer");
                assert!(answer.status().is_success(), "{who}: {address} answers {}", answer.status());
                if !header(&answer, "content-type").starts_with("text/html") {
                    continue;
                }
                for next in links(&answer.text().await.expect("a page")) {
                    // The orders and filters of one list are all one page.
                    let path = next.split('?').next().unwrap_or_default().to_owned();
                    if known.insert(path) {
                        ahead.push_back(next);
                    }
                }
            }
            assert!(known.len() > 12, "{who} came to {known:?} only");
            assert_eq!(known.contains("/fr/admin/audit"), who == "administrator");
        }
        app
    })
    .await;
}

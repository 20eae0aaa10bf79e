//! What the server does by itself: notes the steps and gaps of the day, and writes to those who are to hear of them.

pub(in crate::desk) mod letter;

use super::AppState;
use crate::{error::AppError, texts::Texts};
use domain::{
    academic_year::AcademicYear,
    access::{Actor, Permit, Watch, decide},
    agreement::{Pair, gap_years},
    id::{InstitutionId, UserId},
    inbox::Item,
    lang::Lang,
};
use letter::{Letter, Told};
use std::collections::HashMap;
use store::{
    Stamp, Tx,
    ending::{self, Ended},
    institution,
    outbox::{self, Message, Recipient},
    watch::{self, Due},
};

/// Steps written in one transaction.
const TOGETHER: usize = 50;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// Steps that an institution had not heard of.
    pub steps: usize,
    /// Agreements ended by a party, of which the others had not heard.
    pub endings: usize,
    /// Gaps that an institution had not heard of.
    pub gaps: usize,
    /// Messages written.
    pub messages: usize,
}

/// Looks for what is due on the day of the clock. Doing so again, or in two servers at once, tells nobody anything twice.
pub async fn sweep(state: &AppState) -> Result<Found, AppError> {
    let permit = decide(&Actor::Operator, Watch)?;
    let stamp = Stamp::new(state.clock.now(), state.ids.clone());
    let mut writer = Writer { state, permit, stamp, recipients: HashMap::new(), found: Found::default() };
    let mut tx = state.db.read().await?;
    let due = watch::due(&mut tx, writer.stamp.day()).await?;
    let mut uncovered = Vec::new();
    for year in gap_years(writer.stamp.day()) {
        uncovered.push((year, watch::uncovered(&mut tx, year).await?));
    }
    let ended = ending::untold(&mut tx).await?;
    drop(tx);
    for of_one in ended.chunk_by(|one, next| one.agreement == next.agreement) {
        let mut tx = state.db.write().await?;
        writer.tell_endings(&mut tx, of_one).await?;
        tx.commit().await?;
    }
    for due in due.chunks(TOGETHER) {
        let mut tx = state.db.write().await?;
        writer.tell_steps(&mut tx, due).await?;
        tx.commit().await?;
    }
    for (year, pairs) in uncovered {
        let mut tx = state.db.write().await?;
        let new = watch::note_gaps(&mut tx, &writer.permit, &writer.stamp, year, &pairs).await?;
        writer.tell_gaps(&mut tx, year, &new).await?;
        tx.commit().await?;
    }
    Ok(writer.found)
}

/// Writes what it tells in the transaction of what it is about.
struct Writer<'a> {
    state: &'a AppState,
    permit: Permit<Watch>,
    stamp: Stamp,
    recipients: HashMap<InstitutionId, Vec<(UserId, Lang)>>,
    found: Found,
}

impl Writer<'_> {
    async fn tell_steps(&mut self, tx: &mut Tx, due: &[Due]) -> Result<(), AppError> {
        let titles = watch::titles(tx, due.iter().map(|due| due.agreement)).await?;
        let offices: Vec<_> = due.iter().map(|due| due.institution).collect();
        let names = institution::names(tx, &offices).await?;
        for due in due {
            if !watch::remind(tx, &self.permit, &self.stamp, due).await? {
                continue;
            }
            self.found.steps += 1;
            let (Some(titles), Some(office)) = (titles.get(&due.agreement), names.get(&due.institution))
            else {
                continue;
            };
            let told = Told::Step { due, titles };
            self.tell(tx, due.institution, due.item(), |t, url| Letter::new(t, url, &told, office)).await?;
        }
        Ok(())
    }

    /// Tells the parties of one agreement that it was ended, but those whose own office, or one above, recorded it.
    async fn tell_endings(&mut self, tx: &mut Tx, ended: &[Ended]) -> Result<(), AppError> {
        for of_one_kind in ended.chunk_by(|one, next| one.ending == next.ending) {
            if !ending::tell(tx, &self.permit, &self.stamp, &of_one_kind[0]).await? {
                continue;
            }
            self.found.endings += 1;
            let ids: Vec<_> = of_one_kind
                .iter()
                .flat_map(|one| [one.institution, one.office].into_iter().chain(one.by))
                .collect();
            let names = institution::names(tx, &ids).await?;
            for one in of_one_kind {
                let above = institution::above(tx, one.institution).await?;
                let (Some(office), Some(recorder)) = (names.get(&one.institution), names.get(&one.office))
                else {
                    continue;
                };
                if above.contains(&one.office) {
                    continue;
                }
                let by = one.by.and_then(|by| names.get(&by));
                let told = Told::Ending { ended: one, by, recorder };
                self.tell(tx, one.institution, one.item(), |t, url| Letter::new(t, url, &told, office))
                    .await?;
            }
        }
        Ok(())
    }

    async fn tell_gaps(&mut self, tx: &mut Tx, year: AcademicYear, new: &[Pair]) -> Result<(), AppError> {
        let ids: Vec<_> = new.iter().map(|(institution, _)| *institution).collect();
        let names = institution::names(tx, &ids).await?;
        for (institution, partner) in new {
            self.found.gaps += 1;
            // Both of a pair hear of it: the names of partners are among those of the institutions.
            let (Some(office), Some(name)) = (names.get(institution), names.get(partner)) else { continue };
            let told = Told::Gap { year, partner: *partner, name };
            let item = Item::Gap { partner: *partner, year };
            self.tell(tx, *institution, item, |t, url| Letter::new(t, url, &told, office)).await?;
        }
        Ok(())
    }

    /// Writes to everyone of an institution's office who wants mail, in each one's language.
    async fn tell(
        &mut self,
        tx: &mut Tx,
        institution: InstitutionId,
        item: Item,
        letter: impl Fn(Texts, &str) -> Letter,
    ) -> Result<(), AppError> {
        if !self.recipients.contains_key(&institution) {
            let found = watch::recipients(tx, &self.permit, institution).await?;
            self.recipients.insert(institution, found);
        }
        for (account, lang) in &self.recipients[&institution] {
            let letter = letter(Texts(*lang), &self.state.public_url);
            let message = Message {
                mark: format!("{item}.{account}"),
                to: Recipient::Account(*account),
                lang: *lang,
                text: letter.text(),
                html: letter.html(*lang),
                subject: letter.subject,
            };
            if outbox::insert(tx, &self.permit, &self.stamp, &message).await? {
                self.found.messages += 1;
            }
        }
        Ok(())
    }
}

//! Lists of agreements: what the registry holds of what they are about, and how they are written and taken back.

use super::{Import, Line, Progress, begin, finish, json, read};
use crate::{
    Result, Stamp, Tx,
    agreement::{self, Drafted, LoadedAgreement},
    audit::Change,
    institution, on,
    query::{CHUNK, Sql, rows},
    search, statements, tag,
};
use domain::{
    access::{self, Permit},
    agreement::{AgreementDraft, AgreementForm},
    fold::{fold, words},
    id::{AgreementId, ImportId, InstitutionId},
    identifier::{Identifier, IdentifierKind},
    import::{
        Mapping,
        agreement::{Found, Intake, Known, Plan, Present, ReadRow, Step},
    },
    lang::Lang,
    listing::Tag,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// So many names that nobody has are answered with those that come nearest.
const SUGGESTED: usize = 100;
/// So many names come nearest.
const NEAREST: i64 = 3;

statements! {
    TOUCHED = "select import_row.label from import_row join import on import.id = import_row.import_id \
        left join agreement on agreement.id = import_row.subject_id where import_row.import_id = $1 and import_row.outcome in ('new', 'changed') and (agreement.id is null or agreement.version <> import_row.version \
        or (import_row.outcome = 'new' and (exists (select 1 from document where document.agreement_id = agreement.id) \
        or exists (select 1 from tag where tag.agreement_id = agreement.id and tag.created_at <> import.done_at) \
        or exists (select 1 from observation where observation.agreement_id = agreement.id) \
        or exists (select 1 from succession where succession.agreement_id = agreement.id or succession.successor_id = agreement.id) \
        or exists (select 1 from comment join revision on revision.id = comment.revision_id where revision.agreement_id = agreement.id)))) \
        order by import_row.number limit 20";
    LOCK = "update agreement set version = version where id in (select subject_id from import_row where import_id = $1 and outcome in ('new', 'changed'))";
    NEW = "select subject_id from import_row where import_id = $1 and outcome = 'new' order by number";
    DELETE_NEW = "delete from agreement where id in (select subject_id from import_row where import_id = $1 and outcome = 'new')";
}

/// What the registry holds of what these rows are about: whom their parties name, and the agreements that they may be.
/// Tags are those of these offices.
pub async fn known_agreements(tx: &mut Tx, rows: &[ReadRow], offices: &[InstitutionId]) -> Result<Known> {
    let texts: BTreeSet<&str> = rows.iter().flat_map(ReadRow::parties).collect();
    let parties = parties(tx, &texts).await?;
    let candidates: Vec<AgreementId> = candidates(tx, rows).await?.into_iter().collect();
    let mut tags = HashMap::new();
    for candidates in candidates.chunks(CHUNK) {
        tags.extend(tag::on(tx, offices, candidates).await?);
    }
    let drafted = agreement::drafts(tx, &candidates).await?.into_iter();
    let agreements = drafted.map(|drafted| {
        let tags: Vec<String> = tags.remove(&drafted.scope.id).unwrap_or_default();
        (drafted.scope.id, present(drafted, &tags))
    });
    let agreements = agreements.collect();
    let named = parties.values().flat_map(|found: &Found| found.institutions.iter().copied());
    let ids: HashSet<InstitutionId> = named.collect();
    let ids: Vec<InstitutionId> = ids.into_iter().collect();
    let above = institution::above_each(tx, &ids).await?;
    let mut with_office = HashSet::new();
    for ids in ids.chunks(CHUNK) {
        with_office.extend(institution::with_office(tx, ids).await?);
    }
    Ok(Known { parties, above, with_office, agreements })
}

fn present(drafted: Drafted, tags: &[String]) -> Present {
    let Drafted { scope, draft, version, is_settled } = drafted;
    Present { scope, draft, version, is_settled, tags: tags.iter().map(|tag| fold(tag)).collect() }
}

/// Whom each text names: by identifier, else by exact name, accents, case and punctuation aside.
async fn parties(tx: &mut Tx, texts: &BTreeSet<&str>) -> Result<HashMap<String, Found>> {
    let mut identifiers = Vec::new();
    for text in texts {
        for kind in IdentifierKind::ALL {
            if let Ok(identifier) = Identifier::parse(kind, text) {
                identifiers.push((*text, identifier));
            }
        }
    }
    let wanted: Vec<_> = identifiers.iter().map(|(_, found)| (found.kind, found.value.as_str())).collect();
    let bearers = institution::bearers(tx, &wanted).await?;
    let keys: Vec<String> = texts.iter().map(|text| fold(text)).filter(|key| !key.is_empty()).collect();
    let mut named: HashMap<String, Vec<InstitutionId>> = HashMap::new();
    for ((_, key), ids) in institution::named(tx, &keys).await? {
        named.entry(key).or_default().extend(ids);
    }
    let mut found = HashMap::with_capacity(texts.len());
    let mut suggested = 0;
    for text in texts {
        let own = identifiers.iter().filter(|(of, _)| of == text);
        let borne =
            own.filter_map(|(_, identifier)| bearers.get(&(identifier.kind, identifier.value.clone())));
        let mut institutions: Vec<InstitutionId> = borne.flatten().copied().collect();
        if institutions.is_empty() {
            institutions = named.get(&fold(text)).cloned().unwrap_or_default();
        }
        institutions.sort_unstable();
        institutions.dedup();
        let mut nearest = Vec::new();
        if institutions.is_empty() && suggested < SUGGESTED {
            suggested += 1;
            nearest = suggest(tx, text).await?;
        }
        found.insert((*text).to_owned(), Found { institutions, nearest });
    }
    Ok(found)
}

/// The names that come nearest: those with all its words, else with its longest.
async fn suggest(tx: &mut Tx, text: &str) -> Result<Vec<String>> {
    let words = words(text);
    let mut items = institution::suggest(tx, &words, NEAREST).await?;
    if items.is_empty()
        && let Some(longest) = words.iter().max_by_key(|word| word.chars().count())
    {
        // A slip is rather at the end of a word.
        let begins: String = longest.chars().take(4).collect();
        items = institution::suggest(tx, &[begins], NEAREST).await?;
    }
    Ok(items.iter().map(|item| item.names.best(Lang::En).1.to_string()).collect())
}

/// The agreements that rows may be: of their ids, titles or codes.
async fn candidates(tx: &mut Tx, list: &[ReadRow]) -> Result<BTreeSet<AgreementId>> {
    let mut found = BTreeSet::new();
    for list in list.chunks(CHUNK) {
        let forms = || list.iter().map(|row| &row.form);
        let titles = forms().flat_map(|form: &AgreementForm| [fold(&form.title_fr), fold(&form.title_en)]);
        let titles: Vec<String> = titles.filter(|title| !title.is_empty()).collect();
        let codes = forms().flat_map(|form| form.parties.iter().map(|party| party.reference.as_str()));
        let codes = codes.chain(list.iter().filter_map(|row| row.own_reference.as_deref()));
        let mut by_id = Sql::new("select id from agreement where id in ");
        by_id.list(list.iter().filter_map(|row| row.id).map(|id| id.0));
        by_id.push(" or title_key_fr in ").list(titles.iter().map(String::as_str));
        by_id.push(" or title_key_en in ").list(titles.iter().map(String::as_str));
        let mut by_code = Sql::new("select distinct agreement_id from party where reference in ");
        by_code.list(codes.filter(|code| !code.is_empty()));
        for sql in [by_id, by_code] {
            let ids: Vec<(Uuid,)> = rows!(tx, sql);
            found.extend(ids.into_iter().map(|(id,)| AgreementId(id)));
        }
    }
    Ok(found)
}

/// Carries out what was planned for a list of agreements: all of it, or nothing when the transaction ends without commit.
/// What each row may do was decided when it was planned.
pub async fn apply_agreements(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
    mapping: &Mapping,
    plan: &Plan,
    progress: &Progress,
) -> Result<Import> {
    begin(tx, stamp, id, mapping, plan.counts()).await?;
    let loaded = intakes(plan).map(|intake| {
        let loaded = LoadedAgreement {
            draft: intake.draft.clone(),
            owner: intake.owner,
            is_synthetic: false,
            // Whoever signed it knows it.
            shared_at: (!intake.signatures.is_empty()).then_some(stamp.at),
            is_published: false,
            approvals: Vec::new(),
            signatures: intake.signatures.clone(),
            termination: None,
            renews: None,
        };
        (stamp.clone(), loaded)
    });
    let loaded: Vec<_> = loaded.collect();
    let mut new = Vec::with_capacity(loaded.len());
    for loaded in loaded.chunks(CHUNK) {
        new.extend(agreement::take_in(tx, permit, "import_agreement", loaded).await?);
        progress.advance(loaded.len());
    }
    put_tags(tx, permit, stamp, plan, &new).await?;
    let mut new = new.into_iter();
    let mut lines = Vec::new();
    for row in &plan.rows {
        let mut line = Line::of(row);
        if !matches!(row.step, Step::Add(_)) {
            progress.advance(1);
        }
        match &row.step {
            Step::Add(_) => {
                line.subject = new.next().map(|id| id.0);
                line.version = Some(1);
            }
            Step::Change { subject, before, after } => {
                rewrite(tx, permit, stamp, *subject, before.version, &after.draft).await?;
                line.subject = Some(subject.0);
                line.before = Some(json(&before.draft)?);
                line.version = Some(before.version + 1);
            }
            Step::Leave(agreement) => line.subject = Some(agreement.0),
            Step::Refuse => {}
        }
        lines.push(line);
    }
    finish(tx, permit, stamp, id, "import_agreements", lines).await
}

/// The tags that the offices which manage them put on the agreements that were added, in the order of their rows.
async fn put_tags(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    plan: &Plan,
    added: &[AgreementId],
) -> Result<()> {
    let mut tagged: BTreeMap<(InstitutionId, String), (&Tag, Vec<AgreementId>)> = BTreeMap::new();
    for (intake, id) in intakes(plan).zip(added) {
        for (office, tag) in
            intake.owner.iter().flat_map(|office| intake.tags.iter().map(move |tag| (office, tag)))
        {
            tagged.entry((*office, tag.key())).or_insert_with(|| (tag, Vec::new())).1.push(*id);
        }
    }
    for ((office, _), (tag, agreements)) in tagged {
        tag::put(tx, permit, stamp, office, tag, &agreements).await?;
    }
    Ok(())
}

/// What is added, in the order of the rows.
fn intakes(plan: &Plan) -> impl Iterator<Item = &Intake> {
    plan.rows.iter().filter_map(|row| match &row.step {
        Step::Add(intake) => Some(&**intake),
        Step::Leave(_) | Step::Change { .. } | Step::Refuse => None,
    })
}

/// What somebody changed of what an import of agreements wrote, or added to it since.
pub(super) async fn touched(tx: &mut Tx, id: ImportId) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::TOUCHED).bind(id.0).fetch_all(c).await?))
}

/// Writes a draft that nobody else has seen anew.
async fn rewrite(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: AgreementId,
    version: i64,
    draft: &AgreementDraft,
) -> Result<()> {
    let before = agreement::rewrite(tx, permit, stamp, id, version, draft).await?;
    let change = Change::between(&before.draft(), &Some(draft));
    agreement::record(tx, permit, stamp, "import_agreement", id, change).await
}

/// Deletes the agreements that an import added; what it changed becomes as it was.
pub(super) async fn take_back(
    tx: &mut Tx,
    permit: &Permit<access::Import>,
    stamp: &Stamp,
    id: ImportId,
    changed: Vec<(Uuid, String, i64)>,
) -> Result<()> {
    let new: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::NEW).bind(id.0).fetch_all(c).await?);
    for agreement in new {
        search::remove(tx, search::Kind::Agreement, agreement).await?;
    }
    on!(tx, |c| sqlx::query(sql::DELETE_NEW).bind(id.0).execute(c).await.map(|_| ()))?;
    for (agreement, before, version) in changed {
        rewrite(tx, permit, stamp, AgreementId(agreement), version, &read(&before)?).await?;
    }
    Ok(())
}

//! The rows of an agreement's form in which its commitments are entered.

use super::{Drawn, party_options, rows_of, understood};
use crate::{desk::Desk, ui::*};
use domain::commitment::{Bound, CommitmentForm, MeasureKind};
use leptos::prelude::*;

/// All rows, and the button that adds one.
pub(super) fn rows(desk: &Desk, drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let rows = form.commitments.iter().enumerate();
    let rows = rows.map(|(i, commitment)| row(desk, drawn, i, commitment)).collect_view();
    let said = [t.form_commitments(), t.form_commitments_help(), t.form_add_commitment()];
    rows_of("commitments", "add_commitment", said, faults.at("commitments"), rows.into_any())
}

fn row(desk: &Desk, drawn: &Drawn, i: usize, commitment: &CommitmentForm) -> AnyView {
    let t = drawn.t;
    let remove = t.form_remove_commitment(i + 1);
    view! {
        <fieldset class="fieldset row" id=format!("commitment-{i}")>
            <legend>{t.form_commitment(i + 1)}</legend>
            <input type="hidden" name=name(i, "id") value=commitment.id.clone() />
            {promise(desk, drawn, i, commitment)}
            {figures(drawn, i, commitment)}
            {dates(drawn, i, commitment)}
            <Button
                kind=ButtonKind::Quiet
                name="intent"
                value=format!("remove_commitment:{i}")
                icon=Glyph::Trash
                small=true
            >
                {remove}
            </Button>
        </fieldset>
    }
    .into_any()
}

fn name(i: usize, field: &str) -> String {
    format!("form[commitments][{i}][{field}]")
}

/// What is promised, how it is measured, and who answers for it: one of the parties chosen so far.
fn promise(desk: &Desk, drawn: &Drawn, i: usize, commitment: &CommitmentForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let at = |field: &str| faults.at(&format!("commitments.{i}.{field}"));
    let measures =
        MeasureKind::ALL.iter().map(|kind| (kind.code().to_owned(), t.measure_kind(*kind).to_owned()));
    view! {
        <Field
            name=name(i, "text_fr")
            label=t.form_commitment_text_fr()
            help=t.form_title_help()
            value=commitment.text_fr.clone()
            error=at("text_fr")
            lang="fr"
        />
        <Field
            name=name(i, "text_en")
            label=t.form_commitment_text_en()
            value=commitment.text_en.clone()
            error=at("text_en")
            lang="en"
        />
        <div class="form-row">
            <Select
                name=name(i, "measure")
                label=t.form_commitment_measure()
                options=measures.collect()
                selected=commitment.measure.clone()
                none=t.form_choose()
                required=t.required()
                error=at("measure")
                width=Width::Half
            />
            <Select
                name=name(i, "owner")
                label=t.form_commitment_owner()
                options=party_options(desk, drawn, &commitment.owner)
                selected=commitment.owner.clone()
                none=t.commitment_all_parties()
                error=at("owner")
                width=Width::Half
            />
        </div>
    }
    .into_any()
}

/// The target, and how often it is to be met.
fn figures(drawn: &Drawn, i: usize, commitment: &CommitmentForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let at = |field: &str| faults.at(&format!("commitments.{i}.{field}"));
    let bounds = Bound::ALL.iter().map(|bound| (bound.code().to_owned(), t.bound(*bound).to_owned()));
    let cycles = [("academic_year", t.form_commitment_year()), ("months", t.form_commitment_every())];
    let cycles = cycles.into_iter().map(|(code, label)| (code.to_owned(), label.to_owned()));
    view! {
        <div class="form-row">
            <Select
                name=name(i, "bound")
                label=t.form_commitment_bound()
                options=bounds.collect()
                selected=commitment.bound.clone()
                error=at("bound")
                width=Width::Half
            />
            <Field
                name=name(i, "target")
                label=t.form_commitment_target()
                help=t.form_commitment_target_help()
                value=commitment.target.clone()
                inputmode="decimal"
                error=at("target")
                width=Width::Half
            />
        </div>
        <div class="form-row">
            <Select
                name=name(i, "each")
                label=t.form_commitment_each()
                options=cycles.collect()
                selected=commitment.each.clone()
                none=t.form_commitment_once()
                error=at("each")
                width=Width::Half
            />
            <Field
                name=name(i, "months")
                label=t.form_commitment_months()
                value=commitment.months.clone()
                inputmode="numeric"
                error=at("months")
                width=Width::Half
            />
        </div>
    }
    .into_any()
}

/// From when to when, and by when: folded while nothing is said of it.
fn dates(drawn: &Drawn, i: usize, commitment: &CommitmentForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let date = |field: &'static str, label: &'static str, value: &str, help: &'static str| {
        view! {
            <Field
                name=name(i, field)
                label=label
                help=help
                value=value.to_owned()
                understood=understood(*t, value)
                error=faults.at(&format!("commitments.{i}.{field}"))
                width=Width::Half
            />
        }
    };
    let is_wrong = |field: &&str| faults.at(&format!("commitments.{i}.{field}")).is_some();
    let is_said =
        [&commitment.starts, &commitment.ends, &commitment.due].iter().any(|typed| !typed.is_empty());
    let is_open = is_said || ["starts", "ends", "due"].iter().any(is_wrong);
    view! {
        <details class="more" open=is_open>
            <summary>{t.form_commitment_more()}</summary>
            <div class="stack">
        <div class="form-row">
            {date("starts", t.form_commitment_starts(), &commitment.starts, t.form_commitment_period_help())}
            {date("ends", t.form_commitment_ends(), &commitment.ends, t.form_commitment_period_help())}
        </div>
        {date("due", t.form_commitment_due(), &commitment.due, t.form_commitment_due_help())}
            </div>
        </details>
    }
    .into_any()
}

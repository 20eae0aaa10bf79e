//! The route table: the map of the site.

use crate::{
    desk::Desk,
    pages::{
        account::AccountPage,
        agreements::{
            AgreementPage, AgreementsPage, DeleteAgreementPage, EditAgreementPage, EditDocumentPage,
            NewAgreementPage, NewDocumentPage, NoteObservationPage, PrintRevisionPage, RemoveDocumentPage,
            RenewAgreementsPage, RenewalReportPage, ReplaceAgreementPage, RevisionPage, SignAgreementPage,
            TagAgreementsPage, TerminateAgreementPage, WithdrawObservationPage,
        },
        audit::AuditPage,
        balance::{BalancePage, PoolBalancePage},
        errors::NotFound,
        exchanges::{ExchangePage, ExchangesPage},
        home::HomePage,
        imports::{ImportPage, ImportsPage},
        inbox::InboxPage,
        institutions::{
            EditInstitutionPage, InstitutionPage, InstitutionsPage, MergeInstitutionsPage,
            NewInstitutionPage, PartnersPage, PartnershipPage,
        },
        link::LinkPage,
        mail::MailPage,
        members::MembersPage,
        nominations::{
            ActOnNominationPage, CorrectNominationPage, NominateListPage, NominatePage, NominationPage,
            NominationsPage,
        },
        search::SearchPage,
        seats::{LedgerPage, PoolLedgerPage, SeatsPage},
        sign_in::SignInPage,
    },
    shell::{Frame, below_lang},
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

/// Every page, by its address. The language comes first; one we do not speak is an unknown address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // While the routes are listed at start-up nobody asks.
    let Some(desk) = Desk::find() else { return view! { <Pages /> }.into_any() };
    if below_lang(&desk.visit.path).is_none() {
        return view! {
            <Frame>
                <NotFound />
            </Frame>
        }
        .into_any();
    }
    view! {
        <Frame>
            <Pages />
        </Frame>
    }
    .into_any()
}

#[component]
fn Pages() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/:lang") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements") view=AgreementsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/new") view=NewAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/renew") view=RenewAgreementsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/tag") view=TagAgreementsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/renewals/:id") view=RenewalReportPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id") view=AgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/edit") view=EditAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/sign") view=SignAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/revisions/:number") view=RevisionPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/revisions/:number/print") view=PrintRevisionPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/terminate") view=TerminateAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/replace") view=ReplaceAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/delete") view=DeleteAgreementPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/commitments/:commitment/observe") view=NoteObservationPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/observations/:observation/withdraw") view=WithdrawObservationPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/pools/:pool/balance") view=PoolBalancePage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/documents/new") view=NewDocumentPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/documents/:document") view=EditDocumentPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/agreements/:id/documents/:document/remove") view=RemoveDocumentPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions") view=InstitutionsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/new") view=NewInstitutionPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id") view=InstitutionPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/edit") view=EditInstitutionPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/merge") view=MergeInstitutionsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/partners") view=PartnersPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/with/:other") view=PartnershipPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/with/:other/balance") view=BalancePage ssr=SsrMode::Async />
                <Route path=path!("/:lang/institutions/:id/members") view=MembersPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/exchanges") view=ExchangesPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/exchanges/:id") view=ExchangePage ssr=SsrMode::Async />
                <Route path=path!("/:lang/seats") view=SeatsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/seats/flows/:id/:first") view=LedgerPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/seats/pools/:id/:first") view=PoolLedgerPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/flows/:id/nominate") view=NominatePage ssr=SsrMode::Async />
                <Route path=path!("/:lang/flows/:id/nominate/list") view=NominateListPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/nominations") view=NominationsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/nominations/:id") view=NominationPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/nominations/:id/nominate") view=CorrectNominationPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/nominations/:id/:act") view=ActOnNominationPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/inbox") view=InboxPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/search") view=SearchPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/account") view=AccountPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/link/:token") view=LinkPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/admin/audit") view=AuditPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/admin/mail") view=MailPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/admin/imports") view=ImportsPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/admin/imports/:id") view=ImportPage ssr=SsrMode::Async />
                <Route path=path!("/:lang/design") view=DesignPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
}

/// The kit of components, in development builds only; nothing is at this address in others.
#[component]
fn DesignPage() -> impl IntoView {
    #[cfg(feature = "design")]
    return Desk::find().map(|desk| {
        view! {
            <crate::shell::PageMeta title="Design" />
            <crate::ui::Gallery lang=desk.lang() />
        }
    });
    #[cfg(not(feature = "design"))]
    view! { <NotFound /> }
}

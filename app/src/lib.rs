//! Pages, islands, interface texts and server functions.
//!
//! What may run in the browser: `api` (the functions themselves stay on the server), `error`, [`islands`],
//! [`texts`], [`ui`]. What never does (feature `ssr`): `desk`, where a request is authenticated, decided and
//! carried out, `pages`, `paper`, `routes` and `shell`.

pub mod api;
pub mod error;
pub mod islands;
pub mod texts;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod paper;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;

/// Called by the browser once the module is loaded: wakes the islands of the page.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

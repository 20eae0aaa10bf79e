//! Keys that lead somewhere: `/` to the search box, Escape out of an open menu.

use leptos::prelude::*;

/// Listens to the keys of the page. Shows nothing.
#[island]
pub fn Shortcuts() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    listen();
}

#[cfg(feature = "hydrate")]
fn listen() {
    use wasm_bindgen::JsCast as _;
    let handle = window_event_listener(leptos::ev::keydown, |event| {
        if event.key() == "Escape" {
            close_menus();
            return;
        }
        let is_typing = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        if event.key() != "/" || is_typing || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if let Some(search) = document().get_element_by_id("search")
            && let Ok(search) = search.dyn_into::<web_sys::HtmlElement>()
            && search.focus().is_ok()
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Closes the menus that are open; the focus goes back to what opened the last of them.
#[cfg(feature = "hydrate")]
fn close_menus() {
    use wasm_bindgen::JsCast as _;
    while let Ok(Some(menu)) = document().query_selector("details.menu[open]") {
        let _ = menu.remove_attribute("open");
        if let Ok(Some(summary)) = menu.query_selector("summary")
            && let Ok(summary) = summary.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = summary.focus();
        }
    }
}

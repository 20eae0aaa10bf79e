//! Follows the board of places: when a flow that is shown changes, its numbers are asked for anew and change in place. So do sums.

use crate::texts::Texts;
use domain::lang::Lang;
use leptos::prelude::*;

/// Says whether the page follows, and when it holds other lines by now. Without script, and while there is no stream, a link loads the
/// page anew.
#[island]
pub fn SeatBoard(
    /// Language of the page.
    lang: Lang,
    /// The page as it is filtered.
    href: String,
    /// Whether any flow may change what is shown, not only one that has a line.
    is_fluid: bool,
) -> impl IntoView {
    let t = Texts(lang);
    let (is_live, set_live) = signal(None::<bool>);
    let (said, set_said) = signal(String::new());
    let (has_changed, set_changed) = signal(false);
    #[cfg(feature = "hydrate")]
    browser::follow(
        browser::Board { href: href.clone(), is_fluid, said: set_said, has_changed: set_changed },
        set_live,
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = (is_fluid, set_live, set_said, set_changed);
    let state = move || match is_live.get() {
        None => "",
        Some(true) => t.board_live(),
        Some(false) => t.board_not_live(),
    };
    let anew = href.clone();
    let changed = move || {
        has_changed.get().then(|| {
            view! {
                <strong>{t.board_list_changed()}</strong>
                " "
                <a href=anew.clone()>{t.board_show_anew()}</a>
            }
        })
    };
    view! {
        <div class="live-line">
            <span id="live-state">{state}</span>
            <a href=href>{t.board_reload()}</a>
            <span role="status">
                <span class="visually-hidden">{said}</span>
                {changed}
            </span>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use std::{cell::Cell, rc::Rc, time::Duration};
    use wasm_bindgen::{JsCast as _, prelude::Closure};
    use web_sys::{
        Document, Element, Event, EventSource, MessageEvent, XmlHttpRequest, XmlHttpRequestResponseType,
    };

    /// Changes that come together are asked for together, after so many milliseconds;
    const TOGETHER: u64 = 200;
    /// where any flow counts, after so many.
    const ALL_TOGETHER: u64 = 1_000;
    const STREAM: &str = "/events/seats";
    /// A stream that the server refused is asked for again after so many milliseconds, each time after twice as many,
    const AGAIN: u32 = 10_000;
    /// at most these.
    const AGAIN_MOST: u32 = 600_000;
    /// The marks of the lines that are shown: flows, or what they are added up by.
    const LINES: &str = "[data-line]";
    /// How many lines all pages have together.
    const COUNT: &str = "board-count";

    /// The page that is followed.
    #[derive(Clone)]
    pub struct Board {
        /// Its address.
        pub href: String,
        /// Whether any flow may change what is shown.
        pub is_fluid: bool,
        /// Takes what changed, in words.
        pub said: WriteSignal<String>,
        /// Takes whether it holds other lines by now.
        pub has_changed: WriteSignal<bool>,
    }

    /// Listens until the page is left. The browser asks again by itself when a stream ends, and gives up where it is refused: then it is
    /// asked for here. What was missed meanwhile is looked up when there is one again.
    pub fn follow(board: Board, live: WriteSignal<Option<bool>>) {
        let is_fluid = board.is_fluid;
        let asking = Rc::new(Asking { board, is_asked: Cell::new(false), is_asked_again: Cell::new(false) });
        let again = Cell::new(AGAIN);
        Rc::new(Following { asking, is_fluid, was_lost: Cell::new(false), again, live }).begin();
    }

    /// What a stream is for.
    struct Following {
        asking: Rc<Asking>,
        is_fluid: bool,
        was_lost: Cell<bool>,
        /// Milliseconds until a stream that is refused is asked for again.
        again: Cell<u32>,
        live: WriteSignal<Option<bool>>,
    }

    impl Following {
        fn begin(self: &Rc<Self>) {
            let Ok(stream) = EventSource::new(STREAM) else { return self.live.set(Some(false)) };
            let of = self.clone();
            listen(&stream, "open", move |_| {
                of.live.set(Some(true));
                of.again.set(AGAIN);
                if of.was_lost.replace(false) {
                    of.asking.renew();
                }
            });
            let (of, refused) = (self.clone(), stream.clone());
            listen(&stream, "error", move |_| {
                of.was_lost.set(true);
                of.live.set(Some(false));
                if refused.ready_state() == EventSource::CLOSED {
                    let (of, after) = (of.clone(), of.again.get());
                    of.again.set((after * 2).min(AGAIN_MOST));
                    set_timeout(move || of.begin(), Duration::from_millis(after.into()));
                }
            });
            let of = self.clone();
            listen(&stream, "lost", move |_| of.asking.renew());
            let of = self.clone();
            listen(&stream, "seats", move |event| {
                let data = event.unchecked_ref::<MessageEvent>().data().as_string().unwrap_or_default();
                if of.is_fluid || shown(&document()).any(|(flow, _)| data.contains(&flow)) {
                    of.asking.renew();
                }
            });
        }
    }

    fn listen(stream: &EventSource, name: &str, act: impl FnMut(Event) + 'static) {
        let act = Closure::<dyn FnMut(Event)>::new(act);
        if stream.add_event_listener_with_callback(name, act.as_ref().unchecked_ref()).is_ok() {
            act.forget();
        }
    }

    /// What the lines of a page are about, each with its line.
    fn shown(page: &Document) -> impl Iterator<Item = (String, Element)> + use<> {
        let marks = page.query_selector_all(LINES).ok();
        let count = marks.as_ref().map_or(0, web_sys::NodeList::length);
        (0..count).filter_map(move |i| {
            let mark: Element = marks.as_ref()?.item(i)?.dyn_into().ok()?;
            Some((mark.get_attribute("data-line")?, mark.closest("tr").ok().flatten()?))
        })
    }

    /// Asks for the page, once at a time: an older answer never comes after a newer one.
    struct Asking {
        board: Board,
        /// Whether it is asked for, or about to be.
        is_asked: Cell<bool>,
        /// Whether more has changed since it was.
        is_asked_again: Cell<bool>,
    }

    impl Asking {
        /// Asks for the page anew, soon.
        fn renew(self: &Rc<Self>) {
            if self.is_asked.replace(true) {
                return self.is_asked_again.set(true);
            }
            let own = self.clone();
            let after = if self.board.is_fluid { ALL_TOGETHER } else { TOGETHER };
            set_timeout(move || own.fetch(), Duration::from_millis(after));
        }

        /// Takes the lines that differ from the page, once it is there.
        fn fetch(self: Rc<Self>) {
            self.is_asked_again.set(false);
            let Ok(request) = XmlHttpRequest::new() else { return self.is_asked.set(false) };
            if request.open("GET", &self.board.href).is_err() {
                return self.is_asked.set(false);
            }
            request.set_response_type(XmlHttpRequestResponseType::Document);
            let (own, answered) = (self.clone(), request.clone());
            let done = Closure::once_into_js(move || {
                if let Ok(Some(page)) = answered.response_xml() {
                    take(&page, &own.board);
                }
                own.is_asked.set(false);
                if own.is_asked_again.get() {
                    own.renew();
                }
            });
            request.set_onloadend(Some(done.unchecked_ref()));
            if request.send().is_err() {
                self.is_asked.set(false);
            }
        }
    }

    /// How many lines a board says that it has; nothing of a page that is none.
    fn count(page: &Document) -> Option<String> {
        page.get_element_by_id(COUNT)?.text_content()
    }

    /// Puts the lines that differ in place, and says the first of them. The focus stays where it was. Lines that come or go are not
    /// moved about under whoever reads: it is said that they do.
    fn take(page: &Document, board: &Board) {
        let Some(counted) = count(page) else { return };
        let (new, old): (Vec<_>, Vec<_>) = (shown(page).collect(), shown(&document()).collect());
        let same = new.len() == old.len() && new.iter().zip(&old).all(|((one, _), (other, _))| one == other);
        board.has_changed.set(!same || count(&document()) != Some(counted));
        let mut told = Vec::new();
        for (about, old) in old {
            let Some((_, line)) = new.iter().find(|(other, _)| *other == about) else { continue };
            let cells = (old.children(), line.children());
            let mut is_changed = false;
            for i in 0..cells.0.length().min(cells.1.length()) {
                let (Some(before), Some(after)) = (cells.0.item(i), cells.1.item(i)) else { continue };
                if !before.is_equal_node(Some(after.as_ref())) {
                    let has_focus = before.query_selector("a:focus").ok().flatten().is_some();
                    before.replace_children_with_node_1(&fragment(&after));
                    if has_focus && let Ok(Some(again)) = before.query_selector("a") {
                        let _ = again.unchecked_into::<web_sys::HtmlElement>().focus();
                    }
                    is_changed = true;
                    told.push(before.text_content().unwrap_or_default());
                }
            }
            if is_changed && let Some(name) = old.query_selector(LINES).ok().flatten() {
                told.insert(0, name.text_content().unwrap_or_default());
            }
        }
        if !told.is_empty() {
            board.said.set(told.join(" "));
        }
    }

    /// What a cell of another page holds, as a part of this one.
    fn fragment(cell: &Element) -> web_sys::DocumentFragment {
        let fragment = document().create_document_fragment();
        while let Some(child) = cell.first_child() {
            let _ = fragment.append_child(&child);
        }
        fragment
    }
}

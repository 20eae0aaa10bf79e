//! What the kit promises: text stays text, ids follow names, colours can be read.

use super::*;
use leptos::prelude::*;

fn html(view: impl IntoView) -> String {
    Owner::new().with(|| view.into_view().to_html())
}

#[test]
fn a_text_area_never_lets_its_text_become_markup() {
    let page = html(view! {
        <TextArea name="note" label="Note" value="</textarea><script>alert(1)</script> & \"more\"" />
    });
    assert!(!page.contains("<script"), "{page}");
    assert_eq!(page.matches("</textarea>").count(), 1, "{page}");
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; \"more\""), "{page}");
}

#[test]
fn a_text_area_keeps_its_first_line_feed() {
    let page = html(view! { <TextArea name="note" label="Note" value="\nsecond line" /> });
    assert!(page.contains(">\n\nsecond line"), "{page}");
}

#[test]
fn a_text_area_adds_nothing_to_its_text() {
    let page = html(view! { <TextArea name="note" label="Note" value="one" /> });
    assert!(page.contains(">one</textarea>"), "{page}");
    let page = html(view! { <TextArea name="note" label="Note" /> });
    assert!(page.contains("></textarea>"), "{page}");
}

#[test]
fn a_field_points_at_its_help_and_its_error() {
    let page = html(view! {
        <Field name="parties.1.name" label="Nom" value="\"><b>" help="Aide" error="Manque" required="obligatoire" />
    });
    for part in [
        "for=\"f-parties-1-name\"",
        "id=\"f-parties-1-name\"",
        "name=\"parties.1.name\"",
        "aria-describedby=\"f-parties-1-name-help f-parties-1-name-error\"",
        "id=\"f-parties-1-name-help\"",
        "id=\"f-parties-1-name-error\"",
        "aria-invalid=\"true\"",
        "aria-required=\"true\"",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("<b>"), "{page}");
}

#[test]
fn a_password_is_never_written_back() {
    let page = html(view! { <Field name="password" label="Mot de passe" kind="password" value="secret" /> });
    assert!(!page.contains("secret"), "{page}");
}

#[test]
fn an_id_given_again_stays_as_it_is() {
    assert_eq!(field_id("ends_on"), "f-ends_on");
    assert_eq!(field_id(&field_id("parties.1.name")), "f-parties-1-name");
}

#[test]
fn an_error_summary_without_errors_shows_nothing() {
    let page = html(view! { <ErrorSummary title="Rien" errors=Vec::new() /> });
    assert!(!page.contains("role"), "{page}");
}

#[test]
fn nothing_is_marked_required_or_wrong_without_a_sentence() {
    let nothing: Option<String> = None;
    let page = html(view! { <Field name="n" label="N" help=String::new() error=nothing /> });
    assert!(!page.contains("aria-"), "{page}");
}

const TOKENS: &str = include_str!("../../../style/tokens.css");

/// The declarations of the block that follows a selector.
fn block(selector: &str) -> Vec<(&'static str, &'static str)> {
    let after = TOKENS.split_once(selector).map_or("", |(_, after)| after);
    let inside = after.split_once('}').map_or("", |(inside, _)| inside);
    inside.lines().filter_map(|line| line.trim().trim_end_matches(';').split_once(": ")).collect()
}

/// Relative luminance of an opaque `oklch(L C H)`, as WCAG 2 defines it.
fn luminance(block: &[(&str, &str)], name: &str) -> f64 {
    let value = block.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
    let figures: Vec<f64> = value
        .trim_start_matches("oklch(")
        .trim_end_matches(')')
        .split(' ')
        .filter_map(|figure| figure.parse().ok())
        .collect();
    let [lightness, chroma, hue] = figures[..] else { panic!("{name} is {value}") };
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

#[test]
fn every_text_and_line_can_be_read_on_every_surface() {
    let surfaces = ["--paper", "--raised", "--sunken"];
    let mut pairs: Vec<(&str, &str, f64)> = Vec::new();
    for surface in surfaces {
        for ink in ["--ink-strong", "--ink", "--ink-quiet", "--accent", "--accent-firm"] {
            pairs.push((ink, surface, 7.0));
        }
        for standing in [
            "--draft",
            "--in-negotiation",
            "--approved",
            "--signed",
            "--in-force",
            "--ending-soon",
            "--expired",
            "--terminated",
            "--renewed",
        ] {
            pairs.push((standing, surface, 6.0));
        }
        pairs.push(("--firm", surface, 3.0));
        pairs.push(("--focus", surface, 3.0));
    }
    for (ink, ground) in [
        ("--accent", "--info-soft"),
        ("--in-force", "--success-soft"),
        ("--ending-soon", "--warning-soft"),
        ("--terminated", "--danger-soft"),
        ("--accent", "--accent-soft"),
        ("--accent-firm", "--accent-soft"),
    ] {
        pairs.push((ink, ground, 6.0));
        pairs.push(("--ink", ground, 7.0));
    }
    pairs.push(("--on-accent", "--accent", 7.0));
    pairs.push(("--on-danger", "--danger-fill", 6.0));
    for (theme, selector) in [("light", ":root {"), ("dark", "html[data-theme=\"dark\"] {")] {
        let tokens = block(selector);
        for &(ink, ground, least) in &pairs {
            let (one, other) = (luminance(&tokens, ink), luminance(&tokens, ground));
            let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(ratio >= least, "{theme}: {ink} on {ground} is {ratio:.2}, not {least}");
        }
    }
}

#[test]
fn the_two_dark_blocks_say_the_same() {
    assert_eq!(block("html:not([data-theme=\"light\"]) {"), block("html[data-theme=\"dark\"] {"));
}

#[cfg(feature = "design")]
mod gallery {
    use super::html;
    use crate::ui::*;
    use domain::lang::Lang;
    use leptos::prelude::*;
    use std::collections::HashSet;

    /// The gallery in the frame of a page.
    fn page(lang: Lang) -> String {
        let french = lang == Lang::Fr;
        let words = if french {
            ["Accords", "Établissements", "Échanges", "Programmes", "Visites", "Places", "Rapports"]
        } else {
            ["Agreements", "Institutions", "Exchanges", "Programmes", "Visits", "Places", "Reports"]
        };
        let nav = words
            .into_iter()
            .enumerate()
            .map(|(index, word)| ("#".to_owned(), word.to_owned(), index == 0))
            .collect();
        html(view! {
            <SkipLink label=if french { "Aller au contenu" } else { "Skip to content" } />
            <DemoBanner
                text=if french {
                    "Démonstration: ces données sont inventées et disparaissent chaque nuit."
                } else {
                    "Demonstration: these data are made up and vanish every night."
                }
                href="#"
                link=if french { "En savoir plus" } else { "Learn more" }
            />
            <TopBar
                home="/"
                name="Entente"
                nav_label=if french { "Rubriques" } else { "Sections" }
                nav
                fold_label="Menu"
                search=move || {
                    view! {
                        <SearchBox
                            action="/search"
                            label=if french { "Chercher" } else { "Search" }
                            placeholder=if french { "Chercher un accord, un établissement" } else { "Search agreements, institutions" }
                            hint="/"
                        />
                    }
                }
                language=if french {
                    ("English".to_owned(), "/en/design".to_owned(), "en")
                } else {
                    ("Français".to_owned(), "/fr/design".to_owned(), "fr")
                }
                theme=move || {
                    view! {
                        <ThemeForm
                            action="/api/set_preferences"
                            label=if french { "Thème" } else { "Theme" }
                            names=["Auto", "Clair", "Sombre"].map(str::to_owned)
                        />
                    }
                }
                account=vec![
                    ("#".to_owned(), "Claire Martin".to_owned()),
                    ("#".to_owned(), if french { "Se déconnecter" } else { "Sign out" }.to_owned()),
                ]
            />
            <main class="page" id="main" tabindex="-1">
                <Gallery lang />
            </main>
            <Footer
                text=if french { "Entente, registre des partenariats universitaires" } else { "Entente, registry of academic partnerships" }
                nav_label=if french { "Pied de page" } else { "Footer" }
                links=vec![("#".to_owned(), "Accessibilité".to_owned()), ("#".to_owned(), "API".to_owned())]
            />
        })
    }

    #[test]
    fn it_holds_no_style_attribute_and_no_id_twice() {
        for lang in Lang::ALL {
            let page = page(lang);
            assert!(!page.contains(" style="));
            let ids: Vec<&str> =
                page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let distinct: HashSet<&str> = ids.iter().copied().collect();
            assert_eq!(ids.len(), distinct.len(), "{ids:?}");
        }
    }

    /// Writes the page to look at it: `ENTENTE_GALLERY=/tmp/gallery cargo test ... gallery`.
    #[test]
    fn it_can_be_looked_at() {
        let Ok(folder) = std::env::var("ENTENTE_GALLERY") else { return };
        for lang in Lang::ALL {
            for theme in ["light", "dark"] {
                let code = lang.code();
                let page = format!(
                    "<!doctype html><html lang=\"{code}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
                     <meta name=\"viewport\" content=\"width=device-width\"><title>Entente</title>\
                     <link rel=\"stylesheet\" href=\"main.css\"></head><body>{}</body></html>",
                    page(lang)
                );
                std::fs::write(format!("{folder}/{code}-{theme}.html"), page).expect("the folder exists");
            }
        }
    }
}

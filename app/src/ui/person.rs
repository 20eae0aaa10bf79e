//! One person on one line.

use super::{Glyph, Icon, Words};
use leptos::prelude::*;

/// One person: name, what they are to us, how to write to them.
#[component]
pub fn PersonLine(
    /// The name.
    #[prop(into)]
    name: String,
    /// Page of the person.
    #[prop(into, optional)]
    href: Words,
    /// Function and house, such as "Doyen, Faculté d'ingénierie et de design".
    #[prop(into, optional)]
    role: Words,
    /// Address to write to.
    #[prop(into, optional)]
    email: Words,
    /// Marks after the name.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = match href.into_text() {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <div class="person">
            <Icon name=Glyph::User />
            <div>
                <p>
                    <span class="who">{name}</span>
                    {children.map(|children| view! { " "{children()} })}
                </p>
                {role.into_text().map(|role| view! { <p class="what">{role}</p> })}
                {email
                    .into_text()
                    .map(|email| {
                        view! {
                            <p class="what"><a href=format!("mailto:{email}")>{email.clone()}</a></p>
                        }
                    })}
            </div>
        </div>
    }
    .into_any()
}

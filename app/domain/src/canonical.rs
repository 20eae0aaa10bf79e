//! The one way a value type becomes text and comes back: its canonical string.

/// Gives a type with `parse` and `Display` its `FromStr` and the conversions serde goes through.
/// Generic parameters, if any, stand in `@[…]` before the type.
macro_rules! string_form {
    ($(@[$($generics:tt)*])? $type:ty) => {
        impl$(<$($generics)*>)? std::str::FromStr for $type {
            type Err = $crate::problem::Problem;

            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }

        impl$(<$($generics)*>)? TryFrom<String> for $type {
            type Error = $crate::problem::Problem;

            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw)
            }
        }

        impl$(<$($generics)*>)? From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
    };
}

pub(crate) use string_form;

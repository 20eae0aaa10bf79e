//! Values to choose from, each with the word that stands for it in tables, addresses and forms.

/// Declares an enum whose values have words.
macro_rules! coded {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $kind:ident = $code:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$doc])* $kind),+ }

        impl $name {
            /// All of them, in the order they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The word in tables, addresses and forms.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code),+ }
            }

            /// The value of a word.
            pub fn parse(code: &str) -> Result<Self, $crate::problem::Problem> {
                match code.trim() {
                    "" => Err($crate::problem::Problem::Required),
                    $($code => Ok(Self::$kind),)+
                    _ => Err($crate::problem::Problem::NotAChoice),
                }
            }
        }
    };
}

pub(crate) use coded;

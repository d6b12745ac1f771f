//! The numbers by which people call things: counted up in one installation, written with letters before them.

macro_rules! numbers {
    ($($(#[$note:meta])* $name:ident = $prefix:literal),* $(,)?) => {$(
        $(#[$note])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "-{}"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            /// Reads the number with or without its letters, in any case, and with `#`.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let text = text.trim();
                let digits = match text.split_once('-') {
                    Some((letters, digits)) if letters.eq_ignore_ascii_case($prefix) => digits,
                    _ => text.strip_prefix('#').unwrap_or(text),
                };
                digits.parse().map(Self)
            }
        }
    )*};
}

pub(crate) use numbers;

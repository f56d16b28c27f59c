//! Choices among names.

/// A choice among names.
pub trait Named: Copy + 'static {
    /// All of them.
    const ALL: &'static [Self];
    /// The name of one.
    fn name(self) -> &'static str;
}

/// Declares an enum whose members have names.
#[macro_export]
macro_rules! named {
    ($(#[$doc:meta])* $Enum:ident { $($Member:ident: $name:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum $Enum { $($Member),* }

        impl $crate::named::Named for $Enum {
            const ALL: &'static [Self] = &[$($Enum::$Member),*];
            fn name(self) -> &'static str {
                match self { $($Enum::$Member => $name),* }
            }
        }

        impl $crate::serde::Serialize for $Enum {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::named::Named::name(*self))
            }
        }
    };
}

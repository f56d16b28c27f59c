//! What the functions return. The same numbers stand in `bareprop.h`.

use core::ffi::CStr;

use bareprop::{Error, storage};

use crate::constant::constant;
use crate::memory::Text;

macro_rules! codes {
    ($($name:ident $constant:literal = $number:literal: $text:literal,)+) => {
        /// An error, or none.
        #[derive(Clone, Copy)]
        #[repr(i32)]
        pub enum Code {
            $(#[doc = $text] $name = $number,)+
        }

        /// The texts.
        fn text(code: i32) -> &'static CStr {
            const UNKNOWN: &CStr = c"no code of bareprop";
            match code {
                $($number => const { c_text(concat!($text, "\0")) },)+
                _ => UNKNOWN,
            }
        }

        /// Compares the codes with those of `bareprop.h`.
        ///
        /// # Panics
        /// Where they differ; in a constant expression this is a compile error.
        pub const fn check(header: &str) {
            $(assert!(constant(header, "BAREPROP_", $constant) == $number, concat!("bareprop.h: BAREPROP_", $constant));)+
        }
    };
}

/// Text with its end, as C wants it.
const fn c_text(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("a text with a zero in it"),
    }
}

codes! {
    Ok "OK" = 0: "no error",
    Null "NULL" = 1: "a pointer is null",
    Misaligned "MISALIGNED" = 2: "a pointer is not a multiple of the alignment of what it points to",
    TooShort "TOO_SHORT" = 3: "the memory is too short",
    Rate "RATE" = 4: "the learning rate is out of its range",
    Feature "FEATURE" = 5: "a feature is not a finite number",
    Target "TARGET" = 6: "the class or the target is out of its range",
    Uninitialized "UNINITIALIZED" = 7: "all weights are 0: call init or load first",
    Loss "LOSS" = 8: "the loss or an output is not finite: the sample was not learnt",
    Gradient "GRADIENT" = 9: "the gradient is too large: the sample was not learnt",
    Parameter "PARAMETER" = 10: "a parameter is not finite or too large",
    Magic "MAGIC" = 11: "this is no file of bareprop",
    Version "VERSION" = 12: "the file is of a version that this library does not know",
    Architecture "ARCHITECTURE" = 13: "the file is of another network or of another kind",
    Length "LENGTH" = 14: "the file is longer or shorter than it has to be",
    Checksum "CHECKSUM" = 15: "the checksum of the file is wrong",
    Number "NUMBER" = 16: "a number of the file is not finite or out of its range",
    Other "OTHER" = 17: "another error",
}

impl From<Error> for Code {
    fn from(error: Error) -> Self {
        match error {
            Error::Setting { .. } => Code::Rate,
            Error::Feature { .. } => Code::Feature,
            Error::Target { .. } | Error::Class { .. } => Code::Target,
            Error::Uninitialized => Code::Uninitialized,
            Error::Loss { .. } | Error::Output { .. } => Code::Loss,
            Error::Gradient { .. } => Code::Gradient,
            Error::Parameter { .. } => Code::Parameter,
            _ => Code::Other,
        }
    }
}

impl<E> From<storage::Error<E>> for Code {
    fn from(error: storage::Error<E>) -> Self {
        use storage::Error;
        match error {
            Error::Magic => Code::Magic,
            Error::Version { .. } => Code::Version,
            Error::Kind { .. } | Error::Scalar { .. } | Error::Architecture { .. } => Code::Architecture,
            Error::Length { .. } => Code::Length,
            Error::Checksum => Code::Checksum,
            Error::Number { .. } => Code::Number,
            _ => Code::Other,
        }
    }
}

impl From<Result<(), Code>> for Code {
    fn from(result: Result<(), Code>) -> Self {
        match result {
            Ok(()) => Code::Ok,
            Err(code) => code,
        }
    }
}

/// The text of a code: `const char *bareprop_text(int32_t code)`.
#[unsafe(no_mangle)]
pub extern "C" fn bareprop_text(code: i32) -> Text {
    text(code).into()
}

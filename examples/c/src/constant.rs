//! Reads constants out of a header while this crate is compiled, so that the two cannot disagree.

/// The number that stands behind `prefix` and `suffix`, in upper case, in a header: `#define
/// MOTIONS_STATE_BYTES 1288`.
///
/// # Panics
/// Where the header has no such constant; in a constant expression this is a compile error.
pub const fn constant(header: &str, prefix: &str, suffix: &str) -> usize {
    let (text, length) = (header.as_bytes(), prefix.len() + suffix.len());
    let mut start = 0;
    while start + length < text.len() {
        let ends = text[start + length] == b' ' && (start == 0 || text[start - 1] == b' ');
        if ends && is_upper(text, start, prefix.as_bytes()) && is_upper(text, start + prefix.len(), suffix.as_bytes()) {
            return number(text, start + length);
        }
        start += 1;
    }
    panic!("the header lacks a constant: run ./header");
}

/// Whether `name` in upper case stands at `start`.
const fn is_upper(text: &[u8], start: usize, name: &[u8]) -> bool {
    let mut i = 0;
    while i < name.len() {
        if text[start + i] != name[i].to_ascii_uppercase() {
            return false;
        }
        i += 1;
    }
    true
}

/// The number behind spaces and perhaps `=`.
const fn number(text: &[u8], mut place: usize) -> usize {
    while text[place] == b' ' || text[place] == b'=' {
        place += 1;
    }
    assert!(text[place].is_ascii_digit(), "a constant of the header is no number");
    let mut number = 0;
    while place < text.len() && text[place].is_ascii_digit() {
        number = number * 10 + (text[place] - b'0') as usize;
        place += 1;
    }
    number
}

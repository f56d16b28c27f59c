//! How many windows a convolution or a pool has, checked when the program is built.

/// ⌊(length − size) / stride⌋ + 1: how many windows of `size` steps fit into `length` steps, when each starts
/// `stride` steps after the one before.
pub(crate) const fn windows(length: usize, size: usize, stride: usize) -> usize {
    assert!(size > 0 && stride > 0, "a window has at least one step, and so has the distance between two windows");
    assert!(size <= length, "the window is longer than the axis that it moves along");
    (length - size) / stride + 1
}

/// Checks the `given` length of an output, which stable Rust cannot compute in a type. Evaluated in a constant
/// that `ZERO` needs, it fails where a network is named, and the error shows the `right` length.
pub(crate) const fn check_length(given: usize, right: usize) {
    if given == right {
        return;
    }
    const MESSAGE: &[u8] = b"the length of the output has to be ";
    let mut text = [0; MESSAGE.len() + 20];
    let mut end = 0;
    while end < MESSAGE.len() {
        text[end] = MESSAGE[end];
        end += 1;
    }
    let mut place = if right == 0 { 1 } else { 10_usize.pow(right.ilog10()) };
    while place > 0 {
        text[end] = b'0' + (right / place % 10) as u8;
        place /= 10;
        end += 1;
    }
    match core::str::from_utf8(text.split_at(end).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("the length of the output is wrong"),
    }
}

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

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::format;
    use std::string::String;

    /// Every window that begins at a multiple of the stride and fits, counted.
    #[test]
    fn windows_are_counted() {
        for (length, size, stride) in (1..12).flat_map(|l| (1..=l).flat_map(move |k| (1..9).map(move |s| (l, k, s)))) {
            let naive = (0..length).filter(|start| start % stride == 0 && start + size <= length).count();
            assert_eq!(windows(length, size, stride), naive, "{length} {size} {stride}");
        }
    }

    /// The message names the length that would be right, in all its digits.
    #[test]
    fn the_right_length_is_shown() {
        check_length(7, 7);
        for right in [0, 1, 9, 10, 99, 100, 1_234_567_890, usize::MAX] {
            let panic = std::panic::catch_unwind(|| check_length(8, right)).unwrap_err();
            let expected = format!("the length of the output has to be {right}");
            assert_eq!(panic.downcast_ref::<String>(), Some(&expected));
        }
    }
}

//! The windows of a pool on a picture. A sequence is a picture of one row.

/// Height and width of a window, and how far the next one is, down and to the right.
pub(crate) struct Window {
    pub(crate) size: [usize; 2],
    pub(crate) stride: [usize; 2],
}

/// The place of the first pixel of each window, with what belongs to the window in the output, row by row.
#[inline(always)]
pub(crate) fn each_window<R: IntoIterator>(
    window: &Window,
    outputs: impl IntoIterator<Item = R>,
) -> impl Iterator<Item = ([usize; 2], R::Item)> {
    let [down, right] = window.stride;
    (0..usize::MAX).zip(outputs).flat_map(move |(i, row)| {
        (0..usize::MAX).zip(row).map(move |(j, y)| ([i.wrapping_mul(down), j.wrapping_mul(right)], y))
    })
}

/// The pixels of the window that begins at a place, row by row.
#[inline(always)]
pub(crate) fn window<'a, P, const W: usize>(
    window: &Window,
    [top, left]: [usize; 2],
    picture: &'a [[P; W]],
) -> impl Iterator<Item = &'a P> {
    let [height, width] = window.size;
    let rows = picture.get(top..).unwrap_or(&[]).iter().take(height);
    rows.flat_map(move |row| row.get(left..).unwrap_or(&[]).iter().take(width))
}

/// The same, to be changed.
#[inline(always)]
pub(crate) fn window_mut<'a, P, const W: usize>(
    window: &Window,
    [top, left]: [usize; 2],
    picture: &'a mut [[P; W]],
) -> impl Iterator<Item = &'a mut P> {
    let [height, width] = window.size;
    let rows = picture.get_mut(top..).unwrap_or(&mut []).iter_mut().take(height);
    rows.flat_map(move |row| row.get_mut(left..).unwrap_or(&mut []).iter_mut().take(width))
}

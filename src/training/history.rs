//! A record of training in memory of fixed size.

use crate::Zero;

/// A record of at most `N` entries (an even number, at least 2), spread evenly over a training of any length.
///
/// When it is full, every second entry is dropped, and from then on only every second entry pushed (fourth,
/// eighth, …) is kept. The first entry always stays. With N = 4, after 10 entries those with the numbers 0, 4
/// and 8 are left.
///
/// ```
/// use bareprop::{History, Zero};
/// let mut history = History::<u32, 4>::ZERO;
/// (0..10).for_each(|epoch| history.push(epoch));
/// assert_eq!((history.entries(), history.every()), (&[0, 4, 8][..], 4));
/// ```
#[derive(Clone, Debug)]
pub struct History<R, const N: usize> {
    entries: heapless::Vec<R, N>,
    /// log₂ of the stride.
    stride: u32,
    pushed: u32,
}

impl<R, const N: usize> Zero for History<R, N> {
    const ZERO: Self = {
        assert!(N >= 2 && N.is_multiple_of(2), "the capacity of a history has to be an even number, at least 2");
        History { entries: heapless::Vec::new(), stride: 0, pushed: 0 }
    };
}

impl<R: Copy, const N: usize> History<R, N> {
    /// Adds an entry, if its number, counted from 0, is a multiple of [`every`](Self::every).
    pub fn push(&mut self, entry: R) {
        if self.entries.is_full() && self.pushed.trailing_zeros() >= self.stride {
            self.thin();
        }
        if self.pushed.trailing_zeros() >= self.stride {
            // There is room, because a full record was thinned above.
            let _ = self.entries.push(entry);
        }
        self.pushed = self.pushed.wrapping_add(1);
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[R] {
        &self.entries
    }

    /// The stride: one of this many entries pushed is kept: 1, 2, 4, …
    pub fn every(&self) -> u32 {
        1_u32.checked_shl(self.stride).unwrap_or(u32::MAX)
    }

    /// Drops every second entry.
    fn thin(&mut self) {
        let kept = self.entries.len().div_ceil(2);
        for to in 0..kept {
            if let Some(&entry) = self.entries.get(to.wrapping_mul(2))
                && let Some(place) = self.entries.get_mut(to)
            {
                *place = entry;
            }
        }
        self.entries.truncate(kept);
        self.stride = self.stride.saturating_add(1);
    }
}

//! What happened, in memory of fixed size.

use crate::Zero;

/// A record of at most `N` entries (an even number, at least 2), spread evenly over a training of any length:
/// when it is full, every second one is dropped, and from then on only every second (fourth, eighth, …) is
/// kept. The first entry always stays.
///
/// ```
/// use bareprop::{History, Zero};
/// let mut history = History::<u32, 4>::ZERO;
/// (0..10).for_each(|epoch| history.push(epoch));
/// assert_eq!((history.entries(), history.every()), (&[0, 4, 8][..], 4));
/// ```
#[derive(Debug)]
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
    /// Adds an entry, if its turn has come.
    pub fn push(&mut self, entry: R) {
        if self.entries.is_full() && self.pushed.trailing_zeros() >= self.stride {
            self.thin();
        }
        if self.pushed.trailing_zeros() >= self.stride {
            // There is room: a full record was thinned above.
            let _ = self.entries.push(entry);
        }
        self.pushed = self.pushed.wrapping_add(1);
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> &[R] {
        &self.entries
    }

    /// Of how many entries pushed one is kept: 1, 2, 4, …
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

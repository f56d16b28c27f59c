//! Permutations that are computed instead of stored.

use core::iter::FusedIterator;

use crate::Noise;

/// The number of rounds that mix the halves of an index. With 12 rounds the frequencies of all permutations
/// of 2, 3, … 7 rows stay below the 1-in-1000 limit of a χ² test over two million pairs of seed and epoch;
/// with 8, those of 3 rows and more do not.
const ROUNDS: u32 = 12;

/// A seeded random permutation of 0, 1, …, rows − 1, computed index by index: no memory per row.
///
/// It is an iterator over the whole permutation, and [`index`](Self::index) gives any single element. Each of
/// the 2³² epochs of a seed draws its own permutation. Not for cryptography.
///
/// A Feistel network permutes the numbers of 2w bits, where w ≥ 1 and 4ʷ is the smallest power of four ≥
/// rows. A result of at least `rows` is permuted again until it is less than `rows`. That ends, because the
/// results follow a cycle of the permutation that started below `rows`. All indices of an epoch together need
/// at most 4ʷ passes, less than 4 each for more than one row: 1000 rows need at most 4⁵ = 1024. A pass is 12
/// rounds of shifts, additions and three multiplications of `u32`: no division, and the same numbers on every
/// target.
///
/// ```
/// use bareprop::Shuffle;
/// let mut seen = [false; 10];
/// for index in Shuffle::new(10, 42, 0) {
///     seen[index as usize] = true;
/// }
/// assert_eq!(seen, [true; 10]);
/// let second = Shuffle::new(10, 42, 1); // the next epoch: another order
/// assert_eq!((second.len(), second.index(10)), (10, None));
/// ```
/// Source: M. Luby, C. Rackoff (1988), "How to Construct Pseudorandom Permutations from Pseudorandom
/// Functions"; J. Black, P. Rogaway (2002), "Ciphers with Arbitrary Finite Domains", method 2 (cycle
/// walking).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shuffle {
    noise: Noise,
    rows: u32,
    next: u32,
    /// w, the number of bits of half an index: 1 to 16.
    half: u32,
}

impl Shuffle {
    /// The permutation of `rows` rows for epoch `epoch` of seed `seed`.
    ///
    /// ```
    /// use bareprop::Shuffle;
    /// assert!(Shuffle::new(5, 42, 0).eq([4, 2, 0, 3, 1])); // on every machine
    /// ```
    pub const fn new(rows: u32, seed: u64, epoch: u32) -> Self {
        let bits = 32_u32.wrapping_sub(rows.saturating_sub(1).leading_zeros());
        let half = if bits < 2 { 1 } else { bits.wrapping_add(1) >> 1 };
        // The layers of a network are counted from 0, so that no layer has the noise of this index.
        Shuffle { noise: Noise::new(seed).layer(u32::MAX).row(epoch), rows, next: 0, half }
    }

    /// The row at index `place` of the permutation, independent of the position of the iterator; `None` past
    /// the last.
    ///
    /// ```
    /// use bareprop::Shuffle;
    /// let shuffle = Shuffle::new(1000, 7, 3);
    /// assert_eq!(shuffle.index(17), shuffle.clone().nth(17));
    /// ```
    pub fn index(&self, place: u32) -> Option<u32> {
        if place >= self.rows {
            return None;
        }
        let mut number = self.permute(place);
        while number >= self.rows {
            number = self.permute(number);
        }
        Some(number)
    }

    /// The Feistel network: a permutation of the numbers below 4ʷ.
    ///
    /// With w ≥ 2 each round is an even permutation (Even, Goldreich 1983), so that their product is always
    /// even. Therefore a random bit decides at the end whether 0 and 1 are exchanged, and half of the
    /// permutations are odd.
    fn permute(&self, number: u32) -> u32 {
        let shift = 32_u32.wrapping_sub(self.half);
        let (mut left, mut right) = (number.wrapping_shr(self.half), number & u32::MAX.wrapping_shr(shift));
        for round in 0..ROUNDS {
            let mixed = self.noise.unit((round << 16) | right).wrapping_shr(shift);
            (left, right) = (right, left ^ mixed);
        }
        let number = left.wrapping_shl(self.half) | right;
        if number < 2 { number ^ (self.noise.unit(u32::MAX) >> 31) } else { number }
    }
}

impl Iterator for Shuffle {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let index = self.index(self.next)?;
        self.next = self.next.saturating_add(1);
        Some(index)
    }

    fn nth(&mut self, n: usize) -> Option<u32> {
        self.next = self.next.saturating_add(u32::try_from(n).unwrap_or(u32::MAX)).min(self.rows);
        self.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl ExactSizeIterator for Shuffle {
    fn len(&self) -> usize {
        usize::try_from(self.rows.saturating_sub(self.next)).unwrap_or(usize::MAX)
    }
}

impl FusedIterator for Shuffle {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_a_permutation() {
        for rows in [0, 1, 2, 4, 5, 16, 17, 64, 65, 4096] {
            let shuffle = Shuffle::new(rows, 1, 2);
            let size = 1_u32 << (2 * shuffle.half);
            assert!(size >= rows && (size == 4 || size < 4 * rows), "{rows} rows in {size} numbers");
            let mut seen = [false; 4096];
            for number in 0..size {
                assert!(!core::mem::replace(&mut seen[shuffle.permute(number) as usize], true));
            }
        }
        assert_eq!(Shuffle::new(u32::MAX, 0, 0).half, 16);
    }

    #[test]
    fn value_stability() {
        let first = |rows, seed, epoch| {
            let shuffle = Shuffle::new(rows, seed, epoch);
            [0, 1, 2, 3].map(|place| shuffle.index(place).unwrap_or(u32::MAX))
        };
        assert_eq!(first(4, 0, 0), [3, 1, 2, 0]);
        assert_eq!(first(1000, 42, 0), [44, 416, 768, 939]);
        assert_eq!(first(1000, 42, 1), [279, 924, 235, 892]);
        assert_eq!(first(u32::MAX, u64::MAX, u32::MAX), [3160113453, 1628589023, 3310138234, 3554899955]);
    }
}

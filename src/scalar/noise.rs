//! Random masks that are computed, not stored.

/// The source of the randomness that layers use while training: a key, not a state.
///
/// Every random decision is a hash of the key, the layer, the row (counted since training began) and the
/// unit. So backward computes the same mask again instead of storing it, and no cut of the data into tiles or
/// batches changes a mask.
///
/// ```
/// use bareprop::Noise;
/// let noise = Noise::new(42);
/// assert_eq!(noise.layer(1).row(7).unit(3), noise.layer(1).row(7).unit(3));
/// assert_ne!(noise.layer(1).row(7).unit(3), noise.layer(2).row(7).unit(3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noise {
    key: u32,
    row: u32,
}

impl Noise {
    /// A source from a seed: the layer and the row start at 0.
    #[inline]
    pub const fn new(seed: u64) -> Self {
        let low = mix(seed as u32);
        Noise { key: mix(low ^ (seed >> 32) as u32), row: 0 }
    }

    /// The same source, seen from layer `index` of a tuple.
    #[inline]
    pub const fn layer(self, index: u32) -> Self {
        Noise { key: mix(self.key.wrapping_add(index.wrapping_add(1))), row: self.row }
    }

    /// The same source, `count` rows further on.
    #[inline]
    pub const fn row(self, count: u32) -> Self {
        Noise { key: self.key, row: self.row.wrapping_add(count) }
    }

    /// 32 random bits for unit `index` of this row.
    #[inline(always)]
    pub const fn unit(self, index: u32) -> u32 {
        mix(self.row_key().wrapping_add(index.wrapping_mul(0x9e37_79b9)))
    }

    /// What [`unit`](Self::unit) adds the unit to.
    #[inline(always)]
    const fn row_key(self) -> u32 {
        mix(self.key ^ self.row.wrapping_mul(0x85eb_ca6b))
    }
}

/// A bijection of 32-bit numbers that leaves no pattern.
/// Source: C. Wellons, "Prospecting for Hash Functions" (2018), `lowbias32`.
#[inline(always)]
const fn mix(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_stability() {
        let drawn = |noise: Noise| [0, 1, 2, u32::MAX].map(|unit| noise.unit(unit));
        assert_eq!(drawn(Noise::new(0)), [0, 33350994, 83415710, 2127853905]);
        assert_eq!(drawn(Noise::new(42).layer(3).row(1000)), [2104047330, 2540323596, 2578793834, 2406758436]);
        assert_eq!(
            drawn(Noise::new(u64::MAX).layer(u32::MAX).row(u32::MAX)),
            [939919350, 3836732554, 2866211618, 2616858714]
        );
    }
}

//! A generator of another version of `rand_core`.

use bareprop::{Dense, Layer, Zero};

struct Old(u64);

impl Old {
    fn next_u32(&mut self) -> u32 {
        self.0 += 1;
        self.0 as u32
    }
}

fn main() {
    let mut layer = Dense::<2, 3>::ZERO;
    let mut old = Old(1);
    old.next_u32();
    layer.initialize(None, &mut old);
}

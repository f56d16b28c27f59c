//! CRC-32, the checksum of Ethernet, gzip and PNG.

/// The checksum so far: reflected polynomial 0xEDB88320, start and end inverted.
#[derive(Clone, Copy)]
pub(crate) struct Crc(u32);

/// What four bits add: 16 words, of which a byte needs two.
const TABLE: [u32; 16] = {
    let (mut table, mut index) = ([0; 16], 0);
    while index < 16 {
        let (mut word, mut bit) = (index as u32, 0);
        while bit < 4 {
            word = if word & 1 == 1 { word >> 1 ^ 0xedb8_8320 } else { word >> 1 };
            bit += 1;
        }
        table[index] = word;
        index += 1;
    }
    table
};

impl Crc {
    pub(crate) const START: Self = Crc(!0);

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 ^= u32::from(byte);
            for _ in 0..2 {
                let [index, ..] = (self.0 & 15).to_le_bytes();
                self.0 = self.0 >> 4 ^ TABLE.get(usize::from(index)).copied().unwrap_or(0);
            }
        }
    }

    pub(crate) fn value(self) -> u32 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of the catalogue of CRCs, and others of zlib's `crc32`.
    #[test]
    fn known_values() {
        for (bytes, expected) in [
            (&b"123456789"[..], 0xcbf4_3926),
            (b"", 0),
            (b"\0", 0xd202_ef8d),
            (b"The quick brown fox jumps over the lazy dog", 0x414f_a339),
        ] {
            let mut crc = Crc::START;
            bytes.chunks(3).for_each(|chunk| crc.add(chunk));
            assert_eq!(crc.value(), expected);
        }
    }
}

//! Frames on a stream of bytes: a start byte, a kind, a length, the payload, a checksum.

use crate::storage::crc::Crc;

/// The first byte of every frame.
pub const START: u8 = 0xb9;
/// How many bytes a payload has at most.
pub(crate) const PAYLOAD: usize = 72;
/// How many bytes a frame has at most: start, kind, length, payload, CRC-32.
pub const FRAME: usize = PAYLOAD + 7;

/// Writes a frame.
pub(crate) fn write_frame(kind: u8, payload: &[u8], send: &mut impl FnMut(&[u8])) {
    let mut frame = [0; FRAME];
    let length = Ord::min(payload.len(), PAYLOAD) as u8;
    let (mut crc, head) = (Crc::START, [START, kind, length]);
    for (place, &byte) in frame.iter_mut().zip(head.iter().chain(payload.iter().take(PAYLOAD))) {
        *place = byte;
    }
    let size = usize::from(length).wrapping_add(3);
    crc.add(frame.get(1..size).unwrap_or(&[]));
    for (place, byte) in frame.iter_mut().skip(size).zip(crc.value().to_le_bytes()) {
        *place = byte;
    }
    send(frame.get(..size.wrapping_add(4)).unwrap_or(&[]));
}

/// Finds frames in a stream of bytes. Bytes that are part of no whole frame are passed over: noise, a frame that was
/// cut, one with a wrong checksum.
///
/// ```
/// use bareprop::federated::{Message, Reader, write_message};
/// let mut reader = Reader::EMPTY;
/// let mut line = vec![0xb9, 7, 200]; // noise
/// write_message(&Message::Want { plan: 3, index: 1 }, &mut |bytes: &[u8]| line.extend_from_slice(bytes));
/// let found: Vec<_> = line.iter().filter_map(|&byte| reader.push(byte)).collect();
/// assert_eq!(found, [Message::Want { plan: 3, index: 1 }]);
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    bytes: [u8; FRAME],
    filled: usize,
}

/// The beginning of the bytes that were read.
enum Found {
    /// A frame of this kind, with this many bytes of payload.
    Frame(u8, usize),
    /// A frame may begin here.
    Incomplete,
    /// No frame begins here.
    Noise,
}

impl Reader {
    /// Before the first byte.
    pub const EMPTY: Self = Reader { bytes: [0; FRAME], filled: 0 };

    /// Takes a byte. Returns the message of a frame that it completes.
    pub fn push(&mut self, byte: u8) -> Option<super::Message> {
        if let Some(place) = self.bytes.get_mut(self.filled) {
            *place = byte;
            self.filled = self.filled.wrapping_add(1);
        }
        while self.filled > 0 {
            match self.look() {
                Found::Incomplete => break,
                Found::Noise => self.drop_front(1),
                Found::Frame(kind, length) => {
                    let payload = self.bytes.get(3..length.wrapping_add(3)).unwrap_or(&[]);
                    let message = super::Message::decode(kind, payload);
                    self.drop_front(length.wrapping_add(7));
                    if message.is_some() {
                        return message;
                    }
                }
            }
        }
        None
    }

    fn look(&self) -> Found {
        let bytes = self.bytes.get(..self.filled).unwrap_or(&[]);
        let [start, rest @ ..] = bytes else { return Found::Incomplete };
        if *start != START {
            return Found::Noise;
        }
        let [kind, length, ..] = *rest else { return Found::Incomplete };
        let length = usize::from(length);
        if length > PAYLOAD {
            return Found::Noise;
        }
        let (Some(checked), Some(&[a, b, c, d])) =
            (rest.get(..length.wrapping_add(2)), rest.get(length.wrapping_add(2)..length.wrapping_add(6)))
        else {
            return Found::Incomplete;
        };
        let mut crc = Crc::START;
        crc.add(checked);
        if crc.value() == u32::from_le_bytes([a, b, c, d]) { Found::Frame(kind, length) } else { Found::Noise }
    }

    /// Drops the first bytes.
    fn drop_front(&mut self, count: usize) {
        for to in 0..self.filled.saturating_sub(count) {
            let byte = self.bytes.get(to.wrapping_add(count)).copied().unwrap_or(0);
            if let Some(place) = self.bytes.get_mut(to) {
                *place = byte;
            }
        }
        self.filled = self.filled.saturating_sub(count);
    }
}

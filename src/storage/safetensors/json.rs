//! The header's text, read through a small window.

use super::{Error, Source};

/// What reading from `S` gives.
pub(super) type Read<T, S> = Result<T, Error<<S as Source>::Error>>;

/// A place in the text, and the bytes around it.
pub(super) struct Json<'s, S> {
    pub(super) source: &'s mut S,
    /// Where the next byte lies in the file.
    pub(super) position: u64,
    /// Where the text ends in the file.
    pub(super) end: u64,
    window: [u8; 256],
    /// Where the window begins in the file.
    start: u64,
    /// How many bytes of the window are read.
    filled: u64,
}

impl<'s, S: Source> Json<'s, S> {
    pub(super) fn new(source: &'s mut S, position: u64, end: u64) -> Self {
        Json { source, position, end, window: [0; 256], start: 0, filled: 0 }
    }

    /// The text is wrong here.
    pub(super) fn wrong(&self) -> Error<S::Error> {
        Error::Header { at: self.position }
    }

    /// The next byte; `None` at the end.
    pub(super) fn peek(&mut self) -> Read<Option<u8>, S> {
        if self.position >= self.end {
            return Ok(None);
        }
        if self.position.wrapping_sub(self.start) >= self.filled {
            self.fill()?;
        }
        Ok(self.window.get(self.position.wrapping_sub(self.start) as usize).copied())
    }

    /// Moves the window to the next byte.
    #[inline(never)]
    fn fill(&mut self) -> Read<(), S> {
        let length = Ord::min(self.end.saturating_sub(self.position), self.window.len() as u64);
        (self.start, self.filled) = (self.position, 0);
        let part = self.window.get_mut(..length as usize).unwrap_or_default();
        self.source.read(self.position, part).map_err(Error::Io)?;
        self.filled = length;
        Ok(())
    }

    fn step(&mut self) {
        self.position = self.position.wrapping_add(1);
    }

    /// Takes a byte, which has to be there.
    fn byte(&mut self) -> Read<u8, S> {
        let byte = self.peek()?.ok_or(self.wrong())?;
        self.step();
        Ok(byte)
    }

    /// Passes spaces, tabs and ends of lines.
    pub(super) fn blanks(&mut self) -> Read<(), S> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek()? {
            self.step();
        }
        Ok(())
    }

    /// Passes blanks and then `wanted`, if it is there.
    fn passes(&mut self, wanted: u8) -> Read<bool, S> {
        self.blanks()?;
        let found = self.peek()? == Some(wanted);
        if found {
            self.step();
        }
        Ok(found)
    }

    /// Passes blanks and then `wanted`, which has to be there.
    pub(super) fn pass(&mut self, wanted: u8) -> Read<(), S> {
        if self.passes(wanted)? { Ok(()) } else { Err(self.wrong()) }
    }

    /// Whether another item of a list follows, which `close` ends. `first` is true before the first item.
    pub(super) fn item(&mut self, first: &mut bool, close: u8) -> Read<bool, S> {
        let first = core::mem::replace(first, false);
        if self.passes(close)? {
            return Ok(false);
        }
        if !first {
            self.pass(b',')?;
        }
        Ok(true)
    }

    /// A whole number from 0.
    pub(super) fn integer(&mut self) -> Read<u64, S> {
        self.blanks()?;
        let mut value = None;
        while let Some(digit @ b'0'..=b'9') = self.peek()? {
            let digit = u64::from(digit & 15);
            let next = match value {
                None => Some(digit),
                Some(0) => None,
                Some(value) => 10_u64.checked_mul(value).and_then(|value| value.checked_add(digit)),
            };
            value = Some(next.ok_or(self.wrong())?);
            self.step();
        }
        value.ok_or(self.wrong())
    }

    /// A string: `each` gets the bytes that it stands for.
    pub(super) fn string(&mut self, mut each: impl FnMut(u8)) -> Read<(), S> {
        self.pass(b'"')?;
        loop {
            match self.byte()? {
                b'"' => return Ok(()),
                b'\\' => utf8(self.escaped()?, &mut each),
                byte @ 0x20..=0x7f => each(byte),
                byte @ 0x80.. => utf8(self.wide(byte)?, &mut each),
                _ => return Err(self.before()),
            }
        }
    }

    /// The text is wrong at the byte that was taken last.
    fn before(&self) -> Error<S::Error> {
        Error::Header { at: self.position.wrapping_sub(1) }
    }

    /// The character of two to four bytes that begins with `first`.
    fn wide(&mut self, first: u8) -> Read<u32, S> {
        let (more, mut code, least) = match first {
            0xc2..=0xdf => (1, u32::from(first & 0x1f), 0x80),
            0xe0..=0xef => (2, u32::from(first & 0x0f), 0x800),
            0xf0..=0xf4 => (3, u32::from(first & 0x07), 0x1_0000),
            _ => return Err(self.before()),
        };
        for _ in 0..more {
            let byte = self.byte()?;
            if byte & 0xc0 != 0x80 {
                return Err(self.before());
            }
            code = code << 6 | u32::from(byte & 0x3f);
        }
        if code < least || char::from_u32(code).is_none() { Err(self.before()) } else { Ok(code) }
    }

    /// The character behind a backslash.
    fn escaped(&mut self) -> Read<u32, S> {
        Ok(u32::from(match self.byte()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.numbered(),
            _ => return Err(self.before()),
        }))
    }

    /// The character behind `\u`; the two halves of a surrogate pair make one.
    fn numbered(&mut self) -> Read<u32, S> {
        let high = self.hexadecimal()?;
        let code = match high {
            0xd800..0xdc00 => {
                if [self.byte()?, self.byte()?] != *b"\\u" {
                    return Err(self.before());
                }
                let low = self.hexadecimal()?;
                if low & 0xfc00 != 0xdc00 {
                    return Err(self.before());
                }
                0x1_0000_u32.wrapping_add((high & 0x3ff) << 10 | (low & 0x3ff))
            }
            _ => high,
        };
        if (0xdc00..0xe000).contains(&high) { Err(self.before()) } else { Ok(code) }
    }

    fn hexadecimal(&mut self) -> Read<u32, S> {
        let mut code = 0;
        for _ in 0..4 {
            let byte = self.byte()?;
            code = code << 4 | char::from(byte).to_digit(16).ok_or(self.before())?;
        }
        Ok(code)
    }
}

/// The bytes of a character.
fn utf8(code: u32, each: &mut impl FnMut(u8)) {
    let continued = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..0x80 => return each(code as u8),
        0x80..0x800 => each(0xc0 | (code >> 6) as u8),
        0x800..0x1_0000 => each(0xe0 | (code >> 12) as u8),
        _ => each(0xf0 | (code >> 18) as u8),
    }
    if code >= 0x1_0000 {
        each(continued(12));
    }
    if code >= 0x800 {
        each(continued(6));
    }
    each(continued(0));
}

//! The header: which tensors there are, and where.

use super::error::{Error, Shape, Tensor};
use super::json::{Json, Read};
use super::names::{Name, shape};
use super::numbers::Dtype;
use super::{Format, LIMIT, Source};
use crate::Parameters;

/// The entry of a tensor of the network.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The tensor's number.
    index: usize,
    /// `None` for a type that is not read.
    dtype: Option<Dtype>,
    shape: Shape,
    /// The first byte of the data, and the byte behind the last.
    offsets: [u64; 2],
}

/// The header of an open file.
pub(super) struct Header<'s, 'f, S> {
    json: Json<'s, S>,
    format: &'f Format<'f>,
    /// How many bytes of data follow.
    data: u64,
}

/// The key of what is not a tensor.
const METADATA: &str = "__metadata__";

/// What a key of the header stands for.
enum Key {
    Metadata,
    Tensor(usize),
}

impl<'s, 'f, S: Source> Header<'s, 'f, S> {
    /// Reads the length of the header, in the first eight bytes.
    pub(super) fn open(source: &'s mut S, format: &'f Format<'f>) -> Read<Self, S> {
        let found = source.size().map_err(Error::Io)?;
        if found < 8 {
            return Err(Error::Cut { needed: 8, found });
        }
        let mut length = [0; 8];
        source.read(0, &mut length).map_err(Error::Io)?;
        let length = u64::from_le_bytes(length);
        if length > LIMIT {
            return Err(Error::TooLong { length });
        }
        let needed = length.wrapping_add(8);
        let data = found.checked_sub(needed).ok_or(Error::Cut { needed, found })?;
        Ok(Header { json: Json::new(source, 8, needed), format, data })
    }

    /// Checks everything but the numbers.
    pub(super) fn check<N: Parameters>(&mut self, network: &N) -> Read<(), S> {
        let (layout, data) = (self.format.layout, self.data);
        let (mut not_empty, mut passed) = (0_usize, 0_usize);
        self.visit::<N>(|entry| {
            not_empty = not_empty.wrapping_add(usize::from(entry.length() != 0));
            entry.check::<N, _>(shape(network, entry.index, layout), data)
        })?;
        for index in 0..N::TENSORS {
            self.find::<N>(index)?;
        }
        // From the tensor at byte 0 to the one behind it, and so on, all of them are passed.
        let mut at = 0;
        while at != data {
            at = self.end_of_tensor_at::<N>(at)?;
            passed = passed.wrapping_add(1);
        }
        if passed == not_empty { Ok(()) } else { Err(Error::Data { at }) }
    }

    /// The byte behind the tensor that begins at byte `at` of the data.
    fn end_of_tensor_at<N: Parameters>(&mut self, at: u64) -> Read<u64, S> {
        let mut found = None;
        self.visit::<N>(|entry| {
            if let [begin, end] = entry.offsets
                && begin == at
                && end > at
            {
                found = Some(end);
            }
            Ok(())
        })?;
        found.ok_or(Error::Data { at })
    }

    /// The entry of tensor `index`, which has to be there once.
    pub(super) fn find<N: Parameters>(&mut self, index: usize) -> Read<Entry, S> {
        let mut found = None;
        self.visit::<N>(|entry| match found {
            _ if entry.index != index => Ok(()),
            None => {
                found = Some(*entry);
                Ok(())
            }
            Some(_) => Err(Error::Duplicate { tensor: Tensor::of::<N>(index) }),
        })?;
        found.ok_or(Error::Missing { tensor: Tensor::of::<N>(index) })
    }

    /// The source, the type of a checked entry, and where its numbers begin in the file.
    pub(super) fn numbers<N: Parameters>(&mut self, index: usize) -> Read<(&mut S, Dtype, u64), S> {
        let entry = self.find::<N>(index)?;
        let dtype = entry.dtype.ok_or(Error::Dtype { tensor: Tensor::of::<N>(index) })?;
        let [begin, _] = entry.offsets;
        let at = self.json.end.wrapping_add(begin);
        Ok((&mut *self.json.source, dtype, at))
    }

    /// Reads the whole header. `each` gets its tensors.
    fn visit<N: Parameters>(&mut self, mut each: impl FnMut(&Entry) -> Read<(), S>) -> Read<(), S> {
        self.json.position = 8;
        if self.json.peek()? != Some(b'{') {
            return Err(self.json.wrong());
        }
        self.json.pass(b'{')?;
        let (mut first, mut no_metadata) = (true, true);
        while self.json.item(&mut first, b'}')? {
            self.json.blanks()?;
            let start = self.json.position;
            let key = self.key::<N>()?;
            self.json.pass(b':')?;
            match key {
                Key::Tensor(index) => each(&self.entry(index)?)?,
                Key::Metadata if core::mem::replace(&mut no_metadata, false) => self.metadata()?,
                Key::Metadata => return Err(Error::Header { at: start }),
            }
        }
        self.json.blanks()?;
        if self.json.position == self.json.end { Ok(()) } else { Err(self.json.wrong()) }
    }

    /// Reads a key: the name of a tensor of the network, or `__metadata__`.
    fn key<N: Parameters>(&mut self) -> Read<Key, S> {
        let (start, mut length) = (self.json.position, 0_usize);
        self.json.string(|_| length = length.wrapping_add(1))?;
        let end = self.json.position;
        let mut found = None;
        if length == METADATA.len() && self.is(start, METADATA.bytes())? {
            found = Some(Key::Metadata);
        }
        for index in 0..N::TENSORS {
            let name = Name::of::<N>(self.format, index);
            // The text is read again only where the lengths are equal.
            if found.is_none() && name.length() == length && self.is(start, name.bytes())? {
                found = Some(Key::Tensor(index));
            }
        }
        self.json.position = end;
        found.ok_or(Error::Unexpected { at: start })
    }

    /// Whether the string at `start` is this one, which is as long.
    fn is(&mut self, start: u64, mut name: impl Iterator<Item = u8>) -> Read<bool, S> {
        let mut equal = true;
        self.json.position = start;
        self.json.string(|byte| equal &= name.next() == Some(byte))?;
        Ok(equal)
    }

    /// Passes over the metadata: strings with strings.
    fn metadata(&mut self) -> Read<(), S> {
        self.json.pass(b'{')?;
        let mut first = true;
        while self.json.item(&mut first, b'}')? {
            self.json.string(|_| ())?;
            self.json.pass(b':')?;
            self.json.string(|_| ())?;
        }
        Ok(())
    }

    /// Reads what is said of a tensor: type, shape and offsets, in any order.
    fn entry(&mut self, index: usize) -> Read<Entry, S> {
        let (mut dtype, mut shape, mut offsets) = (None, None, None);
        self.json.pass(b'{')?;
        let mut first = true;
        while self.json.item(&mut first, b'}')? {
            self.json.blanks()?;
            let start = self.json.position;
            let field = self.word()?;
            self.json.pass(b':')?;
            match &field {
                b"dtype\0\0\0\0\0\0\0\0" if dtype.is_none() => dtype = Some(Dtype::named(&self.word()?)),
                b"shape\0\0\0\0\0\0\0\0" if shape.is_none() => shape = Some(self.shape()?),
                b"data_offsets\0" if offsets.is_none() => offsets = Some(self.offsets()?),
                _ => return Err(Error::Header { at: start }),
            }
        }
        match (dtype, shape, offsets) {
            (Some(dtype), Some(shape), Some(offsets)) => Ok(Entry { index, dtype, shape, offsets }),
            _ => Err(self.json.wrong()),
        }
    }

    /// A short string, followed by zeros; a longer one is cut, and so is none that is looked for.
    fn word(&mut self) -> Read<[u8; 13], S> {
        let mut word = [0; 13];
        let mut places = word.iter_mut();
        self.json.string(|byte| {
            if let Some(place) = places.next() {
                // A zero in the string is not the end of it.
                *place = if byte == 0 { 1 } else { byte };
            }
        })?;
        Ok(word)
    }

    fn shape(&mut self) -> Read<Shape, S> {
        let mut shape = Shape::NONE;
        self.json.pass(b'[')?;
        let mut first = true;
        while self.json.item(&mut first, b']')? {
            shape = shape.with(self.json.integer()?);
        }
        Ok(shape)
    }

    fn offsets(&mut self) -> Read<[u64; 2], S> {
        self.json.pass(b'[')?;
        let begin = self.json.integer()?;
        self.json.pass(b',')?;
        let end = self.json.integer()?;
        self.json.pass(b']')?;
        Ok([begin, end])
    }
}

impl Entry {
    /// How many bytes there are.
    fn length(&self) -> u64 {
        let [begin, end] = self.offsets;
        end.saturating_sub(begin)
    }

    /// Type, shape and offsets are those of a tensor of this shape in `data` bytes.
    fn check<N: Parameters, E>(&self, expected: Shape, data: u64) -> Result<(), Error<E>> {
        let tensor = Tensor::of::<N>(self.index);
        let dtype = self.dtype.ok_or(Error::Dtype { tensor })?;
        if self.shape != expected {
            return Err(Error::Shape { tensor, expected, found: self.shape });
        }
        let [begin, end] = self.offsets;
        let length = self.shape.count().and_then(|count| count.checked_mul(dtype.size() as u64));
        if end > data || end.checked_sub(begin) != length || length.is_none() {
            return Err(Error::Offsets { tensor });
        }
        Ok(())
    }
}

//! Memory of the caller: the only unsafe blocks of this crate.
//!
//! Each type here is a pointer from C. There is no way to make one in Rust, so each comes from a C program
//! that called a function of this crate, and that keeps what the header asks for:
//!
//! - a pointer that is neither null nor misaligned points to a value of its type, or to as many as the length
//!   beside it says,
//! - no one else writes to that memory during the call,
//! - what is written to (state, result) overlaps with nothing else that is passed.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use bareprop::{Layer, Online};

use crate::code::Code;

/// Null and misaligned pointers are errors.
fn check<T>(pointer: *const T) -> Result<(), Code> {
    match () {
        () if pointer.is_null() => Err(Code::Null),
        () if !pointer.is_aligned() => Err(Code::Misaligned),
        () => Ok(()),
    }
}

/// What is read: `const T *`.
#[repr(transparent)]
pub struct In<T>(*const T);

impl<T> In<T> {
    /// As many values as the caller says.
    ///
    /// # Errors
    /// Null, misaligned, or a length that no memory has.
    pub fn slice(&self, length: usize) -> Result<&[T], Code> {
        check(self.0)?;
        if length > isize::MAX as usize / Ord::max(size_of::<T>(), 1) {
            return Err(Code::Length);
        }
        // SAFETY: neither null nor misaligned, and no longer than memory can be. The caller promises that
        // `length` values lie there, which nobody changes during the call; the borrow ends with the call,
        // since `self` is an argument of it.
        Ok(unsafe { core::slice::from_raw_parts(self.0, length) })
    }

    /// One value.
    ///
    /// # Errors
    /// Null or misaligned.
    pub fn value(&self) -> Result<&T, Code> {
        self.slice(1)?.first().ok_or(Code::Null)
    }
}

/// What is written to, whatever it held before: `T *`.
#[repr(transparent)]
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Whether the caller does not want the result.
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// Room for as many values as the caller says.
    ///
    /// # Errors
    /// Null, misaligned, or a length that no memory has.
    pub fn slice(&mut self, length: usize) -> Result<&mut [MaybeUninit<T>], Code> {
        check(self.0)?;
        if length > isize::MAX as usize / Ord::max(size_of::<T>(), 1) {
            return Err(Code::Length);
        }
        // SAFETY: as for `In`. Besides, the memory overlaps with no other argument, so this borrow is the
        // only one. It may hold anything, also nothing: `MaybeUninit` asks for no value.
        Ok(unsafe { core::slice::from_raw_parts_mut(self.0.cast(), length) })
    }

    /// Room for one value.
    ///
    /// # Errors
    /// Null or misaligned.
    pub fn place(&mut self) -> Result<&mut MaybeUninit<T>, Code> {
        self.slice(1)?.first_mut().ok_or(Code::Null)
    }
}

/// The state of a network, after `init` or as zeros: `name_state *`.
#[repr(transparent)]
pub struct State<N: Layer>(*mut Online<N>);

impl<N: Layer> State<N> {
    /// The network with what its training needs.
    ///
    /// # Errors
    /// Null or misaligned.
    pub fn value(&mut self) -> Result<&mut Online<N>, Code> {
        check(self.0)?;
        // SAFETY: neither null nor misaligned. The caller promises that `init` was called with this memory,
        // or that it is zeros, which is `Online::ZERO`; and that nothing else uses it during the call.
        Ok(unsafe { &mut *self.0 })
    }
}

/// Text of this crate, for C.
#[repr(transparent)]
pub struct Text(*const c_char);

impl From<&'static core::ffi::CStr> for Text {
    fn from(text: &'static core::ffi::CStr) -> Self {
        Text(text.as_ptr())
    }
}

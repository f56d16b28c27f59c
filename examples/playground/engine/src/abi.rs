//! What JavaScript calls. It writes requests and reads answers in the memory of wasm, at addresses that are given here.
//!
//! Names that are exported are `unsafe` attributes, because another function of the same name could be meant. There is
//! no other unsafe code: addresses go out, and none comes in.

#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::engine::Engine;

/// All that lives between two calls.
#[derive(Default)]
struct Memory {
    engine: Engine,
    request: Vec<u8>,
    answer: Vec<u8>,
    payload: Vec<u8>,
    numbers: Vec<f32>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

fn with<R>(f: impl FnOnce(&mut Memory) -> R) -> R {
    MEMORY.with_borrow_mut(f)
}

/// Room for a request of so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn request(bytes: usize) -> *mut u8 {
    with(|memory| {
        memory.request.resize(bytes, 0);
        memory.request.as_mut_ptr()
    })
}

/// Answers the request of so many bytes. Returns the size of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn answer(bytes: usize) -> usize {
    with(|memory| {
        let Memory { engine, request, answer, payload, .. } = memory;
        *answer = engine.answer(request.get(..bytes).unwrap_or(request), payload);
        answer.len()
    })
}

/// Where the answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    with(|memory| memory.answer.as_ptr())
}

/// Room for a table or a file.
#[unsafe(no_mangle)]
pub extern "C" fn payload(bytes: usize) -> *mut u8 {
    with(|memory| {
        memory.payload.clear();
        memory.payload.resize(bytes, 0);
        memory.payload.as_mut_ptr()
    })
}

/// Where the file lies that was saved.
#[unsafe(no_mangle)]
pub extern "C" fn payload_at() -> *const u8 {
    with(|memory| memory.payload.as_ptr())
}

/// Computes heat maps. Returns how many numbers they have.
#[unsafe(no_mangle)]
pub extern "C" fn maps(run: usize, small: usize, large: usize) -> usize {
    with(|memory| {
        memory.numbers = memory.engine.maps(run, small, large);
        memory.numbers.len()
    })
}

/// Lists all rows. Returns how many numbers that are.
#[unsafe(no_mangle)]
pub extern "C" fn points(run: usize) -> usize {
    with(|memory| {
        memory.numbers = memory.engine.points(run);
        memory.numbers.len()
    })
}

/// Where the numbers lie.
#[unsafe(no_mangle)]
pub extern "C" fn numbers_at() -> *const f32 {
    with(|memory| memory.numbers.as_ptr())
}

//! A program that calls every public function of bareprop with data that the compiler cannot know: everything
//! comes from the caller of exported functions. `tools/no_panic` builds it and looks for panics in what was linked.

#![no_std]
#![forbid(unsafe_op_in_unsafe_fn)]

mod data;
mod federated;
mod layers;
mod measures;
mod storage;
mod training;

/// Uses a value, whatever the compiler thinks of it.
fn see<T>(value: T) {
    let _ = core::hint::black_box(value);
}

/// What a panic would end in: the script looks for it by name.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// A panic that has to be found.
#[cfg(feature = "control")]
#[unsafe(no_mangle)]
pub fn control(values: &[f32], index: usize) -> f32 {
    values[index]
}

/// Text of an error.
#[cfg(feature = "display")]
#[unsafe(no_mangle)]
pub fn display(error: &bareprop::Error, to: &mut dyn core::fmt::Write) -> bool {
    core::fmt::write(to, format_args!("{error}")).is_ok()
}

/// The same of a file.
#[cfg(feature = "display")]
#[unsafe(no_mangle)]
pub fn display_of_file(error: &bareprop::storage::safetensors::Error, to: &mut dyn core::fmt::Write) -> bool {
    core::fmt::write(to, format_args!("{error}")).is_ok()
}

/// Numbers as Rust source.
#[cfg(feature = "display")]
#[unsafe(no_mangle)]
pub fn source(layer: &bareprop::Dense<2, 3>, mut to: &mut dyn core::fmt::Write) -> bool {
    bareprop::Parameters::write_source(layer, &mut to).is_ok()
}

/// The same of a convolution.
#[cfg(feature = "display")]
#[unsafe(no_mangle)]
pub fn source_of_convolution(layer: &bareprop::Conv1d<5, 4, 1, 2, 2, 1>, mut to: &mut dyn core::fmt::Write) -> bool {
    bareprop::Parameters::write_source(layer, &mut to).is_ok()
}

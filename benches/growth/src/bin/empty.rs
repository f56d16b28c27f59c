//! A program that does nothing: what any Rust program takes.

fn main() {}

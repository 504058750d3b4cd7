//! The core against an oracle, natively and in WebAssembly.

mod augment;
mod oracle;
mod product;
mod team;
mod training;

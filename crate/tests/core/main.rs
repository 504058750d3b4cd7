//! The core against an oracle, natively and in WebAssembly.

mod oracle;
mod product;
mod team;
mod training;

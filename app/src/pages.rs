//! One page a file.

pub mod errors;
pub mod home;

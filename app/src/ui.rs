//! The kit of components.

//! The map of the application.

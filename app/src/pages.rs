//! The pages, by area. A page arranges what the desk gives it; it decides nothing.

//! The web server and the command line.
//!
//! What a request passes, from the outside in: [`listener`] (connections and their limits), [`observe`] (id, log
//! line, numbers, panics), [`headers`] (what browsers may do), [`pages`] (cached pages, nonces, compression),
//! [`guard`] (other sites, sizes), [`session`] (who asks), [`router`] (pages, server functions, files), [`rest`].

pub mod assets;
pub mod bring;
pub mod calendar;
pub mod cli;
pub mod config;
pub mod demo;
pub mod export;
pub mod fill;
pub mod functions;
pub mod guard;
pub mod headers;
pub mod import;
pub mod jobs;
pub mod listener;
pub mod live;
pub mod log;
pub mod mail;
pub mod moved;
pub mod nominees;
pub mod observe;
pub mod operation;
pub mod pages;
pub mod pdf;
pub mod preferences;
pub mod refusal;
pub mod rest;
pub mod router;
pub mod serve;
pub mod session;
pub mod shared;
pub mod sheet;
pub mod upload;
pub mod user;
pub mod web;

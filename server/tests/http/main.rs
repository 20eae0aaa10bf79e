//! The started application, asked over HTTP. One program, so that it is linked once.

mod access;
mod accounts;
mod assets;
mod cache;
mod guard;
mod imports;
mod links;
mod operation;
mod outage;
mod pages;
mod rest;
mod support;

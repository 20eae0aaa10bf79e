//! The started application, asked over HTTP. One program, so that it is linked once.

mod access;
mod accounts;
mod assets;
mod balance;
mod cache;
mod commitments;
mod consent;
#[path = "../../store/tests/support/counting.rs"]
mod counting;
mod documents;
mod endings;
mod exchanges;
mod flows;
mod guard;
mod imports;
mod inbox;
mod life;
mod links;
mod listing;
mod live;
mod merging;
mod nominations;
mod operation;
mod outage;
mod pages;
mod partners;
mod rest;
mod seats;
mod statements;
mod support;
mod told;

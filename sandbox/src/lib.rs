//! The outside world in a box: Google Sheets and Forms, Zoom, and a mail server, on loopback, with faults on demand.
//!
//! [`Sandbox::start`] opens four listeners on `127.0.0.1` and gives a [`Handle`] to the world behind
//! them: Google (token endpoint and Sheets v4), Zoom (token endpoint and REST v2), an SMTP server, and pages for people
//! (the form, the sheet, Zoom's calendars, the inbox) with the same handle as JSON under `/control`.
//!
//! Invariant: the sandbox is a small world, true to what the services really do. It knows none of its clients and is
//! never tuned to one.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::handle::{Handle, Ports, Running, World};
use crate::serve::HttpParty;

pub mod answer;
pub mod calls;
pub mod clock;
pub mod faults;
pub mod google;
pub mod handle;
mod names;
mod parameters;
mod people;
mod serve;
pub mod smtp;
pub mod zoom;

/// The box itself: the way to start a world.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Starts a world on free ports of `127.0.0.1`. Everything drawn by chance (ids, passwords, tokens, faults with a
    /// probability) comes from `seed`.
    pub async fn start(seed: u64) -> anyhow::Result<Handle> {
        Self::start_at(seed, None).await
    }

    /// As [`start`](Self::start), with the pages for people on `people_port` if one is given.
    pub async fn start_at(seed: u64, people_port: Option<u16>) -> anyhow::Result<Handle> {
        let google = listen(0).await?;
        let zoom = listen(0).await?;
        let smtp = listen(0).await?;
        let people = listen(people_port.unwrap_or(0)).await?;
        let ports = Ports {
            google: google.local_addr()?.port(),
            zoom: zoom.local_addr()?.port(),
            smtp: smtp.local_addr()?.port(),
            people: people.local_addr()?.port(),
        };
        let world = Arc::new(World::new(seed, ports));
        world.google().serve_at(&format!("http://127.0.0.1:{}", ports.google));
        let pages = people::router(&world);
        world.faults().control_through(pages.clone());

        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(serve::http(
                google,
                HttpParty::observed(calls::Party::Google, &world),
                world.google().router(),
                stopped.clone(),
            )),
            tokio::spawn(serve::http(
                zoom,
                HttpParty::observed(calls::Party::Zoom, &world),
                world.zoom().router(),
                stopped.clone(),
            )),
            tokio::spawn(smtp::server::serve(smtp, Arc::clone(&world), stopped.clone())),
            tokio::spawn(serve::http(people, HttpParty::people(), pages, stopped)),
        ];
        Ok(Handle::new(world, Running::new(stop, tasks)))
    }
}

/// A listener on loopback; port 0 takes a free one.
async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| format!("cannot listen on 127.0.0.1:{port}"))
}

//! A PostgreSQL of our own, started for one run and deleted after it.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::{fs::chown, process::CommandExt},
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    run::{self, step},
    scratch::{Scratch, free_port},
    tools::{self, Tool},
};

/// A running server; dropping it stops it and deletes its data.
pub struct Postgres {
    programs: PathBuf,
    port: u16,
    owner: Option<Owner>,
    // Dropped after the body of `drop` has stopped the server.
    data: Scratch,
}

/// The unprivileged account that runs the server when we are root, which PostgreSQL refuses to be.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Starts a server on a free port of 127.0.0.1; whoever can connect is trusted.
    pub fn start() -> Result<Self> {
        tools::ensure(&[Tool::Postgres])?;
        step("Start a temporary PostgreSQL", || {
            let owner = if tools::is_root() { Some(Owner::find()?) } else { None };
            let data = Scratch::new("postgres")?;
            if let Some(Owner { user, group }) = owner {
                chown(data.path(), Some(user), Some(group))?;
            }
            let mut server = Self { programs: Tool::Postgres.path()?, port: 0, owner, data };
            server.initialize()?;
            // Between finding a free port and taking it, somebody else may: hence the second and third try.
            for _ in 0..2 {
                if server.launch().is_ok() {
                    return Ok(server);
                }
            }
            server.launch()?;
            Ok(server)
        })
    }

    /// Address of the database `postgres`, from which tests make their own.
    pub fn url(&self) -> String {
        self.database_url("postgres")
    }

    /// Makes an empty database and answers its address.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let port = self.port.to_string();
        run::output(self.program("createdb").args(["-h", "127.0.0.1", "-U", "postgres", "-p", &port, name]))?;
        Ok(self.database_url(name))
    }

    fn database_url(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Lays the files out. The collation is a language's where it can be, so that what forgets `collate "C"` shows.
    fn initialize(&self) -> Result<()> {
        let plain = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"];
        let localized = ["--locale=C", "--locale-provider=icu", "--icu-locale=en"];
        let initdb = |more: &[&str]| {
            run::output(self.program("initdb").arg("-D").arg(self.data.path()).args(plain).args(more))
        };
        if initdb(&localized).is_err() {
            initdb(&["--locale=C"])?;
        }
        Ok(())
    }

    fn launch(&mut self) -> Result<()> {
        self.port = free_port()?;
        let mut settings = File::options().append(true).open(self.data.path().join("postgresql.conf"))?;
        writeln!(
            settings,
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\nmax_connections = 300\nfsync = on",
            self.port
        )?;
        let log = self.data.path().join("log");
        let mut command = self.pg_ctl();
        let started = run::output(command.args(["start", "-w", "-t", "60", "-l"]).arg(&log));
        if started.is_err() {
            bail!("PostgreSQL does not start:\n{}", fs::read_to_string(&log).unwrap_or_default());
        }
        Ok(())
    }

    fn pg_ctl(&self) -> Command {
        let mut command = self.program("pg_ctl");
        command.arg("-s").arg("-D").arg(self.data.path());
        command
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        // Our own folder may be one the owner cannot enter.
        command.current_dir(self.data.path());
        if let Some(Owner { user, group }) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if !self.data.path().join("postmaster.pid").exists() {
            return;
        }
        if let Err(error) = run::output(self.pg_ctl().args(["stop", "-m", "immediate", "-w"])) {
            eprintln!("  the temporary PostgreSQL did not stop: {error:#}");
        }
    }
}

impl Owner {
    fn find() -> Result<Self> {
        let id = |what: &str, name: &str| -> Result<u32> {
            run::output(Command::new("id").args([what, name]))?.trim().parse().context("`id` wrote no number")
        };
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| Some(Self { user: id("-u", name).ok()?, group: id("-g", name).ok()? }))
            .context(
                "PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`",
            )
    }
}

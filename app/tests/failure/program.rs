use linli_app::{config::Config, doctor, engine::Engine};
use linli_authz::{Actor, Role, Scope, Tier};
use linli_base::{AreaId, OrgId, PersonId, PostId, World};
use linli_org::{
    OrgKind,
    areas::NewArea,
    bulk,
    orgs::{self, NewOrg},
    people::{NewPerson, NewPost, Particulars, Seat},
    sign_in::{NewToken, make_token},
};
use linli_store::{Config as Store, Db};
use std::{
    net::{IpAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A city with one community, one desk and one clerk, and how to start the program for it.
pub struct City {
    pub config: Config,
    pub community: AreaId,
    /// What the clerk's program says who it is with.
    pub bearer: String,
}

/// The program, killed when it is let go.
pub struct Program {
    child: Child,
    pub port: u16,
    /// From the start to the first answer.
    pub started: Duration,
}

/// Seeded chance.
pub struct Dice(pub u64);

impl Dice {
    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + (self.0 >> 33) % (to - from)
    }
}

pub fn number(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(or)
}

/// A schema of its own of the server at `url`.
pub fn schema(url: String) -> Store {
    let id = World::system().ids.uuid(World::system().now());
    Store::Server { url, schema: format!("t_{}", id.simple()) }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl City {
    pub async fn settle(store: Store, data: &Path) -> City {
        std::fs::create_dir_all(data).unwrap();
        let config = Config {
            store,
            key_file: data.join("linli.key"),
            data: data.to_owned(),
            listen: IpAddr::from([127, 0, 0, 1]),
            port: 0,
            base_url: None,
            proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
        };
        let engine = Engine::open(&config, World::system(), false).await.unwrap();
        let world = World::system();
        let [city, street, community]: [AreaId; 3] = std::array::from_fn(|_| world.id());
        let (desk, person, post): (OrgId, PersonId, PostId) = (world.id(), world.id(), world.id());
        let day = world.now().day().plus(-30);
        let area = |id, tier, parent, code: &str, name: &str| NewArea {
            id,
            tier,
            parent,
            code: code.to_owned(),
            name: name.to_owned(),
            name_en: None,
            point: None,
            households: 0,
        };
        let areas = vec![
            area(city, Tier::City, None, "370687", "海阳市"),
            area(street, Tier::Street, Some(city), "370687001", "方圆街道"),
            area(community, Tier::Community, Some(street), "370687001001", "书香社区"),
        ];
        let org = NewOrg {
            id: desk,
            kind: OrgKind::Office,
            name: "海阳市12345受理中心".to_owned(),
            name_en: None,
            parent: None,
            home: Some(city),
            leads: Some(city),
            phone: None,
        };
        let clerk = NewPerson {
            id: person,
            particulars: Particulars { name: "李娜".to_owned(), name_en: None, phone: None },
            phone: None,
            password_hash: None,
            demo: false,
            created_at: world.now(),
        };
        let seat = Seat {
            title: "受理员".to_owned(),
            title_en: None,
            from_day: day,
            to_day: None,
            area: None,
            roles: vec![Role::Clerk],
        };
        let scope = Scope::system("a test's city");
        let posts = [NewPost { id: post, person, org: desk, seat }];
        let people = [clerk];
        engine
            .org
            .db
            .write(async move |tx| {
                bulk::areas(tx, &scope, &areas, day).await?;
                orgs::create(tx, &scope, &org, day).await?;
                bulk::people(tx, &scope, &people).await?;
                bulk::posts(tx, &scope, &posts).await
            })
            .await
            .unwrap();
        let token =
            NewToken { person, post, name: "测试".to_owned(), ends_at: world.now().plus_hours(240) };
        let (_, token) = make_token(&engine.org, &Actor::System("a test"), token).await.unwrap();
        City { config, community, bearer: format!("Bearer {token}") }
    }

    /// Starts a copy of the program and waits for its first answer.
    pub async fn start(&self) -> Program {
        self.start_with(&self.config.data).await
    }

    pub async fn start_with(&self, data: &Path) -> Program {
        let port = free_port();
        // a file that may not grow ends a program that does not say beforehand that it can bear it
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_linli")])
            .env_clear()
            .env("DATA", data)
            .env("PORT", port.to_string())
            .env("TRUST_PROXY", "1")
            .env("RUST_LOG", "error")
            .env("LINLI_KEY_FILE", &self.config.key_file)
            .stdout(Stdio::null());
        if let Store::Server { url, schema } = &self.config.store {
            command.env("DATABASE_URL", url).env("SCHEMA", schema);
        }
        let began = Instant::now();
        let mut program = Program { child: command.spawn().unwrap(), port, started: Duration::ZERO };
        while !matches!(call(port, "GET", "/readyz", &[], "").await, Ok((200, _))) {
            assert!(began.elapsed() < Duration::from_secs(30), "the program does not answer");
            assert!(program.child.try_wait().unwrap().is_none(), "the program ended");
            // not without end: where two wait so, what they wait for has no processor
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        program.started = began.elapsed();
        program
    }

    /// Everything is whole: what the doctor finds is nothing.
    pub async fn examine(&self) {
        let mut wrong = Vec::new();
        let told = |finding: doctor::Finding| {
            if finding.wrong > 0 {
                wrong.push(finding);
            }
        };
        Box::pin(doctor::examine(&self.config, &World::system(), told)).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    pub async fn leave(self) {
        if matches!(self.config.store, Store::Server { .. }) {
            Db::open(&self.config.store).await.unwrap().drop_schema().await.unwrap();
        }
    }
}

impl Program {
    /// SIGKILL: it has no time for anything.
    pub fn kill(mut self) {
        self.end();
    }

    /// Lets its files grow to so many bytes and no further: to SQLite the same as a full disk.
    pub fn limit_files(&self, bytes: &str) {
        let (pid, fsize) = (self.child.id().to_string(), format!("--fsize={bytes}:unlimited"));
        assert!(Command::new("prlimit").args(["--pid", &pid, &fsize]).status().unwrap().success());
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.end();
    }
}

/// One HTTP request on a connection of its own: status and body.
pub async fn call(
    port: u16,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    // a half answer is none
    let cut = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(cut)?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    Ok((status, body.to_owned()))
}

//! What the program is told by its environment.

use linli_base::{Problem, Refusal, Result};
use linli_store::Config as Store;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::PathBuf,
};

/// The settings of one city.
#[derive(Clone, Debug)]
pub struct Config {
    /// `DATABASE_URL` with `SCHEMA`, else the embedded one in `DATA`.
    pub store: Store,
    /// `DATA`: pictures, the key file, the socket, and the embedded database. `data` by default, `data/demo` for the
    /// demo.
    pub data: PathBuf,
    /// `LISTEN`: 127.0.0.1 by default.
    pub listen: IpAddr,
    /// `PORT`: 8080 by default.
    pub port: u16,
    /// `BASE_URL`: where people reach it; `http://127.0.0.1:PORT` by default.
    pub base_url: Option<String>,
    /// `LINLI_KEY_FILE`: `linli.key` in `DATA` by default.
    pub key_file: PathBuf,
    /// `TRUST_PROXY`: the addresses of our proxies, with commas between; `1` for one on this machine.
    pub proxies: Vec<IpAddr>,
}

impl Config {
    /// From the environment; a demo that is open to others listens on every address where `LISTEN` names none.
    /// Refusal: `setting` (`name`, `value`).
    pub fn read(demo: bool, open: bool, env: &dyn Fn(&str) -> Option<String>) -> Result<Config> {
        let wrong = |name: &'static str, value: &str| -> Problem {
            Refusal::new("setting").with("name", name).with("value", value).into()
        };
        let data: PathBuf =
            env("DATA").unwrap_or_else(|| if demo { "data/demo" } else { "data" }.to_owned()).into();
        let listen = env("LISTEN").unwrap_or_else(|| if open { "0.0.0.0" } else { "127.0.0.1" }.to_owned());
        let port = env("PORT").unwrap_or_else(|| "8080".to_owned());
        Ok(Config {
            store: match env("DATABASE_URL") {
                Some(url) => {
                    Store::Server { url, schema: env("SCHEMA").unwrap_or_else(|| "linli".to_owned()) }
                }
                None => Store::Embedded { folder: data.clone() },
            },
            key_file: env("LINLI_KEY_FILE").map_or_else(|| data.join("linli.key"), PathBuf::from),
            listen: listen.parse().map_err(|_not_an_address| wrong("LISTEN", &listen))?,
            port: port.parse().map_err(|_not_a_port| wrong("PORT", &port))?,
            base_url: env("BASE_URL").map(|url| url.trim_end_matches('/').to_owned()),
            proxies: match env("TRUST_PROXY").as_deref() {
                None | Some("0") => Vec::new(),
                Some("1") => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
                Some(list) => {
                    let addresses = list.split(',').map(|address| address.trim().parse());
                    addresses.collect::<Result<_, _>>().map_err(|_not_one| wrong("TRUST_PROXY", list))?
                }
            },
            data,
        })
    }

    /// The folder of the pictures.
    pub fn pictures(&self) -> PathBuf {
        self.data.join("pictures")
    }

    /// Where people reach it.
    pub fn base_url(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| format!("http://127.0.0.1:{}", self.port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_setting_is_named() {
        let refused =
            Config::read(false, false, &|name| (name == "PORT").then(|| "many".to_owned())).unwrap_err();
        assert!(refused.to_string().contains("PORT"), "{refused}");
        let proxies = |value: &'static str| {
            Config::read(false, false, &move |name| (name == "TRUST_PROXY").then(|| value.to_owned()))
        };
        assert_eq!(proxies("10.0.0.5, 10.0.0.6").unwrap().proxies.len(), 2);
        assert!(proxies("1").unwrap().proxies.iter().all(IpAddr::is_loopback));
        assert!(proxies("nginx").unwrap_err().to_string().contains("TRUST_PROXY"));
        let config = Config::read(true, false, &|_| None).unwrap();
        assert!(config.proxies.is_empty());
        assert_eq!(
            (config.data.to_str(), config.base_url().as_str()),
            (Some("data/demo"), "http://127.0.0.1:8080")
        );
    }
}

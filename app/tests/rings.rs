//! Dependencies point inwards only: algo → nothing of ours, but `samples` for tests and examples; kernel → algo, kernel;
//! core → algo, kernel, core; a project → algo, kernel, core, and never another project. Only the store names a database
//! driver.

#![cfg(test)]

use serde_json::Value;
use std::{collections::BTreeMap, process::Command};

const DRIVERS: &[&str] =
    &["rusqlite", "tokio-postgres", "deadpool-postgres", "postgres-types", "sqlx", "libsqlite3-sys"];

/// What the examples of algo read files with.
const SAMPLES: &str = "linli-samples";

struct Package {
    name: String,
    ring: String,
    folder: String,
    needs: Vec<String>,
}

/// The workspace's packages, the first folder as the ring, the last as the name; dependencies of every kind, tests' too.
fn packages() -> Vec<Package> {
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let metadata: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let root = metadata["workspace_root"].as_str().expect("a root").to_owned();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let package = |package: &Value| {
        let manifest = text(&package["manifest_path"]);
        let path =
            manifest.strip_prefix(&root).expect("inside the workspace").trim_start_matches(['/', '\\']);
        let folders: Vec<&str> = path.split(['/', '\\']).collect();
        Package {
            name: text(&package["name"]),
            ring: folders[0].to_owned(),
            folder: folders[folders.len() - 2].to_owned(),
            needs: package["dependencies"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(|d| d["name"] != SAMPLES || d["kind"] != "dev")
                .map(|d| text(&d["name"]))
                .collect(),
        }
    };
    metadata["packages"].as_array().expect("a list").iter().map(package).collect()
}

/// The rings that a ring may depend on.
fn inner(ring: &str) -> &'static [&'static str] {
    match ring {
        "algo" => &[],
        "kernel" => &["algo", "kernel"],
        "core" | "projects" | "cockpit" => &["algo", "kernel", "core"],
        "app" => &["algo", "kernel", "core", "projects", "cockpit"],
        "bench" => &["algo", "kernel", "core", "projects", "cockpit", "app"],
        other => panic!("`{other}` is no ring"),
    }
}

#[test]
fn dependencies_point_inwards() {
    let packages = packages();
    let rings: BTreeMap<&str, &str> = packages.iter().map(|p| (p.name.as_str(), p.ring.as_str())).collect();
    assert!(
        rings.contains_key("linli-store") && rings.contains_key("linli-app"),
        "these are not our packages"
    );

    let mut wrong = Vec::new();
    for package in &packages {
        for need in &package.needs {
            if let Some(ring) = rings.get(need.as_str())
                && !inner(&package.ring).contains(ring)
            {
                wrong.push(format!("{} ({}) depends on {need} ({ring})", package.name, package.ring));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_store_names_a_driver() {
    for package in packages().iter().filter(|package| package.name != "linli-store") {
        for driver in DRIVERS {
            assert!(!package.needs.iter().any(|need| need == driver), "{} depends on {driver}", package.name);
        }
    }
}

#[test]
fn packages_are_named_after_their_folder() {
    for package in packages() {
        assert_eq!(package.name, format!("linli-{}", package.folder));
    }
}

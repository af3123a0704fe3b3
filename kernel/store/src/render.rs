//! From a statement with tokens to the text that a driver gets.

use crate::{Stmt, Value, statement::Part};
use linli_authz::{Permission, Reach, Scope, Tier};
use linli_base::{Id, Problem, Result};
use serde_json::Value as Json;
use std::{fmt::Write, iter, sync::Arc};
use uuid::Uuid;

/// A list up to this long is one placeholder a value, filled up with its last one to a power of two, so that few
/// texts are prepared; a longer one is one argument, so that it never meets the limit of a driver.
const SHORT_LIST: usize = 128;

/// Whose text it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Writes a placeholder. `$1` means the first to appear on SQLite, `?1` the first argument.
    pub fn mark(self, place: usize, sql: &mut String) {
        let sign = if self == Dialect::Sqlite { '?' } else { '$' };
        let _ = write!(sql, "{sign}{place}"); // a String takes all
    }
}

/// A text whose placeholders are numbered in order of first use, with just those arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rendered {
    pub sql: Arc<str>,
    pub args: Vec<Value>,
}

/// Renders a statement: `{scope:alias}`, `{when:n: …}` (stays where argument n is not NULL), `{list:n}`,
/// `{each: …}` (once for each way in which a row can be within the scope, joined by UNION, so that each way has its
/// own index), and placeholders renumbered.
pub(crate) fn render(stmt: &Stmt, scope: &Scope, args: &[Value], dialect: Dialect) -> Result<Rendered> {
    let broken = |what: &str| Problem::broken("rendering a statement", format!("{}: {what}", stmt.name));
    let parts = stmt.parts().ok_or_else(|| broken("a token or placeholder is wrong"))?;
    if let Some(what) = args.iter().find_map(Value::unsound) {
        return Err(broken(what));
    }
    if let Some((sql, order)) = stmt.fixed(dialect) {
        let args = order.iter().map(|&n| args.get(n).cloned());
        let args = args.collect::<Option<_>>().ok_or_else(|| broken("an argument is missing"))?;
        return Ok(Rendered { sql: sql.clone(), args });
    }
    let mut rendering = Rendering {
        stmt,
        scope,
        args,
        dialect,
        given: vec![None; args.len()],
        way: None,
        sql: String::with_capacity(stmt.sql.len() + 64),
        out: Vec::with_capacity(args.len()),
    };
    rendering.parts(parts).map_err(broken)?;
    Ok(Rendered { sql: rendering.sql.into(), args: rendering.out })
}

struct Rendering<'a> {
    stmt: &'a Stmt,
    scope: &'a Scope,
    args: &'a [Value],
    dialect: Dialect,
    /// Which placeholder an argument has got.
    given: Vec<Option<usize>>,
    /// The way that `{each}` is at.
    way: Option<usize>,
    sql: String,
    out: Vec<Value>,
}

impl<'a> Rendering<'a> {
    fn parts(&mut self, parts: &[Part]) -> Result<(), &'static str> {
        for part in parts {
            match part {
                Part::Text(text) => self.sql.push_str(text),
                Part::Arg(n) => self.arg(*n)?,
                Part::Scope(alias) => self.reach(alias)?,
                Part::List(n) => self.list(*n)?,
                Part::When(n, kept) => {
                    if self.given_arg(*n)? != &Value::Null {
                        self.parts(kept)?;
                    }
                }
                Part::Each(kept) => {
                    for way in 0..self.ways(true)?.len().max(1) {
                        self.sql.push_str(if way > 0 { " UNION " } else { "" });
                        self.way = Some(way);
                        self.parts(kept)?;
                    }
                    self.way = None;
                }
            }
        }
        Ok(())
    }

    fn given_arg(&self, n: usize) -> Result<&'a Value, &'static str> {
        self.args.get(n).ok_or("an argument is missing")
    }

    fn arg(&mut self, n: usize) -> Result<(), &'static str> {
        let value = self.given_arg(n)?;
        let slot = self.given.get_mut(n).ok_or("an argument is missing")?;
        let place = *slot.get_or_insert_with(|| {
            self.out.push(value.clone());
            self.out.len()
        });
        self.dialect.mark(place, &mut self.sql);
        Ok(())
    }

    fn push(&mut self, value: Value) -> String {
        self.out.push(value);
        let mut mark = String::new();
        self.dialect.mark(self.out.len(), &mut mark);
        mark
    }

    fn list(&mut self, n: usize) -> Result<(), &'static str> {
        let Value::List(values) = self.given_arg(n)? else { return Err("a list is asked for") };
        let text = match values.last() {
            None => "(NULL)".to_owned(),
            Some(_) if values.len() > SHORT_LIST => self.long_list(values)?,
            Some(last) => {
                let padded = values.iter().chain(iter::repeat(last)).take(values.len().next_power_of_two());
                let places: Vec<String> = padded.map(|value| self.push(value.clone())).collect();
                format!("({})", places.join(", "))
            }
        };
        self.sql.push_str(&text);
        Ok(())
    }

    fn long_list(&mut self, values: &[Value]) -> Result<String, &'static str> {
        let kind = values.first().map_or("", Value::kind);
        if !["UUID", "BIGINT", "TEXT"].contains(&kind) || values.iter().any(|value| value.kind() != kind) {
            return Err("a long list is of ids, of whole numbers or of texts");
        }
        if self.dialect == Dialect::Postgres {
            let place = self.push(Value::List(values.to_vec()));
            return Ok(format!("(SELECT unnest(CAST({place} AS {kind}[])))"));
        }
        let json = values.iter().map(|value| match value {
            Value::Uuid(v) => Json::from(v.simple().to_string()),
            Value::Int(v) => Json::from(*v),
            Value::Text(v) => Json::from(v.as_str()),
            _ => Json::Null,
        });
        let place = self.push(Value::Json(json.collect()));
        let value = if kind == "UUID" { "unhex(value)" } else { "value" };
        Ok(format!("(SELECT {value} FROM json_each({place}))"))
    }

    /// In which ways a row can be within the scope, in the smallest parts where they are asked for `apart`: what is
    /// said of it, with `{a}` and `{id}`, and the id.
    fn ways(&self, apart: bool) -> Result<Vec<(&'static str, Uuid)>, &'static str> {
        if self.scope.reaches().contains(&Reach::City) {
            return Ok(vec![("TRUE", Uuid::nil())]);
        }
        let shape = self.stmt.shape.ok_or("it names a scope and has no shape")?;
        let mut ways = Vec::new();
        for one in self.scope.reaches() {
            ways.push(match one {
                Reach::City | Reach::Area(Tier::City, _) => ("TRUE", Uuid::nil()),
                Reach::Area(Tier::Street, id) => (shape.street, id.0),
                Reach::Area(Tier::Community, id) => (shape.community, id.0),
                Reach::Area(Tier::Grid, id) => (shape.grid, id.0),
                Reach::Area(Tier::Building, _) => continue,
                Reach::Assigned(id) if apart && !shape.apart.is_empty() => {
                    ways.extend(shape.apart.iter().map(|text| (*text, id.0)));
                    continue;
                }
                Reach::Assigned(id) => (shape.assigned, id.0),
                Reach::Own(id) => (shape.own, id.0),
                Reach::Taken(id) => (shape.taken, id.0),
                Reach::ByCode(id) => (shape.code, id.0),
            });
        }
        ways.retain(|(text, _)| !text.is_empty());
        Ok(ways)
    }

    fn reach(&mut self, alias: &str) -> Result<(), &'static str> {
        let ways = self.ways(self.way.is_some())?;
        let ways = match self.way {
            Some(way) => ways.get(way..=way).unwrap_or_default(),
            None => ways.as_slice(),
        };
        let said: Vec<String> = ways
            .iter()
            .map(|(text, id)| {
                let text = text.replace("{a}", alias);
                if text.contains("{id}") { text.replace("{id}", &self.push(Value::Uuid(*id))) } else { text }
            })
            .collect();
        match said.as_slice() {
            [] => self.sql.push_str("FALSE"),
            [one] if one == "TRUE" => self.sql.push_str(one),
            _ => {
                let _ = write!(self.sql, "({})", said.join(" OR ")); // a String takes all
            }
        }
        Ok(())
    }
}

/// Every text that a statement can become, for the test that prepares them all: each `{when}` on and off, each kind
/// of reach. Arguments are not NULL, or NULL, throughout; lists have two values.
pub fn variants(stmt: &Stmt) -> Result<Vec<String>> {
    let highest = stmt.sql.split('$').skip(1).filter_map(|rest| {
        rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok())
    });
    let tokens = stmt.sql.split(':').filter_map(|rest| {
        rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok())
    });
    let count = highest.chain(tokens).max().unwrap_or(0);
    let lists: Vec<usize> = (1..=count).filter(|n| stmt.sql.contains(&format!("{{list:{n}}}"))).collect();
    let fill = |value: Value| -> Vec<Value> {
        (1..=count)
            .map(|n| {
                if lists.contains(&n) {
                    Value::List(vec![Value::Int(1), Value::Int(2)])
                } else {
                    value.clone()
                }
            })
            .collect()
    };
    let id = Uuid::nil();
    let mut scopes = vec![Scope::system("prepare"), Scope::by_code(Id::new(id))];
    if stmt.sql.contains("{scope:") {
        for reach in [
            Reach::Area(Tier::Street, Id::new(id)),
            Reach::Area(Tier::Community, Id::new(id)),
            Reach::Area(Tier::Grid, Id::new(id)),
            Reach::Assigned(Id::new(id)),
            Reach::Own(Id::new(id)),
            Reach::Taken(Id::new(id)),
        ] {
            scopes.push(Scope::for_test(Permission::CaseSee, vec![reach]));
        }
    }
    let mut texts = Vec::new();
    for scope in &scopes {
        for args in [fill(Value::Int(1)), fill(Value::Null)] {
            let text = render(stmt, scope, &args, Dialect::Postgres)?.sql.to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shape, statements};

    static SHAPE: Shape = Shape {
        street: "{a}.street_id = {id}",
        community: "",
        grid: "",
        assigned: "({a}.org_id = {id} OR {a}.desk_id = {id})",
        apart: &["{a}.org_id = {id}", "{a}.desk_id = {id}"],
        own: "",
        taken: "",
        code: "{a}.id = {id}",
    };
    statements! {
        shape SHAPE;
        PAGE = "SELECT c.id FROM cases c WHERE c.open = $2 {when:3: AND c.state = $3} AND c.id IN {list:1} \
                AND {scope:c} ORDER BY c.id LIMIT $2";
    }

    #[test]
    fn each_way_has_its_own_text() {
        statements! {
            shape SHAPE;
            EACH = "SELECT s.id FROM ({each:SELECT c.id FROM cases c WHERE c.open = $1 AND {scope:c}}) AS s LIMIT $1";
        }
        let id = Id::new(Uuid::nil());
        let said = |reaches: Vec<Reach>| {
            let scope = Scope::for_test(Permission::CaseSee, reaches);
            let out = render(&EACH, &scope, &[Value::Bool(true)], Dialect::Postgres).unwrap();
            (out.sql.replace("SELECT c.id FROM cases c WHERE c.open = $1 AND", "…"), out.args.len())
        };
        let street = Reach::Area(Tier::Street, id);
        let three = "SELECT s.id FROM (… (c.street_id = $2) UNION … (c.org_id = $3) UNION … (c.desk_id = $4)) \
                     AS s LIMIT $1";
        assert_eq!(said(vec![street.clone(), Reach::Assigned(Id::new(Uuid::nil()))]), (three.to_owned(), 4));
        assert_eq!(said(vec![street, Reach::City]).0, "SELECT s.id FROM (… TRUE) AS s LIMIT $1");
        assert_eq!(said(vec![]).0, "SELECT s.id FROM (… FALSE) AS s LIMIT $1", "nothing within reach");
        assert_eq!(STATEMENTS.len(), 1);
    }

    #[test]
    fn tokens_and_placeholders() {
        let scope = Scope::by_code(Id::new(Uuid::nil()));
        let args = [Value::List(vec![Value::Int(7), Value::Int(8)]), Value::Int(5), Value::Null];
        let out = render(&PAGE, &scope, &args, Dialect::Postgres).unwrap();
        assert_eq!(
            &*out.sql,
            "SELECT c.id FROM cases c WHERE c.open = $1  AND c.id IN ($2, $3) AND (c.id = $4) ORDER BY c.id LIMIT $1"
        );
        assert_eq!(out.args.len(), 4);
        let args = [Value::List(vec![]), Value::Int(5), Value::Text("x".into())];
        let out = render(&PAGE, &Scope::system("test"), &args, Dialect::Postgres).unwrap();
        assert!(out.sql.contains("c.state = $2") && out.sql.contains("IN (NULL) AND TRUE"), "{}", out.sql);
        let community =
            Scope::for_test(Permission::CaseSee, vec![Reach::Area(Tier::Community, Id::new(Uuid::nil()))]);
        assert!(render(&PAGE, &community, &args, Dialect::Postgres).unwrap().sql.contains("AND FALSE"));
        let list = |n: i64| Value::List((0..n).map(Value::Int).collect());
        let few = |n| render(&PAGE, &scope, &[list(n), Value::Int(5), Value::Null], Dialect::Sqlite).unwrap();
        assert_eq!((few(5).args.len(), few(8).args.len()), (10, 10), "filled up to eight");
        assert_eq!(few(5).sql, few(7).sql);
        assert_eq!(few(5).args[5..9], [4, 4, 4, 4].map(Value::Int));
        assert!(few(129).sql.contains("(SELECT value FROM json_each(?2))"), "{}", few(129).sql);
        let mixed = Value::List((0..200).map(|n| if n > 9 { Value::Int(n) } else { "x".into() }).collect());
        assert!(render(&PAGE, &scope, &[mixed, Value::Int(5), Value::Null], Dialect::Postgres).is_err());
        assert_eq!(STATEMENTS.len(), 1);
        assert!(variants(&PAGE).unwrap().len() >= 6);
    }
}

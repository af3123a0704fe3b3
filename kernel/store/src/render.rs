//! From a statement with tokens to the text that a driver gets.

use crate::{Shape, Stmt, Value};
use linli_authz::{Permission, Reach, Scope, Tier};
use linli_base::{Id, Problem, Result};
use uuid::Uuid;

/// A text whose placeholders are `$1…$n` in order of first use, with just those arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rendered {
    pub sql: String,
    pub args: Vec<Value>,
}

/// Renders a statement: `{scope:alias}`, `{when:n: …}` (stays where argument n is not NULL), `{list:n}`, and
/// placeholders renumbered.
pub(crate) fn render(stmt: &Stmt, scope: &Scope, args: &[Value]) -> Result<Rendered> {
    let mut out = Rendered { sql: String::with_capacity(stmt.sql.len() + 64), args: Vec::new() };
    let mut given: Vec<Option<usize>> = vec![None; args.len()];
    let broken = |what: &str| Problem::broken("rendering a statement", format!("{}: {what}", stmt.name));
    piece(stmt, scope, args, stmt.sql, &mut out, &mut given)
        .ok_or_else(|| broken("a token or placeholder is wrong"))?;
    Ok(out)
}

fn piece(
    stmt: &Stmt,
    scope: &Scope,
    args: &[Value],
    text: &str,
    out: &mut Rendered,
    given: &mut Vec<Option<usize>>,
) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        let (before, token) = rest.split_at_checked(at)?;
        out.sql.push_str(before);
        if let Some(number) = token.strip_prefix('$') {
            let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
            let (digits, after) = number.split_at_checked(end)?;
            place(digits.parse().ok()?, args, out, given)?;
            rest = after;
            continue;
        }
        let end = closing(token)?;
        let (inside, after) = (token.get(1..end)?, token.get(end + 1..)?);
        let (name, value) = inside.split_once(':')?;
        match name {
            "scope" => reach(stmt.shape, scope, value, out)?,
            "list" => {
                let Value::List(values) = args.get(value.parse::<usize>().ok()?.checked_sub(1)?)? else {
                    return None;
                };
                list(values, out);
            }
            "when" => {
                let (number, kept) = value.split_once(':')?;
                if args.get(number.parse::<usize>().ok()?.checked_sub(1)?)? != &Value::Null {
                    piece(stmt, scope, args, kept, out, given)?;
                }
            }
            _ => return None,
        }
        rest = after;
    }
    out.sql.push_str(rest);
    Some(())
}

/// The place of the brace that closes the one at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn place(number: usize, args: &[Value], out: &mut Rendered, given: &mut [Option<usize>]) -> Option<()> {
    let slot = given.get_mut(number.checked_sub(1)?)?;
    if slot.is_none() {
        out.args.push(args.get(number - 1)?.clone());
        *slot = Some(out.args.len());
    }
    let n = (*slot)?;
    out.sql.push_str(&format!("${n}"));
    Some(())
}

fn push(value: Value, out: &mut Rendered) -> String {
    out.args.push(value);
    format!("${}", out.args.len())
}

fn list(values: &[Value], out: &mut Rendered) {
    if values.is_empty() {
        out.sql.push_str("(NULL)");
        return;
    }
    let places: Vec<String> = values.iter().map(|value| push(value.clone(), out)).collect();
    out.sql.push_str(&format!("({})", places.join(", ")));
}

fn reach(shape: Option<&Shape>, scope: &Scope, alias: &str, out: &mut Rendered) -> Option<()> {
    if scope.reaches().contains(&Reach::City) {
        out.sql.push_str("TRUE");
        return Some(());
    }
    let shape = shape?;
    let mut said = Vec::new();
    for one in scope.reaches() {
        let (text, id) = match one {
            Reach::City => continue,
            Reach::Area(Tier::Street, id) => (shape.street, id.0),
            Reach::Area(Tier::Community, id) => (shape.community, id.0),
            Reach::Area(Tier::Grid, id) => (shape.grid, id.0),
            Reach::Area(Tier::City, _) => ("TRUE", Uuid::nil()),
            Reach::Area(Tier::Building, _) => ("", Uuid::nil()),
            Reach::Assigned(id) => (shape.assigned, id.0),
            Reach::Own(id) => (shape.own, id.0),
            Reach::ByCode(id) => (shape.code, id.0),
        };
        if text.contains("{id}") {
            let place = push(Value::Uuid(id), out);
            said.push(text.replace("{a}", alias).replace("{id}", &place));
        } else if !text.is_empty() {
            said.push(text.replace("{a}", alias));
        }
    }
    out.sql.push_str(&if said.is_empty() { "FALSE".to_owned() } else { format!("({})", said.join(" OR ")) });
    Some(())
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
        ] {
            scopes.push(Scope::for_test(Permission::CaseSee, vec![reach]));
        }
    }
    let mut texts = Vec::new();
    for scope in &scopes {
        for args in [fill(Value::Int(1)), fill(Value::Null)] {
            let text = render(stmt, scope, &args)?.sql;
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
    use crate::statements;

    static SHAPE: Shape = Shape {
        street: "{a}.street_id = {id}",
        community: "",
        grid: "",
        assigned: "{a}.org_id = {id}",
        own: "",
        code: "{a}.id = {id}",
    };
    statements! {
        shape SHAPE;
        PAGE = "SELECT c.id FROM cases c WHERE c.open = $2 {when:3: AND c.state = $3} AND c.id IN {list:1} \
                AND {scope:c} ORDER BY c.id LIMIT $2";
    }

    #[test]
    fn tokens_and_placeholders() {
        let scope = Scope::by_code(Id::new(Uuid::nil()));
        let args = [Value::List(vec![Value::Int(7), Value::Int(8)]), Value::Int(5), Value::Null];
        let out = render(&PAGE, &scope, &args).unwrap();
        assert_eq!(
            out.sql,
            "SELECT c.id FROM cases c WHERE c.open = $1  AND c.id IN ($2, $3) AND (c.id = $4) ORDER BY c.id LIMIT $1"
        );
        assert_eq!(out.args.len(), 4);
        let args = [Value::List(vec![]), Value::Int(5), Value::Text("x".into())];
        let out = render(&PAGE, &Scope::system("test"), &args).unwrap();
        assert!(out.sql.contains("c.state = $2") && out.sql.contains("IN (NULL) AND TRUE"), "{}", out.sql);
        let community =
            Scope::for_test(Permission::CaseSee, vec![Reach::Area(Tier::Community, Id::new(Uuid::nil()))]);
        assert!(render(&PAGE, &community, &args).unwrap().sql.contains("AND FALSE"));
        assert_eq!(STATEMENTS.len(), 1);
        assert!(variants(&PAGE).unwrap().len() >= 6);
    }
}

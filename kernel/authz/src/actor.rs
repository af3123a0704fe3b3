use crate::{Permission, Reach, Role, Scope, Tier, matrix};
use linli_base::{AreaId, CaseId, OrgId, PersonId, PostId, Problem, Result};

/// How the actor came in; recorded with what they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Our pages.
    Web,
    /// The API with a token.
    Api,
    /// A job, an import or the command line.
    System,
}

/// The post that a person acts in right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hat {
    /// The post.
    pub post: PostId,
    /// The org it is in.
    pub org: OrgId,
    /// That org's name, to show.
    pub org_name: String,
    /// The area that the post covers (a grid worker's grid, else what the org leads), with its tier.
    pub area: Option<(Tier, AreaId)>,
    /// What the post may do.
    pub roles: Vec<Role>,
}

/// Whoever acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody we know: a visitor.
    Stranger,
    /// Whoever knows the look-up code of this case.
    Asker(CaseId),
    /// A signed-in person; without a hat a resident.
    Person {
        /// Who.
        id: PersonId,
        /// Their name, to show.
        name: String,
        /// The post they act in.
        hat: Option<Hat>,
        /// How they came in.
        via: Via,
    },
    /// The program itself.
    System(&'static str),
}

impl Actor {
    /// The permission with its reach, or why not: a stranger is asked to sign in, anyone else is refused.
    pub fn may(&self, permission: Permission) -> Result<Scope> {
        let reaches = match self {
            Actor::System(_) => vec![Reach::City],
            Actor::Asker(case) if matches!(permission, Permission::CaseSee | Permission::CaseStep) => {
                vec![Reach::ByCode(*case)]
            }
            Actor::Stranger | Actor::Asker(_) => return Err(Problem::SignIn),
            Actor::Person { id, hat, .. } => matrix::reaches(permission, *id, hat.as_ref()),
        };
        if reaches.is_empty() {
            return Err(Problem::Forbidden { owner: None });
        }
        Ok(Scope::new(permission, reaches))
    }

    /// The person, where it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Actor::Person { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The hat, where one is worn.
    pub fn hat(&self) -> Option<&Hat> {
        match self {
            Actor::Person { hat, .. } => hat.as_ref(),
            _ => None,
        }
    }

    /// Whether the hat carries the role.
    pub fn is(&self, role: Role) -> bool {
        self.hat().is_some_and(|hat| hat.roles.contains(&role))
    }
}

use crate::{Hat, Reach};
use linli_base::{Id, PersonId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The tiers of the territory, from the whole to the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 市
    City,
    /// 街道
    Street,
    /// 社区
    Community,
    /// 网格
    Grid,
    /// 楼栋
    Building,
}

/// What a post may do. A post carries one or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 受理派单员: accepts, asks for more, dispatches, decides on returns, files on behalf.
    Clerk,
    /// 经办人: signs, contacts, works, answers.
    Worker,
    /// 负责人: what a worker may, and returns a case for the unit.
    Leader,
    /// 审核员: audits answers of the tier below.
    Auditor,
    /// 回访员: calls back.
    Caller,
    /// 网格员: sees the grid, works and files on behalf in it.
    GridWorker,
    /// 系统管理员: orgs, people, profiles, calendar, imports; sees no case, gives no role.
    SystemAdmin,
    /// 安全管理员: gives and takes roles, unlocks, ends sessions and tokens, resets second factors; sees no case.
    SecurityAdmin,
    /// 审计管理员: reads and exports the audit trail, nothing else.
    AuditAdmin,
}

/// One thing that may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See cases: list, read, timeline, pictures.
    CaseSee,
    /// Take steps on cases; which ones, the step table says.
    CaseStep,
    /// File a case on someone's behalf.
    CaseFile,
    /// See a phone number whole, with a reason that is logged.
    PhoneSee,
    /// See figures and the lists behind them.
    FiguresSee,
    /// Take lists out as files.
    Export,
    /// See areas, orgs and posts.
    OrgSee,
    /// Change areas, orgs, people and posts.
    OrgEdit,
    /// Load calendars, edit profiles, import.
    Configure,
    /// Give roles and take them, end others' sessions and tokens, unlock, set the rules of signing in.
    Guard,
    /// Read and export the audit trail.
    AuditSee,
    /// Decide whether and how a case is shown to others.
    PublicReview,
    /// Answer what people ask about their own data, hold a case back from retention.
    DataRequest,
    /// See who looked at masked data, when and why.
    LooksSee,
    /// Change a community's catalogue of services.
    ServicesEdit,
    /// Claim items of the catalogue, for one's org or oneself.
    ServicesClaim,
    /// Whatever a job does; the name says which.
    System(&'static str),
}

impl Permission {
    /// All that the matrix speaks of.
    pub const ALL: [Permission; 16] = [
        Permission::CaseSee,
        Permission::CaseStep,
        Permission::CaseFile,
        Permission::PhoneSee,
        Permission::FiguresSee,
        Permission::Export,
        Permission::OrgSee,
        Permission::OrgEdit,
        Permission::Configure,
        Permission::Guard,
        Permission::AuditSee,
        Permission::PublicReview,
        Permission::DataRequest,
        Permission::LooksSee,
        Permission::ServicesEdit,
        Permission::ServicesClaim,
    ];
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 9] = [
        Role::Clerk,
        Role::Worker,
        Role::Leader,
        Role::Auditor,
        Role::Caller,
        Role::GridWorker,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::AuditAdmin,
    ];

    /// The three administrators, of which nobody holds two (GB/T 22239-2019, 三权分立).
    pub const ADMINISTRATORS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

    /// Whether it is one of the three administrators.
    pub fn administers(self) -> bool {
        Role::ADMINISTRATORS.contains(&self)
    }

    /// The spelling in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::Worker => "worker",
            Role::Leader => "leader",
            Role::Auditor => "auditor",
            Role::Caller => "caller",
            Role::GridWorker => "grid_worker",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::AuditAdmin => "audit_admin",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl Tier {
    /// All tiers.
    pub const ALL: [Tier; 5] = [Tier::City, Tier::Street, Tier::Community, Tier::Grid, Tier::Building];

    /// The spelling in the database and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Tier::City => "city",
            Tier::Street => "street",
            Tier::Community => "community",
            Tier::Grid => "grid",
            Tier::Building => "building",
        }
    }

    /// Reads that spelling.
    pub fn parse(name: &str) -> Option<Tier> {
        Tier::ALL.into_iter().find(|tier| tier.name() == name)
    }
}

/// How far a role reaches with a permission.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Far {
    No,
    /// What the org works on.
    Assigned,
    /// That, and what lies in the post's area.
    Area,
    /// The whole city.
    City,
}

const fn far(role: Role, permission: Permission) -> Far {
    use Permission as P;
    match (role, permission) {
        (_, P::System(_)) => Far::No,
        (Role::AuditAdmin, P::AuditSee) => Far::City,
        (Role::AuditAdmin, _) => Far::No,
        (_, P::OrgSee) => Far::City,
        (Role::SystemAdmin, P::OrgEdit | P::Configure) | (Role::SecurityAdmin, P::Guard) => Far::City,
        (Role::SystemAdmin | Role::SecurityAdmin, _) => Far::No,
        (_, P::OrgEdit | P::Configure | P::Guard | P::AuditSee) => Far::No,
        (Role::Clerk, P::PublicReview | P::DataRequest | P::ServicesEdit) => Far::Area,
        (Role::Leader, P::ServicesEdit) => Far::Area,
        (Role::Leader, P::LooksSee) => Far::Assigned,
        (Role::Auditor, P::LooksSee) => Far::Area,
        (Role::Worker | Role::Leader, P::ServicesClaim) => Far::Assigned,
        (_, P::PublicReview | P::DataRequest | P::LooksSee | P::ServicesEdit | P::ServicesClaim) => Far::No,
        (Role::Worker | Role::Leader, P::CaseFile) => Far::No,
        (Role::Worker | Role::GridWorker, P::Export) => Far::No,
        (Role::Leader, P::CaseSee | P::CaseStep | P::FiguresSee) => Far::Area,
        (Role::Worker | Role::Leader, _) => Far::Assigned,
        (_, _) => Far::Area,
    }
}

pub(crate) fn reaches(permission: Permission, person: PersonId, hat: Option<&Hat>) -> Vec<Reach> {
    let Some(hat) = hat else {
        return match permission {
            Permission::CaseSee | Permission::CaseStep => {
                vec![Reach::Own(person), Reach::Taken(person)]
            }
            Permission::ServicesClaim => vec![Reach::Own(person)],
            _ => Vec::new(),
        };
    };
    let mut reaches = Vec::new();
    let mut add = |reach: Reach| {
        if !reaches.contains(&reach) {
            reaches.push(reach);
        }
    };
    for role in &hat.roles {
        match (far(*role, permission), hat.area) {
            (Far::No, _) => {}
            (Far::City, _) | (Far::Area, Some((Tier::City, _))) => add(Reach::City),
            (Far::Area, Some((tier, area))) => {
                add(Reach::Area(tier, area));
                add(Reach::Assigned(hat.org));
            }
            (Far::Assigned | Far::Area, _) => add(Reach::Assigned(hat.org)),
        }
    }
    reaches
}

/// The matrix as text, which is committed beside this file and compared in a test: what [`reaches`] answers for each
/// role, permission and tier.
pub fn render() -> String {
    let mut out = String::from(
        "# Role × permission × tier of the post's area, in the order city, street, community, grid, no area.\n\
         # One mark where all tiers are alike. - none, m one's own, o what the org works on, a that and the area, c the city\n",
    );
    out.push_str(&format!("{:<16}", ""));
    for permission in Permission::ALL {
        out.push_str(&format!("{:<14}", format!("{permission:?}")));
    }
    let whose = std::iter::once(None).chain(Role::ALL.map(Some));
    for role in whose {
        out.push_str(&format!("\n{:<16}", role.map_or("(no post)", Role::name)));
        for permission in Permission::ALL {
            out.push_str(&format!("{:<14}", cell(role, permission)));
        }
    }
    out.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn cell(role: Option<Role>, permission: Permission) -> String {
    let tiers = [Some(Tier::City), Some(Tier::Street), Some(Tier::Community), Some(Tier::Grid), None];
    let marks = tiers.map(|tier| {
        let hat = role.map(|role| Hat {
            post: Id::new(Uuid::nil()),
            org: Id::new(Uuid::nil()),
            org_name: String::new(),
            area: tier.map(|tier| (tier, Id::new(Uuid::nil()))),
            roles: vec![role],
        });
        let found = reaches(permission, Id::new(Uuid::nil()), hat.as_ref());
        match found.first() {
            None => '-',
            Some(Reach::City) => 'c',
            Some(Reach::Area(..)) => 'a',
            Some(Reach::Assigned(_)) => 'o',
            Some(Reach::Own(_) | Reach::Taken(_) | Reach::ByCode(_)) => 'm',
        }
    });
    let [first, ..] = marks;
    if marks.iter().all(|mark| *mark == first) { first.to_string() } else { marks.iter().collect() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_matrix_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, super::render()).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            super::render(),
            "run again with UPDATE=1 and review"
        );
    }
}

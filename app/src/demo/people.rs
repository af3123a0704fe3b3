use super::{
    city::{City, Org, OrgKind, Person, Post},
    dice::Dice,
    names::{DEPARTMENTS, GIVEN_NAMES, SURNAMES},
    phone,
};
use linli_authz::{
    Role::{
        self, AuditAdmin, Auditor, Caller, Clerk, GridWorker, Leader, SecurityAdmin, SystemAdmin, Worker,
    },
    Tier,
};
use linli_base::{AreaId, At, OrgId};

type Seat = (&'static str, &'static str, &'static [Role]);

/// The desk of six, and who keeps the system.
const CITY_DESK: [Seat; 7] = [
    ("受理员", "Clerk", &[Clerk]),
    ("派单员", "Dispatcher", &[Clerk]),
    ("主任", "Director", &[Leader]),
    ("审核员", "Auditor", &[Auditor]),
    ("回访员", "Caller", &[Caller]),
    ("回访员", "Caller", &[Caller]),
    ("系统管理员", "System administrator", &[SystemAdmin]),
];
/// Two more administrators, apart from the first: nobody is two of them.
const ADMINISTRATORS: [Seat; 2] = [
    ("安全管理员", "Security administrator", &[SecurityAdmin]),
    ("审计管理员", "Audit administrator", &[AuditAdmin]),
];
/// Auditing and calling sit here for the communities, never with whoever handles. The leader is the second clerk,
/// since an appeal is decided by someone else.
const STREET: [Seat; 4] = [
    ("受理派单员", "Clerk", &[Clerk]),
    ("分管负责人", "Leader", &[Leader, Clerk]),
    ("审核员", "Auditor", &[Auditor]),
    ("回访员", "Caller", &[Caller]),
];
const COMMUNITY: [Seat; 5] = [
    ("书记", "Secretary", &[Leader, Clerk]),
    ("受理派单员", "Clerk", &[Clerk]),
    ("社区工作者", "Community worker", &[Worker]),
    ("社区工作者", "Community worker", &[Worker]),
    ("社区工作者", "Community worker", &[Worker]),
];
const DEPARTMENT: [Seat; 3] = [
    ("负责人", "Leader", &[Leader]),
    ("经办人", "Case worker", &[Worker]),
    ("经办人", "Case worker", &[Worker]),
];
const GRID: Seat = ("网格员", "Grid worker", &[GridWorker, Worker]);
/// A street's full-time staff for party affairs.
const SECTION: [Seat; 4] = [
    ("组织科科长", "Head of section", &[]),
    ("组织科干事", "Section officer", &[]),
    ("组织科干事", "Section officer", &[]),
    ("专职党务工作者", "Party affairs worker", &[]),
];

pub(super) fn build(city: &mut City, dice: &Dice, born: At) {
    let mut hall = Hall { city, dice, born };
    let areas: Vec<(AreaId, Tier, Option<AreaId>, String, String)> = hall
        .city
        .areas
        .iter()
        .map(|area| (area.id, area.tier, area.parent, area.name.clone(), area.name_en.clone()))
        .collect();
    let Some(root) = areas.first().map(|area| area.0) else { return };

    let desk = hall.org(OrgKind::Office, "海阳市12345受理中心", "Haiyang 12345 Desk", None, root, Some(root));
    hall.seats(desk, &CITY_DESK, None);
    let section = hall.org(
        OrgKind::Party,
        "市委组织部组织二科",
        "Organisation Department, Section 2",
        None,
        root,
        Some(root),
    );
    for (name, name_en, unit) in DEPARTMENTS {
        let kind = if unit { OrgKind::Unit } else { OrgKind::Department };
        let org = hall.org(kind, name, name_en, None, root, None);
        hall.seats(org, &DEPARTMENT, None);
    }
    for (street, _, _, name, name_en) in areas.iter().filter(|area| area.1 == Tier::Street) {
        let office = format!("{name}办事处");
        let office = hall.org(
            OrgKind::Office,
            &office,
            &format!("{name_en} Office"),
            Some(desk),
            *street,
            Some(*street),
        );
        hall.seats(office, &STREET, None);
        let party = format!("{name}党工委");
        let party_en = format!("{name_en} Party Working Committee");
        let party = hall.org(OrgKind::Party, &party, &party_en, Some(section), *street, Some(*street));
        for (community, _, _, name, name_en) in areas.iter().filter(|area| area.2 == Some(*street)) {
            hall.community(*community, name, name_en, office, party, &areas);
        }
    }
    hall.sections();
    hall.seats(desk, &ADMINISTRATORS, None);
}

struct Hall<'a> {
    city: &'a mut City,
    dice: &'a Dice,
    born: At,
}

impl Hall<'_> {
    fn community(
        &mut self,
        community: AreaId,
        name: &str,
        name_en: &str,
        street_office: OrgId,
        street_party: OrgId,
        areas: &[(AreaId, Tier, Option<AreaId>, String, String)],
    ) {
        let office = self.org(
            OrgKind::Office,
            &format!("{name}居民委员会"),
            &format!("{name_en} Office"),
            Some(street_office),
            community,
            Some(community),
        );
        self.seats(office, &COMMUNITY, None);
        let party = self.org(
            OrgKind::Party,
            &format!("{name}党委"),
            &format!("{name_en} Party Committee"),
            Some(street_party),
            community,
            Some(community),
        );
        for (grid, _, _, grid_name, grid_en) in areas.iter().filter(|area| area.2 == Some(community)) {
            self.seats(office, &[GRID], Some(*grid));
            let branch = format!("{name}{grid_name}党支部");
            let branch_en = format!("{name_en} {grid_en} Party Branch");
            self.org(OrgKind::Party, &branch, &branch_en, Some(party), *grid, Some(*grid));
        }
    }

    /// The organisation section under each street's committee: a party body that leads no area.
    fn sections(&mut self) {
        let street = |area: AreaId| self.city.tier(Tier::Street).any(|street| street.id == area);
        let leads = |org: &&Org| org.kind == OrgKind::Party && org.leads.is_some_and(street);
        let committees: Vec<Org> = self.city.orgs.iter().filter(leads).cloned().collect();
        for party in committees {
            let name = format!("{}组织科", party.name);
            let name_en = format!("{}, Organisation Section", party.name_en);
            let section = self.org(OrgKind::Party, &name, &name_en, Some(party.id), party.home, None);
            self.seats(section, &SECTION, None);
        }
    }

    fn org(
        &mut self,
        kind: OrgKind,
        name: &str,
        name_en: &str,
        parent: Option<OrgId>,
        home: AreaId,
        leads: Option<AreaId>,
    ) -> OrgId {
        let id = self.dice.id(self.born);
        self.city.orgs.push(Org {
            id,
            kind,
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            parent,
            home,
            leads,
        });
        id
    }

    fn seats(&mut self, org: OrgId, seats: &[Seat], area: Option<AreaId>) {
        for (title, title_en, roles) in seats {
            let serial = self.city.people.len();
            let (name, name_en) = name(serial);
            let person = self.dice.id(self.born);
            self.city.people.push(Person { id: person, name, name_en, phone: phone(serial + 1) });
            self.city.posts.push(Post {
                id: self.dice.id(self.born),
                person,
                org,
                title,
                title_en,
                area,
                roles: roles.to_vec(),
                from_day: self.born.day().plus(self.dice.between(0, 30)),
            });
        }
    }
}

/// The name of a number: others for the next 1,600 numbers. The step shares no factor with 1,600.
pub(super) fn name(number: usize) -> (String, String) {
    const STEP: usize = 617;
    let at = number * STEP % (SURNAMES.len() * GIVEN_NAMES.len());
    let surname = SURNAMES.get(at % SURNAMES.len()).copied().unwrap_or_default();
    let given = GIVEN_NAMES.get(at / SURNAMES.len()).copied().unwrap_or_default();
    (format!("{}{}", surname.0, given.0), format!("{} {}", surname.1, given.1))
}

//! Who the customers are, and which services they have.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use upheld::core::agreement::ServiceLevel;
use upheld::core::event::{AgreementId, PersonId, ServiceId};

/// One customer.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    pub id: &'static str,
    pub name: &'static str,
    pub reference: &'static str,
    pub zone: Tz,
    pub level: ServiceLevel,
    /// So many services of its own.
    pub own: usize,
    /// So many people speak for it.
    pub people: usize,
    /// In one month of the year, by number from 0, it had little luck.
    pub bad_month: Option<i64>,
}

const fn customer(
    id: &'static str,
    name: &'static str,
    reference: &'static str,
    zone: Tz,
    level: ServiceLevel,
    own: usize,
    people: usize,
) -> Customer {
    Customer { id, name, reference, zone, level, own, people, bad_month: None }
}

use ServiceLevel::{Sil1, Sil2, Sil3, Sil4, Sil5};

pub const CUSTOMERS: [Customer; 10] = [
    customer("acme", "Acme GmbH", "ACME", Tz::Europe__Berlin, Sil2, 4, 9),
    customer("hudson", "Hudson & Daughters", "HUD", Tz::America__New_York, Sil3, 4, 6),
    customer("morningstar", "晨星物流", "MSL", Tz::Asia__Taipei, Sil1, 4, 12),
    customer("howe", "Howe Island Lodges", "HIL", Tz::Australia__Lord_Howe, Sil4, 4, 4),
    Customer {
        bad_month: Some(9),
        ..customer("himal", "Himal Tea Cooperative", "HTC", Tz::Asia__Kathmandu, Sil3, 4, 7)
    },
    customer("greenfield", "青田診所", "GFC", Tz::Asia__Taipei, Sil2, 4, 8),
    customer("thames", "Thames Legal LLP", "TL", Tz::Europe__London, Sil2, 3, 10),
    customer("rioclaro", "Rio Claro Cafés", "RCC", Tz::America__Sao_Paulo, Sil4, 3, 5),
    customer("harbour", "St. John’s Harbour", "SJH", Tz::America__St_Johns, Sil5, 3, 4),
    customer("tiles", "Casablanca Tiles", "CT", Tz::Africa__Casablanca, Sil3, 3, 5),
];

/// Services that several customers share, and the customers by their places in [`CUSTOMERS`].
const SHARED: [(&str, &str, &[usize]); 4] = [
    ("network", "網路", &[0, 1, 2, 3, 4, 5]),
    ("mail", "電子郵件", &[2, 3, 4, 5, 6, 7]),
    ("identity", "身分驗證", &[5, 6, 7, 8, 9]),
    ("backup", "備份", &[0, 3, 6, 9]),
];

/// What a customer's own services do.
const KINDS: [(&str, &str); 4] =
    [("shop", "商店"), ("api", "介接"), ("reports", "報表"), ("storage", "儲存")];

/// A service as it is sold.
#[derive(Clone, Debug)]
pub struct Sold {
    pub id: ServiceId,
    pub english: String,
    pub chinese: String,
    /// Places in [`CUSTOMERS`].
    pub customers: Vec<usize>,
}

/// All forty, the customers' own first.
pub fn services() -> Vec<Sold> {
    let mut all = Vec::new();
    for (place, customer) in CUSTOMERS.iter().enumerate() {
        for (kind, chinese) in KINDS.into_iter().take(customer.own) {
            all.push(Sold {
                id: ServiceId::new(format!("{}_{kind}", customer.id)),
                english: format!("{} {kind}", customer.name),
                chinese: format!("{}{chinese}", customer.name),
                customers: vec![place],
            });
        }
    }
    all.extend(SHARED.into_iter().map(|(id, chinese, customers)| Sold {
        id: ServiceId::new(id),
        english: format!("Shared {id}"),
        chinese: format!("共用{chinese}"),
        customers: customers.to_vec(),
    }));
    all
}

impl Customer {
    pub fn agreement(&self) -> AgreementId {
        AgreementId::new(self.id)
    }

    /// The customer's own services and those it shares.
    pub fn services(&self) -> BTreeSet<ServiceId> {
        let own = |sold: &Sold| {
            sold.customers.iter().any(|place| CUSTOMERS.get(*place).is_some_and(|it| it.id == self.id))
        };
        services().into_iter().filter(own).map(|sold| sold.id).collect()
    }

    /// Whoever speaks for the customer.
    pub fn people(&self) -> Vec<PersonId> {
        (0..self.people).map(|number| PersonId::new(format!("{}-{number}", self.id))).collect()
    }

    pub fn of(agreement: &AgreementId) -> Option<&'static Self> {
        CUSTOMERS.iter().find(|customer| customer.id == agreement.as_str())
    }
}

/// The provider's people; the last is the account manager.
pub const OPERATORS: [&str; 5] = ["anna", "ben", "chen", "dana", "maria"];

pub fn operator(number: i64) -> PersonId {
    let place = usize::try_from(number.rem_euclid(4)).unwrap_or(0);
    PersonId::from(OPERATORS[place])
}

pub fn manager() -> PersonId {
    PersonId::from("maria")
}

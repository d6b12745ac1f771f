//! Who may do what: every line a button, a form or a person can bring, by every kind of person, in every kind
//! of channel, with objects that are theirs, somebody else's, and not there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use upheld::chat::{Answer, Ask};
use upheld::core::event::{Act, IncidentNumber, PersonId};
use upheld::core::incident::Deed;
use upheld::core::time::Span;

use super::world::{OPS, World, said};

const LINES: &str = include_str!("../../data/desk_lines.txt");
const CUSTOMERS: [&str; 3] = ["acme", "formosa", "hudson"];

/// (name, reads everything, may act as operator, whom they speak for)
type Someone = (&'static str, bool, bool, &'static [&'static str]);
const PEOPLE: [Someone; 8] = [
    ("nobody", false, false, &[]),
    ("anna", true, true, &[]),
    ("maria", true, true, &[]),
    ("adam", true, false, &[]),
    ("jonas", false, false, &["acme"]),
    ("chen", false, false, &["formosa"]),
    ("hugo", false, false, &["hudson"]),
    ("dora", false, false, &["acme", "formosa"]),
];

/// (place, the channel around it, whose it is: `operators`, a customer, `alone`, or nobody's)
type Somewhere = (&'static str, Option<&'static str>, &'static str);
const PLACES: [Somewhere; 9] = [
    (OPS, None, "operators"),
    ("web:acme", None, "acme"),
    ("web:formosa", None, "formosa"),
    ("web:hudson", None, "hudson"),
    ("web:@me", None, "alone"),
    ("web:side", None, ""),
    // A thread has its channel's binding, unless it is bound itself; so has a forum topic.
    ("discord:100/200", Some("discord:100"), "acme"),
    ("discord:100/300", Some("discord:100"), "formosa"),
    ("telegram:-100/7", Some("telegram:-100"), "acme"),
];

/// Feedback: FB-1 is Acme's, FB-2 Formosa's, FB-3 Hudson's; FB-9999 is nowhere.
fn written(customer: &str) -> u32 {
    match customer {
        "acme" => 1,
        "formosa" => 2,
        _ => 3,
    }
}

/// Incidents by what each customer may know of: INC-1 is Acme's and Formosa's, INC-2 Acme's, INC-3 Formosa's
/// (and held back from Hudson), INC-4 Hudson's; INC-99 is nowhere.
fn known(customer: &str) -> &'static [u32] {
    match customer {
        "acme" => &[1, 2],
        "formosa" => &[1, 3],
        _ => &[4],
    }
}

const fn service(customer: &str) -> &'static str {
    match customer.as_bytes() {
        b"acme" => "checkout",
        b"formosa" => "api",
        _ => "backup",
    }
}

/// What a line can be given.
#[derive(Clone)]
struct Objects {
    incident: String,
    feedback: String,
    round: String,
    action: String,
    risk: String,
    review: String,
    agreement: String,
    service: String,
    team: String,
}

impl Objects {
    /// A customer's, with this incident.
    fn of(customer: &str, incident: u32) -> Self {
        Self {
            incident: format!("INC-{incident}"),
            feedback: format!("FB-{}", written(customer)),
            // Each was asked once, in the order in which they wrote.
            round: format!("SUR-{}", written(customer)),
            // So did each wish something, and each has a risk.
            action: format!("ACT-{}", written(customer)),
            risk: format!("RISK-{}", written(customer)),
            // And of each there was a review.
            review: format!("REV-{}", written(customer)),
            agreement: customer.to_owned(),
            service: service(customer).to_owned(),
            team: "nightwatch".to_owned(),
        }
    }

    fn fill(&self, template: &str) -> String {
        let line = template.replace("{i}", &self.incident).replace("{f}", &self.feedback);
        let line = line.replace("{u}", &self.round).replace("{a}", &self.agreement);
        let line = line.replace("{t}", &self.action).replace("{k}", &self.risk);
        let line = line.replace("{v}", &self.review);
        line.replace("{s}", &self.service).replace("{m}", &self.team)
    }

    /// With one object of somebody else's, and with one that is not there; and the two names.
    fn beside(&self, theirs: &Self) -> Vec<(Self, Self, (String, String))> {
        type Place = fn(&mut Objects) -> &mut String;
        let places: [(Place, &str); 9] = [
            (|objects| &mut objects.team, "zzzzzzzzzz"),
            (|objects| &mut objects.review, "REV-9999"),
            (|objects| &mut objects.feedback, "FB-9999"),
            (|objects| &mut objects.round, "SUR-9999"),
            (|objects| &mut objects.action, "ACT-9999"),
            (|objects| &mut objects.risk, "RISK-9999"),
            (|objects| &mut objects.incident, "INC-99"),
            (|objects| &mut objects.agreement, "zzzzzzzzzz"),
            (|objects| &mut objects.service, "zzzzzzzzzz"),
        ];
        let each = places.into_iter().map(|(place, nowhere)| {
            let (mut there, mut not_there) = (self.clone(), self.clone());
            let name = place(&mut theirs.clone()).clone();
            place(&mut there).clone_from(&name);
            place(&mut not_there).replace_range(.., nowhere);
            (there, not_there, (name, nowhere.to_owned()))
        });
        each.collect()
    }
}

/// What only this customer and the operators may read.
fn secrets(customer: &str) -> [&'static str; 3] {
    match customer {
        "acme" => ["CANARY-A", "Acme GmbH", "ACME-"],
        "formosa" => ["CANARY-F", "福爾摩沙", "FORMOSA-"],
        _ => ["CANARY-H", "Hudson Books", "HUDSON-"],
    }
}

async fn world() -> World {
    let world = World::start().await;
    for (who, place, line) in [
        ("jonas", "web:acme", "/report login CANARY-A nobody can log in"),
        ("chen", "web:formosa", "/report login CANARY-F nobody can log in"),
        ("jonas", "web:acme", "/report checkout CANARY-A orders hang"),
        ("chen", "web:formosa", "/report search CANARY-F nothing is found"),
        ("hugo", "web:hudson", "/report backup CANARY-H no file arrived"),
        ("jonas", "web:acme", "/complaint CANARY-A the invoices are wrong"),
        ("chen", "web:formosa", "/feedback CANARY-F the graphs are nice"),
        ("hugo", "web:hudson", "/complaint CANARY-H nobody answers"),
        ("anna", OPS, "/inbox close 1 CANARY-A it is corrected"),
        ("anna", OPS, "/survey send onboarding acme"),
        ("anna", OPS, "/survey send onboarding formosa"),
        ("anna", OPS, "/survey send onboarding hudson"),
        ("anna", OPS, "/note 1 CANARY-O the vendor is to blame"),
        ("anna", OPS, "/pause 1 --customer=acme CANARY-A waiting for you"),
        ("anna", OPS, "/pause 1 --customer=formosa CANARY-F waiting for you"),
        ("jonas", "web:acme", "/action add CANARY-A faster logins"),
        ("chen", "web:formosa", "/action add CANARY-F more graphs"),
        ("hugo", "web:hudson", "/action add CANARY-H answers by telephone"),
        ("anna", OPS, "/action add --customer=acme --hidden CANARY-O the vendor is to be replaced"),
        ("anna", OPS, "/risk add CANARY-A one gateway alone --customer=acme --probability=3 --impact=4"),
        ("anna", OPS, "/risk add CANARY-F one cable alone --customer=formosa --probability=3 --impact=4"),
        ("anna", OPS, "/risk add CANARY-H one disk alone --customer=hudson --probability=3 --impact=4"),
        ("anna", OPS, "/risk add CANARY-O the vendor fails --probability=3 --impact=4"),
        (
            "anna",
            OPS,
            "/risk add CANARY-O it may leave us --customer=acme --hidden --probability=3 --impact=4",
        ),
        ("maria", OPS, "/review draft acme last-month"),
        ("maria", OPS, "/review draft formosa last-month"),
        ("maria", OPS, "/review draft hudson last-month"),
        ("maria", OPS, "/review comment REV-1 incidents CANARY-A we were slow"),
        ("maria", OPS, "/review comment REV-2 incidents CANARY-F we were slow"),
        ("maria", OPS, "/review approve REV-1 --now"),
        ("maria", OPS, "/review approve REV-2 --now"),
        ("maria", OPS, "/review approve REV-3 --now"),
        ("maria", "discord:100", "/bind acme"),
        ("maria", "discord:100/300", "/bind formosa"),
        ("maria", "telegram:-100", "/bind acme"),
    ] {
        world.told(who, place, line).await;
    }
    issued(&world).await;
    for customer in ["acme", "formosa"] {
        let text = format!("/update 1 --customer={customer} {} we are on it", secrets(customer)[0]);
        let preview = world.told("anna", OPS, &text).await;
        said(world.press("anna", OPS, &super::world::behind(&preview, "Send")).await, "send");
    }
    world
}

/// Waits until the reviews that were approved are issued.
async fn issued(world: &World) {
    let mut changes = world.app.journal.changes();
    while world.app.journal.read().await.reviews.all().any(|(_, review)| review.is_draft()) {
        changes.changed().await.unwrap();
    }
}

/// What somebody sees somewhere: nothing, all, or some customers'.
fn scope((_, reads_all, _, represents): Someone, (_, _, whose): Somewhere) -> Option<BTreeSet<&'static str>> {
    let all = || CUSTOMERS.into_iter().collect::<BTreeSet<_>>();
    match whose {
        "operators" => reads_all.then(all),
        "alone" if reads_all => Some(all()),
        "alone" => (!represents.is_empty()).then(|| represents.iter().copied().collect()),
        "" => None,
        customer => (reads_all || represents.contains(&customer)).then(|| BTreeSet::from([customer])),
    }
}

/// Everything an answer shows and does, as one text.
fn whole(answer: &Answer) -> String {
    match answer {
        Answer::Say { spoken, private } => {
            format!("{private} {}\n{:?}", spoken.plain_text(), spoken.buttons)
        }
        Answer::Once(spoken) => format!("once {}\n{:?}", spoken.plain_text(), spoken.buttons),
        Answer::Form(form) => format!("{form:?}"),
        Answer::Nothing => "nothing".to_owned(),
    }
}

struct Walk {
    world: World,
    asked: AtomicUsize,
    /// How often somebody read a secret of their own.
    shown: AtomicUsize,
}

impl Walk {
    async fn ask(&self, who: Someone, place: Somewhere, line: &str) -> String {
        self.asked.fetch_add(1, Ordering::Relaxed);
        // Nobody here asks more than their share.
        self.world.pass(Span::from_seconds(20));
        let direct = format!("web:@{}", who.0);
        let at = if place.2 == "alone" { direct.as_str() } else { place.0 };
        whole(&self.world.put_under(who.0, at, place.1, Ask::Line(line.to_owned())).await)
    }

    async fn everywhere(&self, who: Someone, lines: &[&str]) {
        for place in PLACES {
            for line in lines {
                // What operators do among themselves is theirs to do, and would change what is walked; so is
                // what a manager does to channels.
                let theirs = who.2 && matches!(place.2, "operators" | "alone");
                let manages = who.0 == "maria" && (*line == "bind operators" || *line == "bind {a}");
                // In threads these are enough.
                let elsewhere = place.1.is_some() && !["anna", "jonas", "chen"].contains(&who.0);
                if !theirs && !manages && !elsewhere {
                    self.line(who, place, line).await;
                }
            }
        }
    }

    /// One line with every object it can be given.
    async fn line(&self, who: Someone, place: Somewhere, template: &str) {
        let seen = scope(who, place);
        let staff = who.1 && matches!(place.2, "operators" | "alone");
        let mine = seen.iter().flatten().next().copied();
        let foreign =
            CUSTOMERS.into_iter().find(|customer| !seen.iter().flatten().any(|own| own == customer));
        let incidents: BTreeSet<u32> =
            seen.iter().flatten().flat_map(|customer| known(customer)).copied().collect();
        // Their own.
        let own = Objects::of(mine.unwrap_or("acme"), incidents.first().copied().unwrap_or(1));
        let answer = self.ask(who, place, &own.fill(template)).await;
        self.check(who, place, template, &answer);
        if staff || seen.is_none() {
            return;
        }
        // Somebody else's and what is not there give the same answer, but for its name.
        let hidden = (1..=4).find(|number| !incidents.contains(number)).unwrap();
        let theirs = Objects::of(foreign.unwrap_or("hudson"), hidden);
        for (there, not_there, what) in own.beside(&theirs) {
            let (there, not_there) = (there.fill(template), not_there.fill(template));
            if there == not_there {
                continue;
            }
            let answer = self.ask(who, place, &there).await;
            self.check(who, place, &there, &answer);
            let missing = self.ask(who, place, &not_there).await;
            // A manager may name customers anywhere, to tie channels and to invite.
            if !(template.starts_with("bind") || template.starts_with("invite")) {
                assert_eq!(
                    answer.replace(&what.0, &what.1),
                    missing,
                    "{} in {}: {there} | {not_there}",
                    who.0,
                    place.0
                );
            }
        }
    }

    fn check(&self, who: Someone, place: Somewhere, line: &str, answer: &str) {
        let seen = scope(who, place);
        let staff = who.1 && matches!(place.2, "operators" | "alone");
        // What a person is, and whom a manager can tie a channel to or invite for, is for them alone to read.
        let own = line.starts_with("whoami")
            || matches!(line, "privacy" | "privacy export" | "privacy export --page=2" | "privacy erase");
        let managed = who.0 == "maria" && (line.starts_with("bind") || line.starts_with("invite"));
        if staff || own || managed {
            return;
        }
        let at = format!("{} in {}: {line}\n{answer}", who.0, place.0);
        let own = seen.iter().flatten().any(|own| answer.contains(secrets(own)[0]));
        self.shown.fetch_add(usize::from(own), Ordering::Relaxed);
        assert!(!answer.contains("CANARY-O"), "{at}");
        for customer in CUSTOMERS {
            if seen.iter().flatten().all(|own| *own != customer) {
                for secret in secrets(customer) {
                    assert!(!answer.contains(secret), "{secret}: {at}");
                }
            }
        }
    }

    async fn deeds(&self) -> Vec<Deed> {
        let state = self.world.app.journal.read().await;
        let now = self.world.app.journal.now();
        (1..=20)
            .filter_map(|number| state.incident(IncidentNumber(number), now))
            .flat_map(|i| i.deeds)
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_does_what_is_not_theirs() {
    let walk = Walk { world: world().await, asked: AtomicUsize::new(0), shown: AtomicUsize::new(0) };
    let before: BTreeSet<String> = walk.deeds().await.into_iter().map(|deed| deed.id).collect();
    let lines: Vec<&str> = LINES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    // All at once, as people do.
    futures_util::future::join_all(PEOPLE.map(|who| walk.everywhere(who, &lines))).await;
    let asked = walk.asked.load(Ordering::Relaxed);
    assert!(asked > 5_000, "{asked}");
    assert!(walk.shown.load(Ordering::Relaxed) > 20, "the secrets are where they could be read");
    println!("{asked} lines were walked");

    let directory = walk.world.app.directory.get();
    let people: BTreeMap<PersonId, Someone> = PEOPLE
        .into_iter()
        .filter_map(|someone| {
            let account = format!("web:{}", someone.0).parse().unwrap();
            Some((directory.person(&account)?.id.clone(), someone))
        })
        .collect();
    let mut done = 0;
    for deed in walk.deeds().await.into_iter().filter(|deed| !before.contains(&deed.id)) {
        let (who, _, _, represents) = people[&deed.by];
        let whose = deed.act.agreement().map(|agreement| agreement.as_str().to_owned());
        assert!(
            matches!(deed.act, Act::Reported { .. } | Act::Said { .. } | Act::Reopened { .. })
                && whose.as_deref().is_some_and(|whose| represents.contains(&whose)),
            "{who}: {deed:?}"
        );
        done += 1;
    }
    assert!(done > 0, "what is theirs they may do");
    let state = walk.world.app.journal.read().await;
    let mut said = 0;
    for (number, feedback) in state.voice.all_feedback() {
        let whose = feedback.agreement.as_str();
        let steps = feedback.steps.iter().filter_map(|step| step.by.as_ref());
        for by in steps.chain(&feedback.by) {
            let (who, _, staff, represents) = people[by];
            // Only the operators' own word of before stands there, and what is the customer's to say.
            assert!(represents.contains(&whose) || (staff && number.0 == 1), "{who}: {number} {feedback:?}");
            said += 1;
        }
    }
    assert!(said > 10, "what is theirs they may say");
    let mut wished = 0;
    for (number, action) in state.improvement.actions().filter(|(number, _)| number.0 != 4) {
        let whose = action.agreement.as_ref().map(|agreement| agreement.as_str().to_owned());
        // Meanwhile a month may have ended, and Upheld itself have asked for something.
        let Some(by) = &action.by else { continue };
        let (who, _, _, represents) = people[by];
        assert!(
            whose.is_some_and(|whose| represents.contains(&whose.as_str())),
            "{who}: {number} {action:?}"
        );
        assert!(action.steps.is_empty(), "{number} {action:?}");
        wished += 1;
    }
    assert!(wished > 10, "what they wish they may say");
    for (number, risk) in state.improvement.risks() {
        assert!(risk.steps.iter().all(|step| step.by.is_none()), "{number}: only operators touch a risk");
    }
    drop(state);
    walk.world.app.stop().await;
}

//! Who may do what, and where: rights come from the person, limits from the channel.

use std::collections::BTreeSet;

use crate::commands::spec::{ActionDo, Command, QuoteHow, ReviewDo, RiskDo, SurveyAction};
use crate::core::event::{AgreementId, PersonId};

/// What a person may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Operator,
    Manager,
    /// Reads everything, changes nothing.
    Auditor,
}

/// A person as Upheld knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    pub roles: BTreeSet<Role>,
    /// The agreements they represent as a customer.
    pub represents: BTreeSet<AgreementId>,
}

impl Rights {
    /// Whether it is one of the provider's people, whatever they may do.
    pub fn is_staff(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Whether somebody may read of a customer: the provider's people of all, representatives of theirs.
    pub fn may_see(&self, agreement: &AgreementId) -> bool {
        self.is_staff() || self.represents.contains(agreement)
    }
}

/// What a channel is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Operators,
    Customer(AgreementId),
    /// A conversation with one person.
    Direct,
    /// Tied to nothing yet.
    Unbound,
}

/// Somebody asking somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// None for an account that nobody has introduced.
    pub person: Option<PersonId>,
    pub rights: Rights,
    pub place: Place,
    /// The words were typed where others read them.
    pub aloud: bool,
}

/// What a caller sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything, with the operators' words, but these agreements, whose data may not go where the answer
    /// goes.
    AllBut(BTreeSet<AgreementId>),
    /// What is theirs, with the customer's words.
    Of(BTreeSet<AgreementId>),
}

impl Scope {
    /// What rights alone can give.
    pub const ALL: Self = Self::AllBut(BTreeSet::new());

    pub fn includes(&self, agreement: &AgreementId) -> bool {
        match self {
            Self::AllBut(withheld) => !withheld.contains(agreement),
            Self::Of(agreements) => agreements.contains(agreement),
        }
    }

    /// The same without these agreements.
    #[must_use]
    pub fn without(self, withheld: BTreeSet<AgreementId>) -> Self {
        match self {
            Self::AllBut(mut hidden) => {
                hidden.extend(withheld);
                Self::AllBut(hidden)
            }
            Self::Of(mut agreements) => {
                agreements.retain(|agreement| !withheld.contains(agreement));
                Self::Of(agreements)
            }
        }
    }
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody knows this account.
    Stranger,
    /// The person may not.
    Role,
    /// Not in this channel, because the customer reads here.
    CustomerChannel,
    /// Not in this channel, because it is tied to nothing.
    Unbound,
    /// Only where nobody else reads.
    Private,
    /// Only in a channel that belongs to the customer.
    NotYours,
}

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody, anywhere.
    Nothing,
    /// Anybody, but only where nobody else reads or the platform hides the words.
    Nobody,
    /// Somebody Upheld knows; what they see depends on their scope.
    Reader,
    /// An operator or manager, where no customer reads.
    Operator,
    /// A manager, where no customer reads.
    Manager,
    /// A manager, anywhere: the command ties channels.
    ManagerAnywhere,
    /// A customer representative, in their own channel or alone.
    Customer,
    /// An operator among operators, or a customer for their own.
    Either,
    /// An operator or manager anywhere.
    OperatorAnywhere,
}

/// What each thing needs that is done about reviews.
const fn review(action: Option<ReviewDo>) -> Need {
    match action {
        None | Some(ReviewDo::List | ReviewDo::Next | ReviewDo::Show | ReviewDo::Now) => Need::Reader,
        Some(ReviewDo::Draft | ReviewDo::Comment) => Need::Operator,
        Some(ReviewDo::Approve | ReviewDo::Drop | ReviewDo::Schedule | ReviewDo::Link) => Need::Manager,
        Some(ReviewDo::Agenda | ReviewDo::Minutes | ReviewDo::Sign) => Need::Either,
    }
}

/// What each command needs. Exhaustive, so that no command can be forgotten.
pub fn need(command: &Command) -> Need {
    match command {
        command if command.is_list() => Need::Reader,
        Command::Help { .. } | Command::Whoami => Need::Nothing,
        // What somebody allowed they can take back, whatever else they may.
        Command::Quote { how: Some(QuoteHow::No), .. } => Need::Nothing,
        Command::Join { .. } | Command::Link { .. } | Command::Privacy { .. } => Need::Nobody,
        Command::Status { .. }
        | Command::Why { .. }
        | Command::Incidents { .. }
        | Command::Incident { .. }
        | Command::Log { .. }
        | Command::Voice { .. }
        | Command::Notify { .. } => Need::Reader,
        Command::Survey { action, .. } => match action {
            None
            | Some(SurveyAction::List | SurveyAction::Results | SurveyAction::Stop | SurveyAction::Start) => {
                Need::Reader
            }
            Some(SurveyAction::Send | SurveyAction::Close | SurveyAction::Record | SurveyAction::Link) => {
                Need::Operator
            }
        },
        Command::Action { action: None | Some(ActionDo::List | ActionDo::Show), .. }
        | Command::Risk { action: None | Some(RiskDo::List | RiskDo::Show), .. } => Need::Reader,
        // What a customer adds is their wish.
        Command::Action { action: Some(ActionDo::Add), .. } => Need::Either,
        Command::Action { .. } | Command::Risk { .. } => Need::Operator,
        Command::Review { action, .. } => review(*action),
        Command::Open { .. }
        | Command::Ack { .. }
        | Command::Resolve { .. }
        | Command::Priority { .. }
        | Command::Pause { .. }
        | Command::Resume { .. }
        | Command::Cause { .. }
        | Command::Note { .. }
        | Command::Update { .. }
        | Command::Publish { .. }
        | Command::Call { .. }
        | Command::Inbox { .. }
        | Command::Scorecard { .. }
        | Command::Drill { .. }
        | Command::Preview { .. } => Need::Operator,
        Command::Report { .. }
        | Command::Say { .. }
        | Command::Feedback { .. }
        | Command::Complaint { .. }
        | Command::Settled { .. }
        | Command::Quote { .. }
        | Command::Answer { .. }
        | Command::Comment { .. } => Need::Customer,
        Command::Reopen { .. } => Need::Either,
        Command::Invite { .. } | Command::Revoke { .. } | Command::Reload => Need::Manager,
        Command::Bind { .. } => Need::ManagerAnywhere,
        Command::Test => Need::OperatorAnywhere,
    }
}

/// Whether the caller may run the command here, and what they see of the world if so.
///
/// # Errors
/// The reason for a refusal; it never depends on whether the object exists.
pub fn access(caller: &Caller, command: &Command) -> Result<Scope, Refusal> {
    let staff = caller.rights.roles.contains(&Role::Operator) || caller.rights.roles.contains(&Role::Manager);
    let manager = caller.rights.roles.contains(&Role::Manager);
    let reads_all = staff || caller.rights.roles.contains(&Role::Auditor);
    let need = need(command);
    if caller.person.is_none() && !matches!(need, Need::Nothing | Need::Nobody) {
        return Err(Refusal::Stranger);
    }
    match need {
        Need::Nobody if caller.aloud => Err(Refusal::Private),
        Need::Nothing | Need::Nobody => Ok(scope(caller, reads_all).unwrap_or(Scope::Of(BTreeSet::new()))),
        Need::Reader => scope(caller, reads_all),
        Need::Operator => among_operators(caller, staff),
        Need::Manager => among_operators(caller, manager),
        Need::ManagerAnywhere if manager => Ok(Scope::ALL),
        Need::OperatorAnywhere if staff => Ok(Scope::ALL),
        Need::ManagerAnywhere | Need::OperatorAnywhere => Err(Refusal::Role),
        Need::Customer => as_customer(caller),
        Need::Either => match caller.place {
            Place::Operators => among_operators(caller, staff),
            _ => as_customer(caller)
                .or_else(|refusal| if staff { among_operators(caller, staff) } else { Err(refusal) }),
        },
    }
}

fn among_operators(caller: &Caller, may: bool) -> Result<Scope, Refusal> {
    match (&caller.place, may) {
        (_, false) => Err(Refusal::Role),
        (Place::Operators | Place::Direct, true) => Ok(Scope::ALL),
        (Place::Customer(_), true) => Err(Refusal::CustomerChannel),
        (Place::Unbound, true) => Err(Refusal::Unbound),
    }
}

fn as_customer(caller: &Caller) -> Result<Scope, Refusal> {
    if caller.rights.represents.is_empty() {
        return Err(Refusal::Role);
    }
    match &caller.place {
        Place::Customer(agreement) if caller.rights.represents.contains(agreement) => {
            Ok(Scope::Of(BTreeSet::from([agreement.clone()])))
        }
        Place::Direct => Ok(Scope::Of(caller.rights.represents.clone())),
        Place::Customer(_) | Place::Operators | Place::Unbound => Err(Refusal::NotYours),
    }
}

fn scope(caller: &Caller, reads_all: bool) -> Result<Scope, Refusal> {
    let represents = &caller.rights.represents;
    match &caller.place {
        // In a customer's channel everybody sees what the customer sees, and nothing else.
        Place::Customer(agreement) if reads_all || represents.contains(agreement) => {
            Ok(Scope::Of(BTreeSet::from([agreement.clone()])))
        }
        Place::Operators | Place::Direct if reads_all => Ok(Scope::ALL),
        Place::Direct if !represents.is_empty() => Ok(Scope::Of(represents.clone())),
        Place::Unbound if reads_all || !represents.is_empty() => Err(Refusal::Unbound),
        Place::Customer(_) | Place::Operators if reads_all || !represents.is_empty() => {
            Err(Refusal::NotYours)
        }
        _ => Err(Refusal::Role),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::spec;

    fn people() -> Vec<(&'static str, Option<PersonId>, Rights)> {
        let rights = |roles: &[Role], represents: &[&str]| Rights {
            roles: roles.iter().copied().collect(),
            represents: represents.iter().map(|id| AgreementId::from(*id)).collect(),
        };
        let known = Some(PersonId::new("p"));
        vec![
            ("stranger", None, rights(&[], &[])),
            ("operator", known.clone(), rights(&[Role::Operator], &[])),
            ("manager", known.clone(), rights(&[Role::Manager], &[])),
            ("auditor", known.clone(), rights(&[Role::Auditor], &[])),
            ("acme", known.clone(), rights(&[], &["acme"])),
            ("both", known, rights(&[], &["acme", "hudson"])),
        ]
    }

    fn places() -> [Place; 5] {
        [
            Place::Operators,
            Place::Customer("acme".into()),
            Place::Customer("formosa".into()),
            Place::Direct,
            Place::Unbound,
        ]
    }

    /// Every command, every kind of person, every kind of channel.
    #[test]
    fn nobody_sees_or_does_what_is_not_theirs() {
        let mut walked = 0;
        for name in spec::names() {
            let command = spec::read(std::slice::from_ref(&name)).unwrap();
            for (who, person, rights) in people() {
                for (place, aloud) in
                    places().into_iter().flat_map(|place| [(place.clone(), true), (place, false)])
                {
                    let (person, rights) = (person.clone(), rights.clone());
                    let caller = Caller { person, rights, place, aloud };
                    let granted = access(&caller, &command);
                    check(&name, who, &caller, need(&command), &granted);
                    walked += 1;
                }
            }
        }
        assert_eq!(walked, spec::names().len() * 60);
    }

    fn check(name: &str, who: &str, caller: &Caller, need: Need, granted: &Result<Scope, Refusal>) {
        let at = format!("{name} by {who} in {:?}", caller.place);
        let free = need == Need::Nothing || (need == Need::Nobody && !caller.aloud);
        if caller.person.is_none() {
            assert_eq!(granted.is_ok(), free, "{at}");
        }
        let Ok(scope) = granted else { return };
        let staff =
            caller.rights.roles.contains(&Role::Operator) || caller.rights.roles.contains(&Role::Manager);
        let reads_all = !caller.rights.roles.is_empty();
        // Everything is seen only by those who may, and never where a customer reads but by commands that
        // show nothing of anybody.
        if *scope == Scope::ALL {
            assert!(reads_all, "{at}");
            let shows_nothing = matches!(need, Need::ManagerAnywhere | Need::OperatorAnywhere);
            assert!(!matches!(caller.place, Place::Customer(_) | Place::Unbound) || shows_nothing, "{at}");
        }
        if let (Place::Customer(agreement), Scope::Of(seen)) = (&caller.place, scope) {
            assert!(seen.iter().all(|other| other == agreement), "{at}");
        }
        if let Scope::Of(seen) = scope {
            assert!(reads_all || seen.is_subset(&caller.rights.represents), "{at}");
        }
        match need {
            Need::Operator => {
                assert!(staff && matches!(caller.place, Place::Operators | Place::Direct), "{at}")
            }
            Need::Manager | Need::ManagerAnywhere => {
                assert!(caller.rights.roles.contains(&Role::Manager), "{at}")
            }
            Need::OperatorAnywhere => assert!(staff, "{at}"),
            Need::Customer => assert!(!caller.rights.represents.is_empty(), "{at}"),
            Need::Nothing | Need::Nobody | Need::Reader | Need::Either => {}
        }
    }

    /// What is walked through the real desk (`tests/it/desk/access.rs`) is all there is.
    #[test]
    #[expect(clippy::too_many_lines, reason = "a list of every form there is")]
    fn the_walk_knows_every_command_button_and_form() {
        use crate::core::doc::Press;
        use crate::core::event::{CauseCategory, IncidentNumber};
        use crate::core::improvement::{ActionNumber, RiskNumber};
        use crate::core::notice::feedback::forms as feedback;
        use crate::core::notice::improvement::forms as improvement;
        use crate::core::notice::review::forms as review;
        use crate::core::notice::view::Localized;
        use crate::core::notice::{forms, samples};
        use crate::core::review::{ReviewNumber, Section};
        use crate::core::voice::{FeedbackKind, FeedbackNumber};

        let walked: BTreeSet<&str> = include_str!("../../tests/data/desk_lines.txt").lines().collect();
        let number = IncidentNumber(42);
        let written = FeedbackNumber(12);
        let (action, risk) = (ActionNumber(7), RiskNumber(3));
        let history = samples::history_lines().into_iter();
        let history = history.flat_map(|(_, operators, customer)| std::iter::once(operators).chain(customer));
        let docs = samples::all().into_iter().map(|(_, doc)| doc).chain(history);
        let pressed = docs.flat_map(|doc| doc.buttons).filter_map(|button| match button.press {
            Press::Command(line) => Some(line),
            Press::Open(_) => None,
        });
        let one = forms::Whom::One("acme".to_owned(), String::new());
        let all = forms::Whom::AllOf(Vec::new());
        let name = Localized::new();
        let filled = [
            forms::update(number, &one, None),
            forms::update(number, &all, None),
            forms::note(number),
            forms::say(number),
            forms::pause(number, &one),
            forms::pause(number, &all),
            forms::priority(number, crate::core::agreement::Priority::P1),
            forms::cause(number, CauseCategory::Software, spec::cause_name),
            forms::report("checkout", &name),
            forms::open("checkout", &name),
            feedback::write(FeedbackKind::Feedback, None, &[]),
            feedback::write(FeedbackKind::Complaint, None, &[]),
            feedback::write(FeedbackKind::Feedback, Some(number), &[]),
            feedback::write(FeedbackKind::Complaint, Some(number), &[]),
            feedback::add(written),
            feedback::unsettled(written),
            feedback::answer(written, &"p".into()),
            feedback::close(written, &"p".into()),
            feedback::label(written, &[]),
            forms::survey_words(crate::core::voice::RoundNumber(7), "4,", &name, false),
            forms::survey_comment(crate::core::voice::RoundNumber(7)),
            improvement::add(&[]),
            improvement::wish(),
            improvement::plan(action, true, &[]),
            improvement::due(action),
            improvement::done(action),
            improvement::drop(action),
            improvement::risk(&[]),
            improvement::score(risk),
            improvement::review(risk),
            improvement::mitigate(risk),
            improvement::accept(risk),
            improvement::close(risk),
            improvement::dismiss(risk),
            review::comment(ReviewNumber(7), Section::Incidents),
            review::meeting(ReviewNumber(7), true),
            review::meeting(ReviewNumber(7), false),
        ];
        for line in pressed.chain(filled.map(|form| form.command)) {
            let words = line.split(' ').map(|word| match word.split_once('-') {
                Some(("INC" | "DRILL", _)) => "{i}".to_owned(),
                Some(("FB", _)) => "{f}".to_owned(),
                Some(("SUR", _)) => "{u}".to_owned(),
                Some(("ACT", _)) => "{t}".to_owned(),
                Some(("RISK", _)) => "{k}".to_owned(),
                Some(("REV", _)) => "{v}".to_owned(),
                _ => word.replace("acme", "{a}").replace("checkout", "{s}"),
            });
            let template = words.collect::<Vec<_>>().join(" ");
            assert!(walked.contains(template.as_str()), "{line}: add {template}");
        }
        for name in spec::names() {
            assert!(walked.iter().any(|line| line.split(' ').next() == Some(&name)), "add {name}");
        }
    }
}

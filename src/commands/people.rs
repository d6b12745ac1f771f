//! The commands about people and channels: who is who, what they want to be told, and whose channel this is.

use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::choose;
use crate::commands::desk::Desk;
use crate::commands::spec::{Command, InviteRole, NotifyHow, NotifyKind};
use crate::core::doc::{Block, Doc, Field, Line, Text, Value, Weight};
use crate::core::event::AgreementId;
use crate::store::people::{Accept, Invite, Role, SetNotify, Token, Withdraw};
use crate::store::record::Chain;

impl Desk {
    /// `/whoami`
    pub fn whoami(&self, asking: &Asking) -> Outcome {
        let directory = self.directory().get();
        let mut doc = match asking.person.as_ref().and_then(|person| directory.people.get(person)) {
            None => asking
                .say(Text::key("whoami-stranger").with("account", Value::Code(asking.account.to_string())))
                .line(Text::key("whoami-join")),
            Some(person) => {
                let head = Text::key("whoami-known").with("person", Value::Untrusted(person.name.clone()));
                let roles = person.roles.iter().map(|role| role_line(&directory, role)).collect();
                asking
                    .say(head.with("account", Value::Code(asking.account.to_string())))
                    .block(Block::List(roles))
            }
        };
        let place =
            match directory.binding(&asking.from, asking.parent.as_ref()).map(|binding| &binding.audience) {
                _ if asking.from.direct => Text::key("place-direct"),
                Some(Chain::Operators) => Text::key("place-operators"),
                Some(Chain::Customer(agreement)) => {
                    Text::key("place-customer").with("customer", customer_name(&directory, agreement))
                }
                None => Text::key("place-unbound"),
            };
        doc = doc.line(place);
        doc.footer = Text::key("whoami-locale")
            .with("language", Value::Name(asking.locale.language.tag().to_owned()))
            .with("zone", Value::Name(asking.locale.zone.name().to_owned()))
            .into();
        Ok(Reply::Private(doc))
    }

    /// `/notify [kind] [how]`
    pub async fn notify(&self, asking: &Asking, kind: Option<NotifyKind>, how: Option<NotifyHow>) -> Outcome {
        let Some(person) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let directory = self.directory().get();
        let staff = directory.reads_all(&person);
        let kinds = if staff { &NotifyKind::ALL[..] } else { &NotifyKind::OF_CUSTOMERS[..] };
        if let Some(kind) = kind.filter(|kind| !kinds.contains(kind)) {
            let choices = kinds.iter().map(|kind| Value::Code(kind_name(*kind).to_owned())).collect();
            let text =
                Text::key("error-notify-operators").with("kind", Value::Code(kind_name(kind).to_owned()));
            return Err(asking.refuse(text.with("choices", Value::List(choices))));
        }
        let mut wishes = directory.wishes.get(&person).cloned().unwrap_or_default();
        if let (Some(kind), Some(how)) = (kind, how) {
            wishes.0.insert(kind, how);
            let notify = serde_json::to_string(&wishes).unwrap_or_default();
            let stored = self.store().write(SetNotify { person, notify }).await;
            self.stored(asking, stored).await?;
        }
        let mut doc = asking.say(Text::key("notify-head"));
        let usual = if staff { "notify-default" } else { "notify-default-customer" };
        let fields = kinds.iter().map(|kind| Field {
            name: Text::key(kind_key(*kind, staff)).into(),
            verdict: None,
            value: Text::key(wishes.0.get(kind).map_or(usual, |how| how_key(*how))).into(),
        });
        doc = doc.block(Block::Fields(fields.collect()));
        if let Some(kind) = kind.filter(|_| how.is_none()) {
            for how in [NotifyHow::Wake, NotifyHow::Digest, NotifyHow::Off] {
                doc = doc.button(
                    Text::key(how_key(how)),
                    format!("notify {} {}", kind_name(kind), how_name(how)),
                    Weight::Secondary,
                );
            }
        } else {
            for kind in kinds {
                doc = doc.button(
                    Text::key(kind_key(*kind, staff)),
                    how.map_or_else(
                        || format!("notify {}", kind_name(*kind)),
                        |how| format!("notify {} {}", kind_name(*kind), how_name(how)),
                    ),
                    Weight::Secondary,
                );
            }
        }
        Ok(Reply::Private(doc))
    }

    /// `/invite <role> [customer]`
    pub async fn invite(&self, asking: &Asking, role: Option<InviteRole>, customer: Option<&str>) -> Outcome {
        let directory = self.directory().get();
        let customer = customer.filter(|named| !named.trim().is_empty());
        let instead = |id: &AgreementId| format!("invite customer {id}");
        // Who names a customer means a representative.
        let role = match role.or(customer.map(|_| InviteRole::Customer)) {
            None => {
                let roles = [
                    ("role-operator", "operator"),
                    ("role-manager", "manager"),
                    ("role-customer", "customer"),
                ];
                let doc = asking.say(Text::key("choose-role"));
                return Err(roles.into_iter().fold(doc, |doc, (key, role)| {
                    let label = Text::Value(Value::Term(key.into()));
                    doc.button(label, format!("invite {role}"), Weight::Secondary)
                }));
            }
            Some(InviteRole::Operator) => Role::Operator,
            Some(InviteRole::Manager) => Role::Manager,
            Some(InviteRole::Customer) => {
                let known = customers(asking, &directory);
                let Some(name) = customer else {
                    return Err(choose::offer_customers(asking, &known, instead));
                };
                let named = directory.agreement_named(name);
                Role::Customer(named.ok_or_else(|| choose::no_customer(asking, &known, name, instead))?)
            }
        };
        let token = Token::new().map_err(|error| {
            tracing::error!(%error, "no invitation could be made");
            asking.refuse_key("error-not-stored")
        })?;
        let expires = asking.now + directory.config.settings.platforms.invitation;
        let created_by = asking.person.clone();
        let stored =
            self.store().write(Invite { hash: token.hash, role, created_by, now: asking.now, expires }).await;
        self.stored(asking, stored).await?;
        let doc = asking
            .say(Text::key("done-invited").with("until", Value::Moment(expires)))
            .line(Text::Value(Value::Code(format!("/join {}", token.secret))));
        let settings = &directory.config.settings;
        if settings.platforms.web.is_none() {
            return Ok(Reply::Once(doc));
        }
        let link = format!("{}/join/{}", settings.server.public_url.trim_end_matches('/'), token.secret);
        let doc = doc.line(Text::key("done-invited-link")).line(Text::Value(Value::Code(link)));
        Ok(Reply::Once(doc))
    }

    /// A secret was said where others read it: it is worth nothing any more, whoever said it.
    pub async fn aloud(&self, asking: &Asking, command: &Command, name: &str) -> Doc {
        let named = |key: &'static str| Text::key(key).with("command", Value::Code(format!("/{name}")));
        if let Command::Link { code: Some(code) } = command {
            self.burn(code, asking.now);
            return asking.refuse_key("link-said-aloud");
        }
        let Command::Join { token: Some(token) } = command else {
            return asking.refuse(named("error-private"));
        };
        let withdrawn = Withdraw { hash: Token::hash(token), now: asking.now };
        match self.store().write(withdrawn).await {
            Ok(found) => tracing::warn!(account = %asking.account, found, "an invitation was said aloud"),
            Err(error) => tracing::error!(%error, "an invitation said aloud could not be withdrawn"),
        }
        if !self.may_try(&asking.account, asking.now) {
            return asking.refuse_key("error-too-often");
        }
        asking.refuse(named("error-said-aloud"))
    }

    /// `/join <token>`
    pub async fn join(&self, asking: &Asking, token: Option<&str>) -> Outcome {
        let Some(token) = token else { return Err(asking.refuse_key("error-join-how")) };
        if !self.may_try(&asking.account, asking.now) {
            return Err(asking.refuse_key("error-too-often"));
        }
        let accept = Accept {
            hash: Token::hash(token),
            account: Some(asking.account.clone()),
            name: asking.display_name.clone(),
            now: asking.now,
        };
        match self.store().write(accept).await {
            Ok(Ok((_, role))) => {
                self.refreshed(asking).await?;
                let directory = self.directory().get();
                Ok(Reply::Private(
                    asking
                        .say(Text::key("done-joined"))
                        .block(Block::List(vec![role_line(&directory, &role)])),
                ))
            }
            Ok(Err(why)) => {
                tracing::info!(?why, account = %asking.account, "an invitation was not accepted");
                Err(asking.refuse_key("error-invitation"))
            }
            Err(error) => {
                tracing::error!(%error, "an invitation could not be looked up");
                Err(asking.refuse_key("error-not-stored"))
            }
        }
    }

    /// Passes on what was stored, and has everybody see it.
    pub(super) async fn stored(
        &self,
        asking: &Asking,
        stored: Result<(), crate::store::StoreError>,
    ) -> Result<(), Doc> {
        if let Err(error) = stored {
            tracing::error!(%error, "a change could not be stored");
            return Err(asking.refuse_key("error-not-stored"));
        }
        self.refreshed(asking).await
    }

    async fn refreshed(&self, asking: &Asking) -> Result<(), Doc> {
        self.directory().refresh().await.map_err(|error| {
            tracing::error!(%error, "the directory could not be read again");
            asking.refuse_key("error-not-read")
        })
    }
}

pub(super) fn customer_name(directory: &crate::directory::Directory, agreement: &AgreementId) -> Value {
    let file = directory.config.agreements.get(agreement);
    Value::Name(file.map_or_else(|| agreement.to_string(), |file| file.terms.customer.clone()))
}

pub(super) fn role_line(directory: &crate::directory::Directory, role: &Role) -> Line {
    match role {
        Role::Operator => Text::key("role-operator").into(),
        Role::Manager => Text::key("role-manager").into(),
        Role::Auditor => Text::key("role-auditor").into(),
        Role::Customer(agreement) => {
            Text::key("role-customer-of").with("customer", customer_name(directory, agreement)).into()
        }
    }
}

/// The customers of the configuration that may be named where the answer goes.
pub(super) fn customers(
    asking: &Asking,
    directory: &crate::directory::Directory,
) -> Vec<(AgreementId, String)> {
    let files = directory.config.agreements.iter();
    let files = files.filter(|(id, _)| directory.may_leave(id, asking.from.platform));
    files.map(|(id, file)| (id.clone(), file.terms.customer.clone())).collect()
}

const fn kind_key(kind: NotifyKind, staff: bool) -> &'static str {
    match kind {
        NotifyKind::Said if !staff => "notify-updated",
        NotifyKind::Opened => "notify-opened",
        NotifyKind::AtRisk => "notify-at-risk",
        NotifyKind::Late => "notify-late",
        NotifyKind::Call => "notify-call",
        NotifyKind::Said => "notify-said",
        NotifyKind::Resolved => "notify-resolved",
    }
}

const fn kind_name(kind: NotifyKind) -> &'static str {
    match kind {
        NotifyKind::Opened => "opened",
        NotifyKind::AtRisk => "at_risk",
        NotifyKind::Late => "late",
        NotifyKind::Call => "call",
        NotifyKind::Said => "said",
        NotifyKind::Resolved => "resolved",
    }
}

const fn how_key(how: NotifyHow) -> &'static str {
    match how {
        NotifyHow::Wake => "notify-wake",
        NotifyHow::Digest => "notify-digest",
        NotifyHow::Off => "notify-off",
    }
}

const fn how_name(how: NotifyHow) -> &'static str {
    match how {
        NotifyHow::Wake => "wake",
        NotifyHow::Digest => "digest",
        NotifyHow::Off => "off",
    }
}

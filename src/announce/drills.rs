//! What is told of a drill: the same as of an incident, by the same rules, and every message says that it is one.
//!
//! It passes by whatever would let it weigh on real incidents: storms, the count of messages that ring, what people
//! collect. Its messages are marked here, at the one place where they come from.

use super::{Composing, Letter, Scene, card_key, view};
use crate::core::decide::NoticeKind;
use crate::core::event::{AgreementId, IncidentNumber};
use crate::core::notice::drill;
use crate::store::outbox::Urgency;

impl Composing<'_> {
    /// Tells what is new of a drill.
    pub(super) fn drill(&mut self, number: IncidentNumber, kinds: &[&NoticeKind]) {
        let before = (self.out.posts.len(), self.out.cards.len());
        self.exercise = true;
        self.planning(number, kinds);
        if let Some(incident) = self.state.attended(number, self.now) {
            let scene = self.scene(number, &incident, kinds);
            self.exercised(&scene);
        }
        self.exercise = false;
        let posts = self.out.posts.iter_mut().skip(before.0);
        for message in posts.chain(self.out.cards.iter_mut().skip(before.1)) {
            message.doc = drill::marked(message.doc.clone());
        }
    }

    fn exercised(&mut self, scene: &Scene<'_>) {
        self.operators_cards(scene);
        self.customers_cards(scene);
        self.bells(scene);
        for kind in scene.kinds {
            match kind {
                NoticeKind::Late { agreement, objective, lap, .. } => {
                    self.late_for_customer(scene, agreement, objective, *lap);
                }
                NoticeKind::Done { deed, .. } => {
                    if let Some(deed) = scene.incident.deeds.iter().find(|known| known.id == *deed) {
                        self.deed_for_operators(scene, deed);
                        self.deed_for_customers(scene, deed);
                    }
                }
                NoticeKind::Resolved { .. } => {
                    self.result_for_operators(scene);
                    self.resolved_for_customers(scene);
                }
                _ => {}
            }
        }
    }

    /// What came of it.
    fn result_for_operators(&mut self, scene: &Scene<'_>) {
        let Some(result) = self.state.drill_result(scene.number) else { return };
        let name = view::service_name(self.state, &scene.incident.service);
        let docs = self.docs(scene, |covering| {
            let customers: Vec<(AgreementId, String)> = covering
                .iter()
                .map(|(id, version)| ((*id).clone(), version.terms.customer.clone()))
                .collect();
            Some(drill::result(&result, &name, &customers, self.now))
        });
        let letter = Letter::under(scene.key("result"), "drill", scene, None);
        self.operators(&letter, &docs);
    }

    /// Tells of one that is to come, or does not come after all.
    fn planning(&mut self, number: IncidentNumber, kinds: &[&NoticeKind]) {
        let Some(known) = self.state.drills.get(number) else { return };
        let plan = &known.plan;
        let view = drill::Planned {
            drill: number,
            service: view::service_name(self.state, &plan.service),
            priority: plan.priority,
            starts: plan.starts,
            lasts: plan.lasts,
            as_of: self.now,
        };
        for kind in kinds {
            let (name, operators, customers) = match kind {
                NoticeKind::DrillPlanned { .. } => {
                    ("planned", drill::planned(&view), drill::planned_for_customer(&view))
                }
                NoticeKind::DrillDropped { .. } => ("dropped", drill::dropped(&view), drill::dropped(&view)),
                _ => continue,
            };
            let key = format!("incident/{}/{name}", number.0);
            let letter = Letter::post(key.clone(), "drill", Urgency::Rest);
            self.operators_everywhere(&letter, &operators);
            for agreement in &plan.customers {
                let letter = Letter::post(format!("{key}/{agreement}"), "drill", Urgency::Rest);
                self.customers(agreement, &letter, &customers);
            }
        }
    }

    /// A real incident at a service that is being exercised must not be taken for the exercise.
    pub(super) fn no_drill(&mut self, scene: &Scene<'_>) {
        let running = self.state.drills.running();
        let mut beside = running.filter(|(_, drill)| drill.plan.service == scene.incident.service);
        let Some((drill, _)) = beside.next().filter(|_| scene.opened()) else { return };
        let name = view::service_name(self.state, &scene.incident.service);
        let doc = drill::no_drill(scene.number, drill, &name, self.now);
        let docs = self.docs(scene, |_| Some(doc.clone()));
        let under = Some((card_key(scene.number, None), scene.title.clone()));
        let letter = Letter { under, ..Letter::post(scene.key("no_drill"), "woken", Urgency::Wake) };
        self.operators(&letter, &docs);
    }
}

//! What `/inbox` shows: the open ones, and one of them whole.

use crate::announce::feedback::feedback_view;
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::feedback::seen;
use crate::core::doc::{Block, Text, Weight};
use crate::core::notice::feedback::{FeedbackView, card, entry, steps};
use crate::core::voice::{FeedbackKind, FeedbackNumber};

/// So many of the most pressing are offered as buttons.
const OFFERED: usize = 5;

impl Desk {
    pub(super) async fn list_inbox(&self, asking: &Asking, page: u32) -> Outcome {
        let state = self.journal().read().await;
        let open = state
            .voice
            .all_feedback()
            .filter(|(_, known)| known.is_open() && asking.scope.includes(&known.agreement));
        let mut views: Vec<FeedbackView> =
            open.map(|(number, known)| feedback_view(&state, number, known, asking.now)).collect();
        views.sort_by_key(|view| (view.kind == FeedbackKind::Feedback, view.submitted, view.number));
        let count = i64::try_from(views.len()).unwrap_or(i64::MAX);
        let mut doc = asking.say(Text::key("inbox-head").with("count", count));
        if !views.is_empty() {
            doc.blocks.push(Block::List(views.iter().map(entry).collect()));
        }
        for view in views.iter().take(OFFERED) {
            let number = view.number.to_string();
            doc = doc.button(Text::name(number.clone()), format!("inbox show {number}"), Weight::Secondary);
        }
        Ok(Reply::Pages { doc, number: page, command: "inbox list".to_owned() })
    }

    pub(super) async fn show_feedback(&self, asking: &Asking, number: FeedbackNumber, page: u32) -> Outcome {
        let state = self.journal().read().await;
        let known = seen(&state, asking, number)?;
        let view = feedback_view(&state, number, known, asking.now);
        let mut doc = card(&view);
        // It shows all there is.
        doc.buttons.pop();
        if !known.steps.is_empty() {
            doc.blocks.push(Block::Heading(Text::key("inbox-steps").into()));
        }
        for step in &known.steps {
            let line = steps::line(step, &view.customer, asking.now);
            doc = doc.line(line.head);
            doc.blocks.extend(line.blocks);
        }
        let more = [("feedback-button-label", "label"), ("feedback-button-assign", "assign")];
        for (key, action) in
            more.into_iter().chain([("feedback-button-tie", "tie"), ("feedback-button-file", "file")])
        {
            let label = Text::Message { key: key.into(), args: Default::default() };
            doc = doc.button(label, format!("inbox {action} {number}"), Weight::Secondary);
        }
        Ok(Reply::Pages { doc, number: page, command: format!("inbox show {number}") })
    }
}

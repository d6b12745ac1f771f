//! Reviews across the files: known templates, and nothing of the provider's own in a customer's review.

use super::Check;
use crate::config::problem::{did_you_mean, quoted};
use crate::config::reviews::fits_customers;
use crate::core::review::BUILT_IN;

impl Check<'_> {
    pub(super) fn reviews(&self) {
        let known = || {
            let own = self.reviews.iter().flat_map(|(_, written)| written.templates.keys());
            BUILT_IN.into_iter().chain(own.map(String::as_str))
        };
        let templates = self.reviews.map(|(_, written)| &written.templates).cloned().unwrap_or_default();
        if let Some((document, written)) = self.reviews {
            for plan in &written.operators {
                if fits_customers(&templates, &plan.template).is_none() {
                    let what = format!("there is no template {}", quoted(&plan.template));
                    let path = ["operators", &plan.name, "template"];
                    self.error(document, &path, what, did_you_mean(&plan.template, known()));
                }
            }
        }
        for agreed in &self.agreements {
            for plan in &agreed.written.operations.reviews {
                let path = ["operations", "reviews", &plan.name, "template"];
                match fits_customers(&templates, &plan.template) {
                    Some(true) => {}
                    None if self.unread_reviews => {}
                    None => {
                        let what = format!("there is no template {}", quoted(&plan.template));
                        self.error(agreed.document, &path, what, did_you_mean(&plan.template, known()));
                    }
                    Some(false) => {
                        let what = format!(
                            "{} has chapters of the provider's own, and the customer reads this review",
                            quoted(&plan.template)
                        );
                        let remedy =
                            "choose `customer` or `short`, or leave `customers` and `scorecard` out of it";
                        self.error(agreed.document, &path, what, remedy);
                    }
                }
            }
        }
    }
}

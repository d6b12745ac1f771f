//! How texts of customers are read.

use crate::commands::desk::Desk;
use crate::core::event::AgreementId;
use crate::core::reading::Reading;

impl Desk {
    pub(super) async fn read_text(&self, _agreement: &AgreementId, _text: &str) -> (Option<Reading>, bool) {
        (None, false)
    }
}

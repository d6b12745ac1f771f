//! The binary itself: first start, sign-in, an incident, and what stands after it was killed.

use serde_json::json;

use crate::program::{Files, Program, alert};

#[tokio::test]
async fn what_was_accepted_stands_after_it_was_killed() {
    let mut program = Program::start(&Files::quick()).await;
    let cookie = {
        let maria = program.manager("Maria").await;
        let labels =
            json!({ "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical" });
        let began = now();
        assert_eq!(program.post("alertmanager", &alert("a1", &labels, &began, None)).await.unwrap(), 202);
        maria.until("operators", "INC-1").await;
        assert!(maria.until("acme", "some payments are failing").await.contains("INC-1"));
        assert_eq!(maria.ask("operators", "1", "/ack 1").await.unwrap(), 200);
        // Her name is on the page in any case, as the one who is signed in.
        let page = maria.until("operators", "IN HAND").await;
        assert!(page.contains("Maria"), "{page}");
        maria.into_cookie()
    };
    program.kill();
    program.run().await;
    let page = program.visitor(cookie).until("operators", "INC-1").await;
    assert!(page.contains("IN HAND") && page.matches("data-card").count() <= 1, "{page}");
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}

#[tokio::test]
async fn odd_deliveries_are_told_once_and_as_what_they_are() {
    let mut program = Program::start(&Files::quick()).await;
    {
        let maria = program.manager("Maria").await;
        assert_eq!(program.post("alertmanager", &json!("no alert at all")).await.unwrap(), 202);
        maria.until("operators", "kept as it came").await;
        let labels = json!({ "alertname": "Odd", "service": "checkout", "severity": "catastrophic" });
        let body = alert("odd", &labels, &now(), None);
        assert_eq!(program.post("alertmanager", &body).await.unwrap(), 202);
        let page = maria.until("operators", "taken as one of unknown severity").await;
        assert_eq!(page.matches("kept as it came").count(), 1, "{page}");
        let test = json!({ "key": "try", "status": "firing", "summary": "Hello there", "test": true });
        assert_eq!(program.post("scripts", &test).await.unwrap(), 202);
        let page = maria.until("operators", "sent a test signal").await;
        assert!(page.contains("Hello there") && !page.contains("INC-2"), "{page}");
    }
    assert!(program.stop().await.success(), "{}", program.log());
}

fn now() -> String {
    use upheld::clock::{Clock as _, SystemClock};
    SystemClock.now().to_string()
}

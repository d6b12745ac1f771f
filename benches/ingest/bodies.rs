//! What is posted: Alertmanager bodies of one alert or of fifty, as whole HTTP requests that are changed in
//! place, so that making them costs next to nothing beside what they measure.

use serde_json::{Value, json};
use upheld::clock::{Clock, SystemClock};

/// Services that the alerts of a load belong to.
pub const SERVICES: usize = 50;
/// The integration, and its secret.
pub const PATH: &str = "/webhooks/alertmanager";
pub const SECRET: &str = "the-secret-of-the-monitor";

/// Stands for a moment in a template, and is as long as one.
const STARTS: &str = "SSSS-SS-SSTSS:SS:SS.SSSSSSZ";
const ENDS: &str = "EEEE-EE-EETEE:EE:EE.EEEEEEZ";

/// A request whose moments can be set.
#[derive(Clone, Debug)]
pub struct Template {
    bytes: Vec<u8>,
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Template {
    fn new(body: &Value) -> Self {
        let body = body.to_string();
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {SECRET}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let text = head + &body;
        let places = |wanted: &str| text.match_indices(wanted).map(|(at, _)| at).collect();
        Self { starts: places(STARTS), ends: places(ENDS), bytes: text.into_bytes() }
    }

    fn set(&mut self, starts: &str, ends: &str) {
        for (places, moment) in [(&self.starts, starts), (&self.ends, ends)] {
            for at in places {
                self.bytes[*at..*at + moment.len()].copy_from_slice(moment.as_bytes());
            }
        }
    }
}

/// Now, as a moment of a template.
pub fn moment() -> String {
    SystemClock.now().to_utc().format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// How the alerts of a load behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Every body says something new: it fires, it has ended, it fires again.
    Changes,
    /// Every connection posts the same bytes again and again.
    Repeats,
    /// Every body is posted twice: half of the posts change something.
    Mixed,
}

/// The posts of one connection, one after the other.
#[derive(Clone, Debug)]
pub struct Posts {
    behaviour: Behaviour,
    fires: Template,
    ends: Template,
    started: String,
    made: usize,
}

impl Posts {
    /// Alerts of this connection's own, `alerts` in each body, spread over the services.
    pub fn new(behaviour: Behaviour, connection: usize, alerts: usize) -> Self {
        let first = connection * alerts;
        let mut fires = Template::new(&group("firing", first..first + alerts));
        let started = moment();
        fires.set(&started, &started);
        let ends = Template::new(&group("resolved", first..first + alerts));
        Self { behaviour, fires, ends, started, made: 0 }
    }

    /// One alert of a service outside of the load.
    pub fn single(fingerprint: usize, service: &str) -> Self {
        let mut posts = Self::new(Behaviour::Repeats, fingerprint, 1);
        let mut body = group("firing", fingerprint..fingerprint + 1);
        body["alerts"][0]["labels"]["service"] = json!(service);
        posts.fires = Template::new(&body);
        posts.fires.set(&posts.started, &posts.started);
        posts
    }

    /// The next request.
    pub fn next(&mut self) -> &[u8] {
        let turn = self.made;
        self.made += 1;
        let turn = match self.behaviour {
            Behaviour::Repeats => return &self.fires.bytes,
            Behaviour::Changes => turn,
            Behaviour::Mixed if turn % 4 == 1 => return &self.fires.bytes,
            Behaviour::Mixed if turn % 4 == 3 => return &self.ends.bytes,
            Behaviour::Mixed => turn / 2,
        };
        let now = moment();
        if turn.is_multiple_of(2) {
            self.fires.set(&now, &now);
            self.started = now;
            &self.fires.bytes
        } else {
            self.ends.set(&self.started, &now);
            &self.ends.bytes
        }
    }
}

fn group(status: &str, alerts: std::ops::Range<usize>) -> Value {
    let ends = if status == "firing" { "0001-01-01T00:00:00Z" } else { ENDS };
    let alerts: Vec<Value> = alerts.map(|number| alert(status, number, ends)).collect();
    json!({
        "receiver": "upheld", "status": status, "version": "4", "truncatedAlerts": 0,
        "externalURL": "http://alertmanager.example.com:9093",
        "groupKey": "{}/{severity=\"critical\"}:{alertname=\"HighErrorRate\"}",
        "groupLabels": { "alertname": "HighErrorRate" },
        "commonLabels": { "alertname": "HighErrorRate", "severity": "critical", "cluster": "eu-1" },
        "commonAnnotations": {},
        "alerts": alerts,
    })
}

fn alert(status: &str, number: usize, ends: &str) -> Value {
    let service = format!("service-{}", number % SERVICES);
    json!({
        "status": status, "fingerprint": format!("{:016x}", number),
        "labels": {
            "alertname": "HighErrorRate", "service": service, "severity": "critical", "cluster": "eu-1",
            "namespace": "shop", "pod": format!("{service}-5d9c7b6f4-{number:05}"), "instance": "10.4.17.23:9102",
        },
        "annotations": {
            "summary": format!("5xx ratio above 5 % on {service}"),
            "description": "More than 5 % of the requests of the last five minutes were answered with an error; \
                            the error budget of the month is gone in six hours at this pace.",
            "runbook_url": format!("https://wiki.example.com/runbooks/{service}"),
        },
        "startsAt": STARTS, "endsAt": ends,
        "generatorURL": "http://prometheus.example.com:9090/graph?g0.expr=sum%28rate%28http_requests_total%7Bcode%3D~\
                         %225..%22%7D%5B5m%5D%29%29+by+%28service%29&g0.tab=1",
    })
}

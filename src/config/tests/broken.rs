//! One slip at a time, with the exact words it is answered with.

use std::fmt::Write;

use super::*;

#[derive(Clone, Copy)]
enum Of {
    Upheld,
    Services,
    Acme,
    After,
}
use Of::{Acme, After, Services, Upheld};

/// In which file, what is replaced, by what.
const SLIPS: &[(&str, Of, &str, &str)] = &[
    // How values are written.
    ("no TOML", Acme, "target = 99.9", "target = 99.9 %"),
    ("two grammar mistakes", Upheld, "kind = \"alertmanager\"", "kind = alertmanager\nkind = 1"),
    ("unknown key", Acme, "customer = ", "custommer = "),
    ("unknown table", Upheld, "[channels]", "[servers]\n[channels]"),
    ("unknown key of services", Services, "components = ", "parts = "),
    ("number for a text", Acme, "customer = \"Acme GmbH\"", "customer = 5"),
    ("empty text", Acme, "customer = \"Acme GmbH\"", "customer = \" \""),
    ("text for a table", Acme, "[operations]", "[operations]\nlinks = \"x\""),
    ("table for a list of tables", Upheld, "[[people]]", "[people]"),
    ("unknown word", Acme, "exclusion_mode = \"subtract\"", "exclusion_mode = \"substract\""),
    ("unknown level", Acme, "\"SIL1\"", "\"gold\""),
    ("unknown kind", Acme, "kind = \"response\"", "kind = \"respond\""),
    ("unknown zone", Acme, "Europe/Berlin", "Europe/Berln"),
    ("no date", Acme, "starts = 2026-01-01", "starts = \"January\""),
    ("hidden characters", Acme, "\"SIL1\"", "\"SIL1\\u202e\\n\""),
    // Promises.
    ("over 100", Acme, "target = 99.9", "target = 199.9"),
    ("zero", Acme, "target = 99.9", "target = 0"),
    ("negative percent", Acme, "target = 99.9", "target = -99.9"),
    ("fraction", Acme, "target = 99.9", "target = 0.999"),
    ("hundred", Acme, "target = 99.9", "target = 100"),
    ("not a number", Acme, "target = 99.9", "target = nan"),
    ("share over 100", Acme, "share = 95", "share = 101"),
    ("share as fraction", Acme, "share = 95", "share = 0.95"),
    ("no measure", Acme, "share = 95", "minimum_items = 3"),
    ("two measures", Acme, "share = 95", "share = 95\npercentile = 90"),
    ("mean false", Acme, "share = 95", "mean = false"),
    ("negative minimum", Acme, "share = 95", "share = 95\nminimum_items = -1"),
    ("target without unit", Acme, "P1 = \"15m\"", "P1 = 15"),
    ("negative target", Acme, "P1 = \"15m\"", "P1 = \"-15m\""),
    ("zero target", Acme, "P1 = \"15m\"", "P1 = \"0m\""),
    ("months or minutes", Acme, "P1 = \"15m\"", "P1 = \"15M\""),
    ("business days", Acme, "P1 = \"15m\"", "P1 = \"two business days\""),
    ("target shorter than a notice", Acme, "P1 = \"15m\"", "P1 = \"30s\""),
    ("no priority", Acme, "P1 = \"15m\"", "high = \"15m\""),
    ("disorder", Acme, "P1 = \"15m\"", "P1 = \"5h\""),
    ("day of office hours", Acme, "P3 = \"4h\"", "P3 = \"2 days\""),
    ("no targets", Acme, "targets = { P1 = \"15m\", P2 = \"1h\", P3 = \"4h\" }\n", ""),
    ("bare priority", Acme, ", P3 = \"4h\"", ""),
    ("no target", Acme, "target = 99.9\n", ""),
    ("no exclusion mode", Acme, "exclusion_mode = \"subtract\"\n", ""),
    ("foreign key", Acme, "target = 99.9", "target = 99.9\nshare = 95"),
    ("same name twice", Acme, "kind = \"response\"", "kind = \"response\"\nname = \"availability\""),
    ("window", Acme, "target = 99.9", "target = 99.9\nwindow = \"30d\""),
    ("window of a minute", Acme, "target = 99.9", "target = 99.9\nwindow = \"rolling 1m\""),
    ("foreign service", Acme, "target = 99.9", "target = 99.9\nservices = [\"login\"]"),
    (
        "nothing promised",
        Acme,
        "[[terms.objectives]]\nkind = \"availability\"\ntarget = 99.9\n",
        "[[terms.objectives]]\n",
    ),
    ("at risk", Acme, "exclusion_mode = ", "clocks = { at_risk = 100 }\nexclusion_mode = "),
    ("publish", Acme, "exclusion_mode = ", "publish = \"later\"\nexclusion_mode = "),
    // Calendars.
    ("overlap", Acme, "[\"09:00-18:00\"]", "[\"09:00-13:00\", \"12:00-18:00\"]"),
    ("day twice", Acme, "mon-fri = [", "mon = [\"09:00-10:00\"]\nmon-fri = ["),
    (
        "past midnight",
        Acme,
        "mon-fri = [\"09:00-18:00\"]",
        "mon = [\"22:00-06:00\"]\ntue = [\"05:00-09:00\"]",
    ),
    ("never open", Acme, "mon-fri = [\"09:00-18:00\"]", "mon-fri = []"),
    ("no time", Acme, "09:00-18:00", "9am-6pm"),
    ("late hour", Acme, "09:00-18:00", "09:00-25:00"),
    ("no range", Acme, "[\"09:00-18:00\"]", "[\"09:00\"]"),
    ("no weekday", Acme, "mon-fri = ", "weekdays = "),
    ("no such date", Acme, "mon-fri = ", "2026-02-30 = "),
    (
        "holiday",
        Acme,
        "[terms.calendars.office.hours]",
        "[terms.calendars.office]\nholidays = [\"Christmas\"]\n[terms.calendars.office.hours]",
    ),
    (
        "only holidays",
        Acme,
        "mon-fri = [\"09:00-18:00\"]",
        "2026-12-24 = [\"09:00-12:00\"]\n[terms.calendars.office]\nholidays = [2026-12-24]",
    ),
    ("always", Acme, "calendars.office", "calendars.always"),
    ("unknown calendar", Acme, "calendar = \"office\"", "calendar = \"ofice\""),
    ("unused calendar", Acme, "calendar = \"office\"\n", ""),
    // Terms.
    ("reference", Acme, "\"ACME\"", "\"Acme!\""),
    ("own reference", Acme, "\"ACME\"", "\"INC\""),
    ("ended", Acme, "starts = 2026-01-01", "starts = 2025-01-01\nends = 2025-12-31"),
    ("ends first", Acme, "starts = 2026-01-01", "starts = 2026-01-01\nends = 2025-12-31"),
    ("no services", Acme, "services = [\"checkout\"]", "services = []"),
    ("unknown service", Acme, "services = [\"checkout\"]", "services = [\"chekout\"]"),
    (
        "two unknown services",
        Acme,
        "services = [\"checkout\"]",
        "services = [\"checkout\", \"Bad Id\", \"chekout\", \"login\"]",
    ),
    ("service twice", Acme, "services = [\"checkout\"]", "services = [\"checkout\", \"checkout\"]"),
    (
        "exclusion",
        Acme,
        "[operations]",
        "[[terms.exclusions]]\nfrom = 2025-01-02\nuntil = 2025-01-01\nservices = [\"x\"]\nreason = \"y\"\n[operations]",
    ),
    (
        "exclusion outside",
        Acme,
        "[operations]",
        "[[terms.exclusions]]\nfrom = 2025-01-02\nuntil = 2025-01-03\nreason = \"y\"\n[operations]",
    ),
    (
        "one language",
        Acme,
        "[operations]",
        "[[terms.customer_text]]\nlabels = { a = \"b\" }\ntext = \"some fail\"\n[operations]",
    ),
    (
        "no English",
        Acme,
        "[operations]",
        "[[terms.customer_text]]\ntext = { zh-TW = \"異常\", de = \"kaputt\" }\n[operations]",
    ),
    // Operations, people, channels.
    ("no channel", Acme, "channels = [\"web:acme\"]\n", ""),
    ("no channel at all", Upheld, "operators = [\"web:operators\"]", "operators = []"),
    ("no channels table", Upheld, "[channels]\noperators = [\"web:operators\"]\n", ""),
    ("bad channel", Acme, "\"web:acme\"", "\"slack:acme\""),
    ("direct messages", Acme, "\"web:acme\"", "\"web:@anna\""),
    ("channel of both", Acme, "\"web:acme\"", "\"web:operators\""),
    ("channel twice", Acme, "\"web:acme\"", "\"web:acme\", \"web:acme\""),
    ("platform off", Acme, "\"web:acme\"", "\"discord:1234\""),
    ("platform not allowed", Acme, "[operations]", "[operations]\nplatforms = [\"discord\"]"),
    ("channel table", Acme, "\"web:acme\"", "{ adress = \"web:acme\", language = \"de\" }"),
    ("language", Acme, "[operations]", "[operations]\nlanguage = \"zh\""),
    ("unknown on call", Acme, "[\"anna\"]", "[\"ana\"]"),
    ("nobody on call", Acme, "[\"anna\"]", "[]"),
    ("on call twice", Acme, "[\"anna\"]", "[\"anna\", \"anna\"]"),
    ("customer on call", Upheld, "role = \"operator\"", "role = \"customer\"\nagreements = [\"acme\"]"),
    ("auditor on call", Upheld, "role = \"operator\"", "role = \"auditor\""),
    (
        "another's web account",
        Upheld,
        "[integrations.prom]",
        "[[people]]\nid = \"jo\"\nname = \"Jo\"\nrole = \"manager\"\naccounts = [\"web:anna\"]\n[integrations.prom]",
    ),
    (
        "customer of nothing",
        Upheld,
        "[integrations.prom]",
        "[[people]]\nid = \"jo\"\nname = \"Jo\"\nrole = \"customer\"\n[integrations.prom]",
    ),
    (
        "unknown agreement",
        Upheld,
        "[integrations.prom]",
        "[[people]]\nid = \"jo\"\nname = \"Jo\"\nrole = \"customer\"\nagreements = [\"acne\"]\n[integrations.prom]",
    ),
    ("operator of one", Upheld, "role = \"operator\"", "role = \"operator\"\nagreements = [\"acme\"]"),
    (
        "id twice",
        Upheld,
        "[integrations.prom]",
        "[[people]]\nid = \"anna\"\nname = \"A\"\nrole = \"manager\"\n[integrations.prom]",
    ),
    (
        "account twice",
        Upheld,
        "role = \"operator\"",
        "role = \"operator\"\naccounts = [\"discord:1\"]\n[[people]]\nid = \"b\"\nname = \"B\"\nrole = \"manager\"\naccounts = [\"discord:1\"]",
    ),
    ("bad account", Upheld, "role = \"operator\"", "role = \"operator\"\naccounts = [\"anna#1\"]"),
    ("bad id", Upheld, "id = \"anna\"", "id = \"Anna W.\""),
    ("unreachable", Upheld, "[channels]", "[web]\nenabled = false\n[channels]"),
    // Teams.
    (
        "a team of nobody",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = []\n[integrations.prom]",
    ),
    (
        "a team without people",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\n[integrations.prom]",
    ),
    (
        "unknown member",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = [\n  \"anna\",\n  \"ana\",\n]\n[integrations.prom]",
    ),
    (
        "member twice",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = [\"anna\", \"anna\"]\n[integrations.prom]",
    ),
    (
        "customer in a team",
        Upheld,
        "[integrations.prom]",
        "[[people]]\nid = \"jo\"\nname = \"Jo\"\nrole = \"customer\"\nagreements = [\"acme\"]\n[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = [\"anna\", \"jo\"]\n[integrations.prom]",
    ),
    (
        "team twice",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = [\"anna\"]\n[[teams]]\nid = \"ops\"\nname = \"Other\"\nmembers = [\"anna\"]\n[integrations.prom]",
    ),
    (
        "team name twice",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"ops\"\nname = \"Ops\"\nmembers = [\"anna\"]\n[[teams]]\nid = \"more\"\nname = \"OPS\"\nmembers = [\"anna\"]\n[integrations.prom]",
    ),
    (
        "bad team",
        Upheld,
        "[integrations.prom]",
        "[[teams]]\nid = \"Ops 1\"\ntitle = \"Ops\"\nmembers = [\"Anna\"]\n[integrations.prom]",
    ),
    // Services and routes.
    ("unobserved", Services, "observed_by = [\"prom\"]\n", ""),
    ("unknown observer", Services, "observed_by = [\"prom\"]", "observed_by = [\"prometheus\"]"),
    (
        "no route",
        Services,
        "[[routes]]\nlabels = { job = \"checkout\" }\nservice = \"checkout\"\ncomponent = \"web\"\n",
        "",
    ),
    ("no such service", Services, "service = \"checkout\"", "service = \"chekout\""),
    ("no such component", Services, "component = \"web\"", "component = \"webb\""),
    ("component twice", Services, "[\"web\", \"payments\"]", "[\"web\", \"web\"]"),
    ("unknown integration", Services, "[[routes]]", "[[routes]]\nintegration = \"promm\""),
    (
        "unreached route",
        Services,
        "component = \"web\"",
        "component = \"web\"\n[[routes]]\nlabels = { job = \"checkout\", x = \"y\" }\nservice = \"checkout\"",
    ),
    ("star within", Services, "job = \"checkout\"", "job = \"check*out\""),
    ("route eats heartbeat", Services, "{ job = \"checkout\" }", "{ alertname = \"W*\" }"),
    ("heartbeat eats route", Services, "{ job = \"checkout\" }", "{ alertname = \"Watchdog\", job = \"x\" }"),
    ("no agreement", Services, "[[routes]]", "[services.login]\nname = \"Login\"\n[[routes]]"),
    ("label or name", Services, "service = \"checkout\"", "service = { labl = \"service\" }"),
    ("name without English", Services, "name = \"Checkout\"", "name = { zh-TW = \"結帳\" }"),
    (
        "negative quiet",
        Services,
        "[[routes]]",
        "[services.login]\nname = \"Login\"\nquiet = \"-5m\"\n[[routes]]",
    ),
    // Integrations.
    ("silence unsaid", Upheld, "heartbeat = { alertname = \"Watchdog\" }\n", ""),
    ("silence said twice", Upheld, "silence_after", "silence = \"up\"\nsilence_after"),
    ("heartbeat of all", Upheld, "{ alertname = \"Watchdog\" }", "{}"),
    ("no silence_after", Upheld, "silence_after = \"10 min\"\n", ""),
    ("short ttl", Upheld, "silence_after", "ttl = \"1h\"\nsilence_after"),
    ("no ttl", Upheld, "kind = \"alertmanager\"", "kind = \"upheld\""),
    ("short silence", Upheld, "heartbeat = { alertname = \"Watchdog\" }", "silence = \"unknown\""),
    ("short secret", Upheld, "0123456789abcdef", "hunter2"),
    ("secret of the environment", Upheld, "\"0123456789abcdef\"", "{ env = \"UPHELD_NOWHERE\" }"),
    ("secret nowhere", Upheld, "\"0123456789abcdef\"", "{ file = \"no/such/file\" }"),
    ("secret both", Upheld, "\"0123456789abcdef\"", "{ file = \"x\", env = \"Y\" }"),
    ("secret missing", Upheld, "secret = \"0123456789abcdef\"\n", ""),
    (
        "observes nothing",
        Upheld,
        "[integrations.prom]",
        "[integrations.idle]\nkind = \"upheld\"\nsecret = \"0123456789abcdef\"\nsilence = \"up\"\nttl = \"1h\"\n[integrations.prom]",
    ),
    ("bad name", Upheld, "[integrations.prom]", "[integrations.\"Prom 1\"]"),
    // Surveys.
    ("unknown key of a survey", After, "audience = ", "audiense = "),
    ("no title", After, "title = { en = \"After an incident\" }\n", ""),
    ("title without English", After, "{ en = \"After an incident\" }", "{ zh-TW = \"服務異常處理後\" }"),
    ("no identity", After, "identity = \"named\"\n", ""),
    ("unknown identity", After, "\"named\"", "\"secret\""),
    ("unknown audience", After, "\"channel\"", "\"chanel\""),
    ("survey of no agreement", After, "open_for", "agreements = []\nopen_for"),
    ("survey of an unknown agreement", After, "open_for", "agreements = [\"acmee\"]\nopen_for"),
    ("open too short", After, "open_for = \"5d\"", "open_for = \"30m\""),
    ("open too long", After, "open_for = \"5d\"", "open_for = \"9 weeks\""),
    ("reminded after the end", After, "remind_after = \"2d\"", "remind_after = \"5d\""),
    ("reminded at once", After, "remind_after = \"2d\"", "remind_after = \"0s\""),
    ("cooldown without unit", After, "open_for", "cooldown = 7\nopen_for"),
    ("once per day", After, "open_for", "once_per = \"day\"\nopen_for"),
    ("quiet for no time", After, "open_for", "quiet_hours = \"08:00-08:00\"\nopen_for"),
    ("quiet without minutes", After, "open_for", "quiet_hours = \"20-8\"\nopen_for"),
    ("group of two", After, "open_for", "minimum_group = 2\nopen_for"),
    ("anonymous after an incident", After, "\"named\"", "\"anonymous\""),
    ("no trigger", After, "[trigger]\nafter = \"incident\"\n", ""),
    ("unknown trigger", After, "after = \"incident\"", "after = \"incidents\""),
    ("no word for the trigger", After, "after = \"incident\"", "delay = \"1h\""),
    (
        "unknown priority",
        After,
        "after = \"incident\"",
        "after = \"incident\"\npriorities = [\"P1\", \"P0\"]",
    ),
    ("no priority at all", After, "after = \"incident\"", "after = \"incident\"\npriorities = []"),
    ("sample of none", After, "after = \"incident\"", "after = \"incident\"\nsample = 0"),
    ("sample of a half", After, "after = \"incident\"", "after = \"incident\"\nsample = 0.5"),
    ("sample of all and more", After, "after = \"incident\"", "after = \"incident\"\nsample = 150"),
    ("schedule of an incident", After, "after = \"incident\"", "after = \"incident\"\ncron = \"0 9 * * *\""),
    ("no schedule", After, "after = \"incident\"", "after = \"schedule\""),
    ("six fields", After, "after = \"incident\"", "after = \"schedule\"\ncron = \"0 0 9 * * Mon\""),
    ("weekday by number", After, "after = \"incident\"", "after = \"schedule\"\ncron = \"0 9 * * 1\""),
    ("minute 61", After, "after = \"incident\"", "after = \"schedule\"\ncron = \"61 9 * * *\""),
    ("30 February", After, "after = \"incident\"", "after = \"schedule\"\ncron = \"0 9 30 2 *\""),
    ("schedule as a number", After, "after = \"incident\"", "after = \"schedule\"\ncron = 9"),
    ("delay of a command", After, "after = \"incident\"", "after = \"command\"\ndelay = \"1h\""),
    (
        "no questions",
        After,
        "[[questions]]\nname = \"satisfaction\"\nkind = \"csat\"\ntext = { en = \"How satisfied are you?\" }\n",
        "",
    ),
    ("six questions", After, "[[questions]]", SIX),
    ("begins with a text", After, "kind = \"csat\"", "kind = \"text\""),
    ("first may be left out", After, "kind = \"csat\"", "kind = \"csat\"\noptional = true"),
    ("unknown kind of question", After, "kind = \"csat\"", "kind = \"cast\""),
    ("name of a question", After, "name = \"satisfaction\"", "name = \"How-satisfied\""),
    (
        "question twice",
        After,
        "[[questions]]",
        "[[questions]]\nname = \"satisfaction\"\nkind = \"nps\"\ntext = \"Again?\"\n[[questions]]",
    ),
    ("scale of a csat", After, "kind = \"csat\"", "kind = \"csat\"\nlow = 1"),
    ("scale without ends", After, "kind = \"csat\"", "kind = \"scale\"\nlow = 1"),
    ("scale upside down", After, "kind = \"csat\"", "kind = \"scale\"\nlow = 5\nhigh = 5"),
    ("long scale", After, "kind = \"csat\"", "kind = \"scale\"\nlow = 0\nhigh = 11"),
    (
        "endless scale",
        After,
        "kind = \"csat\"",
        "kind = \"scale\"\nlow = -9223372036854775808\nhigh = 9223372036854775807",
    ),
    ("scale of halves", After, "kind = \"csat\"", "kind = \"scale\"\nlow = 0.5\nhigh = 5"),
    ("choice of nothing", After, "kind = \"csat\"", "kind = \"choice\""),
    (
        "choice of one",
        After,
        "kind = \"csat\"",
        "kind = \"choice\"\noptions = [{ name = \"a\", text = \"A\" }]",
    ),
    (
        "options that no button carries",
        After,
        "kind = \"csat\"",
        "kind = \"choice\"\noptions = [{ name = \"thirteen_long\", text = \"A\" }, { name = \"b c\", text = \"B\" }]",
    ),
    (
        "option twice",
        After,
        "kind = \"csat\"",
        "kind = \"choice\"\noptions = [{ name = \"a\", text = \"A\" }, { name = \"a\", text = \"B\" }]",
    ),
    ("options of a csat", After, "kind = \"csat\"", "kind = \"csat\"\noptions = []"),
    // Promises that customers judge.
    (
        "complaints of nothing",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"complaints\"\n[operations]",
    ),
    (
        "unknown stage",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"complaints\"\nstage = \"anser\"\nwithin = \"1d\"\nshare = 95\n[operations]",
    ),
    (
        "complaints at once",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"complaints\"\nstage = \"answer\"\nwithin = \"0m\"\nshare = 0.9\n[operations]",
    ),
    (
        "complaints by days of open time",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"complaints\"\nstage = \"answer\"\ncalendar = \"office\"\nwithin = \"2 days\"\nshare = 90\n[operations]",
    ),
    (
        "complaints with the keys of others",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"complaints\"\nstage = \"answer\"\nwithin = \"8h\"\nshare = 90\ntarget = 99.9\nmean = true\nfigure = \"csat\"\n[operations]",
    ),
    ("stage of a clock", Acme, "share = 95", "share = 95\nstage = \"answer\"\nwithin = \"1h\""),
    (
        "satisfaction with nothing",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\n[operations]",
    ),
    (
        "satisfaction in a survey that is not there",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\nsurvey = \"after\"\nfigure = \"csat\"\nat_least = 80\n[operations]",
    ),
    (
        "satisfaction of services in hours",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\nsurvey = \"after\"\nfigure = \"csat\"\nat_least = 0.8\nsatisfied_from = 6\nservices = [\"checkout\"]\ncalendar = \"office\"\n[operations]",
    ),
    (
        "a recommendation above all",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\nsurvey = \"after\"\nfigure = \"nps\"\nat_least = 101\nlowest = 1\n[operations]",
    ),
    (
        "an effort that is promised to nobody",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\nsurvey = \"after\"\nfigure = \"ces\"\nat_least = 1\n[operations]",
    ),
    (
        "a mean of no scale",
        Acme,
        "[operations]",
        "[[terms.objectives]]\nkind = \"satisfaction\"\nsurvey = \"after\"\nfigure = \"mean\"\nat_least = \"4\"\n[operations]",
    ),
];

/// Five questions before the sixth.
const SIX: &str = "\
[[questions]]\nname = \"a\"\nkind = \"csat\"\ntext = \"?\"
[[questions]]\nname = \"b\"\nkind = \"ces\"\ntext = \"?\"
[[questions]]\nname = \"c\"\nkind = \"nps\"\ntext = \"?\"
[[questions]]\nname = \"d\"\nkind = \"text\"\ntext = \"?\"
[[questions]]\nname = \"e\"\nkind = \"text\"\ntext = \"?\"
[[questions]]";

fn slip(of: Of, from: &str, to: &str) -> Loaded {
    let base = match of {
        Upheld => UPHELD,
        Services => SERVICES,
        Acme => ACME,
        After => AFTER,
    };
    assert!(base.contains(from), "{from:?} is not in the file");
    let text = base.replacen(from, to, 1);
    loaded(&match of {
        Upheld => files(&text, SERVICES, ACME, &[]),
        Services => files(UPHELD, &text, ACME, &[]),
        Acme => files(UPHELD, SERVICES, &text, &[]),
        After => asking(ACME, &text),
    })
}

#[test]
fn every_slip_is_answered_with_where_what_and_what_would_be_right() {
    let mut told = String::new();
    for (name, of, from, to) in SLIPS {
        let loaded = slip(*of, from, to);
        assert!(!loaded.problems.is_empty(), "{name}: nothing was said");
        assert_eq!(
            loaded.config.is_none(),
            loaded.errors() > 0,
            "{name}: an error loads nothing, a warning all"
        );
        writeln!(told, "# {name}").unwrap();
        for problem in &loaded.problems {
            let line = problem.to_string();
            assert!(!line.contains("fault of Upheld"), "{line}");
            assert!(!line.contains('\n'), "{line}");
            assert!(!line.contains("0123456789abcdef"), "a secret is shown: {line}");
            writeln!(told, "{line}").unwrap();
        }
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn all_problems_of_all_files_are_told_in_one_run() {
    let upheld = UPHELD.replace("role = \"operator\"", "role = \"chief\"");
    let services = SERVICES.replace("quiet", "quite").replace("[\"prom\"]", "[\"prometheus\"]");
    let acme = ACME.replace("99.9", "999").replace("\"1h\"", "\"soon\"").replace("[\"anna\"]", "[\"zoe\"]");
    let beta = ACME.replace("Acme GmbH", "Beta").replace("P1 = \"15m\"", "P1 = \"1s\"");
    let loaded = loaded(&files(&upheld, &services, &acme, &[("beta", &beta)]));
    insta::assert_snapshot!(told(&loaded).join("\n"));
    assert!(loaded.config.is_none());
}

#[test]
fn a_broken_file_is_not_blamed_on_the_others() {
    let loaded = loaded(&files(UPHELD, "[services", ACME, &[]));
    assert!(
        loaded.problems.iter().all(|problem| problem.file == "config/services.toml"),
        "{:?}",
        told(&loaded)
    );
}

#[test]
fn customers_share_no_channel_and_no_letters() {
    let beta = ACME.replace("Acme GmbH", "Beta AG").replace("web:acme", "telegram:-100/7");
    let acme = ACME.replace("web:acme", "telegram:-100/8");
    let upheld = format!("[telegram]\ntoken = {{ env = \"BOT\" }}\n{UPHELD}");
    let mut surroundings = surroundings();
    surroundings.variables.insert("BOT".into(), "123:abc".into());
    let loaded =
        read(&files(&upheld, SERVICES, &acme, &[("beta", &beta)]), &surroundings, Problems::default());
    assert_eq!(
        told(&loaded),
        [
            "config/agreements/beta.toml:3: terms.reference: `ACME` is also used by config/agreements/acme.toml; give each agreement letters of its own",
            "config/agreements/beta.toml:24: operations.channels: `telegram:-100/7` is a channel of acme (as `telegram:-100/8`) in \
             config/agreements/acme.toml, and customers must not read of each other; bind each channel to one party",
        ]
    );
}

//! Sentences that people write, in their languages: enough to quote from.

pub const UPDATES: [&str; 4] = [
    "We found the cause and are working on it.",
    "Traffic runs over the second route; the first is being repaired.",
    "A release was rolled back; we watch whether it stays well.",
    "我們已找到原因，正在處理。",
];

pub const REASONS: [&str; 3] = [
    "Waiting for access from the customer.",
    "等待客戶提供資料。",
    "The customer asked us to wait until noon.",
];

pub const CAUSES: [&str; 4] = [
    "A certificate had expired.",
    "The disk of the database was full.",
    "A line of the carrier was cut.",
    "新版本的設定有誤。",
];

/// What customers write, with the theme it speaks of, whether it is content (1), not (-1) or neither (0), and
/// whether no objective covers it.
pub const LETTERS: [(&str, &str, i64, bool); 10] = [
    ("The shop was slow all morning.", "speed", -1, false),
    ("結帳一直很慢。", "speed", -1, false),
    ("Thank you for the quick help.", "help", 1, false),
    ("客服回覆很快，謝謝。", "help", 1, false),
    ("Nobody told us that there was maintenance.", "communication", -1, false),
    ("沒有人通知我們維護時間。", "communication", -1, false),
    ("The invoices are hard to understand.", "invoices", -1, true),
    ("帳單很難看懂。", "invoices", -1, true),
    ("We would like a report by region.", "wishes", 0, true),
    ("All fine this month.", "help", 1, false),
];

pub const REPLIES: [&str; 3] =
    ["Thank you; we look into it.", "This is repaired since this morning.", "謝謝您的意見，我們會改善。"];

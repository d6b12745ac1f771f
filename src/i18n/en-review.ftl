# The review: its chapters, and the messages around it.
review-head = Service review
review-head-closing = Closing report
review-head-operators = Operators' digest
review-chapter-verdict = The whole in one sentence
review-chapter-customers = Customers
review-chapter-objectives = What was promised, what was kept
review-chapter-year = Twelve months
review-chapter-incidents = Incidents
review-chapter-communication = How we communicated
review-chapter-disputes = Disputes
review-chapter-exclusions = Time agreed not to count
review-chapter-credits = Credits due
review-chapter-voice = Satisfaction and feedback
review-chapter-forecast = What to expect
review-chapter-recommendations = Recommendations
review-chapter-actions = What we do about it
review-chapter-risks = Risks
review-chapter-drills = Drills
review-chapter-scorecard = How we work
review-comment = { $person } on this:
review-verdict-nothing = Nothing was promised that can be judged in this period.
review-verdict-all = { $of ->
    [one] The one promise was kept.
   *[other] All { $of } promises were kept.
}
review-verdict-kept = { $met } of { $of } { $of ->
    [one] promise
   *[other] promises
} kept
review-verdict-missed = , { $count } missed
review-verdict-at-risk = , { $count } at risk
review-verdict-unknown = , { $count } without enough data to say
review-verdict-end = .
review-closing = The term of the agreement is over; this tells of all of it.
review-late = It comes late: it was due { $due }, while Upheld was not running.
review-contract = contract { $contract }
review-version = agreement v{ $version } since { $since }
review-column-customer = Customer
review-column-promises = Promises
review-column-incidents = Incidents
review-column-budget = Error budget
review-column-complaints = Open complaints
review-column-objective = Promise
review-column-promised = Promised
review-column-measured = Kept
review-column-standing = Stands
review-column-before = Period before
review-column-incident = Incident
review-column-began = Began
review-column-course = After it was known
review-column-disturbed = Disturbed
review-column-clocks = Clocks
review-column-cause = Cause
review-column-time = From – to
review-column-length = Length
review-column-services = Services
review-column-reason = Reason
review-column-credit = Credit
review-column-survey = Survey
review-column-figure = Figure
review-column-range = 95 % range
review-column-answers = Answers
review-column-action = Measure
review-column-risk = Risk
review-column-drill = Exercise
review-column-drill-course = After it began
review-column-calls = Calls
review-caption-customers = Each customer's promises, incidents and open complaints
review-caption-objectives = Each promise with its target, what was kept of it, and the period before
review-caption-year = Each promise month by month, { $first } to { $last }
review-caption-incidents = Each incident: the gravest first, then the longest
review-caption-exclusions = Time that both sides agreed not to count
review-caption-credits = What the customer gets back
review-caption-surveys = Each survey with how sure its figure is
review-caption-actions = Each action item with its date and age: those to be done first, then what is over
review-caption-risks = Each risk, the highest score first
review-caption-drills = Each exercise with its clocks
review-goal-share = { $percent } in time
review-goal-percentile = { $percent } no longer than
review-goal-mean = on average no longer than
review-goal-acknowledged = { $percent } of complaints seen within { $target }
review-goal-answered = { $percent } of complaints answered within { $target }
review-goal-closed = { $percent } of complaints closed within { $target }
review-goal-score = { $score } at least { $value }
review-score-csat = CSAT
review-score-nps = NPS
review-score-mean = mean
review-range-percent = between { $low } and { $high } %
review-range = between { $low } and { $high }
review-coverage = data for { $coverage } of the time
review-answered = { $answered } of { $asked } answered
review-pending = { $count } not decided yet
review-from = from { $count }
review-in-time = { $met } of { $of } in time ({ $share })
review-nothing-to-judge = nothing to judge
review-no-data = no data
review-no-answers = no answers
review-no-budget = none
review-budget-used = { $used } of { $budget } used
review-budget-over = all { $budget } used, and { $over } more
review-used = { $used } of the budget used
review-complaints-open = { $count ->
    [one] 1 open complaint
   *[other] { $count } open complaints
}
review-risen = risen
review-fallen = fallen
review-unclear = no clear change
review-comma = { ", " }
review-colon = { ": " }
review-semicolon = { "; " }
review-open = { " (" }
review-close = )
review-so-far = so far
review-promised = promised
review-legend = ✓ met · ✗ missed · ◤ at risk · ? no data, or too few to judge. An empty cell: not promised then.
review-forecast-used = { $used } of the error budget is used after { $elapsed } of { $period }
review-forecast-certain = it will be missed in any case
review-forecast-exhausted = if it goes on like this, nothing is left from { $at }
review-forecast-lasts = if it goes on like this, it lasts
review-incidents = { $count ->
    [0] no incident
    [one] 1 incident
   *[other] { $count } incidents
}
review-incidents-before = { $count } in the period before
review-incidents-of = { $priority }: { $count }
review-incidents-more = { $count ->
    [one] 1 more is counted above.
   *[other] { $count } more are counted above.
}
review-longest = longest: { $incident } ({ $length })
review-reopened = { $count } reopened
review-noticed = Who noticed first: a monitor { $monitor }, the customer { $customer }, an operator { $operator }.
review-step-told = told { $after }
review-step-in-hand = in hand { $after }
review-step-resolved = resolved { $after }
review-step-confirmed = confirmed { $after }
review-step-open = not resolved yet
review-step-reopened = reopened { $count ->
    [one] once
   *[other] { $count } times
}
review-clocks-in-time = in time
review-clocks-late = late: { $clocks }
review-cause-none = none recorded
review-causes = Incidents by cause
review-causes-alt = Causes of { $count ->
    [one] 1 incident
   *[other] { $count } incidents
}
review-row-first-message = First message
review-row-updates = Updates
review-row-replies = Replies
review-row-unanswered = Not answered yet
review-row-messages = Messages
review-unanswered = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
review-delivered-all = all { $count } arrived
review-delivered-but = { $count } sent; { $lost } did not arrive
review-times = half within { $median }, nine in ten within { $most }, the longest after { $longest } (from { $count })
review-dispute-opened = opened { $at }
review-dispute-settled = settled { $at }
review-dispute-open = still open
review-all-services = all services
review-themes = What it was about
review-complaints = { $count ->
    [one] 1 complaint
   *[other] { $count } complaints
}: { $open } open, { $closed } closed, { $late } late
review-feedback = { $count ->
    [one] 1 piece of feedback
   *[other] { $count } pieces of feedback
}: { $open } open, { $closed } closed, { $late } late
review-texts = { $count ->
    [one] 1 text
   *[other] { $count } texts
}
review-quote-by = { $person } of { $customer }, by permission
review-quote-by-somebody = somebody of { $customer }, by permission
review-quote-taken-back = What somebody of { $customer } wrote is quoted no longer: they took their permission back.
review-figure-from = { $value } from { $count }
review-plan-asked = a plan is asked for
review-carried = carried over from before
review-became = What came of it
review-effect-later = the period after has not begun
review-effect-risen = better by more than chance explains
review-effect-fallen = worse by more than chance explains
review-effect-unclear = may be chance
review-risks-note = The number in a corner is probability × impact
review-risks-unscored = { $count ->
    [one] 1 without a score is not drawn
   *[other] { $count } without a score are not drawn
}
review-axis-probability = Probability
review-axis-impact = Impact
review-drill-announced = announced
review-drill-unannounced = not announced
review-drills-apart = Exercises count in no figure of this review.
review-period-before = the period before
review-uptime = Availability day by day
review-uptime-down = { $down } down
review-uptime-allowed = a day may be down { $allowed }
review-uptime-never = never down
review-uptime-day = down on { $day }: { $down }
review-uptime-more = { $count ->
    [one] and on 1 more day
   *[other] and on { $count } more days
}
review-burn-spent = nothing was left from { $day }
review-year-met = met in { $met } of { $of } months
review-year-missed = missed in { $months }
review-timeline = How incidents went
review-timeline-order = the gravest first
review-responses = How long responses took
review-responses-of = { $priority } alone: { $count } of { $of } responses
review-promised-within = promised within { $target }
review-advice-missed = missed in { $months }. Agree on what has to change.
review-advice-burn = { $used } of the error budget is used; if it goes on like this, nothing is left from { $at }. Hold back what is risky until the period ends.
review-advice-cause = { $cause } was the cause of { $incidents }. Look for what they have in common.
review-advice-fell = “{ $survey }” fell from { $from } to { $to } while every other promise was met. Ask what the promises do not measure.
review-advice-theme = { $texts } speak of “{ $theme }”, which no objective covers. Consider one.
review-advice-unobserved = { $service }: { $unknown } are unknown, because nothing was heard of it. See that its monitors report.
review-advice-monitors = { " " }(It depends on { $integrations }.)
review-changes = Different from revision { $revision }, because of what became known later:
review-change-incidents = incidents: { $was } → { $is }
review-change-computed = computed by { $is } instead of { $was } (build, time-zone data)
review-not-promised = not promised
review-same-figures = Every figure is the same.
review-more-promises = { $count ->
    [one] 1 more promise is in the report.
   *[other] { $count } more promises are in the report.
}
review-more-customers = { $count ->
    [one] 1 more customer is in the report.
   *[other] { $count } more customers are in the report.
}
review-more-news = … and { $count } more in the report
review-revision = revision { $revision }
review-news = Changed since the period before:
review-nothing-changed = Nothing clearly changed since the period before.
review-signed-by = agreed by { $person }, { $at }
review-signed = agreed { $at }
review-not-signed = not yet
review-side-provider = Provider
review-side-customer = Customer
review-draft = Draft
review-commented = Commented: { $chapters }.
review-approved-at-once = { $person } approved it; it is published now.
review-approved = { $person } approved it; it is published { $due }.
review-holds = It is to be published { $due }, and waits until somebody approves it.
review-goes = It is published { $due }, approved or not. Until then you can comment each chapter; the figures stay as they are.
review-waits = It was to be published { $due }. Nobody has approved it, so it waits.
review-button-open = Open the report ↗
review-button-show = Show the report
review-button-agenda = Agenda
review-button-agree = We agree
review-button-minutes = Minutes
review-button-sign = Sign for us
review-button-comment = Comment
review-button-preview = As the customer sees it
review-button-approve = Approve
review-list-head = { $count ->
    [0] No reviews yet
    [one] 1 review
   *[other] { $count } reviews
}
review-list-more = { $count ->
    [one] 1 older one is not listed.
   *[other] { $count } older ones are not listed.
}
review-of-operators = operators
review-stage-draft = draft, published { $due }
review-stage-waits = waits for approval since { $due }
review-stage-told = issued { $at } (revision { $revision })
review-stage-issued = issued { $at } (revision { $revision }), not signed yet
review-stage-signed-once = issued { $at } (revision { $revision }), signed by one side
review-stage-signed = issued { $at } (revision { $revision }), signed by both sides
review-stage-dropped = dropped
review-next-head = { $count ->
    [0] No review is planned
    [one] 1 review is planned
   *[other] { $count } reviews are planned
}
review-next-at = published { $at }
review-next-never = never again
review-next-draft = draft { $at }
report-reference = { $review }, revision { $revision }
report-zone = all times in { $zone }
report-provenance = Where these figures come from
report-row-period = Period
report-row-computed = Computed
report-row-program = With
report-row-terms = Agreement
report-row-entry = Issued
report-row-delivery = Delivery record
report-days = { $first } to { $last }, both included
report-computed = { $at }, knowing the journal up to entry { $sequence }
report-program = Upheld { $build }, time-zone data { $tzdb }
report-terms = v{ $version }, SHA-256 { $sha256 }
report-entry = journal entry { $sequence }, SHA-256 of the document { $sha256 }
report-delivery = ends with line { $number }, hash { $hash }
report-verify = To check this file: { $command } gives the SHA-256 above.
report-verify-entry = The provider shows that entry { $sequence } of its journal holds this hash, and that the journal's chain holds (upheld journal verify).
report-verify-delivery = Keep the hash of line { $number }: whatever was delivered up to then can be compared with it at any time.
report-signed = Signed
report-mark-kept = kept:
report-mark-broken = not kept:
report-mark-running = still open:
report-mark-at-risk = at risk:
report-mark-paused = paused:
report-mark-unknown = not known:

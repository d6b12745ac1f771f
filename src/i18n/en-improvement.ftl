# Upheld, English: action items and risks.

## Action items

action-state-wish = a customer's wish
action-state-asked = waits for a plan
action-state-open = open
action-state-done = done
action-state-dropped = dropped
action-why-missed = { $objective } was missed in { $period }
action-why-missed-of = { $objective } of { $service } was missed in { $period }
action-why-fallen = the answers to “{ $survey }” fell in { $period } by more than chance explains
action-why-cause = nobody has said yet why { $incident } happened
action-why-wish = wished by the customer
action-head-plan = A plan is wanted
action-head-cause = A cause is wanted
action-head-wish = A customer's wish
action-head-yours = This is yours now
action-head-soon = DUE SOON
action-head-overdue = OVERDUE
action-demand-plan = Say what is done about it, who does it and by when. The plan is due on { $due }.
action-demand-cause = Say it with /cause by { $due }.
action-due = due { $due }
action-plan-due = the plan is due { $due }
action-overdue = was due { $due }, open for { $age }
action-nobody = nobody has it
action-age = { $age } old
action-moved = { $count ->
    [one] put off once
   *[other] put off { $count } times
}
action-told-taken = We take on what you wished
action-told-done = Done, what you wished
action-told-dropped = We cannot do what you wished
action-row-why = Why
action-row-owner = Who does it
action-row-due = Due
action-row-plan-due = Plan due
action-row-age = Age
action-row-about = About
action-row-seen = Seen by
action-seen-internal = us alone
action-seen-customer = the customer and us
action-step-worded = said what is to be done
action-step-assigned = gave it to { $to }
action-step-dated = set the date to { $due }
action-step-done = done
action-step-dropped = dropped it
action-step-reopened = opened it again
action-step-shared = lets the customer see it
action-button-show = All of it
action-button-plan = Give the plan
action-button-take = Take it on
action-button-done = Done
action-button-due = Another date
action-button-assign = Give to …
action-button-drop = Drop
action-button-cause = Name the cause
action-button-share = Let the customer see it

## What is asked and answered about action items

action-form-add = Something to do
action-form-plan = The plan
action-form-text = What is to be done
action-form-owner = Who does it
action-form-due = By when: 2026-12-24, 24 Dec, in 2 weeks
action-form-wish = A wish
action-form-wish-intro = We read it, and you hear here what becomes of it.
action-form-wish-text = What should become better
action-form-move = Another date
action-form-why = Why
action-form-done = Done
action-form-done-intro = The next review says it to both sides.
action-form-changed = What changed by it
action-form-drop = Drop it
action-list-head = { $count ->
    [0] Nothing to do is noted here. /action add notes something.
    [one] 1 action item
   *[other] { $count } action items
}
action-choose = Which one?
action-choose-person = Who is to have it?
action-done-added = { $action } is noted.
action-done-wished = Thank you. Your wish is noted as { $action }; you hear here what becomes of it.
action-done-planned = The plan of { $action } is noted.
action-done-assigned = { $action } is given on.
action-done-dated = { $action } has its date.
action-done-done = { $action } is done.
action-done-dropped = { $action } is dropped.
action-done-reopened = { $action } is open again.
action-done-open-already = { $action } is open.
action-done-shared = The customer sees { $action }.
error-no-action = There is no { $action } here. /action list shows what there is.
error-no-action-open = There is nothing of that kind here. /action add notes something, /action list --all shows everything.
error-action-over = { $action } is done or dropped. Reopen it first.
error-action-unplanned = { $action } still waits for its plan: what is done, by whom and by when.
error-action-nobodys = { $action } concerns no customer.
error-no-date = { $typed } is no date that I can read. Write it as 2026-12-24, 24 Dec or in 2 weeks.
error-date-past = { $date } has passed. Choose today or a later date.

## Risks

risk-state-proposed = proposed
risk-state-open = open
risk-state-mitigated = something is done about it
risk-state-accepted = accepted
risk-state-closed = closed
risk-state-dismissed = dismissed
risk-state-gone = went away
risk-score = probability { $probability } × impact { $impact } = { $product } of { $most }
risk-unscored = without a score
risk-sign-budget = { $objective } of { $service }: at most a fifth of the error budget is left
risk-sign-on-call = Nobody is on call for { $customer }
risk-sign-silent = The monitor { $integration } has been silent for hours
risk-sign-channel = { $customer } can be reached in one place at most
risk-head-proposed = This looks like a risk
risk-head-review = A risk to look at again
risk-head-yours = This risk is yours now
risk-demand-proposed = Take it by saying how likely and how bad it is, or dismiss it with a reason.
risk-row-score = Score
risk-row-review = Looked at next
risk-row-sign = What was seen
risk-gone = is not so any more
risk-heading-mitigation = What is done about it
risk-heading-reason = Why
risk-heading-scores = The scores over time
risk-review-on = looked at next { $date }
risk-step-mitigated = said what is done about it
risk-step-reviewed = looked at it; next on { $date }
risk-step-accepted = accepted it
risk-step-closed = closed it
risk-step-dismissed = dismissed it
risk-button-take = Take it
risk-button-dismiss = It is none
risk-button-mitigate = What is done
risk-button-score = Score
risk-button-review = Looked at
risk-button-close = Close
risk-button-accept = Live with it

## What is asked and answered about risks

risk-form-add = A risk
risk-form-text = What may happen
risk-form-probability = How likely: 1 (hardly) to 5 (almost certain)
risk-form-impact = How bad: 1 (hardly) to 5 (ruinous)
risk-form-review = Look at it next: 2026-12-24, in 3 months
risk-form-score = How likely, and how bad
risk-form-review-title = Looked at
risk-form-mitigate = What is done about it
risk-form-mitigation = What makes it less likely, or less bad
risk-form-accept = Live with it
risk-form-close = Close the risk
risk-form-dismiss = It is no risk
risk-list-head = { $count ->
    [0] No risk is noted here. /risk add notes one.
    [one] 1 risk
   *[other] { $count } risks
}
risk-choose = Which one?
risk-done-added = { $risk } is noted.
risk-done-scored = { $risk } has its score.
risk-done-mitigated = What is done about { $risk } is noted.
risk-done-assigned = { $risk } is given on.
risk-done-reviewed = { $risk } was looked at, and has its next date.
risk-done-accepted = { $risk } is accepted.
risk-done-closed = { $risk } is closed.
risk-done-dismissed = { $risk } is dismissed. It is not proposed again until it went away and came back.
risk-done-reopened = { $risk } is open again.
risk-done-open-already = { $risk } is open.
risk-done-shared = The customer sees { $risk }.
error-no-risk = There is no { $risk } here. /risk list shows what there is.
error-no-risk-open = There is nothing of that kind here. /risk add notes a risk, /risk list --all shows everything.
error-risk-over = { $risk } is closed. Reopen it first.
error-risk-taken = { $risk } was taken as a risk. Close it with a reason.
error-risk-levels = Say how likely and how bad { $risk } is, each from 1 to 5: /risk score { $risk } 3 4.
error-risk-nobodys = { $risk } concerns no customer.

## What the commands are called

command-action = What is to become better, who does it and by when
command-action-action = What to do
command-action-what = Its number, such as ACT-7; of add: what is to be done
command-action-text = What is to be done, what changed, or why
command-action-owner = Who does it
command-action-due = By when: 2026-12-24, 24 Dec, in 2 weeks
command-action-customer = Which customer it concerns
command-action-incident = The incident it is about
command-action-objective = The objective it is about
command-action-feedback = The feedback it is about
command-action-risk = The risk it is about
command-action-hidden = The customer does not see it
command-action-all = Of list: also what is over
command-risk = What may go wrong, how likely and how bad it is, and what is done about it
command-risk-action = What to do
command-risk-what = Its number, such as RISK-3; of add: what may happen
command-risk-text = What may happen, what is done about it, or why
command-risk-probability = How likely, from 1 to 5
command-risk-impact = How bad, from 1 to 5
command-risk-owner = Who sees to it
command-risk-due = When it is looked at next: 2026-12-24, in 3 months
command-risk-customer = Which customer it concerns
command-risk-service = Which service it concerns
command-risk-hidden = The customer does not see it
command-risk-all = Of list: also what is over

# Upheld, English: what is answered to commands. What is announced is in en.ftl.

## Figures: a number never stands without its target

target-business-days = { $days } business { $days ->
        [one] day
       *[other] days
    }
target-business-days-to-end = { $days } business { $days ->
        [one] day
       *[other] days
    }, to the end of the day
figure-no-data = no data yet, promised { $target }
figure-availability = { $value } so far, promised { $target }; { $left } left
figure-availability-over = { $value } so far, promised { $target }; { $over } over what is allowed
figure-share = { $met } of { $decided } on time, promised { $target }
figure-share-none = nothing to judge yet, promised { $target } on time
figure-time-none = nothing to judge yet
figure-percentile = { $priority }: { $percent } within { $value }, promised { $target } ({ $count } in all)
figure-mean = { $priority }: mean { $value }, promised { $target } ({ $count } in all)
figure-pending = { $count } still running
trend-availability = { $period }: { $value }
trend-share = { $period }: { $value } on time

## /status

status-met = Every promise is kept so far
status-met-as-measured = Every promise that could be measured is kept so far
status-unmeasured = Nothing has been measured yet
status-at-risk = AT RISK · a promise may be missed
status-missed = MISSED · a promise is broken
status-no-incidents = Nothing is open.
status-silent = { $integration } has been silent since { $since }: what it watches is not known.
incident-line-open = { $incident } · { $priority } · { $service } since { $since } · nobody has it
incident-line-in-hand = { $incident } · { $priority } · { $service } since { $since } · { $owner } has it
incident-line-taken = { $incident } · { $priority } · { $service } since { $since } · somebody has it
incident-line-quieting = { $incident } · { $priority } · { $service } since { $since } · recovering
incident-line-resolved = { $incident } · { $priority } · { $service } · { $since } – { $until }

## /why

why-version = agreement v{ $version }
why-window = window: { $from } – { $until } = { $length }
why-period = period: { $from } – { $until }
why-excluded = excluded: { $count ->
        [one] { $count } stretch
       *[other] { $count } stretches
    } = { $length }
why-unknown = unknown: { $count ->
        [one] { $count } stretch
       *[other] { $count } stretches
    } without data = { $length }
why-down = down: { $count ->
        [one] { $count } stretch
       *[other] { $count } stretches
    }, overlaps counted once = { $length }
why-piece = · { $from } – { $until } = { $length }
why-no-value = value: none, because nothing was measured
why-formula = value: 1 − { $down } / { $total } = { $value }
why-formula-excluded = value: 1 − { $down } / ({ $total } − { $excluded } excluded) = { $value }
why-formula-unknown = value: 1 − { $down } / ({ $total } − { $unknown } unknown) = { $value }
why-formula-excluded-unknown = value: 1 − { $down } / ({ $total } − { $excluded } excluded − { $unknown } unknown) = { $value }
why-promised = promised: { $target } → { $verdict }; { $left } of { $budget } may still be down
why-promised-over = promised: { $target } → { $verdict }; { $over } more than the { $budget } allowed
why-incident = { $incident } { $from } – { $until }
why-verdict = verdict: { $verdict }
why-wilson = 95 % interval of the share on time (Wilson): { $low } – { $high }
why-item = · { $incident } · { $service } · { $priority } from { $start }: { $elapsed } of { $target }
why-item-late = · { $incident } · { $service } · { $priority } from { $start }: { $elapsed }, late against { $target }
why-judged = judged by agreement v{ $version }
why-settings = What was agreed
why-terms = agreement v{ $version }, in force from { $effective }, { $zone }, SHA-256 { $sha256 }…
why-calendar = calendar: { $calendar }
why-exclusion = declared exclusion: { $from } – { $until }, { $reason }
why-exclusions-subtract = Excluded time leaves the denominator.
why-exclusions-count-up = Excluded time stays in the denominator and counts as up.
why-unknown-leaves = Time without data leaves the denominator.
why-unknown-down = Time without data counts as down.
why-unknown-up = Time without data counts as up.
why-any-down = The service is down while any of its components is down.
why-all-down = The service is down while all of its components are down.
why-component-seconds = Each component's seconds are counted and summed.
why-minimum-downtime = Outages shorter than { $least } do not count.
why-source-heartbeat = { $integration }: alive while its heartbeat arrives; silent after { $silence }; an alert not repeated for { $ttl } is unknown.
why-source-unknown = { $integration }: silent after { $silence }, and then nothing is known; an alert not repeated for { $ttl } is unknown.
why-source-up = { $integration }: silent while all is well, so that silence means up; an alert not repeated for { $ttl } is unknown.
why-provenance = Journal entry { $sequence } · time-zone data { $tzdb }
why-clocks = Clocks
why-stage-open = disturbed from { $from }, still open
why-stage-monitor = disturbed { $from } – { $until }; the monitor saw it end
why-stage-person = disturbed { $from } – { $until }; resolved by a person
why-clock-target = { $priority }, promised within
why-lap-running = counts from { $from }, still running
why-lap-stopped = counts from { $from } to { $until }
why-slice-counted = · { $from } – { $until } counted: { $length }
why-slice-paused = · { $from } – { $until } paused: { $length } not counted
why-slice-closed = · { $from } – { $until } closed: { $length } not counted
why-pause = paused { $from } – { $until }
why-pause-open = paused since { $from }
why-reading-late = used { $elapsed } of { $target } → late
why-reading-met = used { $elapsed } of { $target } → on time
why-reading-running = used { $elapsed } of { $target } so far
why-due = due { $due }

## Commands, as menus and /help describe them

command-status = How every promise stands
command-status-customer-or-service = A customer or a service
command-status-service = A service
command-why = The arithmetic behind a figure
command-why-what = An incident or an objective
command-why-part = The service, or the clock
command-why-customer = The customer
command-why-whole = Every piece that entered
command-incidents = The open incidents
command-incidents-all = The resolved ones too
command-incident = One incident and its history
command-incident-incident = Its number, such as INC-42
command-incident-customer = The customer you speak for, where there are several
command-open = Open an incident that no monitor saw
command-open-service = The service
command-open-text = What is wrong
command-open-priority = P1 (most urgent) to P5
command-open-down = It counts as downtime until it is resolved
command-report = Report that a service is disturbed
command-report-service = The service
command-report-text = What you see
command-report-customer = The customer you speak for
command-ack = Take an incident in hand
command-ack-incident = Its number, such as INC-42
command-resolve = Mark an incident resolved
command-resolve-incident = Its number, such as INC-42
command-resolve-text = What was done
command-reopen = Open an incident again, or say that it is still broken
command-reopen-incident = Its number, such as INC-42
command-reopen-text = What you see
command-reopen-customer = The customer you speak for, where there are several
command-priority = Change the priority, with a reason the customer sees
command-priority-incident = Its number, such as INC-42
command-priority-priority = P1 (most urgent) to P5
command-priority-reason = Why; the customer reads it
command-pause = Pause the clocks, with a reason the customer sees
command-pause-incident = Its number, such as INC-42
command-pause-reason = Why; the customer reads it
command-pause-customer = Only this customer's clocks
command-resume = Let the clocks run on
command-resume-incident = Its number, such as INC-42
command-resume-reason = Why; the customer reads it
command-resume-customer = Only this customer's clocks
command-cause = Say where the fault lay
command-cause-incident = Its number, such as INC-42
command-cause-category = Where the fault lay
command-cause-internal = For the operators
command-cause-public = For the customer
command-note = Keep a remark for the operators only
command-note-incident = Its number, such as INC-42
command-note-text = The remark
command-update = Tell the customer how it goes
command-update-incident = Its number, such as INC-42
command-update-text = What the customer will read
command-update-customer = Only this customer
command-say = Tell us something about an incident
command-say-incident = Its number, such as INC-42
command-say-text = What we should know
command-say-customer = The customer you speak for, where there are several
command-publish = Let the customer see an incident that is held back
command-publish-incident = Its number, such as INC-42
command-publish-customer = The customer
command-call = Call the next person on the on-call list
command-call-incident = Its number, such as INC-42
command-notify = What wakes you, what waits, what you are not told
command-notify-kind = What it is about
command-notify-how = How you are told
command-bind = Tie this channel to a customer or to the operators
command-bind-to = operators, a customer, or nobody
command-bind-language = en or zh-TW
command-bind-zone = A time zone such as Europe/Berlin
command-invite = Invite somebody
command-invite-role = operator, manager or customer
command-invite-customer = The customer they speak for
command-revoke = Take back what an invitation gave
command-revoke-person = Whose right
command-revoke-role = operator, manager or customer
command-revoke-customer = The customer they speak for
command-join = Take up an invitation
command-join-token = The word from the invitation
command-whoami = Who Upheld thinks you are
command-log = What was sent here, when, and whether it arrived
command-preview = See an incident as the customer does
command-preview-incident = Its number, such as INC-42
command-preview-customer = The customer
command-test = Prove that this channel works
command-reload = Read the configuration again
command-help = What can be asked here
command-help-topic = A command, or symbols

## What was done

done-acknowledged = { $incident } is yours.
done-acknowledged-before = { $incident } is yours already.
done-called = { $incident }: the next person on the list is being called.
done-resolved = { $incident } is marked resolved. If a monitor still sees it, it opens again.
done-reopened = { $incident } is open again.
done-still-broken = { $incident } is open again. The operators have been told that it is still broken.
done-open-already = { $incident } is open already; the operators know.
done-prioritised = The priority of { $incident } is changed; its clocks count from their start with the new target.
done-paused = The clocks of { $incident } that may be paused stand still. The customer sees the reason.
done-resumed = The clocks of { $incident } run on.
done-cause = The cause of { $incident } is noted.
done-noted = Noted under { $incident }, for operators only.
done-said = Noted under { $incident }. The operators have been told.
done-published = The customer now sees { $incident }.
done-published-before = The customer sees { $incident } already.
done-opened = { $incident } is open.
done-reported = { $incident }: your report has been received, and the clocks of your agreement run. The operators are being told.
done-updated = The update to { $incident } is on its way.
done-bound-operators = This channel is now the operators'. Language { $language }, times in { $zone }.
done-bound-customer = This channel is now { $customer }'s. Language { $language }, times in { $zone }.
done-unbound = This channel is tied to nobody now. Upheld says nothing more here by itself.
done-invited = An invitation, good once, until { $until }. Pass this on to the person:
done-invited-link = or open this page:
done-revoked = { $person } is no longer:
done-joined = Welcome. You are now:
done-reloaded = The configuration was read again. { $count ->
        [0] No agreement changed.
        [one] 1 agreement has a new version.
       *[other] { $count } agreements have a new version.
    }
done-reloaded-departing = { $customer }: the agreement has no file any more. Its open incidents run to their end under its last terms, and the customer reads in their channels how they end; what begins from now on is not covered.
done-reloaded-waiting = These changes wait for the next start: { $keys }.

## What is asked back

choose-incident = Which incident?
choose-service = Which service?
choose-customer = Which customer?
choose-why = Why what?
choose-priority = { $incident }: which priority?
choose-cause = { $incident }: where did the fault lie?
choose-role = Invite as what?
choose-revoke = Which right is to be taken back?
choose-bind = Whose channel is this to be?
button-next = Next page
button-previous = Previous page
button-whole = The whole
button-latest = Resolved ones too
button-send = Send
button-change = Write it anew
button-symbols = Symbols
revoke-none = No invitation gave anybody a right. What the configuration gives is taken back there.
revoke-more = These too; name them with /revoke:
page-of = Page { $page } of { $pages }
preview-as-read = So { $customer } reads it, in their language ({ $language }) and zone ({ $zone }).
preview-as-read-nowhere = So { $customer } would read it ({ $language }, { $zone }); but no channel is tied to them, so nobody will. /bind ties one.
preview-one-of = Customer { $page } of { $pages }. What you send goes to all of them.
preview-publishes = { $customer } does not see this incident yet; sending this shows it to them.
preview-card-hidden = { $customer } does not see this yet; it is held back.

## What is shown

incidents-open = { $count ->
        [0] Nothing is open
        [one] 1 open incident
       *[other] { $count } open incidents
    }
incidents-latest = { $count ->
        [one] 1 incident, the latest first
       *[other] { $count } incidents, the latest first
    }
incident-history = History
log-head = What was said here, the latest first · page { $page }
log-empty = Nothing has been said here yet.
log-answer = answer to { $command }
log-record = record { $number }
kind-card = card
kind-history = line of the history
kind-late = late
kind-at-risk = at risk
kind-call = call to the next person on call
kind-woken = call to those who wish it
kind-resolved = resolved
kind-reopened = opened again
kind-corrected = correction
kind-digest = many at once
kind-silent = a monitor is silent
kind-heard = a monitor is heard again
kind-unrouted = an alert without a route
kind-unreadable = a delivery that could not be read
kind-dead = a report that messages do not arrive
kind-test = test
kind-misread = answer to what could not be read
outcome-sent = delivered
outcome-uncertain = UNCERTAIN: it may have arrived
outcome-failed = FAILED
outcome-merged = said in another message
outcome-replied = answered
help-head = What you can ask here
help-none = There is no such command here. /help lists what you can ask.
status-platform-down = { $platform } is not working: { $reason }
test-works = Test: this channel works, { $address }
test-sent = A test is on its way to { $address }, as every notice goes. If it does not appear here, the operators are told, and /log shows why.
button-log = What became of it

## People and channels

whoami-known = You are { $person } ({ $account })
whoami-stranger = Upheld does not know { $account }
whoami-join = Ask a manager for an invitation, then type /join and its word.
whoami-locale = Language { $language } · times in { $zone }
role-operator = Operator
role-manager = Manager
role-auditor = Auditor: reads everything, changes nothing
role-customer = Customer representative
role-customer-of = Customer representative of { $customer }
place-direct = This is a conversation with you alone.
place-operators = This channel is the operators'.
place-operators-button = Operators
place-customer = This channel is { $customer }'s: everybody here sees what is { $customer }'s, and nothing else.
place-unbound = This channel is tied to nobody; a manager can tie it with /bind.
notify-head = What you are told of by name, and how
notify-opened = An incident opened
notify-at-risk = A clock is at risk
notify-late = A clock ran out
notify-call = You are next on the on-call list
notify-said = A customer wrote something
notify-updated = We wrote something to you
notify-resolved = An incident is resolved
notify-wake = wakes me
notify-digest = waits for a digest
notify-off = is not told to me
notify-default = as the agreement says
notify-default-customer = in your channel only
error-notify-operators = { $kind } is for the provider's people. You can choose: { $choices }.

## What could not be done

error-no-account = Upheld does not know this account. Ask a manager for an invitation.
error-customers-only = Only a customer representative can do that. Operators use /note or /update.
error-no-incident = There is no incident { $incident } that you can see. /incidents lists yours.
error-nothing-open = Nothing is open that you can see.
error-nothing-resolved = Nothing was resolved lately that you can see.
error-closed = { $incident } is resolved already.
error-too-old-to-reopen = { $incident } was resolved too long ago, or the service had another incident since. Report it anew with /report or /open.
error-same-priority = It is { $priority } already.
error-no-service = No service “{ $service }”. The services here: { $services }.
error-no-service-near = No service “{ $service }”. Did you mean { $near }? The services here: { $services }.
error-no-service-of = No service “{ $service }” for { $customer }. Its services: { $services }.
error-no-service-of-near = No service “{ $service }” for { $customer }. Did you mean { $near }? Its services: { $services }.
error-no-customer = No customer “{ $customer }”. The customers here: { $customers }.
error-no-customer-near = No customer “{ $customer }”. Did you mean { $near }? The customers here: { $customers }.
error-no-agreement = No agreement of yours covers that.
error-no-objective = There is no objective { $objective }. The objectives here: { $objectives }. An incident works too, such as INC-42.
error-no-objective-near = There is no objective { $objective }. Did you mean { $near }? The objectives here: { $objectives }.
error-no-clock = { $incident } has no clock “{ $clock }”. Its clocks: { $clocks }.
error-no-clock-near = { $incident } has no clock “{ $clock }”. Did you mean { $near }? Its clocks: { $clocks }.
error-not-stored = That could not be stored, so nothing was changed. Please try again; the log of Upheld has the reason.
error-not-read = That could not be read just now. Please try again; the log of Upheld has the reason.
error-draft-gone = This preview is no longer there. Write the update anew with /update.
error-too-long = That is too long. Shorten it, please.
error-held-gone = What you typed before is no longer here. Please type the command again.
error-no-customer-reads = No agreement covers this incident, so no customer reads of it.
error-bind-direct = A direct conversation needs no binding. Use /bind in the channel that is meant.
error-platform-not-allowed = This customer's data may not go to this platform, says the agreement.
error-language = Upheld does not speak { $language }. It speaks { $languages }.
error-zone = { $problem }
error-invitation = This invitation is not valid: it was used, it has expired, or the word is mistyped. Ask for a new one.
error-join-how = Type /join and the word of your invitation.
error-too-often = Too many tries. Wait ten minutes, please.
error-too-much = That was much at once. Upheld listens to you again after a pause of some minutes.
error-nothing-given = No invitation gave { $person } a right that you could take back. What the configuration gives is taken back there.
error-revoke-self = Another manager has to take that right from you.
error-reload = The configuration was not taken; the old one stays in force. What is wrong:
error-reload-half = The database failed in between: people and channels are the new ones, everything else is the old. Reload again once it works. What it said:

## Too much at once

digest-wake = LATE OR AT RISK · { $count } warnings within a minute
digest-wake-nobody = { $count ->
        [one] 1 open incident has nobody.
       *[other] { $count } open incidents have nobody.
    }
digest-wake-advice = Every card shows its own clocks; /incidents lists them all.

## The demonstration

demo-next-breaks = Payments will fail.
demo-next-at-risk = Three quarters of the promised 15 minutes will be used. Press Acknowledge before, if you like.
demo-next-late = The 15 minutes will be over.
demo-next-taken = If nobody has it, Anna will take it.
demo-next-updated = Anna will tell the customer how it goes.
demo-next-recovers = The monitor will see it work again.
demo-next-resolved = Five quiet minutes will have passed: resolved.
demo-next-asked = Acme will be asked how it was handled.
demo-next-answered = If nobody answers for Acme, Jonas will.
demo-next-over = The clock will go back to the pace of life.
demo-over = The story is over. Look around: /status, /why response, /review, /incidents, /log.

figure-complaints = { $met } of { $decided } handled in time, promised { $target }
figure-complaints-none = no complaint to judge, promised { $target } in time
figure-satisfaction-share = { $value } satisfied, promised { $target } ({ $count ->
    [one] { $count } answer
   *[other] { $count } answers
})
figure-satisfaction-nps = NPS { $value }, promised { $target } ({ $count ->
    [one] { $count } answer
   *[other] { $count } answers
})
figure-satisfaction-mean = mean { $value }, promised { $target } ({ $count ->
    [one] { $count } answer
   *[other] { $count } answers
})
figure-satisfaction-none = no answers yet
trend-satisfaction = { $period } { $value } ({ $count ->
    [one] { $count } answer
   *[other] { $count } answers
})
why-complaint = · { $complaint } from { $start }: { $elapsed } of { $target }
why-complaint-late = · { $complaint } from { $start }: { $elapsed }, late against { $target }
why-score = · { $score }: { $count } ×
why-satisfaction-share = value: answers of { $from } or better / all answers
why-satisfaction-nps = value: share of 9 and 10 less share of 0 to 6, in percent
why-satisfaction-mean = value: sum of the scores / all answers
why-response = { $answered } of { $asked } people asked have answered
why-score-range = 95 % interval: { $low } – { $high }

# Upheld in English. Every key here is in zh-TW.ftl with the same arguments; a test compares them.
# No jargon, no exclamation, no blame. A number never stands without its unit and its target.

## General

erased = [erased]
list-separator = { ", " }
form-submit = Send
form-cancel = /cancel
more-lines = … { $count ->
    [one] 1 more line
   *[other] { $count } more lines
}
maybe-repeat = This may be a repeat.

## Words: what kind of news a message is

tone-late = LATE
tone-at-risk = AT RISK
tone-disturbed = DISTURBED
tone-in-hand = IN HAND
tone-restored = RESOLVED
tone-information = INFORMATION
tone-corrected = CORRECTED
tone-refused = NOT DONE

## Words: the clocks of an incident, inside a sentence and as the name of a row

clock-response = response
clock-resolution = resolution
clock-update = update
clock-next-reply = next reply
clock-waiting = waiting
clock-name-response = Response
clock-name-resolution = Resolution
clock-name-update = Update
clock-name-next-reply = Next reply
clock-name-waiting = Waiting

## Words: how an objective stands

standing-met = met
standing-at-risk = AT RISK
standing-missed = MISSED
standing-insufficient = too few to judge
standing-no-data = no data

## Words: where the fault lay, who noticed first, how bad it is

cause-change = a change
cause-capacity = capacity
cause-software = software
cause-hardware = hardware
cause-network = network
cause-security = security
cause-supplier = a supplier
cause-customer = the customer's side
cause-human = a slip
cause-unknown = not known yet
noticed-by-monitor = noticed by a monitor
noticed-by-customer = reported by the customer first
noticed-by-operator = opened by an operator
impact-none = no effect
impact-degraded = degraded
impact-down = down

## Operators' card

no-agreement = no agreement covers it
agreement-version = agreement v{ $version }
card-since = since { $since }
card-from-to = { $from }–{ $to } ({ $length })
card-more-signals = { $count ->
    [one] 1 more signal
   *[other] { $count } more signals
}
card-on-call = on call: { $people }
row-customer = Customer
row-availability = Availability
objective-satisfaction = Satisfaction
objective-complaints = Complaints
row-objective = Objective
row-publication = Not told yet
row-last-update = Last update
row-pause = Paused
row-owner = Taken by
row-monitor = Monitor
row-cause = Cause
clock-running = promised within { $target }, by { $due }
clock-at-risk = at risk: promised within { $target }, by { $due }
clock-late = promised within { $target }, late since { $since }
clock-paused = promised within { $target }, paused after { $used }
clock-never-due = promised within { $target }; its calendar has no such moment
clock-stopped = after { $used } (promised { $target })
clock-update-running = next update promised by { $due } (every { $target })
clock-update-at-risk = at risk: next update promised by { $due } (every { $target })
clock-update-late = update promised every { $target }, late since { $since }
clock-update-stopped = longest wait { $used } (promised { $target })
clock-and-nobody-has-it = , nobody has it
clock-and-late-before = ; an earlier one was late
availability-so-far = { $period } { $value } so far, promised { $target }
availability-whole = { $period } { $value }, promised { $target }
availability-no-data = { $period }: no data, promised { $target }
budget-left = ; { $left } left
budget-over = ; { $over } more than allowed
share = { $clock } { $percent } in { $target }: { $met } of { $of } in { $period }
percentile = { $clock } { $percent } in { $value }, promised { $target }; { $of } in { $period }
percentile-no-data = { $clock } { $percent } in { $target } promised; { $of } in { $period }
mean = mean { $clock } { $value }, promised { $target }; { $of } in { $period }
mean-no-data = mean { $clock } { $target } promised; { $of } in { $period }
publication-held-until = the customer is told at { $at }
publication-on-approval = the customer is told when one of you allows it
owner-since = { $person } at { $since }
owner-nobody = nobody yet
signs-quieting = quiet since { $since }; resolved if it stays so
signs-still-firing = still firing, although marked resolved
signs-no-word = no word since { $since }; whether it goes on is not known

## Operators: short messages

demand-response = Acknowledge by { $due } (promised within { $target }).
demand-resolution = Have it working by { $due } (promised within { $target }).
demand-update = Update the customer by { $due } (promised every { $target }).
demand-next-reply = Answer the customer by { $due } (promised within { $target }).
demand-waiting = Answer the customer's report by { $due } (promised within { $target }).
demand-never-due = Promised within { $target }.
late-nobody = Promised within { $target }, late since { $since }. Nobody has it.
late-owner = Promised within { $target }, late since { $since }. { $person } has it.
late-since = Promised within { $target }, late since { $since }.
call-people = { $people }: nobody has it, and you are next on the on-call list.
call-nobody = Nobody has it, and nobody is on the on-call list.
digest-opened = { $count ->
    [one] 1 incident opened within { $within }
   *[other] { $count } incidents opened within { $within }
}
digest-more = { $count ->
    [one] 1 more; /incidents lists all of them
   *[other] { $count } more; /incidents lists all of them
}
digest-collected-more = { $count ->
    [one] 1 more; /incidents shows how things stand
   *[other] { $count } more; /incidents shows how things stand
}
digest-collected = collected for you since { $since }
roused-opened = Opened at { $since }.
roused-said = { $person } wrote to you:
roused-resolved = It works again since { $at }.
roused-called = You are wanted for this.
digest-wake-of = Late: { $late }. At risk: { $risk }. Other calls: { $other }.
monitor-silent = monitor { $integration } is silent
monitor-silent-since = No word since { $since }; expected at least every { $expected }.
monitor-unknown = Nothing is known meanwhile of: { $services }. Each agreement says how such time counts; it is not taken for health.
monitor-nothing-unknown = No service depends on it alone.
monitor-advice = See whether it runs and reaches Upheld.
monitor-heard-again = monitor { $integration } is heard again
monitor-gap = It was silent { $from }–{ $to } ({ $length }). That time stays unknown unless a late report fills it.
unrouted = { $integration } sent { $name }, which no route leads to a service
unrouted-more-labels = { $count ->
    [one] 1 more label
   *[other] { $count } more labels
}
unrouted-advice = It is kept, but counts for nothing. Add a route in config/services.toml, then /reload. This is told once for each alert name.
unreadable = A delivery from { $integration } at { $at } could not be read
unreadable-advice = It is kept as it came, and counts for nothing. See what the sender is set to send. This is told once a day for each kind of fault.
odd-truncated = Alerts that { $integration } left out of a message at { $at }: { $detail }
odd-truncated-advice = Upheld knows nothing of those, and may miss their ends. Set max_alerts: 0 at Alertmanager's receiver.
odd-severity = { $integration } sent the severity { $detail } at { $at }, which Upheld does not know
odd-severity-advice = The signal was taken as one of unknown severity. Send a word that docs/webhooks.md lists, or give the route in config/services.toml a priority.
odd-status = { $integration } sent the status { $detail } at { $at }, which Upheld does not know
odd-status-advice = It was taken as a remark, so it opened and closed nothing. Send firing or resolved.
odd-time = { $integration } sent a time in { $detail } at { $at } that cannot be read
odd-time-advice = It was taken as not given: the signal counts from when it arrived. Send times as in docs/webhooks.md.
odd-field = { $integration } sent the field { $detail } at { $at } in another form than it must have
odd-field-advice = It was taken as not given; the rest was taken. Compare what is sent with docs/webhooks.md.
odd-entry = Entry { $detail } of a message that { $integration } sent at { $at } could not be understood
odd-entry-advice = That entry counts for nothing; the others were taken. Compare what is sent with docs/webhooks.md.
odd-events-left = Events of a message from { $integration } at { $at } that were more than Upheld reads of one: { $detail }
odd-events-left-advice = The first 20,000 were taken; the rest counts for nothing. Group by more labels, so that messages become smaller.
odd-method = { $integration } came with { $detail } in place of POST at { $at }: a redirect lost what was sent
odd-method-advice = Nothing arrived. Give the sender the final https address.
odd-unauthorised = A delivery for { $integration } came at { $at } with a wrong secret, or with none
odd-unauthorised-advice = It was refused and not kept. If it was your sender, give it the secret of this integration; else somebody tries the door.
odd-too-large = A delivery from { $integration } at { $at } was larger than 8 MiB
odd-too-large-advice = It was refused and not kept, and so are its alerts. Group by more labels, so that messages become smaller.
odd-more = { $count ->
    [one] The same happened 1 more time since it was last told.
   *[other] The same happened { $count } more times since it was last told.
}
test-signal = { $integration } sent a test signal
test-signal-routed = A real one would concern { $service }, as { $priority }.
test-signal-unrouted = No route leads a real one to a service. Add one in config/services.toml, then /reload.
test-signal-advice = It arrived and was understood. It opens nothing and counts for nothing.
dead-customer = messages to { $customer } do not arrive
dead-maybe-customer = messages to { $customer } may not have arrived
dead-maybe-person = messages to { $person } alone may not have arrived
dead-maybe-operators = messages to an operators' channel may not have arrived
dead-person = messages to { $person } alone do not arrive
dead-operators = messages to an operators' channel do not arrive
dead-gone = { $address } is gone, or Upheld was removed from it, since { $since }.
dead-gone-advice = Invite Upheld again, or use /bind in the channel that replaces it.
dead-forbidden = Upheld may not write in { $address } since { $since }.
dead-forbidden-advice = Give Upheld the right to read and write there, then /test in that channel.
dead-unauthorized = The platform refuses Upheld's token for { $address } since { $since }.
dead-unauthorized-advice = Give Upheld a valid token and start it again.
dead-refused = { $address } refuses messages since { $since }.
dead-refused-advice = Use /test in that channel; the log of Upheld has the platform's reason.
dead-alone = Upheld has not been able to write to { $address } in private since { $since }.
dead-alone-advice = They open a conversation with Upheld there once, or allow messages from it. /notify ends what they asked for. A survey asks them in the channel instead.
dead-unreachable = { $address } has taken nothing since { $since }. Upheld goes on trying.
dead-unreachable-advice = Until then reach its readers another way. /readyz says whether the whole platform is away.
dead-worn-out = { $address } has taken nothing since { $since }, and Upheld gave up.
dead-worn-out-advice = Tell its readers yourself. Then use /test in that channel.
dead-uncertain = The platform's answers for { $address } have been lost since { $since }.
dead-uncertain-advice = Look in that channel whether they stand there.
dead-unspeakable = Upheld could not put a message for { $address } into words, first at { $since }.
dead-unspeakable-advice = The log of Upheld says why. Tell its readers yourself.
dead-messages = { $count ->
    [one] 1 message did not arrive; /log shows it.
   *[other] { $count } messages did not arrive; /log shows them.
}
dead-messages-uncertain = { $count ->
    [one] Whether 1 message arrived is not known; /log shows it.
   *[other] Whether { $count } messages arrived is not known; /log shows them.
}
dead-messages-waiting = { $count ->
    [one] 1 message is being tried again.
   *[other] { $count } messages are being tried again.
}
reopened-again = again
reopened-by-monitor = A monitor says since { $at } that it is broken again.
reopened-by-operator = { $person } opened it again at { $at }.
reopened-by-customer = { $customer } said at { $at } that it is still broken.

## Corrections, to both sides

corrected-why = A fact that arrived late changes what was said before:
corrected-began = Began { $is }, not { $said }.
corrected-ended = Ended { $is }, not { $said }.
corrected-not-over = Said to be over at { $said }; it goes on.
corrected-not-late = { $clock }: said to be late, was on time:{ " " }
corrected-late = { $clock }: said to be on time, was late:{ " " }
corrected-clock = { $clock }:{ " " }

## Customer's card

customer-problem = { $service }: { $problem }
customer-disturbed = { $service } is disturbed
customer-works-again = { $service } works again
customer-disturbed-again = { $service } is disturbed again
customer-alerted = Since { $since }. We have been alerted; an engineer is being reached.
customer-reported = Since { $since }. You told us; an engineer is being reached.
customer-again = Since { $since }, and again since { $at }. An engineer is being reached.
customer-in-hand = Since { $since }. An engineer has been working on it since { $at }.
customer-response = Promised: someone on it by { $due }.
customer-response-late = Promised: someone on it by { $due }. We are late.
customer-resolution = Promised: working again by { $due }.
customer-resolution-late = Promised: working again by { $due }. We are late.
customer-update = Next update by { $due }.
customer-update-late = Next update was promised by { $due }. We are late.
customer-reply = Promised: an answer to you by { $due }.
customer-reply-late = Promised: an answer to you by { $due }. We are late.
customer-paused = { $clock }: paused after { $used } (promised { $target }).
customer-last-update = Update of { $at }:
customer-pause = Paused since { $since }:{ " " }
customer-priority = Priority is now { $priority }:{ " " }
customer-cause = Cause: { $cause }
customer-reference = your reference { $reference }
customer-was-disturbed = Disturbed { $from }–{ $to } ({ $length }).
customer-availability-so-far = { $period } so far: { $value } (promised { $target })
customer-availability = { $period }: { $value } (promised { $target })
customer-availability-no-data = { $period }: no data (promised { $target })
customer-share = { $clock } in { $period }: { $met } of { $of } within { $target } (promised { $percent })
customer-percentile = { $clock } in { $period }: { $percent } within { $value } (promised { $target })
customer-mean = { $clock } in { $period }: { $value } on average (promised { $target })
customer-clock-no-data = { $clock } in { $period }: no data (promised { $target })
customer-standing-at-risk = may not be met
customer-standing-missed = not met
customer-standing-insufficient = too few to judge
customer-reopened = It has been disturbed again since { $at }. An engineer is being reached.
customer-reopened-by-you = You told us at { $at } that it is still broken. An engineer is being reached.

## History of an incident, for operators

history-opened-by-monitor = opened by a monitor
history-opened = { $person } opened it
history-reported = { $person } of { $customer } reported it
history-acknowledged = { $person } has it
history-called = called { $people } · { $customer }
history-called-nobody = nobody could be called: the on-call list is empty · { $customer }
history-at-risk = { $clock } at risk · { $customer }
history-late = { $clock } late · { $customer }
history-prioritised = { $person } changed the priority from { $from } to { $to }
history-paused = { $person } paused the clocks
history-paused-for = { $person } paused the clocks of { $customer }
history-resumed = { $person } let the clocks run on
history-resumed-for = { $person } let the clocks of { $customer } run on
history-caused = { $person } named the cause: { $cause }
history-noted = { $person } noted, for operators only
history-updated = { $person } updated all customers
history-updated-for = { $person } updated { $customer }
history-said = { $person } of { $customer } wrote
history-published = { $person } let { $customer } see it
history-shown = { $customer } can see it, as agreed
history-resolved-by-monitor = resolved: all signals have ended
history-resolved = { $person } marked it resolved
history-reopened-by-monitor = opened again by a monitor
history-reopened = { $person } opened it again
history-reopened-for = { $person } of { $customer } says it is still broken
history-merged = part of { $into }; followed there from now on

## History of an incident, for the customer

customer-history-opened = We have been alerted
customer-history-reported = { $person } told us
customer-history-acknowledged = An engineer is on it
customer-history-late = { $clock } is late
customer-history-prioritised = Priority changed from { $from } to { $to }
customer-history-paused = The clocks are paused
customer-history-resumed = The clocks run on
customer-history-caused = Cause: { $cause }
customer-history-updated = Update
customer-history-said = { $person } wrote
customer-history-resolved = It works again
customer-history-reopened = It is disturbed again
customer-history-reopened-by-you = You told us that it is still broken

## Buttons

button-acknowledge = Acknowledge
button-escalate = Escalate
button-update-customer = Update customer
button-publish = Let the customer see it
button-resolve = Mark resolved
button-reopen = Reopen
button-cause = Name the cause
button-why = Why?
button-runbook = Runbook ↗
button-say = Tell us something
button-still-broken = Still broken

## Forms

form-customer = Customer (empty: all of them)
form-only-for = Only { $customer } is meant.
form-reason = Reason
form-reason-intro = The customer reads the reason.
form-update-title = Update to the customer
form-update-intro = You see exactly what the customer will see before it is sent.
form-update-text = What do they need to know?
form-note-title = Internal note
form-note-intro = Only operators read it.
form-note-text = Note
form-say-title = Tell us something
form-say-text = What should we know?
form-pause-title = Pause the clocks
form-priority-title = Change the priority
form-cause-title = Cause
form-cause-intro = The fault lay with: { $cause }.
form-cause-internal = For operators
form-cause-public = For the customer
form-report-title = Report a disturbance
form-report-intro = { $service }: the clocks of your agreement start when you send this.
form-report-text = What do you see?
form-open-title = Open an incident
form-open-intro = { $service }: no monitor has seen it.
form-open-text = What is wrong?

## /help symbols

legend-title = What the symbols mean
legend-messages = At the head of a message
legend-promises = Beside a promise
legend-late = late: a promised time has passed
legend-at-risk = at risk: a promised time passes soon unless somebody acts
legend-disturbed = disturbed: something does not work, no promised time has passed
legend-in-hand = in hand: somebody is working on it
legend-restored = resolved: it works again
legend-corrected = corrected: something said before was not so
legend-refused = not done: with the reason, and what to do instead
legend-kept = kept
legend-broken = late, or an objective missed
legend-running = still running
legend-verdict-at-risk = at risk
legend-paused = paused
legend-unknown = not known: no data, or too few to judge

## Refusals: what was wrong and what to do next

error-empty = Type a command after the slash. /help lists them all.
error-unknown-command = There is no command { $command }. /help lists them all.
error-unknown-command-near = There is no command { $command }. Did you mean { $near }?
error-quotes = A quotation mark is not closed. Close it, or leave both out.
error-value = { $command } does not take { $typed }. /help { $command } shows what it takes.
error-value-choices = { $command } does not take { $typed }. It takes: { $choices }.
error-extra = { $command } does not know what to do with { $typed }. /help { $command } shows what it takes.
error-stranger = Upheld does not know this account. Ask a manager for an invitation, then use /join with it, here or in a direct message.
error-role = Your role does not allow { $command }. /whoami shows your role; a manager can change it.
error-customer-channel = { $command } is for operators, and a customer reads here. Use it in an operators' channel or in a direct message.
error-unbound = This channel is not tied to anybody yet. A manager can tie it with /bind.
error-private = { $command } works only where nobody else reads: as a slash command, in a direct message or on the web.
error-said-aloud = An invitation is a secret, and everybody here has read this one: it is worth nothing now. Ask for a new one, and use { $command } in a direct message to me.
error-not-yours = { $command } works only in your own channel or in a direct message.

## Telegram’s own words

telegram-only-for-you = The answer is for you alone. Open a private chat with me, press Start, and ask again.
telegram-rest-alone = For the rest open a private chat with me, press Start, then press here again.
telegram-open-private-chat = Open private chat
telegram-sent-privately = Sent to you in private.
telegram-perhaps-sent-privately = The answer may have reached you in private. If not, ask again.
telegram-not-sent = The answer could not be sent to you just now. Ask again to read it.
telegram-question-over = This question is no longer open.
telegram-given-up = Given up. Nothing was changed.
telegram-too-long = Too long: at most { $count } characters. Please answer again.
telegram-needed = This needs an answer.
telegram-skip-empty = /skip leaves it empty
telegram-skip-keep = /skip keeps what is there
telegram-anonymous = You write as the group, so I cannot tell who you are. Turn off “Remain anonymous” and ask again.
telegram-try-again = That did not work on our side. Nothing was changed; please try again.

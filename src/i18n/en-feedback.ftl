# Upheld, English: feedback and complaints.

## What it is and where it stands, for operators

feedback-kind-feedback = feedback
feedback-kind-complaint = complaint
feedback-name-feedback = Feedback
feedback-name-complaint = Complaint
feedback-mood-negative = negative
feedback-mood-neutral = neutral
feedback-mood-positive = positive
feedback-mood-mixed = praise and blame
feedback-state-new = new
feedback-state-acknowledged = seen
feedback-state-answered = answered
feedback-state-closed = closed
feedback-state-settled = closed, and the writer agrees
feedback-row-state = Where it stands
feedback-row-acknowledge = Seen
feedback-row-answer = Answered
feedback-row-resolve = Closed
feedback-stage-acknowledge = acknowledgement
feedback-stage-answer = answer
feedback-stage-resolve = closing
feedback-row-stamp = When it was written
feedback-row-about = About
feedback-row-reading = Read as
feedback-stamp = promises { $standing }
feedback-stamp-unknown = no data on the promises
feedback-stamp-left = { $left } to the next breach
feedback-stamp-late = late by { $over }
feedback-by-page = written on a page, without an account
feedback-demand-acknowledge = Take it by { $due } (promised within { $target }).
feedback-demand-answer = Answer the customer by { $due } (promised within { $target }).
feedback-demand-resolve = Have it closed by { $due } (promised within { $target }).
feedback-recommended = { $customer }: { $texts } speak of “{ $theme }”, and no objective covers it. It is kept as a recommendation for the next review.

## What was done, line by line, for operators

feedback-step-acknowledged = { $person } took it
feedback-step-assigned = { $person } gave it to { $to }
feedback-step-labelled = { $person } labelled it
feedback-step-replied = { $person } answered
feedback-step-added = { $person } of { $customer } added
feedback-step-closed = { $person } closed it
feedback-step-reopened = { $person } opened it again
feedback-step-tied = { $person } tied it to { $to }
feedback-step-refiled = { $person } filed it as { $kind }
feedback-step-settled = { $person } of { $customer } says that it is settled
feedback-step-unsettled = { $person } of { $customer } says that it is not settled; it is open again

## What the writer hears

feedback-yours-feedback = feedback
feedback-yours-complaint = complaint
feedback-receipt = We have received your { $kind }
feedback-receipt-read = One of us will read it.
feedback-receipt-channel = You will hear of every step in this channel.
feedback-receipt-alone = You will hear of every step here, where only you read.
feedback-promise-acknowledge = Promised: seen by { $due }.
feedback-promise-acknowledge-late = Promised: seen by { $due }. We are late.
feedback-promise-answer = Promised: an answer by { $due }.
feedback-promise-answer-late = Promised: an answer by { $due }. We are late.
feedback-promise-resolve = Promised: dealt with by { $due }.
feedback-promise-resolve-late = Promised: dealt with by { $due }. We are late.
feedback-told-seen = We have seen your { $kind } of { $at }
feedback-told-in-hand = Somebody is looking after your { $kind } of { $at }
feedback-told-answered = Our answer to your { $kind } of { $at }
feedback-told-closed = We consider your { $kind } of { $at } dealt with
feedback-told-reopened = Your { $kind } of { $at } is open again
feedback-told-refiled = What you wrote at { $at } is now handled as: { $kind }
feedback-told-late = We are late with your { $kind } of { $at }
feedback-settled-question = Is it settled?
feedback-passed-wrote = you wrote
feedback-passed-added = you added
feedback-passed-seen = we have seen it
feedback-passed-in-hand = somebody is looking after it
feedback-passed-answered = we answered
feedback-passed-closed = we consider it dealt with
feedback-passed-reopened = it is open again
feedback-passed-refiled = handled from now on as: { $kind }
feedback-passed-settled = you said that it is settled
feedback-passed-unsettled = you said that it is not settled; it is open again

## Buttons

feedback-button-take = Take it
feedback-button-answer = Answer
feedback-button-close = Close
feedback-button-show = All of it
feedback-button-label = Label
feedback-button-assign = Give to …
feedback-button-tie = Tie to …
feedback-button-file = File as …
feedback-button-add = Add something
feedback-button-settled = Yes, settled
feedback-button-unsettled = No, not settled
feedback-button-complain = Make a complaint
feedback-button-send = Send as the answer

## Forms

feedback-form-feedback = Tell us what you think
feedback-form-feedback-intro = It reaches the people who answer for the service.
feedback-form-feedback-text = What do you want to tell us?
feedback-form-complaint = Make a complaint
feedback-form-complaint-intro = You get a number at once, and hear what becomes of it.
feedback-form-complaint-text = What went wrong, and what do you expect?
feedback-form-service = Service (may stay empty)
feedback-form-add = Add something
feedback-form-add-text = What do you want to add?
feedback-form-unsettled = It is open again
feedback-form-unsettled-intro = It is open again already. Tell us what is missing, if you like.
feedback-form-unsettled-text = What is missing?
feedback-form-answer = Answer the writer
feedback-form-answer-text = The answer
feedback-form-goes-out = The customer reads it as you write it. They wrote:
feedback-form-close = Close it
feedback-form-close-text = A last word to the writer (may stay empty)
feedback-form-label = What it is about
feedback-form-themes = Themes, such as: speed billing
feedback-form-mood = Mood (may stay empty)

## What was done

feedback-done-added = Added to { $feedback }. The operators have been told.
feedback-done-added-closed = Added to { $feedback }, which is closed. If it is not settled, say so.
feedback-done-settled = Thank you. { $feedback } is settled.
feedback-done-settled-before = { $feedback } is settled already. Thank you.
feedback-done-open-still = { $feedback } is still open with us; you will be asked when we consider it dealt with.
feedback-done-taken = { $feedback } is yours. The writer hears that it has been seen.
feedback-done-taken-before = { $feedback } is yours already.
feedback-done-assigned = { $feedback } is with { $person } now.
feedback-done-labelled = { $feedback } is labelled. The writer does not see it.
feedback-done-answered = The answer to { $feedback } is on its way.
feedback-done-closed = { $feedback } is closed. The writer is asked whether it is settled.
feedback-done-closed-before = { $feedback } is closed already.
feedback-done-reopened = { $feedback } is open again. The writer hears of it.
feedback-done-open-already = { $feedback } is open.
feedback-done-tied = { $feedback } is tied to { $to }.
feedback-done-filed = { $feedback } is filed as { $kind } now. The writer hears of it.
feedback-done-filed-before = { $feedback } is filed as { $kind } already.

## What is asked back

feedback-choose = Which one?
feedback-choose-settled = { $feedback }: is it settled?
feedback-choose-person = { $feedback }: who is to have it?
feedback-choose-tie = { $feedback }: what is it about?
feedback-choose-kind = { $feedback }: what is it?
feedback-reply-intended = Send this to the writer of { $feedback } as the answer?

## What is shown

inbox-head = { $count ->
        [0] The inbox is empty
        [one] 1 is open; complaints first, the oldest first
       *[other] { $count } are open; complaints first, the oldest first
    }
inbox-steps = What was done
inbox-link = A page where people of { $customer } write to you without an account. It can be used as often as they like, until { $until }; whoever has the address can write. It is shown this once.
inbox-links-revoked = { $count ->
        [0] There was no link for { $customer } to take back.
        [one] The link for { $customer } leads nowhere any more. Whoever wrote by it can still follow what they wrote.
       *[other] { $count } links for { $customer } lead nowhere any more. Whoever wrote by them can still follow what they wrote.
    }
kind-feedback = feedback and complaints
kind-recommended = recommendation

## What could not be done

error-no-feedback = There is no { $feedback } that you can see. It may be mistyped.
error-no-feedback-open = There is nothing open that you can see.
error-no-feedback-closed = Nothing of yours waits for that answer.
error-feedback-closed = { $feedback } is closed. Open it again first.
error-no-colleague = { $person } is none of those who can have it. Choose one of them.
error-themes = A theme is a word of a–z, 0–9 and _, at most 40 letters, and there are at most ten. { $typed } does not fit.
error-feedback-too-long = That is longer than { $count } characters, and it is kept as you write it. Shorten it, please.

## Commands, as menus and /help describe them

command-feedback = Tell us what you think
command-feedback-text = What you want to tell us
command-feedback-service = The service it is about
command-feedback-incident = The incident it is about, such as INC-42
command-feedback-customer = The customer you speak for, where there are several
command-feedback-about = Adds to what you wrote before, such as FB-12
command-complaint = Make a complaint
command-complaint-text = What went wrong, and what you expect
command-complaint-service = The service it is about
command-complaint-incident = The incident it is about, such as INC-42
command-complaint-customer = The customer you speak for, where there are several
command-settled = Say whether a complaint or feedback of yours is settled
command-settled-feedback = Its number, such as FB-12
command-settled-answer = yes, or no to open it again
command-inbox = Feedback and complaints of customers
command-inbox-action = What is to be done
command-inbox-feedback = Its number, such as FB-12
command-inbox-text = The answer, the person or the themes
command-inbox-mood = Of label: the mood of the text
command-inbox-incident = Of tie: the incident it is about
command-inbox-objective = Of tie: the objective it is about
command-inbox-as = Of file: complaint or feedback
command-inbox-customer = Of link: whose page it is
command-inbox-revoke = Of link: takes back those that were made

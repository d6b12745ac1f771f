# Surveys: the cards that ask, the answers, and the commands.
survey-head = How did we do?
survey-reminder-head = Still open
survey-round-head = Answers
survey-more = { $count ->
    [one] One more short question follows.
   *[other] { $count } short questions follow.
}
survey-ends = { $low } = { $low_text } · { $high } = { $high_text }
survey-csat-low = very dissatisfied
survey-csat-high = very satisfied
survey-nps-low = not at all likely
survey-nps-high = extremely likely
survey-ces-low = very hard
survey-ces-high = very easy
survey-named = Your provider sees who answered what.
survey-confidential = Your provider sees the answers, but not whose they are.
survey-anonymous = Anonymous: once it is closed, nobody can find out whose answer is whose. An answer cannot be changed; results are shown from { $count } answers on, and fewer are deleted.
survey-open-until = Open until { $at }
survey-closed = Closed. Thank you to everybody who answered.
survey-withdrawn = Withdrawn: what it asked about is not over.
survey-response = { $answered } of { $asked } answered
survey-spared = { $count ->
    [one] One person was not asked: asked lately, or wishes not to be.
   *[other] { $count } people were not asked: asked lately, or wish not to be.
}
survey-counted-later = Anonymous: counted when it closes.
survey-unlisted = { $count } earlier answers are not listed.
survey-somebody = somebody
survey-score = { $score } of { $highest }
survey-by-telephone = by telephone
promise-unknown = promise: no data
promise-met = promise met
promise-at-risk = promise AT RISK
promise-missed = promise MISSED
survey-thanks = Thank you.
survey-recorded = You answered { $score } of { $highest }.
survey-recorded-choice = You answered: { $choice }.
survey-changeable = You can change it until the survey closes.
survey-commented = Thank you. Your comment stands beside your answer.
survey-comment-aloud = Others read what you write here. Open a conversation with me alone and send /comment there.
survey-comment-anonymous = An anonymous answer takes one comment, within 15 minutes of the answer. For anything else use /feedback.
survey-commented-anonymous = Thank you. Your comment stands beside your answer; nobody can know that it is yours.
survey-anonymous-kept = Nobody can know that this answer is yours, so it cannot be changed. Results are shown from { $count } answers on.
survey-anonymous-already = You have answered this survey. Nobody knows which answer is yours, so it cannot be changed.
survey-anonymous-aloud = Others would read what you write here, so nothing was recorded. Press a number on the card, or write to me alone.
survey-anonymous-others = This survey is asked once in each period, and this time others are asked. Nothing was recorded. /feedback reaches us at any time.
survey-not-a-score = “{ $typed }” is no number from { $low } to { $high }. Nothing was recorded. Please choose:
survey-not-a-choice = “{ $typed }” is none of the answers. Nothing was recorded. Please choose:
survey-barred-closed = This survey is closed. Nothing was recorded. /feedback reaches us at any time.
survey-barred-withdrawn = This survey was withdrawn, because what it asked about is not over. You will be asked again afterwards.
survey-barred-period = You have answered this survey in this period ({ $round }); you can change that answer with /answer { $round }.
survey-stopped = You will not be asked any more. Cards in the channel stay for the others.
survey-started = You will be asked again.
surveys-head = Surveys
surveys-open = Open now
surveys-none = No survey is defined. They are files in config/surveys.
surveys-none-open = No survey is open now.
survey-by-command = sent with /survey send
survey-after-incidents = follows resolved incidents
survey-next = next: { $at }
survey-never = not scheduled for any customer here
survey-sent = { $customer } is being asked.
survey-running = This survey is still open there as { $round }. End it first with /survey close { $round }.
survey-ended = { $round } is closed.
survey-record-how = Say what was answered: /survey record SUR-7 --score 4 --person "Ms Chen" --said "…"
survey-record-who = Nobody called “{ $person }” represents this customer. These do: { $people }. Leave the name out for somebody else.
survey-record-anonymous = An anonymous survey takes no answers by telephone: you would know whose they are.
survey-recorded-telephone = Recorded, marked as told by telephone.
choose-round = Which survey?
choose-survey = Which survey?
error-no-survey = There is no survey “{ $survey }”. There are: { $surveys }.
error-no-round = There is no survey { $round } here.
error-no-open-round = No survey is open here.
button-survey-write = Write
button-survey-skip = Skip
button-survey-stop = Don't ask me
button-survey-start = Ask me again
button-survey-answer = Answer
button-survey-comment = Add a comment
button-survey-change = Change my answer
form-survey-words = Your answer
form-survey-text = In your own words
form-survey-comment = A comment
form-survey-comment-intro = It stands beside your answer.
command-survey = Surveys: see, send, close, record, link; stop or start being asked
command-survey-action = What to do
command-survey-what = The survey, or SUR-7
command-survey-customer = The customer
command-survey-person = Who said it (record)
command-survey-score = What was answered (record)
command-survey-said = What else was said (record)
command-answer = Answer a survey
command-answer-round = The survey, such as SUR-7
command-answer-value = Your answer
command-comment = Say something beside your answer
command-comment-round = The survey, such as SUR-7
command-comment-text = Your comment
link-code = This account and another one of yours can be one person. In the other account, alone with me, type this until { $until }:
link-done = Linked. Both accounts are one person now: what you answer in one counts for both.
link-unknown = This code is not known, used already or too old. Type /link in your first account for a new one.
link-same = This account is yours already.
link-configured = Whose this account is stands in the configuration; a manager can change it there.
command-link = Make two accounts of yours one person
command-link-code = The code from your other account
link-said-aloud = Others read this, so the code is worth nothing any more. Type /link in your first account for a new one, and use it alone with me.
survey-links = { $count ->
    [one] A link for one person without an account. It takes one answer, until { $until }. It is shown once.
   *[other] { $count } links, each for one person without an account. Each takes one answer, until { $until }. They are shown once.
}
survey-links-revoked = { $count ->
    [0] There was no link to { $round } that still worked.
    [one] One link to { $round } was taken back. What was answered by it stays.
   *[other] { $count } links to { $round } were taken back. What was answered by them stays.
}
survey-link-count = From 1 to { $most } links at a time.
survey-link-no-web = Links lead to Upheld's own pages, which are switched off in the configuration.
command-survey-count = How many links (link)
command-survey-revoke = Take back every link to it (link)

# What customers said: results of surveys, and all of it in one answer.
score-csat = CSAT { $value } (between { $low } and { $high } %), { $satisfied } of { $count } satisfied
score-nps = NPS { $value } (between { $low } and { $high }): { $promoters } promoters, { $passives } passives, { $detractors } detractors
score-mean = Mean { $value } on a scale from { $lowest } to { $highest } (between { $low } and { $high }), { $count } answers
score-alone = { $value }, from { $count ->
    [one] one answer
   *[other] { $count } answers
}: too few to say how sure that is
score-short = { $value } of { $count ->
    [one] one answer
   *[other] { $count } answers
}
score-risen = risen since { $period } ({ $value } of { $count })
score-fallen = fallen since { $period } ({ $value } of { $count })
score-unclear = no clear change since { $period } ({ $value } of { $count })
score-nothing-before = nothing to compare with: no answers in { $period }
results-head = Results
results-response = { $answered } of { $asked } asked have answered ({ $share })
results-nobody-asked = nobody was asked
results-none = No answers in this period
results-too-few = Fewer than { $count } answered, so nothing is shown: nobody is to be told apart.
results-waiting = { $count ->
    [one] One anonymous round is not counted yet.
   *[other] { $count } anonymous rounds are not counted yet.
}
results-hidden = { $count ->
    [one] One anonymous round is left out, because fewer than { $least } answered.
   *[other] { $count } anonymous rounds are left out, because fewer than { $least } answered.
}
results-met-unhappy = Green but unhappy: the promise was met, and fewer than half are content.
results-missed-forgiven = Red but forgiven: the promise was missed, and more than half are content.
results-better-missed = Where the promise was met people are less content than where it was missed: it may promise the wrong thing.
results-by-promise = By how the promise stood
results-comments = { $count ->
    [one] One comment
   *[other] { $count } comments
}
results-own = you
results-satisfied = Satisfied
results-neither = Neither
results-dissatisfied = Dissatisfied
results-promoters = Promoters
results-passives = Passives
results-detractors = Detractors
results-alt = { $count ->
    [one] One answer
   *[other] { $count } answers
}
results-alt-each = { $count } gave { $score }
tongue-english = English
tongue-traditional = Traditional Chinese
tongue-simplified = Simplified Chinese
tongue-other = another language
said-negative = negative
said-neutral = neutral
said-positive = positive
said-mixed = mixed
voice-head = What customers said
voice-no-surveys = No survey was asked in this period.
voice-complaints = { $count ->
    [one] One complaint
   *[other] { $count } complaints
}: { $open } open, { $closed } closed, { $late } late
voice-in-time = { $met } of { $decided } handled in time
voice-no-complaints = No complaints
voice-feedback = { $count ->
    [one] One piece of feedback
   *[other] { $count } pieces of feedback
}: { $open } open, { $closed } closed
voice-no-feedback = No feedback
voice-no-texts = Nothing was written in this period.
voice-themes = What { $count ->
    [one] one text speaks
   *[other] { $count } texts speak
} of
voice-no-themes = No theme is recognised in them.
voice-theme = { $texts } of { $count }
voice-negative = { $count } negative
voice-positive = { $count } positive
voice-theme-more = more often than in { $period } ({ $texts } of { $count })
voice-theme-less = less often than in { $period } ({ $texts } of { $count })
voice-theme-same = no clear change since { $period } ({ $texts } of { $count })
voice-theme-new = nothing was written in { $period }
voice-theme-uncovered = no objective covers it
voice-uncovered = { $count ->
    [one] One text speaks only of what no objective covers.
   *[other] { $count } texts speak only of what no objective covers.
}
voice-recommended = Recommended for the next review with { $customer }: “{ $theme }”, of which { $count } texts speak and no objective.
voice-learnt = Mood: rules + learnt from { $texts } corrections, right in { $percent } % of held-back ones (rules alone: { $rules } %).
voice-learner-few = Mood: rules alone. Silent: too few corrections ({ $texts } of { $needed }).
voice-learner-alike = Mood: rules alone. Silent: the { $texts } corrections are too much alike to learn from.
voice-learner-poor = Mood: rules alone. Silent: right in { $percent } % of { $texts } held-back corrections, and { $needed } % are wanted.
voice-learner-guess = Mood: rules alone. Silent: what { $texts } corrections taught is no better than guessing ({ $percent } %).
voice-learner-rules = Mood: rules alone. Silent: what { $texts } corrections taught ({ $percent } %) is no better than the rules ({ $rules } %).
voice-no-figure = no answers
voice-latest = latest: { $value } of { $count } answers
error-period = “{ $typed }” is no period. Such are: 2026-11, 2026-q4, 2026, month, quarter, year, last-month, last-quarter.
command-survey-period = Of results: 2026-11, 2026-q4, 2026, last-month
command-voice = All that customers said in a period
command-voice-customer = The customer
command-voice-period = The period: 2026-11, 2026-q4, 2026, last-month

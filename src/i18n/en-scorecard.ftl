# How the provider worked.
scorecard-head = How we worked
scorecard-row-opened = Opened
scorecard-opened = { $count ->
    [one] One incident
   *[other] { $count } incidents
} ({ $period }: { $before })
scorecard-row-acknowledged = Acknowledged
scorecard-row-restored = Restored
scorecard-times = after { $mean } on average; half within { $median }, nine in ten within { $ninetieth } ({ $count ->
    [one] one incident
   *[other] { $count } incidents
})
scorecard-times-before = { $period }: { $mean } on average
scorecard-none = nothing to measure
scorecard-row-responses = Responses in time
scorecard-row-updates = Updates in time
scorecard-row-first-owner = Finished by who took it first
scorecard-row-reopened = Opened again after the end
scorecard-share = { $share } ({ $part } of { $whole })
scorecard-risen = more than in { $period } ({ $share })
scorecard-fallen = less than in { $period } ({ $share })
scorecard-unclear = no clear change since { $period } ({ $share })
scorecard-load = When incidents opened
weekday-monday = Monday
weekday-tuesday = Tuesday
weekday-wednesday = Wednesday
weekday-thursday = Thursday
weekday-friday = Friday
weekday-saturday = Saturday
weekday-sunday = Sunday
scorecard-day = { $count }, most from { $from }:00 to { $until }:00 ({ $most })
scorecard-cover = { $part } of { $whole } opened while somebody was on call; for { $nobody } of this time nobody is
scorecard-cover-always = Somebody is on call at all hours.
scorecard-nobody-on-call = Nobody is on call: no agreement in question names anybody.
scorecard-services = By service
scorecard-service = { $count } opened
scorecard-service-acknowledged = acknowledged after { $mean } on average
scorecard-service-restored = restored after { $mean } on average
scorecard-service-responses = responses in time { $share }
scorecard-teams = By team
scorecard-people = By person
scorecard-people-alone = Who did what is shown to managers in a conversation of their own.
scorecard-took = took { $count } first, after { $mean } on average
scorecard-finished = finished { $kept } of { $owned } of their own
scorecard-resolved = resolved { $count }
scorecard-wrote = wrote { $count ->
    [one] one update
   *[other] { $count } updates
}
scorecard-person-nothing = Took, resolved and wrote nothing in this time.
command-scorecard = How we worked in a period: times, promises, load
command-scorecard-period = The period: 2026-11, 2026-q4, 2026, last-month
command-scorecard-whom = A service or a customer; for managers alone, a person or a team

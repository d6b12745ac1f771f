# Upheld, English: the dashboards.

## The dashboards

board-title = Dashboard
board-heading = All customers
board-heading-own = Your services
board-skip = Skip to the agreements
board-chat = Chat
board-all = All customers
board-agreements = { $count ->
    [one] 1 agreement
   *[other] { $count } agreements
}
board-broken = { $count } missed or late
board-at-risk = { $count } at risk
board-all-kept = every promise that could be measured is kept
board-incidents-open = { $count ->
    [0] no incident is open
    [one] 1 incident is open
   *[other] { $count } incidents are open
}
board-complaints-open = { $count ->
    [one] 1 complaint is open
   *[other] { $count } complaints are open
}
board-monitors-silent = { $count ->
    [one] 1 monitor is silent
   *[other] { $count } monitors are silent
}
board-own-open = { $count ->
    [0] no disturbance is known
    [one] 1 disturbance is open
   *[other] { $count } disturbances are open
}
board-between = { ": " }
board-stop = { "; " }
board-end = .
board-changed = Last changed { $at }
board-zone = times in { $zone }
board-still = as it was then
board-live = live
board-lost = not connected, trying again
board-refresh = Refresh
board-filter = Filter
board-search = Customer, service or incident
board-any = Any standing
board-filter-standing = Standing
board-rank-broken = Missed or late
board-rank-at-risk = At risk
board-rank-open = Something is open
board-rank-unmeasured = Not measured yet
board-rank-well = All well
board-shown = ‹n› of ‹all› shown
board-room = Chat room
board-incidents = Open incidents
board-own-incidents = Open disturbances
board-complaints = Open complaints
board-nobody = nobody has it
board-holder = { $person } has it
board-services = Services now
board-service-well = no disturbance known
board-service-disturbed = disturbed since { $since }
board-objectives = Objectives of the running period
board-kept = { $met } of { $all } objectives met
board-objective = Objective
board-standing = Standing
board-figure = So far, and promised
board-met-as-measured = met as far as measured
board-budget = error budget: { $used } used, { $elapsed } of the period over
board-budget-rolling = error budget: { $used } used
board-own-budget = allowed downtime: { $used } used, { $elapsed } of the period over
board-own-budget-rolling = allowed downtime: { $used } used
board-burns = used up faster than the period passes
board-review = Latest review:
board-next-review = Next review { $at }
board-record = Delivery record: { $lines ->
    [one] 1 line
   *[other] { $lines } lines
}, the last of { $at }
board-record-about = Keep this value. With it you can check later that no line before it was changed.
board-loose = Open without an agreement
board-silent = Silent monitors
board-empty = There is no agreement to show yet.
board-late = The figures take longer than usual. Refresh this page in a moment.
board-missing-heading = No such page
board-missing = There is no such page, or you may not see it.

# What stands in pictures beside what they are about.
picture-more = { $count ->
    [one] 1 more is not drawn
   *[other] { $count } more are not drawn
}
picture-day-up = up
picture-day-partly = partly down
picture-day-down = down longer than allowed
picture-day-unknown = not known
picture-day-excluded = excluded
picture-burn-left = { $percent } left
picture-burn-over = { $percent } over budget
picture-burn-at-risk = at risk from { $percent }
picture-burn-used-up = all used at { $percent }
picture-stages-by-scale = Each bar is an incident on its own scale. A part ends with:
picture-stage-noticed = noticed
picture-stage-told = first message
picture-stage-acknowledged = acknowledged
picture-stage-resolved = resolved
picture-stage-confirmed = confirmed
picture-stage-open = not over yet
picture-stage-total = in all
picture-until = up to { $span }
picture-beyond = over { $span }
picture-any-length = any time
picture-in-time = { $met } of { $count } in time
picture-in-time-not = too late
picture-monday = Mon
picture-tuesday = Tue
picture-wednesday = Wed
picture-thursday = Thu
picture-friday = Fri
picture-saturday = Sat
picture-sunday = Sun
picture-nobody-on-call = nobody on call
picture-incidents-uncovered = incidents while nobody is on call: { $count }

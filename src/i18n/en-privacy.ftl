# What is held of a person: shown to them, and forgotten.
privacy-head = What Upheld holds of { $person }
privacy-count-accounts = { $count ->
    [one] { $count } account, with name, rights and wishes
   *[other] { $count } accounts, with name, rights and wishes
}
privacy-count-texts = { $count ->
    [one] { $count } text
   *[other] { $count } texts
}
privacy-count-messages = { $count ->
    [one] { $count } message in the web chat
   *[other] { $count } messages in the web chat
}
privacy-anonymous = Anonymous answers belong to nobody, so they can be neither shown nor erased.
privacy-exported = Everything Upheld holds of { $person }
privacy-session = signed in from { $from }, until { $until } at most
privacy-invitation = invitation of { $at }
privacy-asked = asked on { $at }: { $round }
privacy-said = Done and said
privacy-drafts = Written and not sent
privacy-messages = In the web chat
privacy-written-down = written down by somebody else
privacy-file = As a file for programs: whoever runs Upheld makes one with { $command }.
privacy-question = Erase everything that is held of { $person }?
privacy-goes = What goes, for good
privacy-goes-rights = Whoever it is will be a stranger to Upheld and needs a new invitation to come back.
privacy-stays = What stays
privacy-stays-scores = Scores stay as numbers, under a random id that leads to nobody.
privacy-stays-chain = That something was said, and when, stays in the journal without the words; every chain still verifies.
privacy-stays-others = What others wrote stays theirs, even where it names this person; the web chat's copies of it lose the name.
privacy-stays-backups = Older backups still hold everything. When one is restored, it is erased there again.
privacy-elsewhere = { $count ->
    [one] { $count } message on { $platform } has to be deleted there.
   *[other] { $count } messages on { $platform } have to be deleted there.
}
privacy-configured = Name and accounts also stand in the configuration files, which Upheld does not change. Until they are taken out there, they come back with the next reload.
privacy-lasting = { $count ->
    [one] { $count } old line of the delivery record still names an account, because its chain would break.
   *[other] { $count } old lines of the delivery record still name an account, because their chain would break.
}
privacy-erased = Erased.
privacy-not-erased = Not everything could be erased, because the database failed. Ask again.
privacy-nobody = Upheld knows nobody called “{ $person }”.
privacy-several = Several people are called so. Who is meant?
button-privacy-export = Show everything
button-privacy-erase = Erase
button-privacy-sure = Erase for good
command-privacy = What Upheld holds of you: see it, or have it erased
command-privacy-action = See it, or erase it
command-privacy-person = For managers: a name, the beginning of an id, or an account

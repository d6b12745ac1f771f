# What may be quoted in reviews.

quote-button-ask = May be quoted …
quote-question = May { $wrote } be quoted in your organisation’s reviews?
quote-question-how = A review of your organisation, and the provider’s own of all customers, quotes at most two texts, shortened where they are long. Without your name it says “somebody of” your organisation.
quote-changeable = You can change that at any time with { $command }.
quote-button-named = With my name
quote-button-unnamed = Without my name
quote-button-no = No
quote-button-take-back = Take it back
quote-done-named = { $wrote } may be quoted in reviews, with your name
quote-done-unnamed = { $wrote } may be quoted in reviews, without your name
quote-done-no = { $wrote } is not quoted in reviews
quote-done-issued = A review that quoted it before does not show it any more.
quote-list-head = What you wrote, and whether reviews may quote it
quote-list-none = You have written nothing here that a review could quote.
quote-named = may be quoted, with your name
quote-unnamed = may be quoted, without your name
quote-no = is not quoted
quote-undecided = is not quoted; you have not said whether it may be
error-quote-none = You have written nothing under { $wrote } that could be quoted.
command-quote = Say whether what you wrote may be quoted in reviews
command-quote-wrote = FB-12 of feedback, SUR-7 of your comment there
command-quote-how = named, unnamed, or no

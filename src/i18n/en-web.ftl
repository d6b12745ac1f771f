# Upheld, English: the pages of the web chat.

## The web chat's pages

web-sign-in = Sign in
web-sign-in-explain = You need an invitation. A manager of your provider makes one with /invite. Enter its code here, once on each device.
web-link-heading = Welcome
web-link-explain = This link signs you in on this device. It works once.
web-code = Invitation code
web-your-name = Your name
web-your-name-help = Others in your rooms see it beside what you write and do.
web-demo-heading = Look around
web-demo-explain = This is a demonstration with invented data. Choose whose eyes to look through; you can switch at any time.
web-code-refused = This code is not valid: it was used already, has expired, or was never made. Ask for a new one.
web-too-many = Too many attempts. Wait a few minutes, then try again.
web-name-missing = Please enter the name by which others will know you.
web-sign-out = Sign out
web-signed-out = You are signed out. Sign in again to go on.
web-signed-in-as = Signed in as
web-personas = Look through the eyes of
web-language = Language
web-rooms = Rooms
web-unread = new
web-about-operators = Provider’s staff only
web-about-customer = Seen by the customer and the provider
web-about-direct = Only you and Upheld
web-open-now = Open now
web-messages = Messages
web-earlier = Show earlier messages
web-newest = Back to the newest messages
web-empty = Nothing has happened here yet. Type /help to see what you can ask.
web-below = New messages
web-line = Command or message
web-line-help = Type / for commands
web-send = Send
web-commands = Commands
web-optional = optional
web-cancel = Cancel
web-close = Close
web-once = This is shown once and kept nowhere. If you need it, keep it before you close it.
web-only-you = Only you see this
web-changed = changed
web-announce-changed = Changed:
web-history-label = History
web-history = History · { $count }
web-more-lines = { $count ->
    [one] { $count } more line
   *[other] { $count } more lines
}
web-reconnecting = Connection lost. Reconnecting …
web-connected = Connected again
web-not-sent = Not sent: the server could not be reached. Your text is still here; try again.
web-not-understood = This could not be understood. Load the page again and repeat it.
web-trouble = Something went wrong on our side; nothing was lost. Try again in a moment.
web-trouble-heading = Something went wrong
web-skip-messages = Skip to the messages
web-skip-line = Skip to the command line
web-no-room = There is no such room, or you may not see it.
web-no-room-heading = No such room
web-no-rooms = You are signed in, but there is no room for you yet. A manager can bind one with /bind.
web-go-on = Go on
web-demo = Demonstration
web-demo-clock = clock { $count } times as fast
web-persona-operator = On call at the provider
web-persona-customer = Represents a customer
web-operators = Operators
web-survey-thanks-heading = Thank you
web-survey-thanks = Your answer has arrived. You can close this page.
web-survey-changeable = With the same link you can change it.
web-survey-change = Change my answer
web-survey-gone-heading = Nothing to answer here
web-survey-gone = This link is not valid: it was used already, its survey is over, or it was never made. Ask whoever sent it to you for a new one.
web-survey-named = Your provider sees your answer.
web-survey-changes = You have answered already. You can change your answer here.
web-survey-problem = Nothing has been sent yet: a question is not answered.
web-survey-missing = Please answer this question.
web-survey-comment = Anything else you want to say
web-survey-send = Send

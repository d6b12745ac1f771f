# 哪些內容可在服務檢討中引用。

quote-button-ask = 可以引用…
quote-question = { $wrote } 可以在貴組織的服務檢討中引用嗎？
quote-question-how = 貴組織的服務檢討，以及服務供應方彙整所有客戶的檢討，每份最多引用兩則，過長會節錄。不具名時只寫貴組織的「一位同仁」。
quote-changeable = 您隨時可用 { $command } 更改。
quote-button-named = 可以，具名
quote-button-unnamed = 可以，不具名
quote-button-no = 不可以
quote-button-take-back = 收回同意
quote-done-named = 服務檢討可具名引用 { $wrote }
quote-done-unnamed = 服務檢討可不具名引用 { $wrote }
quote-done-no = 服務檢討不會引用 { $wrote }
quote-done-issued = 先前引用過的服務檢討也不再顯示。
quote-list-head = 您寫過的內容，以及服務檢討可否引用
quote-list-none = 您在這裡沒有寫過可供服務檢討引用的內容。
quote-named = 可具名引用
quote-unnamed = 可不具名引用
quote-no = 不引用
quote-undecided = 不引用，您尚未表示可否
error-quote-none = 您在 { $wrote } 沒有寫過可供引用的內容。
command-quote = 表示您寫的內容可否在服務檢討中引用
command-quote-wrote = 意見用 FB-12，您在調查中的補充用 SUR-7
command-quote-how = named 具名、unnamed 不具名，或 no 不可以

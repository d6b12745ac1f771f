# Upheld 繁體中文（臺灣用語）。每個鍵都須與 en.ftl 相同，參數亦同；有測試比對。
# 對客戶稱「您」。數字必附單位與目標值。不用驚嘆號，不歸咎於人。

## General

erased = [已刪除]
list-separator = 、
form-submit = 送出
form-cancel = /cancel
more-lines = … 還有 { $count } 行
maybe-repeat = 這則訊息可能重複。

## Words: what kind of news a message is

tone-late = 逾時
tone-at-risk = 即將逾時
tone-disturbed = 異常
tone-in-hand = 處理中
tone-restored = 已恢復
tone-information = 資訊
tone-corrected = 更正
tone-refused = 未執行

## Words: the clocks of an incident, inside a sentence and as the name of a row

clock-response = 回應
clock-resolution = 解決
clock-update = 進度更新
clock-next-reply = 下次回覆
clock-waiting = 等候
clock-name-response = 回應
clock-name-resolution = 解決
clock-name-update = 進度更新
clock-name-next-reply = 下次回覆
clock-name-waiting = 等候

## Words: how an objective stands

standing-met = 達標
standing-at-risk = 有未達標風險
standing-missed = 未達標
standing-insufficient = 件數不足，無法判定
standing-no-data = 無資料

## Words: where the fault lay, who noticed first, how bad it is

cause-change = 變更作業
cause-capacity = 容量
cause-software = 軟體
cause-hardware = 硬體
cause-network = 網路
cause-security = 資訊安全
cause-supplier = 供應商
cause-customer = 客戶端
cause-human = 操作疏失
cause-unknown = 尚未查明
noticed-by-monitor = 由監控系統先發現
noticed-by-customer = 由客戶先回報
noticed-by-operator = 由值班人員建立
impact-none = 無影響
impact-degraded = 效能下降
impact-down = 中斷

## Operators' card

no-agreement = 沒有適用的協議
agreement-version = 協議 v{ $version }
card-since = { $since } 起
card-from-to = { $from }–{ $to }（{ $length }）
card-more-signals = 另有 { $count } 則警示
card-on-call = 值班：{ $people }
row-customer = 客戶
row-availability = 可用性
objective-satisfaction = 滿意度
objective-complaints = 客訴處理
row-objective = 服務目標
row-publication = 尚未通知客戶
row-last-update = 最近一次更新
row-pause = 暫停計時
row-owner = 接手
row-monitor = 監控
row-cause = 原因
clock-running = 承諾 { $target }內，期限 { $due }
clock-at-risk = 即將逾時：承諾 { $target }內，期限 { $due }
clock-late = 承諾 { $target }內，已於 { $since } 逾時
clock-paused = 承諾 { $target }內，已用 { $used }，暫停計時
clock-never-due = 承諾 { $target }內；行事曆中沒有這個時刻
clock-stopped = { $used }（承諾 { $target }）
clock-update-running = 下次進度更新期限 { $due }（承諾每 { $target }一次）
clock-update-at-risk = 即將逾時：下次進度更新期限 { $due }（承諾每 { $target }一次）
clock-update-late = 承諾每 { $target }更新一次，已於 { $since } 逾時
clock-update-stopped = 最長間隔 { $used }（承諾 { $target }）
clock-and-nobody-has-it = ，尚無人接手
clock-and-late-before = ；先前曾逾時
availability-so-far = { $period }至今 { $value }，承諾 { $target }
availability-whole = { $period } { $value }，承諾 { $target }
availability-no-data = { $period }：無資料，承諾 { $target }
budget-left = ，尚餘 { $left }
budget-over = ，超出容許 { $over }
share = { $clock } { $percent } 於 { $target }內：{ $period } { $of } 件中 { $met } 件
percentile = { $clock } { $percent } 於 { $value }內，承諾 { $target }；{ $period } { $of } 件
percentile-no-data = { $clock } { $percent }，承諾 { $target }內；{ $period } { $of } 件
mean = { $clock }平均 { $value }，承諾 { $target }；{ $period } { $of } 件
mean-no-data = { $clock }平均承諾 { $target }；{ $period } { $of } 件
publication-held-until = 預定 { $at } 通知
publication-on-approval = 待您核准後通知
owner-since = { $person }，{ $since }
owner-nobody = 尚無人接手
signs-quieting = { $since } 起不再告警；若持續即視為恢復
signs-still-firing = 已標示為解決，但仍在告警
signs-no-word = { $since } 起沒有回報；是否持續異常不明

## Operators: short messages

demand-response = 請於 { $due } 前接手（承諾 { $target }內）。
demand-resolution = 請於 { $due } 前恢復服務（承諾 { $target }內）。
demand-update = 請於 { $due } 前更新客戶（承諾每 { $target }一次）。
demand-next-reply = 請於 { $due } 前回覆客戶（承諾 { $target }內）。
demand-waiting = 請於 { $due } 前回覆客戶的回報（承諾 { $target }內）。
demand-never-due = 承諾 { $target }內。
late-nobody = 承諾 { $target }內，已於 { $since } 逾時，尚無人接手。
late-owner = 承諾 { $target }內，已於 { $since } 逾時，由 { $person } 處理中。
late-since = 承諾 { $target }內，已於 { $since } 逾時。
call-people = { $people }：尚無人接手，輪到您值班。
call-nobody = 尚無人接手，值班名單上也沒有人。
digest-opened = { $within }內新增 { $count } 件事件
digest-more = 另有 { $count } 件；/incidents 可列出全部
digest-collected-more = 另有 { $count } 則；可用 /incidents 查看目前情形
digest-collected = { $since } 以來為您彙整
roused-opened = { $since } 發生。
roused-said = { $person } 來訊：
roused-resolved = 已於 { $at } 恢復。
roused-called = 請協助處理。
digest-wake-of = 逾時 { $late } 則，即將逾時 { $risk } 則，其他通知 { $other } 則。
monitor-silent = 監控來源 { $integration } 沒有回報
monitor-silent-since = { $since } 起沒有回報；預期至少每 { $expected }一次。
monitor-unknown = 期間無法得知：{ $services }。這段時間不視為正常，如何計算依各協議規定。
monitor-nothing-unknown = 沒有服務只依賴這個來源。
monitor-advice = 請確認它是否在執行，並能連到 Upheld。
monitor-heard-again = 監控來源 { $integration } 再度回報
monitor-gap = { $from }–{ $to }（{ $length }）沒有回報。除非之後補報，這段時間仍屬不明。
unrouted = { $integration } 送來 { $name }，沒有路由對應到服務
unrouted-more-labels = 另有 { $count } 個標籤
unrouted-advice = 已保留，但不計入任何數字。請在 config/services.toml 新增路由，再執行 /reload。同名警示只通知一次。
unreadable = 無法解讀 { $integration } 於 { $at } 送來的內容
unreadable-advice = 內容已原樣保留，但不計入任何數字。請檢查傳送端的設定。同類問題每天只通知一次。
odd-truncated = { $integration } 於 { $at } 的訊息中略去的警示：{ $detail } 則
odd-truncated-advice = Upheld 無從得知這些警示，也可能收不到其結束。請將 Alertmanager 接收端設為 max_alerts: 0。
odd-severity = { $integration } 於 { $at } 送來 Upheld 不認得的嚴重程度 { $detail }
odd-severity-advice = 該訊號以「嚴重程度不明」處理。請使用 docs/webhooks.md 所列的字詞，或在 config/services.toml 的路由指定優先等級。
odd-status = { $integration } 於 { $at } 送來 Upheld 不認得的狀態 { $detail }
odd-status-advice = 僅視為附註，未建立也未結束任何事件。請送出 firing 或 resolved。
odd-time = { $integration } 於 { $at } 送來的 { $detail } 時間無法解讀
odd-time-advice = 視為未提供：該訊號自送達時起算。時間格式請見 docs/webhooks.md。
odd-field = { $integration } 於 { $at } 送來的欄位 { $detail } 格式不符
odd-field-advice = 該欄位視為未提供，其餘內容已採用。請與 docs/webhooks.md 比對。
odd-entry = { $integration } 於 { $at } 送來的訊息中，第 { $detail } 項無法解讀
odd-entry-advice = 該項不計入任何數字，其餘已採用。請與 docs/webhooks.md 比對。
odd-events-left = { $integration } 於 { $at } 送來的單一訊息中，超出可讀取數量的紀錄：{ $detail } 則
odd-events-left-advice = 前 20,000 則已採用，其餘不計入任何數字。請增加分組所用的標籤，讓每則訊息變小。
odd-method = { $integration } 於 { $at } 以 { $detail } 而非 POST 送來：重新導向使內容遺失
odd-method-advice = 沒有收到任何內容。請在傳送端填入最終的 https 網址。
odd-unauthorised = 給 { $integration } 的內容於 { $at } 送達，但密鑰有誤或未提供
odd-unauthorised-advice = 已拒絕且未保留。若是您的傳送端，請填入這個整合的密鑰；否則是有人在嘗試存取。
odd-too-large = { $integration } 於 { $at } 送來的內容超過 8 MiB
odd-too-large-advice = 已拒絕且未保留，其中的警示也一樣。請增加分組所用的標籤，讓每則訊息變小。
odd-more = 自上次通知以來，又發生 { $count } 次。
test-signal = { $integration } 送來測試訊號
test-signal-routed = 若為真實訊號，會屬於 { $service }，優先等級 { $priority }。
test-signal-unrouted = 沒有路由會將真實訊號對應到服務。請在 config/services.toml 新增路由，再執行 /reload。
test-signal-advice = 已收到並能解讀。不會建立事件，也不計入任何數字。
dead-customer = 給 { $customer } 的訊息無法送達
dead-maybe-customer = 給 { $customer } 的訊息可能未送達
dead-maybe-person = 給 { $person } 的私訊可能未送達
dead-maybe-operators = 給值班管道的訊息可能未送達
dead-person = 給 { $person } 的私訊無法送達
dead-operators = 給值班管道的訊息無法送達
dead-gone = { $address } 自 { $since } 起已不存在，或 Upheld 已被移除。
dead-gone-advice = 請重新邀請 Upheld，或在新的管道使用 /bind。
dead-forbidden = Upheld 自 { $since } 起無權在 { $address } 發言。
dead-forbidden-advice = 請給予 Upheld 讀取與發言的權限，再於該管道使用 /test。
dead-unauthorized = 平台自 { $since } 起拒絕 Upheld 對 { $address } 使用的權杖。
dead-unauthorized-advice = 請提供有效的權杖並重新啟動 Upheld。
dead-refused = { $address } 自 { $since } 起拒收訊息。
dead-refused-advice = 請於該管道使用 /test；平台的理由記錄在 Upheld 的日誌中。
dead-alone = Upheld 自 { $since } 起無法私訊 { $address }。
dead-alone-advice = 請對方先在該處與 Upheld 開啟對話，或允許其私訊；也可用 /notify 取消所要求的通知。問卷會改在頻道中詢問。
dead-unreachable = { $address } 自 { $since } 起無法接收訊息。Upheld 會繼續嘗試。
dead-unreachable-advice = 在此之前，請以其他方式聯絡該處的人。/readyz 會顯示是否整個平台都無法連線。
dead-worn-out = { $address } 自 { $since } 起無法接收訊息，Upheld 已停止嘗試。
dead-worn-out-advice = 請自行告知該處的人，再於該管道使用 /test。
dead-uncertain = 自 { $since } 起，平台對 { $address } 的回應遺失。
dead-uncertain-advice = 請到該管道查看訊息是否已出現。
dead-unspeakable = Upheld 無法將給 { $address } 的訊息轉為文字，首次發生於 { $since }。
dead-unspeakable-advice = 原因記錄在 Upheld 的日誌中。請自行告知該處的人。
dead-messages = 有 { $count } 則訊息未送達；可用 /log 查看。
dead-messages-uncertain = 有 { $count } 則訊息不確定是否送達；可用 /log 查看。
dead-messages-waiting = 有 { $count } 則訊息正在重新嘗試。
reopened-again = 再次
reopened-by-monitor = 監控系統回報 { $at } 起再次異常。
reopened-by-operator = { $person } 於 { $at } 重新開啟。
reopened-by-customer = { $customer } 於 { $at } 表示仍未恢復。

## Corrections, to both sides

corrected-why = 較晚收到的資料更動了先前的說明：
corrected-began = 開始於 { $is }，而非 { $said }。
corrected-ended = 結束於 { $is }，而非 { $said }。
corrected-not-over = 先前說明已於 { $said } 結束；實際上仍在持續。
corrected-not-late = { $clock }：先前說明為逾時，實際上準時：
corrected-late = { $clock }：先前說明為準時，實際上逾時：
corrected-clock = { $clock }：

## Customer's card

customer-problem = { $service }：{ $problem }
customer-disturbed = { $service }：服務異常
customer-works-again = { $service }已恢復
customer-disturbed-again = { $service }：再次服務異常
customer-alerted = { $since } 起。我們已收到警示，正在聯絡工程師。
customer-reported = { $since } 起。我們已收到您的回報，正在聯絡工程師。
customer-again = { $since } 起，並於 { $at } 再次異常。正在聯絡工程師。
customer-in-hand = { $since } 起。工程師已於 { $at } 開始處理。
customer-response = 承諾：{ $due } 前有人處理。
customer-response-late = 承諾：{ $due } 前有人處理。我們已逾時，請見諒。
customer-resolution = 承諾：{ $due } 前恢復。
customer-resolution-late = 承諾：{ $due } 前恢復。我們已逾時，請見諒。
customer-update = 下次進度更新：{ $due } 前。
customer-update-late = 承諾：{ $due } 前提供進度更新。我們已逾時，請見諒。
customer-reply = 承諾：{ $due } 前回覆您。
customer-reply-late = 承諾：{ $due } 前回覆您。我們已逾時，請見諒。
customer-paused = { $clock }：已用 { $used }，暫停計時（承諾 { $target }）。
customer-last-update = { $at } 進度更新：
customer-pause = { $since } 起暫停計時：
customer-priority = 優先等級改為 { $priority }：
customer-cause = 原因：{ $cause }
customer-reference = 您的編號 { $reference }
customer-was-disturbed = 異常時間 { $from }–{ $to }（{ $length }）
customer-availability-so-far = { $period }至今：{ $value }（承諾 { $target }）
customer-availability = { $period }：{ $value }（承諾 { $target }）
customer-availability-no-data = { $period }：無資料（承諾 { $target }）
customer-share = { $period }{ $clock }：{ $of } 件中 { $met } 件於 { $target }內（承諾 { $percent }）
customer-percentile = { $period }{ $clock }：{ $percent } 於 { $value }內（承諾 { $target }）
customer-mean = { $period }{ $clock }：平均 { $value }（承諾 { $target }）
customer-clock-no-data = { $period }{ $clock }：無資料（承諾 { $target }）
customer-standing-at-risk = 有未達標風險
customer-standing-missed = 未達標
customer-standing-insufficient = 件數不足，無法判定
customer-reopened = { $at } 起再次異常。正在聯絡工程師。
customer-reopened-by-you = 您於 { $at } 告知仍未恢復。正在聯絡工程師。

## History of an incident, for operators

history-opened-by-monitor = 由監控系統建立
history-opened = { $person } 建立事件
history-reported = { $customer } 的 { $person } 回報異常
history-acknowledged = { $person } 已接手
history-called = 已通報 { $people } · { $customer }
history-called-nobody = 值班名單上沒有人，無法通報 · { $customer }
history-at-risk = { $clock }即將逾時 · { $customer }
history-late = { $clock }逾時 · { $customer }
history-prioritised = { $person } 將優先等級由 { $from } 改為 { $to }
history-paused = { $person } 暫停計時
history-paused-for = { $person } 暫停 { $customer } 的計時
history-resumed = { $person } 恢復計時
history-resumed-for = { $person } 恢復 { $customer } 的計時
history-caused = { $person } 註明原因：{ $cause }
history-noted = { $person } 寫下內部備註
history-updated = { $person } 向所有客戶提供進度更新
history-updated-for = { $person } 向 { $customer } 提供進度更新
history-said = { $customer } 的 { $person } 表示
history-published = { $person } 核准 { $customer } 查看
history-shown = 依協議，{ $customer } 可以查看
history-resolved-by-monitor = 已恢復：所有警示皆已結束
history-resolved = { $person } 標示為已解決
history-reopened-by-monitor = 由監控系統重新開啟
history-reopened = { $person } 重新開啟
history-reopened-for = { $customer } 的 { $person } 表示仍未恢復
history-merged = 屬於 { $into }；後續於該事件處理

## History of an incident, for the customer

customer-history-opened = 我們已收到警示
customer-history-reported = { $person } 已告知我們
customer-history-acknowledged = 工程師已開始處理
customer-history-late = { $clock }逾時
customer-history-prioritised = 優先等級由 { $from } 改為 { $to }
customer-history-paused = 暫停計時
customer-history-resumed = 恢復計時
customer-history-caused = 原因：{ $cause }
customer-history-updated = 進度更新
customer-history-said = { $person } 表示
customer-history-resolved = 已恢復
customer-history-reopened = 再次異常
customer-history-reopened-by-you = 您告知仍未恢復

## Buttons

button-acknowledge = 由我接手
button-escalate = 升級通報
button-update-customer = 更新客戶
button-publish = 讓客戶看到
button-resolve = 標示為已解決
button-reopen = 重新開啟
button-cause = 註明原因
button-why = 為什麼？
button-runbook = 處理手冊 ↗
button-say = 告訴我們
button-still-broken = 仍未恢復

## Forms

form-customer = 客戶（留空表示全部）
form-only-for = 僅限 { $customer }。
form-reason = 原因
form-reason-intro = 客戶會看到這個原因。
form-update-title = 給客戶的進度更新
form-update-intro = 送出前，您會看到客戶將看到的完整內容。
form-update-text = 客戶需要知道什麼？
form-note-title = 內部備註
form-note-intro = 只有值班人員看得到。
form-note-text = 備註
form-say-title = 告訴我們
form-say-text = 您想讓我們知道什麼？
form-pause-title = 暫停計時
form-priority-title = 變更優先等級
form-cause-title = 原因
form-cause-intro = 問題出在：{ $cause }。
form-cause-internal = 給值班人員
form-cause-public = 給客戶
form-report-title = 回報服務異常
form-report-intro = { $service }：送出後，您的協議即開始計時。
form-report-text = 您看到什麼情形？
form-open-title = 建立事件
form-open-intro = { $service }：監控系統尚未發現。
form-open-text = 發生什麼事？

## /help symbols

legend-title = 符號說明
legend-messages = 訊息開頭
legend-promises = 承諾旁邊
legend-late = 逾時：已超過承諾的時間
legend-at-risk = 即將逾時：若無人處理，很快會超過承諾的時間
legend-disturbed = 異常：有服務無法正常運作，尚未超過承諾的時間
legend-in-hand = 處理中：已有人處理
legend-restored = 已恢復：服務恢復正常
legend-corrected = 更正：先前的說明有誤
legend-refused = 未執行：附原因與建議
legend-kept = 達標
legend-broken = 逾時，或服務目標未達標
legend-running = 計時中
legend-verdict-at-risk = 即將逾時，或有未達標風險
legend-paused = 暫停計時
legend-unknown = 不明：無資料，或件數不足

## Refusals: what was wrong and what to do next

error-empty = 請在斜線後輸入指令。/help 可列出所有指令。
error-unknown-command = 沒有 { $command } 這個指令。/help 可列出所有指令。
error-unknown-command-near = 沒有 { $command } 這個指令。您是指 { $near } 嗎？
error-quotes = 有引號沒有成對。請補上，或兩個都刪除。
error-value = { $command } 不接受 { $typed }。/help { $command } 會說明可用的值。
error-value-choices = { $command } 不接受 { $typed }。可用的值：{ $choices }。
error-extra = { $command } 不知道如何處理 { $typed }。/help { $command } 會說明用法。
error-stranger = Upheld 不認得這個帳號。請向管理者索取邀請，再於此處或私訊使用 /join。
error-role = 您的角色不能使用 { $command }。/whoami 會顯示您的角色；管理者可以變更。
error-customer-channel = { $command } 供值班人員使用，而這個管道有客戶。請在值班管道或私訊中使用。
error-unbound = 這個管道尚未綁定。管理者可用 /bind 綁定。
error-private = { $command } 只能在沒有其他人看到的地方使用：斜線指令、私訊或網頁。
error-said-aloud = 邀請碼是機密，這裡的人都已看到，因此已作廢。請索取新的邀請碼，並在與我的私訊中使用 { $command }。
error-not-yours = { $command } 只能在您自己的管道或私訊中使用。

## Telegram 專用

telegram-only-for-you = 這個回覆只給您本人。請開啟與我的私訊，按「開始」後再問一次。
telegram-rest-alone = 其餘內容請開啟與我的私訊，按「開始」，再回來按一次。
telegram-open-private-chat = 開啟私訊
telegram-sent-privately = 已私訊給您。
telegram-perhaps-sent-privately = 回覆可能已私訊給您。若未收到，請再查詢一次。
telegram-not-sent = 目前無法將回覆傳送給您，請再查詢一次。
telegram-question-over = 這個問題已經結束。
telegram-given-up = 已取消，沒有任何變更。
telegram-too-long = 太長了：最多 { $count } 個字。請重新回覆。
telegram-needed = 這一項必須填寫。
telegram-skip-empty = /skip 留空
telegram-skip-keep = /skip 保留原內容
telegram-anonymous = 您以群組身分發言，我無法得知您是誰。請關閉「匿名」後再試一次。
telegram-try-again = 系統發生問題，沒有任何變更，請再試一次。

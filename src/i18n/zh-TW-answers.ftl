# Upheld 繁體中文（臺灣用語）：對指令的回覆。通知的文字在 zh-TW.ftl。

## 數字一律附上目標值

target-business-days = { $days } 個工作天
target-business-days-to-end = { $days } 個工作天，至當日結束
figure-no-data = 尚無資料，承諾 { $target }
figure-availability = 至今 { $value }，承諾 { $target }；尚餘 { $left }
figure-availability-over = 至今 { $value }，承諾 { $target }；已超出容許 { $over }
figure-share = { $decided } 件中 { $met } 件準時，承諾 { $target }
figure-share-none = 尚無可評估的項目，承諾 { $target } 準時
figure-time-none = 尚無可評估的項目
figure-percentile = { $priority }：{ $percent } 在 { $value } 內，承諾 { $target }（共 { $count } 件）
figure-mean = { $priority }：平均 { $value }，承諾 { $target }（共 { $count } 件）
figure-pending = { $count } 件仍在計時
trend-availability = { $period }：{ $value }
trend-share = { $period }：{ $value } 準時

## /status

status-met = 目前所有承諾均達標
status-met-as-measured = 目前可量測的承諾均達標
status-unmeasured = 目前尚無量測資料
status-at-risk = 有未達標風險 · 有承諾可能無法達成
status-missed = 未達標 · 有承諾未能履行
status-no-incidents = 目前沒有未結事件。
status-silent = { $integration } 自 { $since } 起沒有訊息：其監控對象的狀態不明。
incident-line-open = { $incident } · { $priority } · { $service }，{ $since } 起 · 尚無人接手
incident-line-in-hand = { $incident } · { $priority } · { $service }，{ $since } 起 · { $owner } 已接手
incident-line-taken = { $incident } · { $priority } · { $service }，{ $since } 起 · 已有人接手
incident-line-quieting = { $incident } · { $priority } · { $service }，{ $since } 起 · 恢復中
incident-line-resolved = { $incident } · { $priority } · { $service } · { $since } – { $until }

## /why

why-version = 協議 v{ $version }
why-window = 計算期間：{ $from } – { $until } = { $length }
why-period = 計算期間：{ $from } – { $until }
why-excluded = 排除時段：{ $count } 段 = { $length }
why-unknown = 狀態不明：{ $count } 段無資料 = { $length }
why-down = 中斷：{ $count } 段，重疊只計一次 = { $length }
why-piece = · { $from } – { $until } = { $length }
why-no-value = 數值：無，因為沒有任何量測
why-formula = 數值：1 − { $down } / { $total } = { $value }
why-formula-excluded = 數值：1 − { $down } / ({ $total } − 排除 { $excluded }) = { $value }
why-formula-unknown = 數值：1 − { $down } / ({ $total } − 不明 { $unknown }) = { $value }
why-formula-excluded-unknown = 數值：1 − { $down } / ({ $total } − 排除 { $excluded } − 不明 { $unknown }) = { $value }
why-promised = 承諾：{ $target } → { $verdict }；容許的 { $budget } 尚餘 { $left }
why-promised-over = 承諾：{ $target } → { $verdict }；超出容許的 { $budget } 達 { $over }
why-incident = { $incident } { $from } – { $until }
why-verdict = 判定：{ $verdict }
why-wilson = 準時比率的 95 % 信賴區間（Wilson）：{ $low } – { $high }
why-item = · { $incident } · { $service } · { $priority }，{ $start } 起：{ $elapsed }，承諾 { $target }
why-item-late = · { $incident } · { $service } · { $priority }，{ $start } 起：{ $elapsed }，承諾 { $target }，逾時
why-judged = 依協議 v{ $version } 判定
why-settings = 協議內容
why-terms = 協議 v{ $version }，{ $effective } 起生效，{ $zone }，SHA-256 { $sha256 }…
why-calendar = 服務時間：{ $calendar }
why-exclusion = 約定的排除時段：{ $from } – { $until }，{ $reason }
why-exclusions-subtract = 排除時段不列入分母。
why-exclusions-count-up = 排除時段保留在分母，並視為正常。
why-unknown-leaves = 無資料的時間不列入分母。
why-unknown-down = 無資料的時間視為中斷。
why-unknown-up = 無資料的時間視為正常。
why-any-down = 任一元件中斷，服務即視為中斷。
why-all-down = 所有元件皆中斷，服務才視為中斷。
why-component-seconds = 各元件的秒數分別計算後加總。
why-minimum-downtime = 短於 { $least } 的中斷不計。
why-source-heartbeat = { $integration }：收到心跳訊號即視為運作；{ $silence } 沒有訊息視為失聯；警示逾 { $ttl } 未再確認即視為不明。
why-source-unknown = { $integration }：{ $silence } 沒有訊息即狀態不明；警示逾 { $ttl } 未再確認即視為不明。
why-source-up = { $integration }：一切正常時不發訊息，因此沒有訊息視為正常；警示逾 { $ttl } 未再確認即視為不明。
why-provenance = 紀錄第 { $sequence } 筆 · 時區資料 { $tzdb }
why-clocks = 計時
why-stage-open = { $from } 起異常，尚未結束
why-stage-monitor = 異常 { $from } – { $until }；監控確認結束
why-stage-person = 異常 { $from } – { $until }；由人員標示為已解決
why-clock-target = { $priority }，承諾時間
why-lap-running = 自 { $from } 起計時，仍在計時
why-lap-stopped = 計時 { $from } 至 { $until }
why-slice-counted = · { $from } – { $until } 計入：{ $length }
why-slice-paused = · { $from } – { $until } 暫停：{ $length } 不計
why-slice-closed = · { $from } – { $until } 已結束：{ $length } 不計
why-pause = 暫停 { $from } – { $until }
why-pause-open = { $from } 起暫停
why-reading-late = 已用 { $elapsed }，承諾 { $target } → 逾時
why-reading-met = 已用 { $elapsed }，承諾 { $target } → 準時
why-reading-running = 目前已用 { $elapsed }，承諾 { $target }
why-due = 期限 { $due }

## 指令說明（選單與 /help）

command-status = 查看所有承諾的達成狀況
command-status-customer-or-service = 客戶或服務
command-status-service = 服務
command-why = 查看數字如何算出
command-why-what = 事件或服務目標
command-why-part = 服務，或計時項目
command-why-customer = 客戶
command-why-whole = 列出全部明細
command-incidents = 未結事件
command-incidents-all = 包含已解決的事件
command-incident = 單一事件及其經過
command-incident-incident = 事件編號，例如 INC-42
command-incident-customer = 您代表的客戶（代表多位時）
command-open = 建立監控未發現的事件
command-open-service = 服務
command-open-text = 發生什麼事
command-open-priority = P1（最緊急）至 P5
command-open-down = 到解決為止計為中斷
command-report = 回報服務異常
command-report-service = 服務
command-report-text = 您看到的狀況
command-report-customer = 您代表的客戶
command-ack = 接手事件
command-ack-incident = 事件編號，例如 INC-42
command-resolve = 將事件標示為已解決
command-resolve-incident = 事件編號，例如 INC-42
command-resolve-text = 處理方式
command-reopen = 重新開啟事件，或回報仍未恢復
command-reopen-incident = 事件編號，例如 INC-42
command-reopen-text = 您看到的狀況
command-reopen-customer = 您代表的客戶（代表多位時）
command-priority = 變更優先順序，原因會顯示給客戶
command-priority-incident = 事件編號，例如 INC-42
command-priority-priority = P1（最緊急）至 P5
command-priority-reason = 原因（客戶看得到）
command-pause = 暫停計時，原因會顯示給客戶
command-pause-incident = 事件編號，例如 INC-42
command-pause-reason = 原因（客戶看得到）
command-pause-customer = 僅限此客戶的計時
command-resume = 恢復計時
command-resume-incident = 事件編號，例如 INC-42
command-resume-reason = 原因（客戶看得到）
command-resume-customer = 僅限此客戶的計時
command-cause = 註明原因所在
command-cause-incident = 事件編號，例如 INC-42
command-cause-category = 原因類別
command-cause-internal = 給維運人員
command-cause-public = 給客戶
command-note = 留下只有維運人員看得到的備註
command-note-incident = 事件編號，例如 INC-42
command-note-text = 備註內容
command-update = 向客戶更新進度
command-update-incident = 事件編號，例如 INC-42
command-update-text = 客戶將讀到的內容
command-update-customer = 僅限此客戶
command-say = 針對事件告訴我們
command-say-incident = 事件編號，例如 INC-42
command-say-text = 您想告訴我們的事
command-say-customer = 您代表的客戶（代表多位時）
command-publish = 讓客戶看到暫未公開的事件
command-publish-incident = 事件編號，例如 INC-42
command-publish-customer = 客戶
command-call = 呼叫值班名單上的下一位
command-call-incident = 事件編號，例如 INC-42
command-notify = 設定哪些事要叫醒您、哪些可等、哪些不通知
command-notify-kind = 通知類別
command-notify-how = 通知方式
command-bind = 將此頻道綁定給客戶或維運人員
command-bind-to = operators、客戶，或 nobody
command-bind-language = en 或 zh-TW
command-bind-zone = 時區，例如 Asia/Taipei
command-invite = 邀請人員加入
command-invite-role = operator、manager 或 customer
command-invite-customer = 所代表的客戶
command-revoke = 收回經由邀請取得的權限
command-revoke-person = 要收回誰的權限
command-revoke-role = operator、manager 或 customer
command-revoke-customer = 所代表的客戶
command-join = 使用邀請碼加入
command-join-token = 邀請碼
command-whoami = 查看您的身分
command-log = 此處送出過什麼、何時、是否送達
command-preview = 以客戶的角度檢視事件
command-preview-incident = 事件編號，例如 INC-42
command-preview-customer = 客戶
command-test = 確認此頻道運作正常
command-reload = 重新讀取設定
command-help = 此處可使用的指令
command-help-topic = 指令名稱，或 symbols

## 已完成

done-acknowledged = { $incident } 由您接手。
done-acknowledged-before = { $incident } 已由您接手。
done-called = { $incident }：正在呼叫名單上的下一位。
done-resolved = { $incident } 已標示為已解決。若監控仍偵測到異常，會自動重新開啟。
done-reopened = { $incident } 已重新開啟。
done-still-broken = { $incident } 已重新開啟，並已告知維運人員仍未恢復。
done-open-already = { $incident } 尚未結案，維運人員已知悉。
done-prioritised = { $incident } 的優先順序已變更；計時自起點依新的目標值重新計算。
done-paused = { $incident } 可暫停的計時已暫停。客戶看得到原因。
done-resumed = { $incident } 恢復計時。
done-cause = 已註明 { $incident } 的原因。
done-noted = 已記在 { $incident }，僅維運人員看得到。
done-said = 已記在 { $incident }，並已告知維運人員。
done-published = 客戶現在看得到 { $incident }。
done-published-before = 客戶已經看得到 { $incident }。
done-opened = { $incident } 已建立。
done-reported = { $incident }：已收到您的回報，協議的計時已開始，正在通知維運人員。
done-updated = { $incident } 的進度更新正在送出。
done-bound-operators = 此頻道現在屬於維運人員。語言 { $language }，時區 { $zone }。
done-bound-customer = 此頻道現在屬於 { $customer }。語言 { $language }，時區 { $zone }。
done-unbound = 此頻道已解除綁定，Upheld 不會再主動在此發言。
done-invited = 邀請碼，限用一次，{ $until } 前有效。請轉交給對方：
done-invited-link = 或開啟此頁面：
done-revoked = 已收回 { $person } 的下列權限：
done-joined = 歡迎，您現在的身分：
done-reloaded = 已重新讀取設定。{ $count ->
        [0] 協議沒有變更。
       *[other] { $count } 份協議有新版本。
    }
done-reloaded-departing = { $customer }：協議檔案已移除。尚未結案的事件依最後的協議內容處理到結束，客戶仍會在原管道看到結果；此後發生的事件不再涵蓋。
done-reloaded-waiting = 這些變更要到下次啟動才生效：{ $keys }。

## 反問

choose-incident = 哪一個事件？
choose-service = 哪一項服務？
choose-customer = 哪一位客戶？
choose-why = 想了解哪一項？
choose-priority = { $incident }：要改為哪一個優先順序？
choose-cause = { $incident }：原因出在哪裡？
choose-role = 以什麼身分邀請？
choose-revoke = 要收回哪一項權限？
choose-bind = 此頻道要屬於誰？
button-next = 下一頁
button-previous = 上一頁
button-whole = 完整內容
button-latest = 包含已解決
button-send = 送出
button-change = 重寫
button-symbols = 符號說明
revoke-none = 沒有任何人的權限來自邀請。由設定檔賦予的權限，請在設定檔中移除。
revoke-more = 另有以下人員，請在 /revoke 後輸入姓名：
page-of = 第 { $page } 頁，共 { $pages } 頁
preview-as-read = { $customer } 將看到的內容，以其語言（{ $language }）與時區（{ $zone }）呈現。
preview-as-read-nowhere = { $customer } 將看到的內容（{ $language }，{ $zone }）；但尚未綁定任何頻道，因此無人會看到。可用 /bind 綁定。
preview-one-of = 第 { $page } 位客戶，共 { $pages } 位。送出後全部客戶都會收到。
preview-publishes = { $customer } 目前還看不到此事件；送出後即會公開給對方。
preview-card-hidden = { $customer } 目前還看不到此事件，尚未公開。

## 顯示內容

incidents-open = { $count ->
        [0] 沒有未結事件
       *[other] { $count } 件未結事件
    }
incidents-latest = 共 { $count } 件，最新的在前
incident-history = 經過
log-head = 此處說過的內容，最新的在前 · 第 { $page } 頁
log-empty = 此處尚未說過任何內容。
log-answer = 對 { $command } 的回覆
log-record = 紀錄 { $number }
kind-card = 事件卡
kind-history = 經過紀錄
kind-late = 逾時
kind-at-risk = 即將逾時
kind-call = 呼叫值班的下一位
kind-woken = 通知指定人員
kind-resolved = 已解決
kind-reopened = 重新開啟
kind-corrected = 更正
kind-digest = 多則彙整
kind-silent = 監控沒有訊息
kind-heard = 監控恢復訊息
kind-unrouted = 沒有路由的警示
kind-unreadable = 無法解讀的訊息
kind-dead = 訊息未送達的通報
kind-test = 測試
kind-misread = 對無法理解的輸入的回覆
outcome-sent = 已送達
outcome-uncertain = 不確定：可能已送達
outcome-failed = 未送達
outcome-merged = 併入另一則訊息
outcome-replied = 已回覆
help-head = 此處可使用的指令
help-none = 此處沒有這個指令。輸入 /help 可查看所有指令。
status-platform-down = { $platform } 無法運作：{ $reason }
test-works = 測試：此頻道運作正常，{ $address }
test-sent = 測試訊息正依一般通知的路徑送往 { $address }。若未出現，會通報維運人員，原因可用 /log 查看。
button-log = 查看結果

## 人員與頻道

whoami-known = 您是 { $person }（{ $account }）
whoami-stranger = Upheld 不認識 { $account }
whoami-join = 請向管理者索取邀請碼，再輸入 /join 與邀請碼。
whoami-locale = 語言 { $language } · 時區 { $zone }
role-operator = 維運人員
role-manager = 管理者
role-auditor = 稽核：可讀取全部，不能變更
role-customer = 客戶窗口
role-customer-of = { $customer } 的客戶窗口
place-direct = 這是只有您看得到的對話。
place-operators = 此頻道屬於維運人員。
place-operators-button = 維運人員
place-customer = 此頻道屬於 { $customer }：此處所有人只看得到 { $customer } 的內容。
place-unbound = 此頻道尚未綁定；管理者可用 /bind 綁定。
notify-head = 哪些事會點名通知您，以及方式
notify-opened = 事件發生
notify-at-risk = 計時即將逾時
notify-late = 計時逾時
notify-call = 輪到您值班接手
notify-said = 客戶留言
notify-updated = 我們有訊息給您
notify-resolved = 事件已解決
notify-wake = 叫醒我
notify-digest = 彙整後再通知
notify-off = 不通知我
notify-default = 依協議設定
notify-default-customer = 只在您的管道中
error-notify-operators = { $kind } 只適用於服務提供者的人員。您可以選擇：{ $choices }。

## 無法完成

error-no-account = Upheld 不認識這個帳號。請向管理者索取邀請碼。
error-customers-only = 只有客戶窗口可以這麼做。維運人員請用 /note 或 /update。
error-no-incident = 您看得到的事件中沒有 { $incident }。輸入 /incidents 可查看您的事件。
error-nothing-open = 目前沒有您看得到的未結事件。
error-nothing-resolved = 近期沒有您看得到的已解決事件。
error-closed = { $incident } 已經解決。
error-too-old-to-reopen = { $incident } 解決已久，或該服務之後已有其他事件。請以 /report 或 /open 重新回報。
error-same-priority = 目前已經是 { $priority }。
error-no-service = 沒有「{ $service }」這項服務。此處的服務：{ $services }。
error-no-service-near = 沒有「{ $service }」這項服務。您是指 { $near } 嗎？此處的服務：{ $services }。
error-no-service-of = { $customer } 沒有「{ $service }」這項服務。其服務：{ $services }。
error-no-service-of-near = { $customer } 沒有「{ $service }」這項服務。您是指 { $near } 嗎？其服務：{ $services }。
error-no-customer = 沒有「{ $customer }」這位客戶。此處的客戶：{ $customers }。
error-no-customer-near = 沒有「{ $customer }」這位客戶。您是指 { $near } 嗎？此處的客戶：{ $customers }。
error-no-agreement = 您的協議未涵蓋此項。
error-no-objective = 沒有 { $objective } 這個服務目標。此處的服務目標：{ $objectives }。也可以輸入事件編號，例如 INC-42。
error-no-objective-near = 沒有 { $objective } 這個服務目標。您是指 { $near } 嗎？此處的服務目標：{ $objectives }。
error-no-clock = { $incident } 沒有「{ $clock }」這項計時。其計時項目：{ $clocks }。
error-no-clock-near = { $incident } 沒有「{ $clock }」這項計時。您是指 { $near } 嗎？其計時項目：{ $clocks }。
error-not-stored = 無法儲存，因此沒有任何變更。請再試一次；原因記在 Upheld 的記錄檔。
error-not-read = 目前無法讀取。請再試一次；原因記在 Upheld 的記錄檔。
error-draft-gone = 這份預覽已不存在。請用 /update 重新撰寫。
error-too-long = 內容太長，請縮短。
error-held-gone = 您先前輸入的內容已不存在，請重新輸入指令。
error-no-customer-reads = 沒有協議涵蓋此事件，因此沒有客戶會看到。
error-bind-direct = 一對一對話不需要綁定。請在要綁定的頻道使用 /bind。
error-platform-not-allowed = 依協議，此客戶的資料不得傳送到這個平台。
error-language = Upheld 不支援 { $language }。支援的語言：{ $languages }。
error-zone = { $problem }
error-invitation = 這個邀請碼無效：可能已使用、已過期或輸入錯誤。請索取新的邀請碼。
error-join-how = 請輸入 /join 與您的邀請碼。
error-too-often = 嘗試次數過多，請等候十分鐘。
error-too-much = 短時間內的請求太多。請暫停幾分鐘後再試。
error-nothing-given = { $person } 沒有經由邀請取得、可由您收回的權限。由設定檔賦予的權限，請在設定檔中移除。
error-revoke-self = 這項權限須由另一位管理者收回。
error-reload = 未採用新設定，沿用原有設定。問題如下：
error-reload-half = 資料庫中途失敗：人員與頻道已採用新設定，其餘仍為原有設定。資料庫恢復後請再次重新載入。錯誤訊息：

## 同時發生太多

digest-wake = 逾時或即將逾時 · 一分鐘內 { $count } 則警告
digest-wake-nobody = { $count } 件未結事件無人接手。
digest-wake-advice = 各事件卡顯示各自的計時；輸入 /incidents 可列出全部。

## 展示

demo-next-breaks = 付款即將失敗。
demo-next-at-risk = 承諾的 15 分鐘將用去四分之三。您可以先按「由我接手」。
demo-next-late = 15 分鐘即將屆滿。
demo-next-taken = 若仍無人接手，Anna 將會接手。
demo-next-updated = Anna 將向客戶更新進度。
demo-next-recovers = 監控將確認恢復。
demo-next-resolved = 平靜滿五分鐘，視為已解決。
demo-next-asked = 系統將詢問 Acme 對這次處理的意見。
demo-next-answered = 若無人替 Acme 回覆，Jonas 將會回覆。
demo-next-over = 時鐘將恢復正常速度。
demo-over = 故事結束。請隨意看看：/status、/why response、/review、/incidents、/log。

figure-complaints = { $decided } 件中 { $met } 件準時處理，承諾 { $target }
figure-complaints-none = 尚無客訴可評估，承諾 { $target } 準時
figure-satisfaction-share = { $value } 滿意，承諾 { $target }（{ $count } 份回覆）
figure-satisfaction-nps = NPS { $value }，承諾 { $target }（{ $count } 份回覆）
figure-satisfaction-mean = 平均 { $value }，承諾 { $target }（{ $count } 份回覆）
figure-satisfaction-none = 尚無回覆
trend-satisfaction = { $period } { $value }（{ $count } 份回覆）
why-complaint = · { $complaint } 自 { $start } 起：已用 { $elapsed }，承諾 { $target }
why-complaint-late = · { $complaint } 自 { $start } 起：{ $elapsed }，超過 { $target }
why-score = · { $score } 分：{ $count } 份
why-satisfaction-share = 數值：{ $from } 分以上的回覆 / 全部回覆
why-satisfaction-nps = 數值：9、10 分的比例減去 0 至 6 分的比例（百分比）
why-satisfaction-mean = 數值：分數總和 / 全部回覆
why-response = 詢問了 { $asked } 人，{ $answered } 人已回覆
why-score-range = 95 % 信賴區間：{ $low } – { $high }

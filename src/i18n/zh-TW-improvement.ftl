# Upheld, Traditional Chinese (Taiwan): action items and risks.

## Action items

action-state-wish = 客戶的期望
action-state-asked = 等待改善計畫
action-state-open = 進行中
action-state-done = 已完成
action-state-dropped = 已取消
action-why-missed = { $objective } 在 { $period } 未達標
action-why-missed-of = { $service } 的 { $objective } 在 { $period } 未達標
action-why-fallen = 「{ $survey }」在 { $period } 的結果明顯下降，並非偶然
action-why-cause = 還沒有人說明 { $incident } 的原因
action-why-wish = 客戶提出的期望
action-head-plan = 需要改善計畫
action-head-cause = 需要說明原因
action-head-wish = 客戶的期望
action-head-yours = 這項現在由您負責
action-head-soon = 即將到期
action-head-overdue = 逾期
action-demand-plan = 請說明要做什麼、由誰負責、何時完成。計畫期限為 { $due }。
action-demand-cause = 請在 { $due } 前用 /cause 說明。
action-due = { $due } 到期
action-plan-due = 計畫 { $due } 到期
action-overdue = 原訂 { $due }，至今已 { $age }
action-nobody = 尚無人負責
action-age = 已 { $age }
action-moved = 延期 { $count } 次
action-told-taken = 我們會處理您的期望
action-told-done = 您的期望已完成
action-told-dropped = 您的期望我們無法做到
action-row-why = 原因
action-row-owner = 負責人
action-row-due = 期限
action-row-plan-due = 計畫期限
action-row-age = 至今
action-row-about = 相關
action-row-seen = 誰看得到
action-seen-internal = 僅內部
action-seen-customer = 客戶與內部
action-step-worded = 說明了要做什麼
action-step-assigned = 交給 { $to }
action-step-dated = 期限訂為 { $due }
action-step-done = 已完成
action-step-dropped = 取消
action-step-reopened = 重新開啟
action-step-shared = 開放客戶檢視
action-button-show = 完整內容
action-button-plan = 提出計畫
action-button-take = 由我們處理
action-button-done = 已完成
action-button-due = 改期
action-button-assign = 交給……
action-button-drop = 取消
action-button-cause = 說明原因
action-button-share = 開放客戶檢視

## What is asked and answered about action items

action-form-add = 待辦改善事項
action-form-plan = 改善計畫
action-form-text = 要做什麼
action-form-owner = 負責人
action-form-due = 期限：2026-12-24、12月24日、兩週後
action-form-wish = 您的期望
action-form-wish-intro = 我們會閱讀，後續結果會在這裡告訴您。
action-form-wish-text = 希望哪裡變得更好
action-form-move = 改期
action-form-why = 原因
action-form-done = 已完成
action-form-done-intro = 下一次服務檢討會告訴雙方。
action-form-changed = 帶來了什麼改變
action-form-drop = 取消
action-list-head = { $count ->
    [0] 這裡沒有待辦改善事項。用 /action add 新增。
   *[other] { $count } 項改善事項
}
action-choose = 哪一項？
action-choose-person = 要交給誰？
action-done-added = 已記下 { $action }。
action-done-wished = 謝謝您。您的期望已記為 { $action }，後續結果會在這裡告訴您。
action-done-planned = 已記下 { $action } 的計畫。
action-done-assigned = { $action } 已交出。
action-done-dated = { $action } 的期限已訂定。
action-done-done = { $action } 已完成。
action-done-dropped = { $action } 已取消。
action-done-reopened = { $action } 已重新開啟。
action-done-open-already = { $action } 仍在進行中。
action-done-shared = 客戶現在看得到 { $action }。
error-no-action = 這裡沒有 { $action }。用 /action list 查看有哪些。
error-no-action-open = 這裡沒有符合的項目。用 /action add 新增，或用 /action list --all 查看全部。
error-action-over = { $action } 已完成或已取消，請先重新開啟。
error-action-unplanned = { $action } 還在等待計畫：做什麼、由誰負責、何時完成。
error-action-nobodys = { $action } 與任何客戶無關。
error-no-date = 看不懂日期 { $typed }。請寫成 2026-12-24、12月24日 或 兩週後。
error-date-past = { $date } 已經過了。請選今天或之後的日期。

## Risks

risk-state-proposed = 建議列入
risk-state-open = 未處理
risk-state-mitigated = 已有因應措施
risk-state-accepted = 已接受
risk-state-closed = 已結案
risk-state-dismissed = 不列入
risk-state-gone = 已消失
risk-score = 可能性 { $probability } × 影響 { $impact } = { $product }（滿分 { $most }）
risk-unscored = 尚未評分
risk-sign-budget = { $service } 的 { $objective } 錯誤預算只剩五分之一以下
risk-sign-on-call = { $customer } 沒有人值班
risk-sign-silent = 監控來源 { $integration } 已靜默數小時
risk-sign-channel = 最多只有一個管道聯絡得到 { $customer }
risk-head-proposed = 這看起來是風險
risk-head-review = 需要重新檢視的風險
risk-head-yours = 這項風險現在由您負責
risk-demand-proposed = 請評估可能性與影響以列入，或說明原因不列入。
risk-row-score = 評分
risk-row-review = 下次檢視
risk-row-sign = 觀察到的情況
risk-gone = 已不再如此
risk-heading-mitigation = 因應措施
risk-heading-reason = 原因
risk-heading-scores = 歷次評分
risk-review-on = { $date } 再檢視
risk-step-mitigated = 說明了因應措施
risk-step-reviewed = 已檢視，下次 { $date }
risk-step-accepted = 接受
risk-step-closed = 結案
risk-step-dismissed = 不列入
risk-button-take = 列入風險
risk-button-dismiss = 不是風險
risk-button-mitigate = 因應措施
risk-button-score = 評分
risk-button-review = 已檢視
risk-button-close = 結案
risk-button-accept = 接受風險

## What is asked and answered about risks

risk-form-add = 風險
risk-form-text = 可能發生什麼
risk-form-probability = 可能性：1（幾乎不會）到 5（幾乎必然）
risk-form-impact = 影響：1（輕微）到 5（極嚴重）
risk-form-review = 下次檢視：2026-12-24、3個月後
risk-form-score = 可能性與影響
risk-form-review-title = 已檢視
risk-form-mitigate = 因應措施
risk-form-mitigation = 如何降低可能性或影響
risk-form-accept = 接受風險
risk-form-close = 風險結案
risk-form-dismiss = 不是風險
risk-list-head = { $count ->
    [0] 這裡沒有風險。用 /risk add 新增。
   *[other] { $count } 項風險
}
risk-choose = 哪一項？
risk-done-added = 已記下 { $risk }。
risk-done-scored = { $risk } 已評分。
risk-done-mitigated = 已記下 { $risk } 的因應措施。
risk-done-assigned = { $risk } 已交出。
risk-done-reviewed = { $risk } 已檢視，並訂定下次日期。
risk-done-accepted = { $risk } 已接受。
risk-done-closed = { $risk } 已結案。
risk-done-dismissed = { $risk } 不列入。除非情況消失後又出現，否則不會再建議。
risk-done-reopened = { $risk } 已重新開啟。
risk-done-open-already = { $risk } 尚未結案。
risk-done-shared = 客戶現在看得到 { $risk }。
error-no-risk = 這裡沒有 { $risk }。用 /risk list 查看有哪些。
error-no-risk-open = 這裡沒有符合的項目。用 /risk add 新增，或用 /risk list --all 查看全部。
error-risk-over = { $risk } 已結案，請先重新開啟。
error-risk-taken = { $risk } 已列入風險。請說明原因後結案。
error-risk-levels = 請以 1 到 5 說明 { $risk } 的可能性與影響：/risk score { $risk } 3 4。
error-risk-nobodys = { $risk } 與任何客戶無關。

## What the commands are called

command-action = 要改善什麼、由誰負責、何時完成
command-action-action = 要做什麼
command-action-what = 編號，例如 ACT-7；用於 add：要做的事
command-action-text = 要做的事、帶來的改變，或原因
command-action-owner = 負責人
command-action-due = 期限：2026-12-24、12月24日、兩週後
command-action-customer = 相關的客戶
command-action-incident = 相關的事件
command-action-objective = 相關的服務目標
command-action-feedback = 相關的意見回饋
command-action-risk = 相關的風險
command-action-hidden = 客戶看不到
command-action-all = 用於 list：包含已結束的項目
command-risk = 可能出什麼問題、可能性與影響，以及因應措施
command-risk-action = 要做什麼
command-risk-what = 編號，例如 RISK-3；用於 add：可能發生的事
command-risk-text = 可能發生的事、因應措施，或原因
command-risk-probability = 可能性，1 到 5
command-risk-impact = 影響，1 到 5
command-risk-owner = 負責人
command-risk-due = 下次檢視：2026-12-24、3個月後
command-risk-customer = 相關的客戶
command-risk-service = 相關的服務
command-risk-hidden = 客戶看不到
command-risk-all = 用於 list：包含已結案的項目

# Upheld 繁體中文（臺灣用語）：意見回饋與客訴。

## What it is and where it stands, for operators

feedback-kind-feedback = 意見回饋
feedback-kind-complaint = 客訴
feedback-name-feedback = 意見回饋
feedback-name-complaint = 客訴
feedback-mood-negative = 負面
feedback-mood-neutral = 中性
feedback-mood-positive = 正面
feedback-mood-mixed = 褒貶皆有
feedback-state-new = 新收到
feedback-state-acknowledged = 已看過
feedback-state-answered = 已答覆
feedback-state-closed = 已結案
feedback-state-settled = 已結案，客戶同意
feedback-row-state = 目前狀態
feedback-row-acknowledge = 受理
feedback-row-answer = 答覆
feedback-row-resolve = 結案
feedback-stage-acknowledge = 受理
feedback-stage-answer = 答覆
feedback-stage-resolve = 結案
feedback-row-stamp = 來訊當時
feedback-row-about = 相關
feedback-row-reading = 判讀
feedback-stamp = 承諾{ $standing }
feedback-stamp-unknown = 承諾尚無資料
feedback-stamp-left = 距下次逾時 { $left }
feedback-stamp-late = 已逾時 { $over }
feedback-by-page = 透過網頁填寫，沒有帳號
feedback-demand-acknowledge = 請於 { $due } 前受理（承諾 { $target }內）。
feedback-demand-answer = 請於 { $due } 前答覆客戶（承諾 { $target }內）。
feedback-demand-resolve = 請於 { $due } 前結案（承諾 { $target }內）。
feedback-recommended = { $customer }：{ $texts } 都提到「{ $theme }」，但沒有任何服務目標涵蓋。已留作下次服務檢討的建議。

## What was done, line by line, for operators

feedback-step-acknowledged = { $person } 已接手
feedback-step-assigned = { $person } 交給 { $to }
feedback-step-labelled = { $person } 已分類
feedback-step-replied = { $person } 已答覆
feedback-step-added = { $customer } 的 { $person } 補充
feedback-step-closed = { $person } 已結案
feedback-step-reopened = { $person } 重新開啟
feedback-step-tied = { $person } 已關聯至 { $to }
feedback-step-refiled = { $person } 改列為{ $kind }
feedback-step-settled = { $customer } 的 { $person } 表示已妥善處理
feedback-step-unsettled = { $customer } 的 { $person } 表示尚未妥善處理，已重新開啟

## What the writer hears

feedback-yours-feedback = 意見
feedback-yours-complaint = 申訴
feedback-receipt = 我們已收到您的{ $kind }
feedback-receipt-read = 我們會有專人閱讀。
feedback-receipt-channel = 每一步進展都會在此管道告知您。
feedback-receipt-alone = 每一步進展都會在此告知您，只有您看得到。
feedback-promise-acknowledge = 承諾：{ $due } 前受理。
feedback-promise-acknowledge-late = 承諾：{ $due } 前受理。我們已逾時，請見諒。
feedback-promise-answer = 承諾：{ $due } 前答覆您。
feedback-promise-answer-late = 承諾：{ $due } 前答覆您。我們已逾時，請見諒。
feedback-promise-resolve = 承諾：{ $due } 前處理完成。
feedback-promise-resolve-late = 承諾：{ $due } 前處理完成。我們已逾時，請見諒。
feedback-told-seen = 我們已看過您 { $at } 的{ $kind }
feedback-told-in-hand = 已有專人處理您 { $at } 的{ $kind }
feedback-told-answered = 對您 { $at } 的{ $kind }，我們的答覆
feedback-told-closed = 您 { $at } 的{ $kind }，我們認為已處理完成
feedback-told-reopened = 您 { $at } 的{ $kind }已重新開啟
feedback-told-refiled = 您 { $at } 的來訊改以「{ $kind }」處理
feedback-told-late = 您 { $at } 的{ $kind }，我們的處理已逾時
feedback-settled-question = 您認為已妥善處理了嗎？
feedback-passed-wrote = 您來訊
feedback-passed-added = 您補充
feedback-passed-seen = 我們已看過
feedback-passed-in-hand = 已有專人處理
feedback-passed-answered = 我們答覆
feedback-passed-closed = 我們認為已處理完成
feedback-passed-reopened = 已重新開啟
feedback-passed-refiled = 此後改以「{ $kind }」處理
feedback-passed-settled = 您表示已妥善處理
feedback-passed-unsettled = 您表示尚未妥善處理，已重新開啟

## Buttons

feedback-button-take = 由我接手
feedback-button-answer = 答覆
feedback-button-close = 結案
feedback-button-show = 完整內容
feedback-button-label = 分類
feedback-button-assign = 交給…
feedback-button-tie = 關聯至…
feedback-button-file = 改列為…
feedback-button-add = 補充說明
feedback-button-settled = 是，已處理好
feedback-button-unsettled = 否，尚未處理好
feedback-button-complain = 我要申訴
feedback-button-send = 作為答覆送出

## Forms

feedback-form-feedback = 告訴我們您的想法
feedback-form-feedback-intro = 負責這項服務的人會看到。
feedback-form-feedback-text = 您想告訴我們什麼？
feedback-form-complaint = 我要申訴
feedback-form-complaint-intro = 您會立即取得案號，並得知後續處理情形。
feedback-form-complaint-text = 發生了什麼事，您希望我們怎麼做？
feedback-form-service = 服務（可留空）
feedback-form-add = 補充說明
feedback-form-add-text = 您想補充什麼？
feedback-form-unsettled = 已重新開啟
feedback-form-unsettled-intro = 已為您重新開啟。若您願意，請告訴我們還缺少什麼。
feedback-form-unsettled-text = 還缺少什麼？
feedback-form-answer = 答覆客戶
feedback-form-answer-text = 答覆內容
feedback-form-goes-out = 客戶會看到您所寫的原文。對方寫道：
feedback-form-close = 結案
feedback-form-close-text = 給客戶的最後說明（可留空）
feedback-form-label = 內容分類
feedback-form-themes = 主題，例如：speed billing
feedback-form-mood = 情緒（可留空）

## What was done

feedback-done-added = 已補充至 { $feedback }，並已告知維運人員。
feedback-done-added-closed = 已補充至 { $feedback }，此案已結案。若尚未妥善處理，請告訴我們。
feedback-done-settled = 感謝您。{ $feedback } 已妥善處理。
feedback-done-settled-before = { $feedback } 先前已確認處理妥善，感謝您。
feedback-done-open-still = { $feedback } 仍在處理中；處理完成時會再詢問您。
feedback-done-taken = { $feedback } 由您接手。客戶會得知已有人看過。
feedback-done-taken-before = { $feedback } 已由您接手。
feedback-done-assigned = { $feedback } 現由 { $person } 負責。
feedback-done-labelled = { $feedback } 已分類，客戶看不到。
feedback-done-answered = { $feedback } 的答覆正在送出。
feedback-done-closed = { $feedback } 已結案，並詢問客戶是否已妥善處理。
feedback-done-closed-before = { $feedback } 已經結案。
feedback-done-reopened = { $feedback } 已重新開啟，客戶會得知。
feedback-done-open-already = { $feedback } 尚未結案。
feedback-done-tied = { $feedback } 已關聯至 { $to }。
feedback-done-filed = { $feedback } 已改列為{ $kind }，客戶會得知。
feedback-done-filed-before = { $feedback } 已列為{ $kind }。

## What is asked back

feedback-choose = 哪一件？
feedback-choose-settled = { $feedback }：已妥善處理了嗎？
feedback-choose-person = { $feedback }：要交給誰？
feedback-choose-tie = { $feedback }：與什麼有關？
feedback-choose-kind = { $feedback }：屬於哪一類？
feedback-reply-intended = 要將這段文字作為 { $feedback } 的答覆送給客戶嗎？

## What is shown

inbox-head = { $count ->
        [0] 收件匣是空的
       *[other] { $count } 件未結；客訴在前，最早的在前
    }
inbox-steps = 經過
inbox-link = 這個網頁讓 { $customer } 沒有帳號的人也能來訊，可重複使用，有效至 { $until }。任何知道網址的人都能來訊。網址只顯示這一次。
inbox-links-revoked = { $count ->
        [0] 沒有可收回的 { $customer } 連結。
       *[other] 已收回 { $customer } 的 { $count } 個連結。先前經由連結來訊的人仍可查看自己的內容。
    }
kind-feedback = 意見回饋與客訴
kind-recommended = 建議

## What could not be done

error-no-feedback = 您看得到的內容中沒有 { $feedback }，編號可能有誤。
error-no-feedback-open = 目前沒有您看得到的未結項目。
error-no-feedback-closed = 目前沒有等候您確認的項目。
error-feedback-closed = { $feedback } 已結案，請先重新開啟。
error-no-colleague = { $person } 不在可負責的人員之中。請從中選擇。
error-themes = 主題由 a–z、0–9 與 _ 組成，最多 40 個字元，至多十個。{ $typed } 不符合。
error-feedback-too-long = 超過 { $count } 個字元。內容會照原文保存，請精簡。

## Commands, as menus and /help describe them

command-feedback = 告訴我們您的想法
command-feedback-text = 您想告訴我們的內容
command-feedback-service = 相關的服務
command-feedback-incident = 相關的事件，例如 INC-42
command-feedback-customer = 您代表的客戶（若有多位）
command-feedback-about = 補充先前的來訊，例如 FB-12
command-complaint = 提出申訴
command-complaint-text = 發生了什麼事，您希望我們怎麼做
command-complaint-service = 相關的服務
command-complaint-incident = 相關的事件，例如 INC-42
command-complaint-customer = 您代表的客戶（若有多位）
command-settled = 告知您的申訴或意見是否已妥善處理
command-settled-feedback = 編號，例如 FB-12
command-settled-answer = yes，或以 no 重新開啟
command-inbox = 客戶的意見回饋與客訴
command-inbox-action = 要做什麼
command-inbox-feedback = 編號，例如 FB-12
command-inbox-text = 答覆內容、人員或主題
command-inbox-mood = 用於 label：內容的情緒
command-inbox-incident = 用於 tie：相關的事件
command-inbox-objective = 用於 tie：相關的服務目標
command-inbox-as = 用於 file：complaint 或 feedback
command-inbox-customer = 用於 link：哪一位客戶的網頁
command-inbox-revoke = 用於 link：收回已建立的連結

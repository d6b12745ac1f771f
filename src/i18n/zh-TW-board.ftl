# Upheld 繁體中文（臺灣用語）：儀表板。

## 儀表板

board-title = 儀表板
board-heading = 所有客戶
board-heading-own = 您的服務
board-skip = 跳到協議
board-chat = 聊天室
board-all = 所有客戶
board-agreements = { $count } 份協議
board-broken = { $count } 份未達標或逾時
board-at-risk = { $count } 份有風險
board-all-kept = 可量測的承諾均達標
board-incidents-open = { $count ->
    [0] 目前沒有未結事件
   *[other] 未結事件 { $count } 件
}
board-complaints-open = 未結客訴 { $count } 件
board-monitors-silent = { $count } 個監控系統沒有訊息
board-own-open = { $count ->
    [0] 目前沒有已知的服務異常
   *[other] 進行中的服務異常 { $count } 件
}
board-between = ：
board-stop = 。
board-end = 。
board-changed = 最後變動 { $at }
board-zone = 時間以 { $zone } 為準
board-still = 顯示當時的狀態
board-live = 即時更新中
board-lost = 未連線，正在重試
board-refresh = 重新整理
board-filter = 篩選
board-search = 客戶、服務或事件
board-any = 所有狀態
board-filter-standing = 狀態
board-rank-broken = 未達標或逾時
board-rank-at-risk = 有風險
board-rank-open = 有未結項目
board-rank-unmeasured = 尚無量測資料
board-rank-well = 一切正常
board-shown = 顯示 ‹n›／‹all›
board-room = 聊天室
board-incidents = 未結事件
board-own-incidents = 進行中的服務異常
board-complaints = 未結客訴
board-nobody = 尚無人接手
board-holder = { $person } 已接手
board-services = 服務現況
board-service-well = 目前沒有已知的異常
board-service-disturbed = { $since } 起異常
board-objectives = 本期服務目標
board-kept = { $all } 項服務目標中 { $met } 項達標
board-objective = 服務目標
board-standing = 狀態
board-figure = 至今與承諾
board-met-as-measured = 可量測者均達標
board-budget = 錯誤預算：已用 { $used }，本期已過 { $elapsed }
board-budget-rolling = 錯誤預算：已用 { $used }
board-own-budget = 容許中斷時間：已用 { $used }，本期已過 { $elapsed }
board-own-budget-rolling = 容許中斷時間：已用 { $used }
board-burns = 消耗速率高於期間進度
board-review = 最近一次服務檢討：
board-next-review = 下次服務檢討：{ $at }
board-record = 送達紀錄：{ $lines } 筆，最後一筆 { $at }
board-record-about = 請保存此值，日後可據以查證先前的紀錄未遭更改。
board-loose = 沒有適用協議的未結事件
board-silent = 沒有訊息的監控系統
board-empty = 目前沒有可顯示的協議。
board-late = 數據整理需要較長時間，請稍候再重新整理此頁。
board-missing-heading = 沒有這個頁面
board-missing = 沒有這個頁面，或您無權查看。

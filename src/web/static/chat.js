// The web chat's script: keeps the page current, sends without reloading, completes commands.
// Everything it does by itself also works, with reloading, without it.
"use strict";

(() => {
  const stream = document.getElementById("stream");
  if (!stream) return;
  const list = document.getElementById("messages");
  const composer = document.getElementById("composer");
  const line = document.getElementById("line");
  const panel = document.getElementById("panel");
  const problem = document.getElementById("problem");
  const texts = document.getElementById("texts").dataset;
  const language = document.documentElement.lang;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const room = stream.dataset.room;
  const title = document.title;

  // ---- the clock of the server, which may run faster than ours ----

  const clock = { at: performance.now(), now: Number(stream.dataset.now), rate: 1 };
  const now = () => clock.now + (performance.now() - clock.at) * clock.rate;

  const formats = new Map();
  function formatFor(element) {
    const tongue = element.closest("[lang]")?.lang || language;
    if (!formats.has(tongue)) {
      formats.set(tongue, new Intl.RelativeTimeFormat(tongue, { numeric: "always", style: "short" }));
    }
    return formats.get(tongue);
  }
  function inWords(milliseconds, relative) {
    const seconds = Math.round(milliseconds / 1000);
    const size = Math.abs(seconds);
    if (size < 90) return relative.format(seconds, "second");
    if (size < 90 * 60) return relative.format(Math.trunc(seconds / 60), "minute");
    if (size < 36 * 3600) return relative.format(Math.trunc(seconds / 3600), "hour");
    return relative.format(Math.trunc(seconds / 86400), "day");
  }

  const OPEN = new Set(["late", "at-risk", "disturbed", "in-hand"]);
  function tellTimes(root = document) {
    const present = now();
    for (const time of root.querySelectorAll("time[datetime]")) {
      const at = Date.parse(time.dateTime);
      if (Number.isNaN(at)) continue;
      const distance = at - present;
      if (time.classList.contains("countdown")) {
        const seconds = Math.max(0, Math.ceil(distance / clock.rate / 1000));
        time.textContent = formatFor(time).format(seconds, "second");
        continue;
      }
      const told = inWords(distance, formatFor(time));
      time.title = told;
      // Only what lies ahead, on cards that are still open, is worth a place in the text.
      const ahead = distance > 0 && distance < 36 * 3600e3 && !time.closest(".lines, .history");
      const open = OPEN.has(time.closest("[data-tone]")?.dataset.tone);
      let shown = time.nextElementSibling;
      if (!shown?.classList.contains("relative")) shown = null;
      if (ahead && open) {
        if (!shown) {
          shown = document.createElement("span");
          shown.className = "relative";
          time.after(shown);
        }
        shown.textContent = ` (${told})`;
      } else {
        shown?.remove();
      }
    }
  }
  setInterval(tellTimes, 1000);

  // ---- messages ----

  let atBottom = true;
  const atEnd = () => stream.scrollHeight - stream.scrollTop - stream.clientHeight < 80;
  const below = document.getElementById("below");
  function toEnd(smooth) {
    stream.scrollTo({ top: stream.scrollHeight, behavior: smooth && !calm.matches ? "smooth" : "auto" });
    below.hidden = true;
  }
  // A message longer than the room is read from its beginning.
  function reveal(message, fresh) {
    if (fresh && message.offsetHeight > stream.clientHeight) {
      atBottom = false;
      message.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    } else {
      toEnd(fresh);
    }
  }
  below.addEventListener("click", () => { toEnd(true); line.focus(); });
  stream.addEventListener("scroll", () => { if (atEnd()) below.hidden = true; }, { passive: true });

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  const said = document.getElementById("said");
  function announce(text) {
    const note = document.createElement("p");
    note.textContent = text;
    said.append(note);
    setTimeout(() => note.remove(), 10000);
  }
  const heading = (message) => message.querySelector("h2")?.textContent ?? message.querySelector(".line")?.textContent ?? "";

  // Entries whose card has not arrived yet.
  const orphans = new Map();
  function fileUnder(entry, under) {
    const card = document.getElementById(under);
    if (!card) {
      if (!orphans.has(under)) orphans.set(under, []);
      orphans.get(under).push(entry);
      return;
    }
    let history = card.querySelector(":scope > .history");
    if (!history) {
      history = document.createElement("details");
      history.className = "history";
      history.append(document.createElement("summary"), document.createElement("ol"));
      card.append(history);
    }
    const entries = history.querySelector("ol");
    entries.append(entry);
    history.querySelector("summary").textContent = `${texts.history} · ${entries.children.length}`;
  }

  // A focused button keeps the focus when its card is drawn anew.
  function keepFocus(before, after) {
    const focused = document.activeElement;
    if (!before.contains(focused)) return () => {};
    const command = focused.closest("button[name=press]")?.value;
    return () => {
      const same = [...after.querySelectorAll("button[name=press]")].find((button) => button.value === command);
      (same ?? after).focus({ preventScroll: true });
    };
  }

  function show(change) {
    const fresh = parse(change.html);
    if (!fresh) return;
    markOwn(fresh, change.own);
    const known = document.getElementById(change.id);
    if (known && Number(known.dataset.change) >= change.change) return;
    const stay = atEnd();
    tellTimes(fresh);
    if (known) {
      const history = known.querySelector(":scope > .history");
      if (history && !fresh.querySelector(":scope > .history")) fresh.append(history);
      const refocus = keepFocus(known, fresh);
      fresh.classList.add("changed");
      known.replaceWith(fresh);
      refocus();
      if (!change.under) announce(`${texts.changed} ${heading(fresh)}`);
    } else if (change.under) {
      fileUnder(fresh, change.under);
    } else {
      fresh.classList.add("new");
      const next = [...list.children].find((other) => Number(other.id.slice(1)) > Number(change.id.slice(1)));
      list.insertBefore(fresh, next ?? null);
      for (const entry of orphans.get(change.id) ?? []) fileUnder(entry, change.id);
      orphans.delete(change.id);
      if (!change.own) announce(heading(fresh));
      document.getElementById("empty").hidden = true;
    }
    if (stay || change.own || expecting) reveal(fresh, !known);
    else if (!known && !change.under) below.hidden = false;
    showOpen();
  }

  // Lines of other people stand on the other side.
  const me = document.querySelector(".menu b")?.textContent;
  function markOwn(message, own) {
    if (!message.classList.contains("own")) return;
    const mine = own ?? message.querySelector(".author")?.textContent === me;
    message.classList.toggle("others", !mine);
  }

  const openNow = document.getElementById("open");
  function showOpen() {
    const items = [];
    // Of all messages about an incident one is its living card: it is edited, and it shows the clocks. A call
    // that wakes somebody may come before it and is never edited.
    const living = (card) => 2 * Boolean(card.querySelector(":scope > .meta .edited")) + Boolean(card.querySelector(".fields"));
    const cards = new Map();
    for (const card of list.querySelectorAll(":scope > [data-reference]:not(.private)")) {
      const known = cards.get(card.dataset.reference);
      if (!known || living(card) > living(known)) cards.set(card.dataset.reference, card);
    }
    for (const card of cards.values()) {
      if (!OPEN.has(card.dataset.tone)) continue;
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `#${card.id}`;
      const symbol = document.createElement("span");
      symbol.className = "symbol";
      symbol.dataset.tone = card.dataset.tone;
      symbol.textContent = card.dataset.symbol ?? "";
      symbol.setAttribute("aria-hidden", "true");
      link.append(symbol, ` ${card.dataset.reference}`);
      link.title = heading(card);
      item.append(link);
      items.push(item);
    }
    openNow.querySelector("ul").replaceChildren(...items);
    openNow.hidden = items.length === 0;
  }
  openNow.addEventListener("click", (event) => {
    const card = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
    if (!card) return;
    event.preventDefault();
    card.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
  });

  // ---- listening ----

  const connection = document.getElementById("connection");
  let latest = Number(stream.dataset.latest);
  let source = null;
  let failures = 0;
  let heard = performance.now();
  let retry = 0;

  function lost() {
    source?.close();
    source = null;
    failures += 1;
    if (failures > 1) {
      connection.textContent = texts.reconnecting;
      connection.classList.add("lost");
      connection.hidden = false;
    }
    const wait = Math.min(30000, 500 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
    clearTimeout(retry);
    retry = setTimeout(listen, failures === 1 ? 300 : wait);
  }

  function found() {
    if (failures > 1) {
      connection.textContent = texts.connected;
      connection.classList.remove("lost");
      setTimeout(() => { if (!failures) connection.hidden = true; }, 3000);
    }
    failures = 0;
    heard = performance.now();
  }

  async function listen() {
    clearTimeout(retry);
    if (failures > 1) {
      // An event source does not tell why it failed; a session that ended should not be retried for ever.
      try {
        const answer = await fetch(stream.dataset.events, { method: "HEAD" });
        if (answer.status === 401 || answer.status === 404) return leave();
      } catch {
        return lost();
      }
    }
    source = new EventSource(`${stream.dataset.events}?after=${latest}`);
    source.addEventListener("open", found);
    source.addEventListener("error", lost);
    const on = (name, act) => source.addEventListener(name, (event) => { heard = performance.now(); act(event); });
    on("message", (event) => {
      const change = JSON.parse(event.data);
      latest = Math.max(latest, change.change);
      show(change);
      countUnseen(change);
    });
    on("rooms", (event) => showUnread(JSON.parse(event.data)));
    on("clock", (event) => {
      const told = JSON.parse(event.data);
      Object.assign(clock, { at: performance.now(), now: told.now, rate: 3600e3 / told.hour });
    });
    on("banner", (event) => {
      const banner = document.getElementById("banner");
      banner.innerHTML = JSON.parse(event.data);
      banner.hidden = !banner.innerHTML;
      tellTimes(banner);
    });
    on("bye", (event) => (event.data === "signed-out" ? leave() : lost()));
  }

  function leave() {
    source?.close();
    location.assign("/sign-in");
  }

  // The server is heard every 15 s; a connection that died quietly is not heard at all.
  setInterval(() => { if (source && performance.now() - heard > 40000) lost(); }, 5000);
  addEventListener("offline", () => { if (source) { failures += 1; lost(); } });
  addEventListener("online", () => { if (!source) listen(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    unseen = 0;
    document.title = title;
    if (!source) listen();
  });

  let unseen = 0;
  function countUnseen(change) {
    if (!document.hidden || change.own) return;
    unseen += 1;
    document.title = `(${unseen}) ${title}`;
  }

  function showUnread(newest) {
    let seen = {};
    try { seen = JSON.parse(localStorage.getItem("upheld-seen") ?? "{}"); } catch { /* nothing was kept */ }
    seen[room] = Math.max(newest[room] ?? 0, seen[room] ?? 0);
    for (const link of document.querySelectorAll(".rooms a[data-room]")) {
      const name = link.dataset.room;
      if (!(name in seen)) seen[name] = newest[name] ?? 0;
      link.querySelector(".unread").hidden = (newest[name] ?? 0) <= seen[name];
    }
    try { localStorage.setItem("upheld-seen", JSON.stringify(seen)); } catch { /* private mode */ }
  }

  // ---- sending ----

  let expecting = 0;
  const newAct = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function complain(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  async function send(form, fields) {
    expecting += 1;
    try {
      for (let attempt = 0; ; attempt += 1) {
        try {
          const answer = await fetch(form.action, {
            method: "POST",
            headers: { Accept: "application/json" },
            body: new URLSearchParams(fields),
          });
          if (answer.status === 401) return leave();
          if (answer.ok) return await answer.json();
          if (answer.status < 500) return { problem: texts.notUnderstood };
          if (attempt === 2) return { problem: texts.trouble };
        } catch {
          if (attempt === 2) return { problem: texts.notSent };
        }
        // The same act again: it is recognised, so that nothing is done twice.
        await new Promise((go) => setTimeout(go, 400 * 3 ** attempt));
      }
    } finally {
      setTimeout(() => { expecting -= 1; }, 1500);
    }
  }

  let cameFrom = null;
  function openForm(html, from) {
    panel.innerHTML = html;
    cameFrom = from;
    panel.querySelector("input:not([type=hidden]), textarea, select, [data-once]")?.focus();
    toEnd(false);
  }
  function closeForm() {
    panel.replaceChildren();
    const back = cameFrom?.isConnected ? cameFrom : line;
    back.focus({ preventScroll: true });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("#composer, .buttons, [data-form]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (form.getAttribute("aria-busy") === "true") return;
    if (form === composer && !line.value.trim()) return;
    const fields = [...new FormData(form, button?.name ? button : undefined)];
    fields.find(([name]) => name === "act")[1] = newAct();
    complain("");
    form.setAttribute("aria-busy", "true");
    button?.setAttribute("aria-busy", "true");
    const answer = await send(form, fields);
    form.removeAttribute("aria-busy");
    button?.removeAttribute("aria-busy");
    if (!answer) return;
    if (answer.problem) return complain(answer.problem);
    if (form === composer) {
      remember(line.value);
      line.value = "";
      complete();
    }
    if (answer.kind === "form") openForm(answer.html, button ?? line);
    else if (form.matches("[data-form]")) closeForm();
  });

  panel.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    closeForm();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeForm();
  });

  // What was sent before comes back with the arrow key, as in a shell.
  const past = [];
  let back = 0;
  function remember(text) {
    if (past.at(-1) !== text) past.push(text);
    back = past.length;
  }

  // ---- completing commands ----

  const menu = document.getElementById("menu");
  const hint = document.getElementById("hint");
  const commands = JSON.parse(menu.dataset.commands || "[]");
  let chosen = -1;

  function offers(text) {
    if (!text.startsWith("/")) return [];
    const [name, ...rest] = text.slice(1).split(" ");
    if (!rest.length) {
      const typed = name.toLowerCase();
      const starts = commands.filter((command) => command.name.startsWith(typed));
      const within = commands.filter((command) => !starts.includes(command) && typed && command.name.includes(typed));
      return [...starts, ...within].map(({ name, about }) => ({ text: `/${name}`, about, whole: `/${name} ` }));
    }
    const command = commands.find((other) => other.name === name);
    if (!command) return [];
    const word = rest.at(-1);
    const start = text.slice(0, text.length - word.length);
    const choices = (option) => option.choices.filter((choice) => choice.startsWith(word.replace(/^--[^=]*=/, "")));
    const named = word.match(/^--([^=]+)=/);
    if (named) {
      const option = command.options.find((other) => other.name === named[1]);
      return option ? choices(option).map((choice) => ({ text: choice, about: "", whole: `${start}--${option.name}=${choice} ` })) : [];
    }
    const given = rest.slice(0, -1).filter((other) => other && !other.startsWith("--")).length;
    const position = command.options.filter((option) => option.positional)[given];
    const fitting = position && !word.startsWith("-")
      ? choices(position).map((choice) => ({ text: choice, about: "", whole: `${start}${choice} ` }))
      : [];
    const flags = command.options
      .filter((option) => !option.positional && word.startsWith("-") && `--${option.name}`.startsWith(word))
      .map((option) => ({ text: `--${option.name}`, about: option.about, whole: `${start}--${option.name}${option.flag ? " " : "="}` }));
    return [...fitting, ...flags];
  }

  function showHint(text) {
    const [, name, rest] = text.match(/^\/(\S+)\s(.*)$/) ?? [];
    const command = commands.find((other) => other.name === name);
    hint.hidden = !command?.options.length;
    if (hint.hidden) return;
    const given = rest.split(" ").slice(0, -1).filter((word) => word && !word.startsWith("--")).length;
    const code = document.createElement("code");
    code.append(`/${name}`);
    let about = "";
    let position = 0;
    for (const option of command.options) {
      const part = document.createElement("span");
      const label = option.positional ? option.name : `--${option.name}${option.flag ? "" : "=…"}`;
      part.textContent = option.required ? `‹${label}›` : `[${label}]`;
      if (option.positional && position++ === given) {
        part.className = "now";
        about = option.about;
      }
      code.append(" ", part);
    }
    hint.replaceChildren(code, about ? ` — ${about}` : "");
  }

  function complete() {
    const text = line.value;
    const found = offers(text);
    menu.replaceChildren(...found.map((offer, index) => {
      const item = document.createElement("li");
      item.id = `offer-${index}`;
      item.role = "option";
      item.dataset.whole = offer.whole;
      const name = document.createElement("b");
      name.textContent = offer.text;
      const about = document.createElement("span");
      about.textContent = offer.about;
      item.append(name, about);
      return item;
    }));
    const exact = found.length === 1 && found[0].whole.trim() === text.trim();
    menu.hidden = !found.length || exact;
    line.setAttribute("aria-expanded", String(!menu.hidden));
    choose(menu.hidden ? -1 : 0);
    showHint(text);
  }

  function choose(index) {
    chosen = index;
    [...menu.children].forEach((item, other) => item.setAttribute("aria-selected", String(other === index)));
    const item = menu.children[index];
    item?.scrollIntoView({ block: "nearest" });
    if (item) line.setAttribute("aria-activedescendant", item.id);
    else line.removeAttribute("aria-activedescendant");
  }

  function take(item) {
    line.value = item.dataset.whole;
    line.focus();
    complete();
  }

  line.addEventListener("input", complete);
  line.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== line) menu.hidden = true; }, 150));
  menu.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) take(item);
  });
  line.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = menu.children.length;
    if (!menu.hidden && count) {
      if (event.key === "ArrowDown") choose((chosen + 1) % count);
      else if (event.key === "ArrowUp") choose((chosen + count - 1) % count);
      else if (event.key === "Tab" && !event.shiftKey) take(menu.children[chosen]);
      else if (event.key === "Enter" && menu.children[chosen].dataset.whole.trim() !== line.value.trim()) take(menu.children[chosen]);
      else if (event.key === "Escape") { menu.hidden = true; line.setAttribute("aria-expanded", "false"); }
      else return;
      event.preventDefault();
      return;
    }
    if (event.key === "ArrowUp" && past.length && (line.value === "" || line.value === past[back])) {
      back = Math.max(0, back - 1);
    } else if (event.key === "ArrowDown" && back < past.length && line.value === past[back]) {
      back += 1;
    } else {
      return;
    }
    event.preventDefault();
    line.value = past[back] ?? "";
  });

  // ---- earlier messages ----

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-earlier]");
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok) return complain(texts.notSent);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const first = list.firstElementChild;
    const height = stream.scrollHeight;
    const older = [...page.querySelectorAll("#messages > li")].filter((item) => !document.getElementById(item.id));
    list.prepend(...older);
    older.forEach((message) => markOwn(message));
    const more = page.querySelector("[data-earlier]");
    if (more) link.href = more.getAttribute("href");
    else link.closest("p").remove();
    tellTimes(list);
    stream.scrollTop += stream.scrollHeight - height;
    (first?.previousElementSibling ?? first)?.focus({ preventScroll: true });
    showOpen();
  });

  // The menu of the account closes as one expects.
  const account = document.querySelector(".account");
  document.addEventListener("click", (event) => { if (!account.contains(event.target)) account.open = false; });
  account.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    account.open = false;
    account.querySelector("summary").focus();
  });

  // "/" leads to the command line from anywhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    line.focus();
    if (!line.value) { line.value = "/"; complete(); }
  });

  for (const message of list.children) markOwn(message);
  document.querySelectorAll(".rooms a[aria-current]").forEach((link) => link.scrollIntoView({ inline: "nearest", block: "nearest" }));
  tellTimes();
  showOpen();
  toEnd(false);
  listen();
  // Whoever reads the newest stays there when the room around it changes: a keyboard opens, a phone turns.
  stream.addEventListener("scroll", () => { atBottom = atEnd(); }, { passive: true });
  new ResizeObserver(() => { if (atBottom) toEnd(false); }).observe(stream);
  if (panel.firstElementChild) panel.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  else if (!matchMedia("(pointer: coarse)").matches) line.focus({ preventScroll: true });
})();

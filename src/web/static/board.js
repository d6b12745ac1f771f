// The dashboards' script: keeps the page as the board is, and finds agreements among many. Without it the page is
// whole and is loaded again by its link.
"use strict";

(() => {
  const board = document.getElementById("board");
  const list = document.getElementById("agreements");
  if (!board || !list) return;
  const texts = document.getElementById("texts").dataset;
  const beside = document.getElementById("beside");
  const connection = document.getElementById("connection");
  const state = connection.closest("p");

  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  const REACHED = "a, button, summary, input, select";
  // What the reader unfolded stays unfolded, and the focus stays where it was.
  function replace(old, fresh) {
    for (const fold of old.querySelectorAll("details[id]")) {
      const same = fresh.querySelector(`#${CSS.escape(fold.id)}`);
      if (same && old.dataset.rank === fresh.dataset.rank) same.open = fold.open;
    }
    const place = [...old.querySelectorAll(REACHED)].indexOf(document.activeElement);
    old.replaceWith(fresh);
    if (place >= 0) fresh.querySelectorAll(REACHED)[place]?.focus({ preventScroll: true });
  }

  function put(id, html) {
    const old = document.getElementById(id);
    if (id === "board-summary") {
      old.textContent = html;
      return;
    }
    const fresh = parse(html);
    fresh.classList.add("changed");
    setTimeout(() => fresh.classList.remove("changed"), 2000);
    if (old) replace(old, fresh);
    else (fresh.matches(".part") ? list : beside).append(fresh);
  }

  // Only what stands elsewhere is moved, so that nothing loses the focus without need.
  function arrange(parent, ids) {
    const wanted = new Set(ids);
    for (const child of [...parent.children]) if (!wanted.has(child.id)) child.remove();
    const focused = document.activeElement;
    ids.forEach((id, place) => {
      const child = document.getElementById(id);
      if (child && parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
    });
    if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
  }

  // ---- listening ----

  let version = Number(board.dataset.version);
  let source = null;
  let failures = 0;
  let heard = performance.now();
  let retry = 0;

  function say(words, lost) {
    if (connection.textContent !== words) connection.textContent = words;
    state.classList.toggle("lost", lost);
  }

  function lost() {
    source?.close();
    source = null;
    failures += 1;
    say(texts.lost, true);
    const wait = Math.min(30000, 500 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
    clearTimeout(retry);
    retry = setTimeout(listen, failures === 1 ? 300 : wait);
  }

  function leave() {
    source?.close();
    source = null;
    location.assign("/sign-in");
  }

  async function listen() {
    clearTimeout(retry);
    if (failures > 1) {
      // An event source does not tell why it failed; a session that ended should not be retried for ever.
      try {
        const answer = await fetch(board.dataset.events, { method: "HEAD" });
        if (answer.status === 401) return leave();
        if (answer.status === 404) return location.reload();
      } catch {
        return lost();
      }
    }
    source?.close();
    source = new EventSource(`${board.dataset.events}?version=${version}`);
    const on = (name, act) => source.addEventListener(name, (event) => {
      heard = performance.now();
      failures = 0;
      say(texts.live, false);
      act(event);
    });
    source.addEventListener("error", lost);
    on("open", () => {});
    on("beat", () => {});
    on("board", (event) => {
      const told = JSON.parse(event.data);
      version = told.version;
      document.getElementById("changed").textContent = told.changed;
      for (const [id, html] of Object.entries(told.pieces)) put(id, html);
      if (told.order) {
        arrange(list, told.order.parts);
        arrange(beside, told.order.beside);
      }
      sift();
    });
    source.addEventListener("bye", (event) => (event.data === "signed-out" ? leave() : lost()));
  }

  // The server is heard every 15 s; a connection that died quietly is not heard at all.
  setInterval(() => { if (source && performance.now() - heard > 40000) lost(); }, 5000);
  addEventListener("offline", () => { if (source) { failures += 1; lost(); } });
  addEventListener("online", () => { if (!source) listen(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !source) listen(); });
  addEventListener("pagehide", () => { source?.close(); source = null; clearTimeout(retry); });
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

  // ---- finding ----

  const filter = document.getElementById("filter");
  const search = document.getElementById("search");
  const rank = document.getElementById("rank");
  const shown = document.getElementById("shown");

  function sift() {
    if (!filter) return;
    const sought = search.value.trim().toLowerCase();
    let count = 0;
    for (const part of list.children) {
      const fits = (!rank.value || part.dataset.rank === rank.value)
        && (!sought || part.textContent.toLowerCase().includes(sought));
      part.hidden = !fits;
      count += fits;
    }
    const all = list.children.length;
    shown.textContent = count === all ? "" : shown.dataset.shown.replace("‹n›", count).replace("‹all›", all);
  }

  if (filter) {
    filter.hidden = false;
    filter.addEventListener("submit", (event) => event.preventDefault());
    search.addEventListener("input", sift);
    rank.addEventListener("change", sift);
    sift();
  }
  listen();
})();

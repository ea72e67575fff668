// Of the operators' screen: keys, time that is left, words for screen readers, and what is typed
// is never lost. Everything else is swapped in by htmx; without scripts each button is a form.
(() => {
  "use strict";
  const find = (selector, within = document) => within.querySelector(selector);

  // Keys: each stands on its button as data-key.
  const pressed = ({ key, ctrlKey, shiftKey }) =>
    `${ctrlKey ? "Ctrl+" : ""}${shiftKey ? "Shift+" : ""}${key}`;
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || event.repeat) return;
    if (event.key === "Escape") {
      const open = find("details.ask[open]");
      if (open) { open.open = false; find("summary", open).focus(); }
      return;
    }
    if (!/^F\d+$/.test(event.key) && !(event.ctrlKey && event.key === "Enter")) return;
    const key = pressed(event);
    if (!find(`[data-key="${key}"]`)) return;
    event.preventDefault();
    keys.push(key);
    next();
  });
  // Enter in a field sends nothing that is half written: there is a key for that.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && event.target.matches("#draft input")) {
      event.preventDefault();
    }
  });
  const first = (choice) =>
    find("[data-first]", choice) || find("button, input:not([type=hidden])", choice);
  // One after the other: what a key does may change what the next one means.
  const keys = [];
  let busy = null;
  const next = () => {
    while (keys.length && !busy) {
      const button = find(`[data-key="${keys.shift()}"]`);
      if (!button || button.disabled) continue;
      button.click();
      const choice = button.closest("details.ask");
      if (choice?.open) first(choice)?.focus(); // at once, as Enter may follow
    }
  };
  document.addEventListener("htmx:beforeSend", ({ detail: { elt, requestConfig, xhr } }) => {
    if (requestConfig.verb !== "post" || !elt.closest("#line, #state")) return;
    busy = xhr;
    xhr.addEventListener("loadend", () => { busy = null; next(); });
  });

  // A choice that opens takes the focus; another closes, and while one is open nothing moves.
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.("details.ask")) return;
    if (target.open) {
      for (const other of document.querySelectorAll("details.ask[open]")) {
        if (other !== target) other.open = false;
      }
      if (!find(".choose", target).contains(document.activeElement)) first(target)?.focus();
    } else if (window.htmx) htmx.trigger(document.body, "poll");
  }, true);
  document.addEventListener("change", ({ target }) => {
    if (target.matches("#state select")) target.dataset.chosen = "";
  });
  const inUse = (place) => find("details.ask[open], [data-chosen]", place);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, requestConfig } = event.detail;
    if (requestConfig.verb === "get" && inUse(target)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.requestConfig.verb === "get" && inUse(detail.target)) detail.shouldSwap = false;
  });

  // What has changed is said once; the focus goes to where it is wanted, if nobody is typing.
  const said = new Map();
  const say = (text) => { find("#announce").textContent = text; };
  const announce = (place) => {
    const news = [...place.querySelectorAll("[data-announce]")].filter((told) => {
      const text = told.dataset.announce;
      const fresh = text && said.get(told.className) !== text;
      said.set(told.className, text);
      return fresh;
    });
    if (news.length) say(news.map((told) => told.dataset.announce).join(". "));
  };
  const focus = (place) => {
    const first = () => place.querySelector("#fields :is(input, textarea, select)");
    const wanted = find("[data-focus]", place) || first();
    const typing = document.activeElement?.matches("input, textarea, select");
    if (!wanted || (typing && !wanted.matches(".problem"))) return;
    wanted.focus();
    wanted.setSelectionRange?.(wanted.value.length, wanted.value.length); // to write on
  };
  let shown;
  const settle = () => {
    const desk = find("#desk");
    if (!desk) return;
    announce(desk);
    if (shown !== desk) { shown = desk; focus(desk); }
    invalid();
  };
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("DOMContentLoaded", settle);

  // What the server says of a field counts for the field too.
  const invalid = () => {
    for (const says of document.querySelectorAll("[data-says]")) {
      const field = document.getElementById(says.dataset.says);
      if (field?.matches("input, textarea, select")) field.toggleAttribute("aria-invalid", false);
      if (field && "wrong" in says.dataset) field.setAttribute("aria-invalid", "true");
    }
  };
  document.addEventListener("focusout", ({ target }) => {
    const says = target.id && document.getElementById(target.id.replace(/^f-/, "s-"));
    if (says && says !== target && "wrong" in says.dataset) say(says.textContent);
  });

  // What is typed: sent once more until the server has it; when the page goes away, at once; and
  // kept in this tab until it is saved, as a page that is loaded again may overtake it.
  const draft = () => find("#draft");
  const save = () => window.htmx && find("#fields") && htmx.trigger("#fields", "save");
  const isTyped = ([name]) => name.startsWith("field.") || name === "outcome";
  const typed = () => JSON.stringify([...new FormData(draft())].filter(isTyped));
  let sent = null;
  document.addEventListener("input", ({ target }) => {
    if (target.closest("#draft")) sessionStorage.setItem(draft().dataset.save, typed());
  });
  // What is sent is saved by that; the answer to a save besides would find another page.
  const sends = (elt) => elt.matches("#draft, #draft .foot button");
  let sending = false;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { detail } = event;
    if (event.defaultPrevented) return;
    if (sends(detail.elt)) {
      htmx.trigger("#fields", "htmx:abort");
      sending = true;
    }
    if (detail.elt.id === "fields" && sending) event.preventDefault();
    if (detail.elt.id === "fields") sent = sessionStorage.getItem(draft().dataset.save);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (sends(detail.elt)) {
      sending = false;
      if (!detail.successful) save();
    }
    if (detail.elt.id === "draft" && detail.successful) {
      sessionStorage.removeItem(detail.elt.dataset.save);
    }
    if (detail.elt.id !== "fields") return;
    if (!detail.successful) {
      const out = document.documentElement.dataset.lost === "session";
      find("#saved").textContent = out
        ? "Not saved yet: you are signed out. It is kept in this window."
        : "Not saved yet: no connection. Trying again.";
      if (!out) setTimeout(save, 3000);
    } else if (sessionStorage.getItem(draft().dataset.save) === sent) {
      sessionStorage.removeItem(draft().dataset.save);
    }
  });
  document.addEventListener("tango:back", () => {
    if (draft() && sessionStorage.getItem(draft().dataset.save)) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !draft()) return;
    if (!sessionStorage.getItem(draft().dataset.save)) return;
    navigator.sendBeacon(draft().dataset.save, new FormData(draft()));
  });
  document.addEventListener("DOMContentLoaded", () => {
    const kept = draft() && sessionStorage.getItem(draft().dataset.save);
    for (const [name, value] of JSON.parse(kept || "[]")) {
      for (const field of document.getElementsByName(name)) {
        if (field.type === "radio") field.checked = field.value === value;
        else field.value = value;
      }
    }
    if (kept) setTimeout(save);
  });
})();

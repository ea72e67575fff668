// Of every page: whether Tango can be reached and one is still signed in. While not, it is said
// unmistakably, clocks stand still, and what would do something refuses. An operator's page also
// says that it is there, and whether somebody types: any one of their pages is enough.
(() => {
  "use strict";
  const BEAT_MS = 20000, LOST_MS = 3000, WAIT_MS = 8000, TYPING_MS = 10000;
  const root = document.documentElement;
  const { seen, here, signIn } = document.body.dataset;
  const place = document.querySelector("#lost");
  const WORDS = {
    network: "No connection to Tango. A call on your telephone goes on. What you type is kept here, and nothing else can be done until the connection is back.",
    session: "You are signed out. What you have typed is kept in this window.",
  };
  let token = document.querySelector("meta[name=csrf-token]")?.content;
  let typed = false, typedAt = 0, timer = null, asking = null, cuts = 0;

  const show = (why) => {
    const before = root.dataset.lost;
    if (before === why || (!before && !why)) return;
    if (why) root.dataset.lost = why;
    else delete root.dataset.lost;
    place.hidden = !why;
    place.querySelector("[data-why]").textContent = WORDS[why] || "";
    const again = place.querySelector("a");
    again.hidden = why !== "session";
    again.href = `${signIn}?then=${encodeURIComponent(location.pathname + location.search)}`;
    document.dispatchEvent(new CustomEvent(why ? "tango:lost" : "tango:back"));
    if (!why && window.htmx) htmx.trigger(document.body, "poll");
  };
  // What did nothing is said, each time anew for screen readers.
  const refuse = () => {
    const said = place.querySelector("[data-refused]");
    said.textContent = "";
    setTimeout(() => { said.textContent = "That has done nothing."; });
  };

  const ask = (url, options = {}) =>
    fetch(url, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(WAIT_MS), ...options });
  const renewed = async () => {
    const answer = await ask(here);
    if (answer.ok) {
      token = (await answer.json()).csrf;
      for (const field of document.querySelectorAll("input[name=csrf_token]")) field.value = token;
    }
    return answer;
  };
  const look = async () => {
    const cutsBefore = cuts;
    try {
      let answer;
      if (seen) {
        const options = () => ({
          method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(typed ? { writing: "1" } : {}),
        });
        answer = await ask(seen, options());
        if (answer.status === 400) { // signed in anew, in another window
          answer = await renewed();
          if (answer.ok) answer = await ask(seen, options());
        }
        if (answer.ok) typed = false;
      } else {
        answer = await (root.dataset.lost === "session" ? renewed() : ask(here));
      }
      if (cuts !== cutsBefore) return; // the answer came before the connection went
      if (answer.headers.get("Tango-Session") === "ended") show("session");
      else show(answer.status >= 500 ? "network" : "");
    } catch {
      show("network");
    }
  };
  // One question at a time; the next is asked sooner while nothing answers.
  const beat = () => {
    clearTimeout(timer);
    asking ??= look().finally(() => {
      asking = null;
      clearTimeout(timer);
      timer = setTimeout(beat, root.dataset.lost ? LOST_MS : BEAT_MS);
    });
    return asking;
  };
  window.addEventListener("online", beat);
  window.addEventListener("offline", () => { cuts += 1; show("network"); beat(); });
  for (const name of ["htmx:sendError", "htmx:sseError", "htmx:sseClose", "htmx:responseError"]) {
    document.addEventListener(name, beat);
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("input:not([type=checkbox]), textarea")) return;
    typed = true;
    if (Date.now() - typedAt < TYPING_MS) return;
    typedAt = Date.now();
    if (seen) beat();
  });

  // Forms: htmx's wait for the connection, others are asked for first, so that none is sent into
  // nowhere and comes back as a page of the browser's.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt, requestConfig } = event.detail;
    if (!root.dataset.lost || requestConfig.verb === "get" || elt.id === "fields") return;
    event.preventDefault();
    refuse();
  });
  const sure = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.getAttribute("method") !== "post" || sure.has(form)) return;
    event.preventDefault();
    await (asking || beat());
    await (root.dataset.lost ? beat() : null);
    if (root.dataset.lost) return refuse();
    // The page may have updated meanwhile, and a form that is no longer in it is not sent.
    if (!form.isConnected) document.body.append(Object.assign(form, { hidden: true }));
    sure.add(form);
    form.requestSubmit(submitter);
    sure.delete(form);
  });
  document.addEventListener("keydown", (event) => {
    if (!root.dataset.lost || !/^F\d+$/.test(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    refuse();
  }, true);

  beat();
})();

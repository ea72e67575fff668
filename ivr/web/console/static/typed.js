// What is typed into a form is kept in this tab until the server has taken the form: over a lost
// connection, a session that has ended, a page that is loaded again. It is kept for the account
// that has typed it, and forgotten when they sign out.
(() => {
  "use strict";
  const BEGINS = "tango-typed ";
  const mine = `${BEGINS}${document.body.dataset.account} `;
  const forms = () => [...document.querySelectorAll("form[method=post]:not([hx-post], [data-unkept])")];
  const fields = (form) =>
    [...form.elements].filter((field) => field.name && field.matches(
      "textarea, select, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio])"));
  const given = (field) => // as the page has come
    field.matches("select")
      ? ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value
      : field.defaultValue;
  const key = (form) => mine + form.getAttribute("action");
  const read = (form) => JSON.parse(sessionStorage.getItem(key(form)) || "null");
  const keep = (form, sent) => {
    const values = fields(form).map((field) => [field.name, field.value, given(field)])
      .map(([name, text, before]) => [name, text === before ? null : text]);
    sessionStorage.setItem(key(form), JSON.stringify({ sent, values }));
  };

  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form && forms().includes(form) && fields(form).includes(target)) keep(form);
  });
  document.addEventListener("submit", ({ target: form, defaultPrevented }) => {
    if (defaultPrevented) return;
    if (form.matches("[data-sign-out]")) sessionStorage.clear();
    if (!forms().includes(form) || !read(form)) return;
    const bytes = [...crypto.getRandomValues(new Uint8Array(8))];
    const mark = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
    form.querySelector("input[name=sent]")?.remove();
    const hidden = { type: "hidden", name: "sent", value: mark };
    form.append(Object.assign(document.createElement("input"), hidden));
    keep(form, mark);
  });

  const forget = (mark) => {
    for (const name of Object.keys(sessionStorage)) {
      if (!name.startsWith(BEGINS)) continue;
      if (JSON.parse(sessionStorage.getItem(name)).sent === mark) sessionStorage.removeItem(name);
    }
  };
  const open = (place) => {
    for (let around = place.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  };
  const fill = (form) => {
    const now = fields(form);
    const back = (read(form)?.values ?? []).map(([name, text], i) => [now[i], name, text])
      .filter(([field, name, text]) => field?.name === name && text !== null && field.value !== text);
    for (const [field, , text] of back) {
      field.value = text;
      open(field);
    }
    return back.length > 0;
  };
  const restore = () => {
    if (forms().map(fill).some(Boolean)) document.querySelector("#kept").hidden = false;
  };
  const taken = /^#sent=([0-9a-f]{16})$/.exec(location.hash);
  if (taken) {
    forget(taken[1]);
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  document.addEventListener("htmx:afterSettle", restore);
  restore();
})();

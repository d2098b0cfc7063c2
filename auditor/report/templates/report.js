// Search, filters, order and links of a report. Adds to a page that is complete without it.
// State stands in the fragment, as in #f-abc&verdict=DEAD&q=tax: it works from disk, and no server is asked.
"use strict";
(() => {
  const form = document.getElementById("tools");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const FIELDS = ["q", "verdict", "kind", "package", "owner", "sort"];
  const make = (tag, text, into) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (into) into.append(made);
    return made;
  };
  document.documentElement.classList.add("scripted");

  // A row is its name, then its lines, kind and rule or verdict as plain text; the file stands above its list.
  // An article, and what is folded in it, says the same in attributes.
  const row = (node) => {
    const words = node.childNodes[1].data.trim().split(/\s+/);
    const lines = /^\d/.test(words[0]) ? words.shift() : "";
    const [first, last] = lines.split("-").map(Number);
    const heading = node.parentNode.previousElementSibling;
    const owner = heading.querySelector("small");
    return {
      path: heading.firstChild.data.trim(),
      owner: owner ? owner.textContent : "",
      kind: words[0],
      verdict: /^AUD/.test(words[1]) ? words[1] : words.slice(1).join(" "),
      lines: last ? last - first + 1 : 1,
    };
  };
  const article = (node) => ({
    path: node.dataset.at, owner: node.dataset.owner || "", kind: node.dataset.kind, verdict: node.dataset.verdict, lines: 0,
  });
  const described = (node) => {
    const one = node.dataset.at ? article(node) : row(node);
    return { ...one, node, name: node.querySelector("b, code").textContent.toLowerCase() };
  };
  const said = (node) => {
    let text = node.textContent;
    for (const code of all("pre", node)) text = text.replace(code.textContent, "");
    return text;
  };
  const textOf = (one) => (one.text = one.text || (one.path + " " + said(one.node)).toLowerCase());

  let nodes = null;
  let found = null;
  const rows = () => nodes || (nodes = all("article[id], article li[id], .rows li[id]"));
  const findings = () => found || (found = rows().map(described));

  const counted = (values) => {
    const met = new Map();
    for (const value of values) if (value) met.set(value, (met.get(value) || 0) + 1);
    return met;
  };
  const cut = (path, depth) => path.split("/").slice(0, -1).slice(0, depth).join("/");
  const packages = () => {
    for (let depth = 4; depth > 1; depth--) {
      const met = counted(findings().map((one) => cut(one.path, depth)));
      if (met.size <= 60) return met;
    }
    return counted(findings().map((one) => cut(one.path, 1)));
  };
  const fill = (name, met) => {
    const list = form.elements[name];
    const wanted = list.value;
    while (list.options.length > 1) list.lastChild.remove();
    if (wanted && !met.has(wanted)) met.set(wanted, 0);
    for (const [value, times] of [...met].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      make("option", `${value} (${times.toLocaleString("en")})`, list).value = value;
    }
    list.value = wanted;
  };

  const state = () => {
    const [anchor, ...rest] = decodeURI(location.hash.slice(1)).split("&");
    const named = anchor.includes("=") ? [anchor, ...rest] : rest;
    return { anchor: anchor.includes("=") ? "" : anchor, given: new URLSearchParams(named.join("&")) };
  };
  const remember = (anchor) => {
    const given = FIELDS.filter((name) => form && form.elements[name] && form.elements[name].value);
    const parts = given.map((name) => `${name}=${encodeURIComponent(form.elements[name].value)}`);
    const fragment = [anchor, ...parts].filter(Boolean).join("&");
    try {
      history.replaceState(null, "", "#" + fragment);
    } catch {
      location.hash = fragment;
    }
  };

  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const matches = (one, words) =>
    ["verdict", "kind"].every((name) => !value(name) || one[name] === value(name)) &&
    (!value("package") || (one.path + "/").startsWith(value("package") + "/")) &&
    (!value("owner") || one.owner.split(" ").includes(value("owner"))) &&
    words.every((word) => textOf(one).includes(word));

  // What holds findings and shows none of them is hidden with them.
  const HOLDERS = ".rows ol, .group, .step, .batch, article, details, #tools ~ section";
  let holders = null;
  const holding = () => {
    if (holders) return holders;
    holders = new Map(all(".step:not(.all), #tools ~ section").map((holder) => [holder, []]));
    for (const one of findings()) {
      for (let at = one.node; at; at = at.parentElement && at.parentElement.closest(HOLDERS)) {
        if (!holders.has(at)) holders.set(at, []);
        holders.get(at).push(one);
      }
    }
    return holders;
  };
  const show = (node, shown) => {
    if (node.hidden === shown) node.hidden = !shown;
  };
  let wasFiltered = false;
  const apply = () => {
    const words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    const filtered = words.length > 0 || ["verdict", "kind", "package", "owner"].some(value);
    if (filtered || wasFiltered) {
      for (const one of findings()) one.met = !filtered || matches(one, words);
      for (const [node, inside] of holding()) {
        const any = !filtered || inside.some((one) => one.met);
        show(node, any);
        if (node.tagName === "OL" && node.previousElementSibling) show(node.previousElementSibling, any);
        if (filtered && any && node.tagName === "DETAILS") node.open = true;
      }
    }
    wasFiltered = filtered;
    const total = rows().length;
    const met = filtered ? findings().filter((one) => one.met).length : total;
    const figure = (number) => number.toLocaleString("en");
    form.elements.met.value = filtered ? `${figure(met)} of ${figure(total)} findings` : `${figure(total)} findings`;
    form.querySelector("button").hidden = !filtered;
  };

  // Another order than by file: all rows in one list, each with its path; then back to where they were.
  let flat = null;
  const order = () => {
    const by = value("sort");
    const files = document.getElementById("rows");
    if (!files || !(by || flat)) return;
    if (flat) {
      for (const one of findings()) {
        one.list.append(one.node);
        one.node.lastChild.remove();
      }
      flat.remove();
      flat = null;
      files.hidden = false;
    }
    if (!by) return;
    flat = document.createElement("div");
    flat.className = "rows flat";
    const before = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const sorted = [...findings()].sort((a, b) => (by === "lines" ? b.lines - a.lines : 0) || before(a, b));
    sorted.forEach((one, place) => {
      if (place % 100 === 0) make("div", "", flat).className = "lot";
      const lot = flat.lastChild;
      one.list = one.list || one.node.parentNode;
      make("small", one.path, one.node);
      (lot.firstChild || make("ol", "", lot)).append(one.node);
    });
    files.after(flat);
    files.hidden = true;
  };

  const go = (anchor) => {
    const target = anchor && document.getElementById(anchor);
    for (const old of all(".here")) old.classList.remove("here");
    if (!target) return;
    for (let at = target.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    for (let at = target; at; at = at.parentElement) at.hidden = false;
    target.classList.add("here");
    target.scrollIntoView();
  };

  const restore = () => {
    const { anchor, given } = state();
    if (form) {
      for (const name of FIELDS) {
        const field = form.elements[name];
        if (!field) continue;
        const wanted = given.get(name) || "";
        if (field.options && wanted && ![...field.options].some((one) => one.value === wanted)) {
          make("option", wanted, field).value = wanted;
        }
        field.value = wanted;
      }
      order();
      apply();
    }
    go(anchor);
  };

  // Every row's lines become a link to the row, a few at a time.
  const link = (rows) => {
    for (const row of rows.splice(0, 400)) {
      const name = row.firstChild;
      const made = document.createElement("a");
      made.href = "#" + row.id;
      made.append(...name.childNodes);
      name.append(made);
    }
    if (rows.length) setTimeout(() => link(rows), 0);
  };

  const copyable = (code) => {
    const button = make("button", "Copy");
    button.type = "button";
    button.className = "copy";
    button.setAttribute("aria-label", "Copy " + code.textContent);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = "Selected";
      }
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    code.after(button);
  };

  if (form && rows().length > 0) {
    let filled = false;
    const fillAll = () => {
      if (filled) return;
      filled = true;
      for (const name of ["verdict", "kind"]) fill(name, counted(findings().map((one) => one[name])));
      fill("package", packages());
      fill("owner", counted(findings().flatMap((one) => one.owner.split(" "))));
    };
    form.elements.owner.parentNode.hidden = !document.querySelector("[data-owner], .rows h3 small, .rows h4 small");
    form.addEventListener("pointerover", fillAll);
    form.addEventListener("focusin", fillAll);
    setTimeout(fillAll, 300);
    form.hidden = false;
    let waiting = 0;
    const changed = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { apply(); remember(""); }, 120);
    };
    form.addEventListener("input", (event) => {
      if (event.target.name === "sort") order();
      changed();
    });
    form.addEventListener("reset", () => setTimeout(() => { order(); apply(); remember(""); }, 0));
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  all("code[data-copy]").forEach(copyable);
  addEventListener("hashchange", restore);
  addEventListener("beforeprint", () => { for (const details of all("details")) details.open = true; });
  restore();
  setTimeout(() => link(all(".rows li[id]")), 500);
})();

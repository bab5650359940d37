// Suggestions while one types in the search box: an ARIA combobox whose options are links. Enter alone searches
// as ever. Several lines that are pasted into the box move into the field that has room for them.
const input = document.querySelector("input[data-offers]");
const PAUSE = 150; // ms without a key, after which the server is asked

if (input) {
  makeWay(input);
  suggest(input);
}

function suggest(input) {
  const list = Object.assign(document.createElement("div"), { id: `${input.id}-offers`, className: "offers", hidden: true });
  const status = Object.assign(document.createElement("p"), { className: "unseen" });
  let active = -1, asking = new AbortController(), timer = 0;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.offersLabel);
  status.setAttribute("role", "status");
  input.after(list);
  input.form.append(status);
  input.type = "text"; // a combobox is one; the form says that it searches
  const said = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  Object.entries(said).forEach(([name, value]) => input.setAttribute(name, value));

  input.addEventListener("input", (event) => {
    if (!event.isComposing) wait();
  });
  input.addEventListener("compositionend", wait);
  input.addEventListener("keydown", press);
  input.addEventListener("blur", close);
  addEventListener("pagehide", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    if (!input.value.trim()) return close();
    try {
      const answer = await find(input, signal);
      if (!signal.aborted && document.activeElement === input) show(answer);
    } catch {
      if (!signal.aborted) close(); // suggestions are a help, not a need
    }
  }

  function show({ groups, words }) {
    list.replaceChildren(...groups.map((one, place) => group(one, `${list.id}-${place}`)));
    point(-1);
    status.textContent = words;
    open(groups.length > 0);
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    point(-1);
    status.textContent = "";
    open(false);
  }

  function open(is) {
    list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
  }

  function press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const last = options().length - 1, isOpen = !list.hidden;
    const steps = {
      ArrowDown: () => (isOpen ? point(active < last ? active + 1 : -1) : ask()),
      ArrowUp: isOpen && (() => point(active > -1 ? active - 1 : last)),
      Home: isOpen && active > -1 && (() => point(0)),
      End: isOpen && active > -1 && (() => point(last)),
      Enter: isOpen && active > -1 && (() => options()[active].click()),
      Escape: isOpen && close,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  }

  /** Make one option the active one; -1 leads back into the box. */
  function point(place) {
    active = place;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = options()[place];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function options() {
    return list.querySelectorAll("[role=option]");
  }
}

async function find({ dataset, value }, signal) {
  const url = new URL(dataset.offers, location.href);
  url.searchParams.set("q", value);
  url.searchParams.set("hl", document.documentElement.lang);
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

function group({ kind, title, offers }, id) {
  const box = document.createElement("div"), head = document.createElement("div");
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", id);
  head.setAttribute("role", "presentation");
  Object.assign(head, { id, className: "offers__title", textContent: title });
  box.append(head, ...offers.map((one, place) => option(one, kind, `${id}-${place}`)));
  return box;
}

function option({ label, language, note, href }, kind, id) {
  const link = Object.assign(document.createElement("a"), { id, href, className: `offer offer--${kind}`, tabIndex: -1 });
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  const name = Object.assign(document.createElement("span"), { className: "offer__label", textContent: label });
  if (language) name.lang = language;
  link.append(name, " ", Object.assign(document.createElement("span"), { className: "offer__note", textContent: note }));
  return link;
}

// Several lines

function makeWay(input) {
  const help = document.querySelector("[data-search-help]"), lines = help?.querySelector("textarea");
  if (!lines) return;
  input.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (pasted.trim().split(/\r?\n/).filter((line) => line.trim()).length < 2) return;
    event.preventDefault();
    const { value, selectionStart, selectionEnd } = input;
    lines.value = [value.slice(0, selectionStart), pasted.trim(), value.slice(selectionEnd)].filter((text) => text.trim()).join("\n");
    input.value = "";
    help.open = true;
    lines.focus();
  });
}

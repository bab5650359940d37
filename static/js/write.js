// Saves a form as one types: <form data-autosave="address">. Never touches what was typed;
// the only field it writes is `base`, which says what text the next saving starts from.

const PAUSE = 1500;
const LONGEST_WAIT = 60000;

const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-save-state]");

let changed = 0; // counts changes; what is saved is `kept`
let kept = 0;
let unsavedSince = null;
let savedAt = null;
let wait = 2000;
let timer, saving, stopped, leaving;

if (form && state) {
  form.addEventListener("input", changedSomething);
  form.addEventListener("change", changedSomething);
  form.addEventListener("focusout", () => isUnsaved() && save());
  form.addEventListener("submit", submitAfterSaving);
  document.addEventListener("visibilitychange", () => document.hidden && isUnsaved() && save(true));
  window.addEventListener("online", () => isUnsaved() && save());
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved() && !leaving) event.preventDefault();
  });
  setInterval(tellAge, 5000);
}
for (const count of document.querySelectorAll("[data-count-text]")) countCharacters(count);

function isUnsaved() {
  return changed > kept;
}

function changedSomething(event) {
  if (event.target.type === "file" || (event.type === "change" && event.target.matches("textarea, input:not([type=checkbox], [type=radio])"))) return;
  changed += 1;
  unsavedSince ??= new Date();
  later(PAUSE);
}

function later(pause) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, pause);
}

function save(closing = false) {
  clearTimeout(timer);
  if (stopped || leaving) return saving;
  saving ??= send(closing === true).finally(() => {
    saving = null;
    if (isUnsaved() && !stopped && wait === 2000) later(PAUSE);
  });
  return saving;
}

async function send(keepalive) {
  const version = changed;
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  if (state.dataset.now !== "failed") tell("saving", state.dataset.saving);
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "POST", body, keepalive, redirect: "error", headers: { Accept: "application/json" },
    });
    if (response.status === 401) return stop("signedOut", "signIn");
    if (response.status === 409) return stop("conflict", "conflictLink");
    const answer = await response.json();
    if (!response.ok || !answer.saved) return fail(answer.message, response.status < 500 && response.status !== 429);
    saved(version, answer);
  } catch {
    fail();
  }
}

function saved(version, answer) {
  kept = version;
  wait = 2000;
  savedAt = new Date();
  unsavedSince = isUnsaved() ? savedAt : null;
  if (answer.base) form.elements.base.value = answer.base;
  const readiness = document.querySelector("[data-readiness]");
  if (answer.readiness_html && readiness && !readiness.contains(document.activeElement)) readiness.innerHTML = answer.readiness_html;
  tell("saved", state.dataset.saved);
}

function fail(message, forGood) {
  const time = (unsavedSince ?? new Date()).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: state.dataset.retry });
  button.addEventListener("click", () => save());
  tell("failed", [state.dataset.failed.replace("{time}", time), message].filter(Boolean).join(" "), button);
  wait = Math.min(wait * 2, LONGEST_WAIT);
  if (!forGood) later(wait);
}

// Saving on would overwrite someone's text, or cannot work: say so, and leave the text where it is.
function stop(what, link) {
  stopped = what === "conflict";
  const a = document.createElement("a");
  a.href = state.dataset[what === "conflict" ? "conflictUrl" : "signInUrl"] || location.href;
  if (what === "signedOut") a.target = "_blank";
  a.textContent = state.dataset[link];
  const again = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: state.dataset.retry });
  again.addEventListener("click", () => save());
  tell(what, state.dataset[what], ...(stopped ? [a] : [a, " ", again]));
}

// The form goes off with everything in it; a saving on its way must come home first, or `base` would be old.
function submitAfterSaving(event) {
  clearTimeout(timer);
  if (!saving) {
    leaving = true;
    return;
  }
  event.preventDefault();
  const { submitter } = event;
  saving.finally(() => form.requestSubmit(submitter));
}

// Says each state once; the same words again are not announced.
function tell(now, text, ...more) {
  const again = state.dataset.now === now;
  state.dataset.now = now;
  state.classList.toggle("save-state--saved", now === "saved");
  state.classList.toggle("save-state--wrong", !["saved", "saving"].includes(now));
  if (again && now !== "saved") return;
  state.replaceChildren(...worded(text), ...(more.length ? [" ", ...more] : []));
}

function tellAge() {
  if (state.dataset.now !== "saved") return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  const [text, n] = seconds < 60 ? [state.dataset.savedSeconds, seconds] : [state.dataset.savedMinutes, Math.floor(seconds / 60)];
  const shown = document.createElement("span");
  shown.setAttribute("aria-hidden", "true");
  shown.append(...worded(text.replace("{n}", n)));
  const said = Object.assign(document.createElement("span"), { className: "unseen" });
  said.append(...worded(state.dataset.saved));
  state.replaceChildren(said, shown);
}

// 'plain *bold* plain' as nodes.
function worded(text) {
  return text.split("*").map((part, i) => (i % 2 ? Object.assign(document.createElement("b"), { textContent: part }) : part));
}

function countCharacters(count) {
  const control = document.querySelector(`[data-count][aria-describedby~="${count.id}"]`);
  control?.addEventListener("input", () => {
    count.textContent = count.dataset.countText.replace("{n}", control.value.length).replace("{count}", control.dataset.count);
  });
}

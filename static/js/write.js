// Saves a form as one types: <form data-autosave="address">. Never touches what was typed;
// the only fields it writes are `base`, which says what text the next saving starts from, and the form's secret,
// which is another one after signing in again. What could not be saved is kept for this tab until it is.

const PAUSE = 1500;
const LONGEST_WAIT = 60000;

const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-save-state]");
const words = state?.dataset;
const said = make("span", { className: "unseen" }); // for screen readers, and only when it is news
const shown = make("span", {});

let changed = 0; // counts changes; what the server has is `kept`
let kept = 0;
let unsavedSince, savedAt, timer, saving, conflict, leaving;
let wait = PAUSE;
const KEPT = `unsaved ${form?.dataset.autosave}`;

if (form && state) {
  state.replaceChildren(said, shown);
  document.addEventListener("input", (event) => event.target.form === form && noteChange(event)); // also from outside it
  form.addEventListener("focusout", saveIfChanged);
  form.addEventListener("submit", submitAfterSaving);
  document.addEventListener("visibilitychange", () => (document.hidden ? saveIfChanged() : tryAgain()));
  window.addEventListener("focus", tryAgain);
  window.addEventListener("online", tryAgain);
  window.addEventListener("offline", () => isUnsaved() && tellOffline());
  window.addEventListener("pagehide", () => isUnsaved() && !leaving && keepHere());
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => (isUnsaved() || hasNotes()) && !leaving && event.preventDefault());
  setInterval(tellAge, 1000);
  offerWhatWasKept();
}
document.querySelectorAll("[data-count-text]").forEach(countCharacters);

function isUnsaved() {
  return changed > kept;
}

function noteChange(event) {
  if (event.target.type === "file" || isNote(event.target)) return;
  changed += 1;
  unsavedSince ??= new Date();
  saveAfter(PAUSE);
}

function saveAfter(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

function saveIfChanged() {
  if (isUnsaved()) save();
}

/** Back at the page, or the network is back: perhaps the reason why it failed is gone. */
function tryAgain() {
  if (!isUnsaved() || !navigator.onLine) return;
  wait = PAUSE;
  save();
}

/** A note to the others is kept by its own button, and never half of it. */
function isNote(control) {
  return control.name?.startsWith("note-");
}

function hasNotes() {
  return [...form.elements].some((control) => isNote(control) && control.value.trim());
}

function save() {
  clearTimeout(timer);
  if (conflict || leaving) return;
  saving ??= send().then((done) => {
    saving = null;
    if (done && isUnsaved()) saveAfter(PAUSE);
  });
}

/** Send the form as it is now; true when the server has it. */
async function send() {
  const version = changed;
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  if (!navigator.onLine) {
    keepHere();
    tellOffline();
    return false; // the browser says when it is back
  }
  if (!["failed", "signed-out", "offline"].includes(words.now)) tell("saving", words.saving);
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "POST", body, keepalive: document.hidden, redirect: "error", headers: { Accept: "application/json" },
    });
    if (response.status === 401) return tellSignedOut();
    if (response.status === 400 && (await takeNewSecret())) return send();
    if (response.status === 409) return tellConflict();
    const answer = await response.json();
    takeOver(answer);
    if (response.ok && answer.saved) return noteSaved(version);
    keepHere();
    tellFailed(answer.message);
    if (response.status < 500 && response.status !== 429) return false; // it will not help to try the same again
  } catch {
    keepHere();
    if (navigator.onLine) tellFailed();
    else tellOffline();
  }
  wait = Math.min(wait * 2, LONGEST_WAIT);
  saveAfter(wait);
  return false;
}

/** Whoever has signed in again has another secret: the page is fetched for it. True when there is a new one. */
async function takeNewSecret() {
  const page = await fetch(form.dataset.autosave, { redirect: "error", headers: { Accept: "text/html" } });
  const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html").querySelector('[name="csrf_token"]')?.value;
  const held = [...document.querySelectorAll('[name="csrf_token"]')];
  if (!fresh || held.some((field) => field.value === fresh)) return false;
  for (const field of held) field.value = fresh;
  return true;
}

// What the server does not have is kept for this tab: it outlives a crash, a reload and a closed lid.

function keepHere() {
  const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token");
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), values }));
  } catch {
    // no room, or not allowed: the page itself still holds the text
  }
}

function forget() {
  sessionStorage.removeItem(KEPT);
}

function offerWhatWasKept() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (!kept || !words.kept || !kept.values.some(([name, value]) => differs(name, value, kept.values))) return forget();
  const putBack = button(words.putBack, () => {
    putInto(kept.values);
    forget();
    words.now = "";
    noteChange({ target: form });
  });
  const drop = button(words.drop, () => {
    forget();
    words.now = "";
    state.replaceChildren(said, shown);
    state.className = "save-state";
    shown.replaceChildren();
  });
  tell("kept", words.kept.replace("{time}", clock(new Date(kept.at))), putBack, " ", drop);
}

function differs(name, value, values) {
  if (name === "base" || name.startsWith("conflict") || name.startsWith("choose-")) return false;
  const control = form.elements[name];
  if (!control) return false;
  const now = new FormData(form).getAll(name).join("\n");
  return now !== values.filter(([other]) => other === name).map(([, one]) => one).join("\n");
}

/** The kept text with the `base` it was typed on: if somebody else has written since, both texts will be shown. */
function putInto(values) {
  const names = new Set(values.map(([name]) => name));
  for (const box of form.querySelectorAll('[type="checkbox"], [type="radio"]')) {
    box.checked = values.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const name of names) {
    const control = form.elements[name];
    const value = values.find(([other]) => other === name)[1];
    if (control && "value" in control && !["checkbox", "radio", "file"].includes(control.type)) control.value = value;
  }
}

/** What the server says of the text it has now; it may have kept most of a form of which one answer is wrong. */
function takeOver(answer) {
  if (answer.base && form.elements.base) form.elements.base.value = answer.base;
  const readiness = document.querySelector("[data-readiness]");
  if (answer.readiness_html && readiness && !readiness.contains(document.activeElement)) readiness.innerHTML = answer.readiness_html;
  const similar = document.querySelector("[data-similar]");
  if (similar && !similar.contains(document.activeElement)) similar.innerHTML = answer.similar_html ?? "";
}

function noteSaved(version) {
  kept = version;
  wait = PAUSE;
  forget();
  savedAt = new Date();
  unsavedSince = isUnsaved() ? savedAt : undefined;
  tell("saved", words.saved);
  return true;
}

/** The form goes off with everything in it; a saving on its way must come home first, or `base` would be old. */
function submitAfterSaving(event) {
  clearTimeout(timer);
  leaving = !saving;
  if (leaving) return;
  event.preventDefault();
  const { submitter } = event;
  saving.then(() => form.requestSubmit(submitter));
}

function clock(moment) {
  return moment?.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function tellOffline() {
  tell("offline", (words.offline ?? words.failed).replace("{time}", clock(unsavedSince)));
}

function tellFailed(message) {
  const text = [(message ? words.failed : words.retrying ?? words.failed).replace("{time}", clock(unsavedSince)), message].filter(Boolean).join(" ");
  if ((message ?? "") !== words.problem) words.now = ""; // another answer is wrong now, or wrong in another way
  words.problem = message ?? "";
  tell("failed", text, tryNow());
}

function tellSignedOut() {
  keepHere();
  tell("signed-out", words.signedOut, link(words.signInUrl, words.signIn), " ", tryNow());
}

/** Saving on would overwrite what someone else wrote: stop. Without an address, sending the form shows both texts. */
function tellConflict() {
  conflict = true;
  const choose = words.conflictUrl ? link(words.conflictUrl, words.conflictLink) : button(words.conflictLink, () => form.requestSubmit());
  tell("conflict", words.conflict, choose);
}

function tell(now, text, ...more) {
  const wrong = now !== "saved" && now !== "saving";
  if (wrong && words.now === now) return;
  words.now = now;
  state.classList.toggle("save-state--saved", now === "saved");
  state.classList.toggle("save-state--wrong", wrong);
  shown.ariaHidden = wrong ? null : "true";
  shown.replaceChildren(...worded(text), " ", ...more);
  const news = wrong ? "" : now === "saved" ? text.replaceAll("*", "") : said.textContent;
  if (said.textContent !== news) said.textContent = news;
}

function tellAge() {
  if (words.now !== "saved") return;
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  const [text, n] = seconds < 60 ? [words.savedSeconds, seconds] : [words.savedMinutes, Math.floor(seconds / 60)];
  shown.replaceChildren(...worded(text.replace("{n}", n)));
}

/** 'plain *bold* plain' as nodes. */
function worded(text) {
  return text.split("*").map((part, i) => make(i % 2 ? "b" : "span", { textContent: part }));
}

function tryNow() {
  return button(words.retry, () => {
    state.focus();
    words.now = "";
    save();
  });
}

function button(textContent, act) {
  const made = make("button", { type: "button", className: "button-link", textContent });
  made.addEventListener("click", act);
  return made;
}

/** In a new tab: this page holds text that is nowhere else. */
function link(href, textContent) {
  return make("a", { href, textContent, target: "_blank" });
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function countCharacters(count) {
  const control = document.querySelector(`[aria-describedby~="${count.id}"]`);
  control?.addEventListener("input", () => {
    count.textContent = count.dataset.countText.replace("{n}", control.value.length).replace("{count}", control.dataset.count);
  });
}

// Saves a form as one types: <form data-autosave="address">. Never touches what was typed;
// the only field it writes is `base`, which says what text the next saving starts from.

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

if (form && state) {
  state.replaceChildren(said, shown);
  form.addEventListener("input", noteChange);
  form.addEventListener("focusout", saveIfChanged);
  form.addEventListener("submit", submitAfterSaving);
  document.addEventListener("visibilitychange", () => document.hidden && saveIfChanged());
  window.addEventListener("online", saveIfChanged);
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => isUnsaved() && !leaving && event.preventDefault());
  setInterval(tellAge, 5000);
}
document.querySelectorAll("[data-count-text]").forEach(countCharacters);

function isUnsaved() {
  return changed > kept;
}

function noteChange(event) {
  if (event.target.type === "file") return;
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
  if (!["failed", "signed-out"].includes(words.now)) tell("saving", words.saving);
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "POST", body, keepalive: document.hidden, redirect: "error", headers: { Accept: "application/json" },
    });
    if (response.status === 401) return tellSignedOut();
    if (response.status === 409) return tellConflict();
    const answer = await response.json();
    takeOver(answer);
    if (response.ok && answer.saved) return noteSaved(version);
    tellFailed(answer.message);
    if (response.status < 500 && response.status !== 429) return false; // it will not help to try the same again
  } catch {
    tellFailed();
  }
  wait = Math.min(wait * 2, LONGEST_WAIT);
  saveAfter(wait);
  return false;
}

/** What the server says of the text it has now; it may have kept most of a form of which one answer is wrong. */
function takeOver(answer) {
  if (answer.base && form.elements.base) form.elements.base.value = answer.base;
  const readiness = document.querySelector("[data-readiness]");
  if (answer.readiness_html && readiness && !readiness.contains(document.activeElement)) readiness.innerHTML = answer.readiness_html;
}

function noteSaved(version) {
  kept = version;
  wait = PAUSE;
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

function tellFailed(message) {
  const time = unsavedSince?.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const text = [words.failed.replace("{time}", time), message].filter(Boolean).join(" ");
  if ((message ?? "") !== words.problem) words.now = ""; // another answer is wrong now, or wrong in another way
  words.problem = message ?? "";
  tell("failed", text, tryNow());
}

function tellSignedOut() {
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

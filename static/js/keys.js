// Keys: data-key="c" says by which key an element is pressed – in the current row of [data-rows] first, then
// anywhere. j and k move between rows. [data-keys-toggle] turns keys off for this visit (WCAG 2.1.4).

const rows = [...document.querySelectorAll("[data-rows] > *")];
const toggle = document.querySelector("[data-keys-toggle]");
const opener = document.querySelector("[data-dialog]");
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], dialog";

let off = sessionStorage.getItem("keys") === "off";

show();
if (opener) opener.hidden = false;
opener?.addEventListener("click", () => document.getElementById(opener.dataset.dialog).showModal());
toggle?.addEventListener("click", () => {
  off = !off;
  sessionStorage.setItem("keys", off ? "off" : "on");
  show();
});

document.addEventListener("keydown", (event) => {
  if (off || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPING)) return;
  const act = { j: () => move(1), k: () => move(-1) }[event.key] ?? presser(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function move(step) {
  const at = current();
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  const row = rows[next];
  (row?.querySelector("[data-open]") ?? row)?.focus();
}

/** What this key presses now, or nothing. */
function presser(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const pressed = rows[current()]?.querySelector(wanted) ?? [...document.querySelectorAll(wanted)].find((one) => !one.closest("[data-rows]"));
  return pressed && (() => press(pressed));
}

/** Click it; where that opens a form, go to its first field. */
function press(element) {
  element.click();
  const form = element.closest("details[open]");
  if (element.matches("summary")) form?.querySelector("textarea")?.focus();
}

function show() {
  if (!toggle) return;
  toggle.hidden = false;
  toggle.setAttribute("aria-pressed", String(!off));
}

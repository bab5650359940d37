// Keys on a list: j and k move between the rows of [data-rows], o opens, t takes.
// [data-keys-toggle] turns them off for this visit (WCAG 2.1.4).

const rows = [...document.querySelectorAll("[data-rows] > *")];
const toggle = document.querySelector("[data-keys-toggle]");
const acts = { j: () => move(1), k: () => move(-1), o: () => press("[data-open], a[href]"), t: () => press("[data-take]") };

let off = sessionStorage.getItem("keys") === "off";

show();
toggle?.addEventListener("click", () => {
  off = !off;
  sessionStorage.setItem("keys", off ? "off" : "on");
  show();
});

document.addEventListener("keydown", (event) => {
  if (off || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});

function current() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function move(step) {
  const at = current();
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next]?.querySelector("[data-open], a[href]")?.focus();
}

function press(what) {
  rows[current()]?.querySelector(what)?.click();
}

function show() {
  if (!toggle) return;
  toggle.hidden = false;
  toggle.setAttribute("aria-pressed", String(!off));
}

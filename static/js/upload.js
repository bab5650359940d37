// Pictures and documents are sent one after the other while one goes on writing: dropped or chosen, with progress and
// a way to cancel. The form itself holds nothing but the id of each; without this script it sends the files itself.

const SHOWN_AT_MOST = 12;

const queue = [];
let sending;

document.querySelectorAll("fieldset[data-files]").forEach(prepare);

function prepare(group) {
  const words = group.dataset;
  const chooser = make("input", { type: "file", multiple: true, hidden: true, accept: group.querySelector("input[type=file]").accept });
  const choose = make("button", { type: "button", className: "button button--small", textContent: words.choose });
  const zone = make("div", { className: "drop" });
  const list = make("div", { className: "arriving-list" });
  list.setAttribute("role", "status");
  zone.append(make("p", { textContent: words.drop }), choose, chooser);
  group.querySelector(".group__row").before(zone, list);
  choose.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    take(group, list, chooser.files);
    chooser.value = "";
  });
  group.addEventListener("change", ({ target }) => {
    if (target.type !== "file" || target === chooser || !target.files.length) return;
    take(group, list, target.files, target.closest(".group__row"));
    target.value = "";
  });
  group.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.add("drop--over");
  });
  group.addEventListener("dragleave", (event) => group.contains(event.relatedTarget) || zone.classList.remove("drop--over"));
  group.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    zone.classList.remove("drop--over");
    take(group, list, event.dataTransfer.files, event.target.closest(".group__row"));
  });
}

/** Queue files; the first goes into the row it was dropped on, the others into rows that hold none yet. */
function take(group, list, files, row) {
  for (const [place, file] of [...files].slice(0, SHOWN_AT_MOST).entries()) {
    const item = make("div", { className: "arriving" });
    list.append(item);
    queue.push({ group, file, item, row: place === 0 ? row : undefined });
    tell(item, group.dataset.waits.replace("{name}", file.name));
  }
  next();
}

function next() {
  if (sending || !queue.length) return;
  sending = queue.shift();
  if (sending.cancelled) return done();
  send(sending);
}

function done() {
  sending = null;
  next();
}

function send(job) {
  const { group, file, item } = job;
  const words = group.dataset;
  const body = new FormData();
  body.append("csrf_token", group.closest("form").elements.csrf_token.value);
  body.append("kind", words.kind);
  body.append("file", file);
  const bar = make("progress", { max: 100, value: 0 });
  const request = new XMLHttpRequest();
  const cancel = make("button", { type: "button", className: "button-link", textContent: words.cancel });
  bar.setAttribute("aria-label", words.sending.replace("{name}", file.name));
  cancel.setAttribute("aria-label", `${words.cancel}: ${file.name}`);
  tell(item, words.sending.replace("{name}", file.name), bar, cancel);
  cancel.addEventListener("click", () => request.abort());
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (lengthComputable) bar.value = (100 * loaded) / total;
  });
  request.addEventListener("load", () => {
    const answer = read(request);
    if (request.status === 201) place(job, answer);
    else refuse(job, answer.message ?? answer.error ?? words.failed);
    done();
  });
  request.addEventListener("error", () => {
    refuse(job, words.failed);
    done();
  });
  request.addEventListener("abort", () => {
    item.remove();
    done();
  });
  request.open("POST", words.files);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function read(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}

function refuse(job, message) {
  const { group, file, item } = job;
  const again = make("button", { type: "button", className: "button-link", textContent: group.dataset.retry });
  again.addEventListener("click", () => {
    queue.push(job);
    item.classList.remove("arriving--wrong");
    next();
  });
  item.classList.add("arriving--wrong");
  item.setAttribute("role", "alert");
  tell(item, `${file.name}: ${message}`, again, remover(job));
}

function remover({ group, file, item }) {
  const made = make("button", { type: "button", className: "button-link", textContent: group.dataset.dismiss });
  made.setAttribute("aria-label", `${group.dataset.dismiss}: ${file.name}`);
  made.addEventListener("click", () => item.remove());
  return made;
}

/** The file has arrived: a row of the form takes its id, and the form is saved as after any other change. */
function place(job, answer) {
  const { group, item } = job;
  const row = job.row?.isConnected ? job.row : emptyRow(group) ?? newRow(group);
  if (!row) return refuse(job, group.dataset.full);
  row.querySelector(".held-file")?.remove();
  row.querySelector("legend").after(held(answer));
  const hidden = row.querySelector('input[type="hidden"][name$="-file"]');
  hidden.value = answer.file;
  hidden.dispatchEvent(new Event("input", { bubbles: true }));
  tell(item, group.dataset.arrived.replace("{name}", answer.name));
  if (group.querySelector(".drop").contains(document.activeElement) || document.activeElement === document.body) {
    row.querySelector('input[type="text"], input:not([type])')?.focus();
  }
}

function held(answer) {
  const box = make("div", { className: "held-file" });
  if (answer.picture) {
    const picker = make("span", { className: "focus-picker" });
    picker.append(make("img", { src: answer.picture, alt: answer.name, width: answer.width, height: answer.height }));
    box.append(picker);
  } else {
    box.append(make("a", { href: answer.address, textContent: answer.name }));
  }
  return box;
}

function rowsOf(group) {
  return [...group.querySelectorAll(":scope > .group__row")];
}

function emptyRow(group) {
  return rowsOf(group).find((row) => !row.querySelector('input[type="hidden"][name$="-file"]').value && !row.querySelector('input[type="file"]').files.length);
}

/** The last row once more, empty and with the next number; undefined when the form takes no more. */
function newRow(group) {
  const rows = rowsOf(group);
  const last = rows.at(-1);
  if (rows.length >= Number(group.dataset.limit)) return undefined;
  const from = last.id;
  const to = `${group.id}-${rows.length}`;
  const row = last.cloneNode(true);
  for (const one of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...one.attributes]) {
      if (value.includes(from)) one.setAttribute(name, value.replaceAll(from, to));
    }
  }
  row.querySelectorAll("input").forEach((input) => { input.value = ""; });
  row.querySelectorAll("select").forEach((select) => { select.selectedIndex = 0; });
  row.querySelectorAll(".held-file, .field__error").forEach((one) => one.remove());
  row.querySelectorAll("legend, .group__acts .unseen").forEach((one) => {
    one.textContent = one.textContent.replace(/\d+$/, rows.length + 1);
  });
  last.after(row);
  return row;
}

function tell(item, text, ...more) {
  item.replaceChildren(make("span", { textContent: text }), ...more);
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

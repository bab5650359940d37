// The focal point of a picture: a click on it fills in the two number fields, which say the same without a pointer.

document.addEventListener("click", pick);
document.addEventListener("input", ({ target }) => /-focus_[xy]$/.test(target.id) && show(pickerOf(target)));
document.querySelectorAll(".focus-picker").forEach(show);
document.querySelectorAll("[data-needs-script]").forEach((hint) => { hint.hidden = false; });

function pick(event) {
  const picker = event.target.closest(".focus-picker");
  const image = picker?.querySelector("img");
  if (!image) return;
  const box = image.getBoundingClientRect();
  set(picker, "x", (event.clientX - box.left) / box.width);
  set(picker, "y", (event.clientY - box.top) / box.height);
  show(picker);
}

function set(picker, axis, part) {
  const field = fieldOf(picker, axis);
  field.value = Math.round(100 * Math.min(1, Math.max(0, part)));
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The mark on the picture, and how it will be cut. */
function show(picker) {
  if (!picker) return;
  const [x, y] = ["x", "y"].map((axis) => parseFloat(fieldOf(picker, axis)?.value));
  picker.querySelector(".focus-picker__mark")?.remove();
  if (![x, y].every((number) => number >= 0 && number <= 100)) return;
  const mark = Object.assign(document.createElement("span"), { className: "focus-picker__mark" });
  mark.style.insetInlineStart = `${x}%`;
  mark.style.insetBlockStart = `${y}%`;
  picker.append(mark);
  for (const cut of picker.closest(".held-file").querySelectorAll(".thumbnail")) cut.style.objectPosition = `${x}% ${y}%`;
}

function fieldOf(picker, axis) {
  return document.getElementById(`${picker.closest(".group__row").id}-focus_${axis}`);
}

function pickerOf(field) {
  return field.closest(".group__row")?.querySelector(".focus-picker");
}

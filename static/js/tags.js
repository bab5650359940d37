// Suggestions for answers that are separated by commas: <input data-suggest="address"> asks the server,
// <input data-words="id of a datalist"> looks there. The browser's own list shows them; without this file one types.

document.querySelectorAll("input[data-suggest], input[data-words]").forEach(prepare);

function prepare(input) {
  const list = document.createElement("datalist");
  list.id = `${input.id}-suggestions`;
  input.after(list);
  input.setAttribute("list", list.id);
  let asked = 0;
  input.addEventListener("input", async () => {
    const turn = ++asked;
    const [before, last] = split(input.value);
    const words = last.length < 2 ? [] : await find(input, last);
    if (turn === asked) list.replaceChildren(...words.map((word) => new Option("", before + word)));
  });
}

/** What stands before the last comma, with the comma, and the word being typed. */
function split(text) {
  const end = text.lastIndexOf(",") + 1;
  return [end ? `${text.slice(0, end)} ` : "", text.slice(end).trim()];
}

async function find({ dataset }, beginning) {
  if (dataset.words) {
    const known = [...document.getElementById(dataset.words).options].map((option) => option.value);
    return known.filter((word) => word.toLowerCase().startsWith(beginning.toLowerCase()));
  }
  try {
    const answer = await fetch(`${dataset.suggest}?q=${encodeURIComponent(beginning)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : [];
  } catch {
    return []; // suggestions are a help, not a need
  }
}

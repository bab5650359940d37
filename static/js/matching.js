// While a challenge is written, practices that may help appear beside it. Without this file a button asks for them.

const form = document.querySelector("form[data-matching]");
const place = document.getElementById("matching");
const WAIT = 700; // ms after the last key
const MOST_TRIES = 4;
let timer, asked = "", turn = 0, tries = 0;

form?.addEventListener("input", () => {
  tries = 0;
  lookAfter(WAIT);
});

function lookAfter(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

async function look() {
  const { title, text, topic_1, topic_2, topic_3 } = form.elements;
  const question = new URLSearchParams({ title: title.value, text: text.value.slice(0, 1500) });
  [topic_1, topic_2, topic_3].forEach(({ value }) => value && question.append("topic", value));
  if (`${question}` === asked) return;
  asked = `${question}`;
  const mine = ++turn;
  try {
    const answer = await fetch(`${form.dataset.matching}?${question}`);
    if (!answer.ok) throw new Error(answer.status);
    const words = await answer.text();
    if (mine === turn) place.innerHTML = words;
  } catch {
    asked = ""; // proposals are a help, not a need: asked a few times more, then with the next key
    if (mine === turn && ++tries < MOST_TRIES) lookAfter(WAIT * 4 ** tries);
  }
}

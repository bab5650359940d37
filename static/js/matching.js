// While a challenge is written, practices that may help appear beside it. Without this file a button asks for them.

const form = document.querySelector("form[data-matching]");
const place = document.getElementById("matching");
const WAIT = 700; // ms after the last key
let timer, asked = "", turn = 0;

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, WAIT);
});

async function look() {
  const { title, text, topic_1, topic_2, topic_3 } = form.elements;
  const question = new URLSearchParams({ title: title.value, text: text.value.slice(0, 1500) });
  [topic_1, topic_2, topic_3].forEach(({ value }) => value && question.append("topic", value));
  if (`${question}` === asked) return;
  asked = `${question}`;
  const mine = ++turn;
  try {
    const answer = await fetch(`${form.dataset.matching}?${question}`);
    if (answer.ok && mine === turn) place.innerHTML = await answer.text();
  } catch {
    asked = ""; // proposals are a help, not a need; the next key asks again
  }
}

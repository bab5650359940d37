// 'Near me': asks the browser where it is, once, when the button is pressed, and fills in the field.
const button = document.querySelector("[data-near-me]");

if (button && "geolocation" in navigator) {
  const form = button.form, said = form.querySelector("[data-near-me-status]");
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Two digits, about a kilometre: enough for distances, and the address does not give a house away.
        form.elements.place.value = `${coords.latitude.toFixed(2)}, ${coords.longitude.toFixed(2)}`;
        form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        said.textContent = button.dataset.refused;
      },
      { timeout: 20_000, maximumAge: 600_000 }, // ms
    );
  });
}

// Errors stand in a summary on top of the form; it takes focus when the page arrives.
document.querySelector("[data-focus]")?.focus();

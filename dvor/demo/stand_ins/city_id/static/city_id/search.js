// Narrows the list while somebody types; without it the same field asks the server.
const field = document.querySelector("[data-search]");
if (field) {
  const narrow = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const group of document.querySelectorAll("[data-group]")) {
      let here = 0;
      for (const person of group.querySelectorAll("[data-words]")) {
        const told = person.dataset.words.toLowerCase();
        person.hidden = !words.every((word) => told.includes(word));
        here += person.hidden ? 0 : 1;
      }
      group.hidden = here === 0;
      shown += here;
    }
    document.querySelector("[data-nobody]").hidden = shown > 0;
  };
  field.addEventListener("input", narrow);
}

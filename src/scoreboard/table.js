"use strict";
(() => {
  const table = document.getElementById("targets"), body = table.tBodies[0], form = document.getElementById("filter");
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  const order = new Intl.Collator("en", { numeric: true });

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(each => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...[...body.rows].sort((one, other) => order.compare(value(one, column), value(other, column)) * (down ? -1 : 1)));
    });
  });

  const filter = () => {
    const text = form.elements.text.value.trim().toLowerCase(), state = form.elements.state.value;
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(text) || state !== "" && row.dataset.state !== state;
      shown += !row.hidden;
    }
    form.elements.shown.value = `${shown} of ${body.rows.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", event => event.preventDefault());
  filter();
})();

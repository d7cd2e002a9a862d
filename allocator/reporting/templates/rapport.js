"use strict";
(() => {
  const body = document.body;
  const lang = document.documentElement.lang;
  const size = (text) => {
    const plain = lang === "nl" ? text.replace(/\./g, "").replace(",", ".") : text.replace(/,/g, "");
    const value = parseFloat(plain);
    return Number.isNaN(value) ? -Infinity : value;
  };
  const order = (table, index, isText, down) => {
    const rows = Array.from(table.tBodies[0].rows);
    const cell = (row) => row.cells[index].textContent;
    rows.sort((a, b) => {
      const found = isText ? cell(a).localeCompare(cell(b), lang) : size(cell(a)) - size(cell(b));
      return down ? -found : found;
    });
    table.tBodies[0].append(...rows);
  };
  const sortable = (table) => {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = body.dataset.sort;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        order(table, index, head.classList.contains("t"), down);
      });
    });
  };
  const searchable = (table) => {
    const bar = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    bar.className = "find";
    input.type = "search";
    label.append(body.dataset.search, input);
    bar.append(label, shown);
    table.parentElement.before(bar);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase(lang);
      let count = 0;
      for (const row of table.tBodies[0].rows) {
        row.hidden = !row.textContent.toLocaleLowerCase(lang).includes(wanted);
        count += row.hidden ? 0 : 1;
      }
      shown.textContent = wanted ? `${body.dataset.shown} ${count}` : "";
    });
  };
  document.querySelectorAll("table.tools").forEach((table) => {
    sortable(table);
    searchable(table);
  });
})();

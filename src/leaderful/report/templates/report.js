"use strict";
// The page is whole without this: it lets columns be sorted and ties be followed.
for (const table of document.querySelectorAll("table:not(.as-ordered)")) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    cell.textContent = "";
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => {
        const shown = row.cells[column].textContent.trim();
        const value = Number(shown.replace(/[,%]/g, "").replace("−", "-"));
        return shown === "" || Number.isNaN(value) ? shown : value;
      };
      const order = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (typeof x === "number" && typeof y === "number") return x - y;
        return String(x).localeCompare(String(y), "en-GB");
      };
      const rows = [...body.rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
      body.append(...rows);
    });
  });
}
for (const map of document.querySelectorAll("svg.gov, svg.ties-map")) {
  const boxes = [...map.querySelectorAll(".box")];
  const ties = [...map.querySelectorAll("path.tie")];
  const show = (chosen) => {
    map.classList.toggle("picking", Boolean(chosen));
    const near = new Set([chosen]);
    for (const tie of ties) {
      const ends = [tie.dataset.source, tie.dataset.target];
      const lit = Boolean(chosen) && ends.includes(chosen);
      tie.classList.toggle("lit", lit);
      if (lit) ends.forEach((end) => near.add(end));
    }
    for (const box of boxes) {
      box.classList.toggle("lit", near.has(box.dataset.group));
      box.classList.toggle("picked", box.dataset.group === chosen);
    }
  };
  for (const box of boxes) {
    box.addEventListener("mouseenter", () => show(box.dataset.group));
    box.addEventListener("focusin", () => show(box.dataset.group));
    box.addEventListener("mouseleave", () => show(null));
    box.addEventListener("focusout", () => show(null));
  }
}
const openTarget = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target || !target.closest("details")) return;
  for (let holder = target.closest("details"); holder; holder = holder.parentElement.closest("details")) {
    holder.open = true;
  }
  target.scrollIntoView({ block: target.matches("details") ? "start" : "center" });
};
window.addEventListener("hashchange", openTarget);
openTarget();

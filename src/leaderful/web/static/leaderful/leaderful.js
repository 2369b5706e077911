// Pages work without this. With it, an error summary takes the focus, a form is not sent twice, what is typed is looked
// for at once, and nobody leaves answers behind that are not saved yet.
import { initAll } from "./nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

const find = document.querySelector("form[data-find]");
if (find) import("./finding.js").then(({ findWhileTyping }) => findWhileTyping(find));

const unsaved = document.querySelector("form[data-unsaved]");
if (unsaved) import("./leaving.js").then(({ askBeforeLeaving }) => askBeforeLeaving(unsaved));

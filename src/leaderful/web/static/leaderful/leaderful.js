// Pages work without this. With it, an error summary takes the focus, and a form is not sent twice.
import { initAll } from "./nhsuk-frontend.min.js";

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
initAll();

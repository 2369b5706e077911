// Lets the browser ask before somebody leaves a page on which they changed something that is not saved yet.
export function askBeforeLeaving(form) {
  const filled = () => new URLSearchParams(new FormData(form)).toString();
  const saved = form.dataset.unsaved === "already" ? "" : filled();
  let sent = false;
  form.addEventListener("submit", () => (sent = true));
  addEventListener("pageshow", () => (sent = false));
  addEventListener("beforeunload", (event) => {
    if (!sent && filled() !== saved) event.preventDefault();
  });
}

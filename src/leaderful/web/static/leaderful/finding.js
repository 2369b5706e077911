// Finds bodies and people while somebody types. What is typed travels in the body of a request, so that no address
// and no history holds it. Where that fails the button does what it does without this.
const PAUSE = 250;

export function findWhileTyping(form) {
  const parts = ["found", "matches"].map((id) => document.getElementById(id));
  const listening = new AbortController();
  let asked = new AbortController();
  let waiting = 0;

  const stop = () => {
    clearTimeout(waiting);
    asked.abort();
  };

  const show = (html) => {
    const answer = new DOMParser().parseFromString(html, "text/html");
    parts.forEach((part) => part.replaceChildren(...answer.getElementById(part.id).childNodes));
  };

  const find = async () => {
    stop();
    asked = new AbortController();
    const answer = await fetch(location.pathname, {
      method: "POST",
      body: new URLSearchParams({ q: form.elements.q.value }),
      headers: { "X-CSRFToken": form.dataset.find },
      redirect: "error",
      signal: asked.signal,
    });
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.text());
  };

  const findOr = (otherwise) =>
    find().catch((error) => {
      if (error.name === "AbortError") return;
      listening.abort();
      show('<div id="found"></div><div id="matches"></div>');
      otherwise();
    });

  const findSoon = () => {
    stop();
    waiting = setTimeout(() => findOr(() => {}), PAUSE);
  };

  const listen = (part, event, then) => part.addEventListener(event, then, { signal: listening.signal });
  listen(form, "input", findSoon);
  listen(form, "submit", (event) => {
    event.preventDefault();
    findOr(() => form.submit());
  });
  // Whoever is choosing already keeps the list as it is.
  for (const event of ["focusin", "pointerdown"]) listen(parts[1], event, stop);
  if (form.elements.q.value !== form.elements.q.defaultValue) findSoon(); // typed before this was there
}

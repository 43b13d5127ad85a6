// A sign-in ends after a period of inactivity. The page warns before, typing keeps it open, and when it has
// ended what was typed stays on the screen until the person has signed in again, in another tab.
"use strict";
{
  const place = document.querySelector("[data-session]");
  const { session: address, account } = place.dataset;
  const WARN = 5 * 60; // seconds before the end
  const TYPING = 60_000; // ms between two messages to the server that the person is typing
  const LOOK = 15_000; // ms between two looks at the clock
  let end = Date.now() + Number(place.dataset.left) * 1000;
  let told = Date.now();
  let ended = false;
  let line = null;

  const warning = (seconds) => {
    const minutes = Math.max(1, Math.round(seconds / 60));
    return interpolate(ngettext(
      "You will be signed out in %(minutes)s minute. Save what you typed.",
      "You will be signed out in %(minutes)s minutes. Save what you typed.",
      minutes,
    ), { minutes }, true);
  };

  function say(text, action) {
    line?.remove();
    line = null;
    if (!text) return;
    line = document.createElement("p");
    line.className = "notice notice-warning notice-session"; // stays in sight on a long page
    line.textContent = `${text} `;
    if (action) line.append(action);
    document.getElementById("notices").append(line);
  }

  function stayButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-primary";
    button.textContent = gettext("Stay signed in");
    button.addEventListener("click", () => ask("POST"));
    return button;
  }

  function signInLink() {
    const link = document.createElement("a");
    link.href = place.dataset.signIn;
    link.target = "_blank";
    link.textContent = gettext("Sign in in a new tab");
    return link;
  }

  function takeToken(token) {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  function show(state) {
    if (!state.signed_in) {
      ended = true;
      say(gettext("You were signed out, because nothing was done for a while. What you typed is still on this page: sign in again, then come back and save it."), signInLink());
    } else if (String(state.account) !== account) {
      ended = true;
      say(gettext("Another account is signed in now. Sign in as before to save what is on this page."), signInLink());
    } else {
      if (ended) takeToken(state.token);
      ended = false;
      end = Date.now() + state.seconds * 1000;
      say(state.seconds > WARN ? "" : warning(state.seconds), stayButton());
    }
  }

  async function ask(method) {
    if (method === "POST") told = Date.now();
    try {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const headers = method === "POST" ? { "X-CSRFToken": token } : {};
      const reply = await fetch(address, { method, headers, cache: "no-store" });
      if (reply.ok) show(await reply.json());
    } catch { /* no line: nothing is known, and the next look asks again */ }
  }

  document.addEventListener("input", () => {
    if (!ended && Date.now() - told > TYPING) ask("POST");
  });
  window.setInterval(() => {
    if (!ended && (end - Date.now()) / 1000 <= WARN) ask("GET"); // another tab may have kept it open
  }, LOOK);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (ended || (end - Date.now()) / 1000 <= WARN)) ask("GET");
  });
  window.addEventListener("focus", () => { if (ended) ask("GET"); });

  // A form that is sent after the end would lose its words on the way to the sign-in page.
  document.addEventListener("submit", (event) => {
    if (!ended || event.target.method !== "post" || event.target.action.endsWith("/logout/")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    line?.scrollIntoView({ block: "center" });
    ask("GET");
  }, true);
}

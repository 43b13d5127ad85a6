// Errors of the browser when a passkey could not be created or used, as messages that say what to do.
"use strict";
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // nothing for the console: closing the browser's window is no fault
  const name = event.detail.exception?.name;
  if (name === "InvalidStateError") notice("error", gettext("This device holds a passkey of this account already."));
  else if (name === "SecurityError") notice("error", gettext("Passkeys work only at the site's own address, over HTTPS."));
  else notice("error", gettext("No passkey was used. Try again, or choose another way."));
});

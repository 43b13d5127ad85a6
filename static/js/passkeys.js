// What the browser says when a passkey could not be made or used, in words a person can act on.
"use strict";
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // nothing for the console: closing the browser's window is no fault
  const name = event.detail.exception?.name;
  if (name === "InvalidStateError") notice("error", "This device holds a passkey of this account already.");
  else if (name === "SecurityError") notice("error", "Passkeys work only at the site's own address, over HTTPS.");
  else notice("error", "No passkey was used. Try again, or choose another way.");
});

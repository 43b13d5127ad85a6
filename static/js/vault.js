// What an account has typed and not saved yet, encrypted in this browser from the first byte: deleting erases no disk.
// A box of each account has a pair of keys. With the public one anything typed can be sealed at any time, signed in or
// not. The private one is wrapped twice: with a share that the server gives to the signed-in account alone, and, where
// the person wants it, with five words on paper. Opened, it is in the memory of this page and of the worker only.
"use strict";

const ctnatVault = (() => {
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const BLOCK = 256; // bytes: the length says little about what was written
  const ROUNDS = 600_000; // of PBKDF2, for the five words
  const DAY = 86_400_000; // ms
  const WORDS_LAST = 14 * DAY; // after the last contact with the server
  const IDLE = 15 * 60_000; // ms without a key or a touch, after which the key is dropped
  const PATIENCE = 5000; // ms: a line that gives no answer for so long is lost
  const PAUSE = 5000; // ms between two tries to make a box
  const AGAIN = 10_000; // ms between two messages to the worker
  const CONSONANTS = "bdfghjklmnprstvz"; // with four vowels: 6 bits a syllable, 60 bits in five words
  const VOWELS = "aiou";
  const subtle = window.crypto?.subtle; // not on a plain http address
  const place = document.querySelector("[data-session]");
  const user = place?.dataset.account ?? "";
  const bytes = (text) => new TextEncoder().encode(text);
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));

  // The database -------------------------------------------------------------------------------------------------

  const wait = (request) => new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

  let opened = null;
  async function database() {
    opened ??= (async () => {
      const request = window.indexedDB.open("ctnat-vault", 1);
      request.addEventListener("upgradeneeded", () => {
        request.result.createObjectStore("boxes", { keyPath: "user" });
        request.result.createObjectStore("rows", { keyPath: "id" });
      });
      const base = await wait(request);
      base.addEventListener("versionchange", () => base.close());
      base.addEventListener("close", () => { opened = null; });
      return base;
    })();
    try {
      return await opened;
    } catch (error) {
      opened = null; // storage is switched off, or was for a moment
      throw error;
    }
  }

  const all = async (store) => wait((await database()).transaction(store).objectStore(store).getAll());

  // Resolves when the change is on the disk, not before: "strict" waits for it.
  async function change(work) {
    const transaction = (await database()).transaction(["boxes", "rows"], "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.addEventListener("complete", resolve);
      transaction.addEventListener("abort", () => reject(transaction.error ?? new Error("aborted")));
    });
    try {
      work(transaction.objectStore("boxes"), transaction.objectStore("rows"), transaction);
    } catch (error) {
      transaction.abort();
      await done.catch(() => {});
      throw error;
    }
    return done;
  }

  // Sealing ------------------------------------------------------------------------------------------------------

  async function hkdf(secret, salt, info) {
    const base = await subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
    const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes(info) };
    return subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
  }

  function padded(text) {
    const plain = bytes(text);
    const whole = new Uint8Array(Math.ceil((plain.length + 1) / BLOCK) * BLOCK).fill(32); // spaces, which JSON ignores
    whole.set(plain);
    return whole;
  }

  // Of whom, what and which row a sealed text is: it opens as nothing else.
  const about = (row) => bytes(`${row.user}|${row.kind}|${row.id}`);

  async function seal(publicKey, row, content) {
    const whole = await subtle.importKey("raw", publicKey, CURVE, false, []);
    const once = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const epk = await subtle.exportKey("raw", once.publicKey);
    const key = await hkdf(await subtle.deriveBits({ name: "ECDH", public: whole }, once.privateKey, 256), epk, "ctnat seal");
    const iv = random(12);
    const how = { name: "AES-GCM", iv, additionalData: about(row) };
    return { ...row, epk, iv, data: await subtle.encrypt(how, key, padded(JSON.stringify(content))) };
  }

  async function unseal(privateKey, row) {
    const once = await subtle.importKey("raw", row.epk, CURVE, false, []);
    const key = await hkdf(await subtle.deriveBits({ name: "ECDH", public: once }, privateKey, 256), row.epk, "ctnat seal");
    const how = { name: "AES-GCM", iv: row.iv, additionalData: about(row) };
    return JSON.parse(new TextDecoder().decode(await subtle.decrypt(how, key, row.data)));
  }

  async function wrap(privateKey, kek, salt) {
    const iv = random(12);
    return { salt, iv, data: await subtle.wrapKey("pkcs8", privateKey, kek, { name: "AES-GCM", iv }) };
  }

  // Only `makeWords` asks for a key that can leave the browser's own memory, and only to wrap it once more.
  const unwrap = (door, kek, extractable = false) => subtle.unwrapKey("pkcs8", door.data, kek, { name: "AES-GCM", iv: door.iv }, CURVE, extractable, ["deriveBits"]);

  const fromShare = (share, salt) => hkdf(Uint8Array.from(atob(share), (letter) => letter.charCodeAt(0)), salt, "ctnat share");

  async function fromWords(words, salt) {
    const letters = words.toLowerCase().replace(/[^a-z]/g, "");
    const secret = await subtle.importKey("raw", bytes(letters), "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
    return subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
  }

  // The server ---------------------------------------------------------------------------------------------------

  // {share}, or {status}: "revoked", "erased", or blank where there is no line or no sign-in of this account.
  async function ask(device, isNew) {
    let reply;
    try {
      const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
      const body = new URLSearchParams({ user, device, new: isNew ? "1" : "" });
      reply = await fetch(place.dataset.keyAt, { method: "POST", body, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE), headers: { "X-CSRFToken": token } });
      return reply.ok || reply.status === 410 ? await reply.json() : { status: "" };
    } catch {
      return { status: "" };
    }
  }

  // The box and its doors ----------------------------------------------------------------------------------------

  const findBox = async () => await wait((await database()).transaction("boxes").objectStore("boxes").get(user)) ?? null;

  // One tab at a time where the browser can lock; else the first that stores its box wins.
  const alone = (work) => (navigator.locks ? navigator.locks.request("ctnat-vault", work) : work());

  let nextTry = 0; // each key that is pressed asks for a box
  async function makeBox() {
    return alone(async () => {
      const present = await findBox();
      if (present) return present;
      if (Date.now() < nextTry) throw new Error("No key yet.");
      const device = crypto.randomUUID();
      const { share } = await ask(device, true);
      if (!share) {
        nextTry = Date.now() + PAUSE;
        throw new Error("No key: not signed in, or no connection.");
      }
      const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
      const salt = random(16);
      const server = await wrap(pair.privateKey, await fromShare(share, salt), salt);
      const publicKey = await subtle.exportKey("raw", pair.publicKey);
      await change((boxes) => boxes.add({ user, device, publicKey, contact: Date.now(), doors: { server } }));
      return findBox();
    });
  }

  // Stores what `work` makes of the box as it is now: another tab may have changed it.
  const update = (work) => change((boxes) => {
    const present = boxes.get(user);
    present.addEventListener("success", () => present.result && boxes.put(work(present.result)));
  });

  async function dropRows(isDue) {
    const due = (await all("rows")).filter((row) => row.user === user && isDue(row));
    if (due.length) await change((_, rows) => due.forEach((row) => rows.delete(row.id)));
    return due.length;
  }

  // What was only copied for reading goes, and so does the door that needs no server. What was typed stays.
  async function close() {
    key = null;
    await tell({ forget: true });
    await dropRows((row) => row.kind === "copy");
    await update(({ doors: { server }, ...rest }) => ({ ...rest, doors: { server } }));
  }

  // The share is gone for good: nothing under this key can be read by anybody any more.
  async function clear() {
    const { device } = await findBox();
    await close();
    await dropRows((row) => row.device === device);
    await change((boxes) => boxes.delete(user));
  }

  async function fromServer() {
    const { device, doors: { server } } = await findBox();
    const reply = await ask(device, false);
    if (reply.status === "revoked") await close();
    if (reply.status === "erased") await clear();
    if (!reply.share) return null;
    const found = await unwrap(server, await fromShare(reply.share, server.salt));
    await update(({ doors: { words, ...doors }, ...rest }) => {
      if (words) doors.words = { ...words, until: Date.now() + WORDS_LAST };
      return { ...rest, doors, contact: Date.now() };
    });
    return found;
  }

  // The worker ---------------------------------------------------------------------------------------------------

  const workers = async () => {
    const found = await navigator.serviceWorker?.getRegistrations().catch(() => []) ?? [];
    return found.map((one) => one.active).filter(Boolean);
  };

  async function tell(message) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker is no window
    for (const worker of await workers()) worker.postMessage(message);
  }

  async function fromWorker() {
    for (const worker of await workers()) {
      const held = await new Promise((resolve) => {
        const channel = new MessageChannel();
        channel.port1.addEventListener("message", (event) => resolve(event.data));
        channel.port1.start();
        worker.postMessage({ ask: user }, [channel.port2]);
        setTimeout(() => resolve(null), 1000);
      });
      if (held) return held;
    }
    return null;
  }

  // The key ------------------------------------------------------------------------------------------------------

  let key = null; // the private key while it is open
  let used = Date.now();
  let opening = null;

  function hold(found) {
    key = found;
    if (found) tell({ give: { user, key: found } });
    return found;
  }

  // The private key, or null where it stays locked. The server is asked first: this is how a revocation is learned.
  async function open() {
    if (key) return key;
    opening ??= (async () => (await findBox() ? hold(await fromServer() ?? await fromWorker()) : null))();
    try {
      return await opening;
    } finally {
      opening = null;
    }
  }

  // A worker that hears nothing for half a minute ends, and the key with it. Pages that show kept texts clear themselves.
  for (const event of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(event, () => { used = Date.now(); }, { capture: true, passive: true });
  setInterval(() => {
    if (Date.now() - used > IDLE) {
      key = null;
      document.dispatchEvent(new Event("ctnat:idle"));
    } else if (key) hold(key);
  }, AGAIN);

  return {
    user,
    isSupported: Boolean(subtle && window.indexedDB),
    tell,
    open,
    close,

    // Seals {id, kind, ...} with `content` and resolves when it is on the disk. Everything but the content is in clear.
    async write(row, content) {
      if (!subtle || !user) throw new Error("This browser cannot encrypt here.");
      for (let tries = 0; ; tries += 1) {
        const { device, publicKey } = await findBox() ?? await makeBox();
        const sealed = await seal(publicKey, { ...row, user, device, at: Date.now() }, content);
        let isKnown = false; // another tab may have closed the box for good meanwhile
        await change((boxes, rows, transaction) => {
          const present = boxes.get(user);
          present.addEventListener("success", () => {
            isKnown = present.result?.device === device;
            try {
              if (isKnown) rows.put(sealed);
            } catch {
              transaction.abort();
            }
          });
        });
        if (isKnown) return;
        if (tries) throw new Error("The box was closed.");
      }
    },

    // The rows of this account: `rows` with their `content`, and the number of those that stay `locked`.
    async read(kind) {
      if (!subtle || !user) return { rows: [], locked: 0 };
      const own = (await all("rows")).filter((row) => row.user === user && (!kind || row.kind === kind));
      const found = own.length ? await open().catch(() => null) : null;
      if (!found) return { rows: [], locked: own.length };
      const rows = [];
      for (const { epk, iv, data, ...row } of own) {
        try {
          rows.push({ ...row, content: await unseal(found, { epk, iv, data, ...row }) });
        } catch { /* one row that cannot be read: the others can */ }
      }
      return { rows, locked: 0 };
    },

    remove: (ids) => change((_, rows) => ids.forEach((id) => rows.delete(id))),
    // Drops rows of this account without opening them. Returns how many.
    drop: async (isDue) => (user ? dropRows(isDue) : 0),
    // How many texts wait here, of this account or, without one, of all: the copies for reading do not count.
    async count() {
      if (!window.indexedDB) return 0;
      return (await all("rows")).filter((row) => row.kind !== "copy" && (!user || row.user === user)).length;
    },

    box: () => (user && subtle ? findBox() : null),
    // Makes the box where there is none: it takes longer than to write a row, and a connection.
    async prepare() {
      if (user && subtle && !(await findBox())) await makeBox();
    },
    // The same, and gives the key to the worker, so that a page that is opened without a connection can read.
    async prepareWorker() {
      if (!user || !subtle) return;
      await this.prepare();
      const found = await open();
      if (found) await tell({ give: { user, key: found } });
    },
    // Asks the server for the key where it was not asked for a while: this is how a revocation is learned.
    async keepContact(every) {
      const found = await findBox();
      if (!found) return;
      if (found.doors.words && found.doors.words.until < Date.now()) await close();
      if (Date.now() - found.contact > every) await fromServer();
    },

    // A new door of five words, which are returned and kept nowhere. Null without a connection or a sign-in.
    async makeWords() {
      const { device, doors } = await findBox() ?? await makeBox();
      const { share } = await ask(device, false);
      if (!share) return null;
      const whole = await unwrap(doors.server, await fromShare(share, doors.server.salt), true);
      const syllable = () => {
        const [byte] = random(1);
        return CONSONANTS[byte & 15] + VOWELS[(byte >> 4) & 3];
      };
      const words = Array.from({ length: 5 }, () => syllable() + syllable()).join("-");
      const salt = random(16);
      const door = await wrap(whole, await fromWords(words, salt), salt);
      const made = { ...door, until: Date.now() + WORDS_LAST };
      await update((present) => ({ ...present, doors: { ...present.doors, words: made } }));
      return words;
    },

    hasWords: async () => ((await findBox())?.doors.words?.until ?? 0) > Date.now(),

    // Whether the words open the box.
    async openWithWords(words) {
      const door = (await findBox())?.doors.words;
      if (!door || door.until < Date.now()) return false;
      try {
        hold(await unwrap(door, await fromWords(words, door.salt)));
        return true;
      } catch {
        return false; // other words
      }
    },
  };
})();

// Comments on a section: words that are selected in its text are put into the form, and @ offers the names of members.
"use strict";
{
  const BLOCK = "p,li,tr,td,th,h1,h2,h3,h4,h5,h6,caption,figcaption,blockquote,pre,div,figure,aside,section,dt,dd";
  const UNREAD = "svg,script,style";
  const spaced = (text) => text.replace(/\s+/g, " ");

  const text = document.querySelector("[data-passages]");
  const form = document.querySelector("[data-new-comment]");
  const button = document.querySelector("[data-comment-here]");
  if (text && form && button) selecting();
  document.querySelectorAll("form").forEach(mentioning);

  // The words between two places of the text, with a space between two blocks as the server reads them.
  function wordsOf(range) {
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let words = "";
    let block = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeName === "BR") words += " ";
      if (node.nodeType !== Node.TEXT_NODE || node.parentElement.closest(UNREAD) || !range.intersectsNode(node)) continue;
      const own = node.parentElement.closest(BLOCK);
      if (block && own !== block) words += " ";
      block = own;
      const start = node === range.startContainer ? range.startOffset : 0;
      const end = node === range.endContainer ? range.endOffset : node.data.length;
      words += node.data.slice(start, end);
    }
    return spaced(words).trim();
  }

  function chosen() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return null;
    const words = wordsOf(range);
    if (!words) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.endContainer, range.endOffset);
    const all = wordsOf(before);
    let occurrence = 0;
    for (let at = all.indexOf(words); at >= 0 && at + words.length < all.length; at = all.indexOf(words, at + 1)) {
      occurrence += 1;
    }
    return { words, occurrence, range };
  }

  function selecting() {
    const field = (name) => form.querySelector(`[name="${name}"]`);
    let found = null;

    document.addEventListener("selectionchange", () => {
      const now = chosen();
      if (now === null && document.activeElement === button) return; // a press may end the selection
      found = now;
      button.hidden = !found;
      if (!found) return;
      const box = found.range.getBoundingClientRect();
      const around = button.offsetParent.getBoundingClientRect();
      const room = around.width - button.offsetWidth;
      button.style.top = `${box.bottom - around.top + 6}px`;
      button.style.left = `${Math.max(0, Math.min(box.left - around.left, room))}px`;
    });
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    button.addEventListener("click", () => {
      if (!found) return;
      field("words").value = found.words;
      field("occurrence").value = found.occurrence;
      field("paragraph").value = "";
      button.hidden = true;
      field("words").dispatchEvent(new Event("input", { bubbles: true }));
      field("text").focus();
      field("text").scrollIntoView({ block: "center" });
    });
    field("words").addEventListener("input", (event) => {
      if (event.isTrusted) field("occurrence").value = ""; // typed: the first place with these words
    });
    text.addEventListener("click", (event) => {
      const passage = event.target.closest("mark[data-passage]");
      if (passage && window.getSelection().isCollapsed) window.location.hash = `comment-${passage.dataset.passage}`;
    });
  }

  // While a name is typed after @, the members whose names fit are offered below the field.
  function mentioning(where) {
    const field = where.querySelector('textarea[name="text"]');
    const own = where.querySelectorAll('input[name="members"]');
    const boxes = [...(own.length ? own : document.querySelectorAll('[data-new-comment] input[name="members"]'))];
    if (!field || !boxes.length) return;
    const names = boxes.map((box) => box.closest("label, .form-check").textContent.trim());
    const list = document.createElement("ul");
    list.className = "mention-list";
    list.hidden = true;
    field.after(list);

    const typed = () => /(?:^|[^\w.])@([^\n@]{0,60})$/.exec(field.value.slice(0, field.selectionStart));
    const put = (name) => {
      const start = field.selectionStart - typed()[1].length;
      field.setRangeText(`${name} `, start, field.selectionStart, "end");
      list.hidden = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    };
    field.addEventListener("input", () => {
      const begun = typed();
      const fits = begun ? names.filter((name) => name.toLowerCase().includes(begun[1].toLowerCase())).slice(0, 6) : [];
      list.replaceChildren(
        ...fits.map((name) => {
          const entry = document.createElement("li");
          const offer = document.createElement("button");
          offer.type = "button";
          offer.className = "quiet";
          offer.textContent = name;
          offer.addEventListener("click", () => put(name));
          entry.append(offer);
          return entry;
        }),
      );
      list.hidden = !fits.length;
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") list.hidden = true;
    });
  }
}

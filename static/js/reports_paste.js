// Words pasted from Word, LibreOffice Writer or Google Docs into the editor of a section become Markdown: headings, lists,
// tables, footnotes, bold and italic letters and links are kept; pictures are left out, which is told. Pasting without
// formats (Ctrl+Shift+V) stays as it is, and one undo takes a paste back.
//
//     ctnatPaste.convert(html, taken)    { text, isInline, pictures, lost } of a piece of HTML, or null where it has
//                                        nothing but plain words; `taken`: the text whose footnotes have their labels
"use strict";
const ctnatPaste = (() => {
  const BLOCKS = new Set(
    "ADDRESS ARTICLE ASIDE BODY CENTER DD DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR HTML MAIN NAV P PRE SECTION".split(" "),
  );
  const SKIPPED = new Set("HEAD META LINK SCRIPT STYLE TEMPLATE TITLE XML NOSCRIPT".split(" "));
  const PICTURES = new Set("IMG SVG CANVAS OBJECT PICTURE VIDEO V:IMAGEDATA V:SHAPE IFRAME".split(" "));
  const NOTE_LINK = /^#(?:_(ftn\d+|edn\d+)|sd(footnote\d+|endnote\d+)sym|(ftnt\d+))$/;
  const NOTE_BODY = /^(?:(ftn\d+|edn\d+)|sd(footnote\d+|endnote\d+))$/;
  const MARKER = /^\s*(?:(\d+)|[A-Za-z]{1,5})?[.)]/;
  const KEPT = /\{\{[^{}\n]{1,200}\}\}|\[@[^[\]\n]{1,400}\]/g; // facts and citations: the preview tells of unknown ones
  const CELL = { "|": "\\|" };

  // Styles of the pasted text are not allowed on this page, and only read: they are kept under another name.
  const parse = (html) =>
    new DOMParser().parseFromString(
      html.replace(/<style[\s>][^]*?<\/style>/gi, "").replace(/(<[a-z][^<>]*?\s)style(\s*=)/gi, "$1data-style$2"),
      "text/html",
    );
  const styleOf = (node) => (node.dataset && node.dataset.style ? node.dataset.style.toLowerCase() : "");

  function marksOf(node, marks) {
    const style = styleOf(node);
    const weight = /font-weight\s*:\s*(\w+)/.exec(style);
    const slant = /font-style\s*:\s*(\w+)/.exec(style);
    const found = { ...marks };
    if (node.tagName === "B" || node.tagName === "STRONG") found.bold = true;
    if (node.tagName === "I" || node.tagName === "EM" || node.tagName === "CITE") found.italic = true;
    if (["S", "STRIKE", "DEL"].includes(node.tagName) || /text-decoration[^;]*line-through/.test(style)) found.struck = true;
    if (weight) found.bold = weight[1] === "bold" || weight[1] === "bolder" || Number(weight[1]) >= 600;
    if (slant) found.italic = slant[1] !== "normal";
    return found;
  }

  function linkOf(node, link) {
    if (node.tagName !== "A") return link;
    const address = node.getAttribute("href") || "";
    if (!/^(https?:\/\/|mailto:)/i.test(address) || address.startsWith(window.location.origin)) return link;
    return address.replaceAll("(", "%28").replaceAll(")", "%29").replaceAll("\\", "%5C").replaceAll("<", "%3C").replace(/\s/g, "%20");
  }

  const noteName = (found) => found[1] || found[2] || found[3];

  function convert(html, taken = "") {
    const body = parse(html).body;
    const state = { blocks: [], notes: new Map(), called: [], pictures: 0, lost: 0, rich: false, quote: 0, taken };
    takeNotes(body, state);
    walkBlocks(body, state, { marks: {}, link: "", list: null });
    closeParagraph(state);
    const blocks = state.blocks.filter((block) => block.rows || block.runs.some((run) => run.note || run.text.trim()));
    if (!blocks.length) return state.pictures ? { text: "", isInline: true, pictures: state.pictures, lost: 0 } : null;
    const isInline = blocks.length === 1 && blocks[0].kind === "text" && !state.called.length;
    const parts = written(blocks, state);
    if (isInline && !state.rich && !state.pictures) return null;
    return { text: parts, isInline, pictures: state.pictures, lost: state.lost };
  }

  // The texts of footnotes stand behind the words; they are taken away and kept under the names of their calls.
  function takeNotes(body, state) {
    const keep = (name, node) => {
      for (const back of node.querySelectorAll("a[href^='#_ftnref'], a[href^='#_ednref'], a.sdfootnotesym, a.sdendnotesym, a[href^='#ftnt_ref']")) back.remove();
      state.notes.set(name, node);
      node.remove();
    };
    for (const node of Array.from(body.querySelectorAll("div[id]"))) {
      const found = NOTE_BODY.exec(node.id);
      if (found) keep(noteName(found), node);
    }
    for (const anchor of Array.from(body.querySelectorAll("a[id^='ftnt']"))) {
      if (/^ftnt\d+$/.test(anchor.id)) keep(anchor.id, anchor.closest("div, p") || anchor);
    }
    for (const list of Array.from(body.querySelectorAll("[data-style*='footnote-list'], [data-style*='endnote-list']"))) list.remove();
    const last = body.lastElementChild;
    if (state.notes.size && last && last.tagName === "HR") last.remove();
  }

  function closeParagraph(state) {
    state.open = null;
  }

  function open(state, block) {
    const made = { kind: "text", runs: [], quote: state.quote > 0, ...block };
    state.blocks.push(made);
    state.open = made;
    return made;
  }

  // An entry of a list as Word writes it: a paragraph whose style names its level, and a span with its sign.
  function wordEntry(node) {
    const found = /mso-list\s*:\s*l(\d+)\s+level(\d+)\s+lfo(\d+)/.exec(styleOf(node));
    if (!found) return null;
    let sign = "";
    for (const span of Array.from(node.querySelectorAll("[data-style]"))) {
      if (/mso-list\s*:\s*ignore/.test(styleOf(span))) {
        sign ||= span.textContent.replaceAll("\u00a0", " ").trim();
        span.remove();
      }
    }
    const number = MARKER.exec(sign);
    return { kind: "entry", level: Number(found[2]) - 1, series: found[1] + "/" + found[3], number: number ? Number(number[1]) || -1 : 0 };
  }

  function walkBlocks(node, state, given) {
    for (const child of Array.from(node.childNodes)) walk(child, state, given);
  }

  function walk(node, state, given) {
    if (node.nodeType === Node.TEXT_NODE) {
      addText(node.data, state, given);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || SKIPPED.has(node.tagName)) return;
    const style = styleOf(node);
    if (/display\s*:\s*none|mso-hide\s*:\s*all|mso-list\s*:\s*ignore/.test(style)) return;
    const tag = node.tagName;
    if (PICTURES.has(tag.toUpperCase())) {
      state.pictures += 1;
      return;
    }
    const inside = { ...given, marks: marksOf(node, given.marks), link: linkOf(node, given.link) };
    const call = tag === "A" ? NOTE_LINK.exec(node.getAttribute("href") || "") : null;
    if (call) {
      callNote(noteName(call), state);
    } else if (tag === "BR") {
      if (state.open) state.open.runs.push({ text: "\n" });
    } else if (tag === "TABLE") {
      closeParagraph(state);
      addTable(node, state, inside);
      closeParagraph(state);
    } else if (tag === "UL" || tag === "OL") {
      closeParagraph(state);
      const level = given.list ? given.list.level + 1 : 0;
      const start = Number(node.getAttribute("start")) || 1;
      const list = { level, numbered: tag === "OL", next: start, series: {} };
      walkBlocks(node, state, { ...inside, list });
      closeParagraph(state);
    } else if (tag === "LI") {
      closeParagraph(state);
      const list = given.list || { level: 0, numbered: false, series: {} };
      open(state, { kind: "entry", level: list.level, series: list.series, number: list.numbered ? list.next++ : 0 });
      walkBlocks(node, state, inside);
      closeParagraph(state);
    } else if (tag === "BLOCKQUOTE") {
      closeParagraph(state);
      state.quote += 1;
      walkBlocks(node, state, inside);
      state.quote -= 1;
      closeParagraph(state);
    } else if (BLOCKS.has(tag)) {
      addBlock(node, state, inside);
    } else {
      walkBlocks(node, state, inside);
    }
  }

  function addBlock(node, state, inside) {
    const level = /^H([1-6])$/.exec(node.tagName) || /MsoHeading([1-6])/.exec(node.className);
    const isQuote = /Quote/.test(node.className);
    const entry = node.tagName === "P" ? wordEntry(node) : null;
    const first = state.open; // <li><p>: the first paragraph of an entry is the entry
    if (first && first.kind === "entry" && !first.runs.length && !level && !entry) {
      walkBlocks(node, state, inside);
      if (first.runs.length) closeParagraph(state);
      return;
    }
    const goesOn = inside.list && !entry && !level;
    closeParagraph(state);
    if (entry) open(state, entry);
    else if (level) open(state, { kind: "heading", level: Math.min(6, Number(level[1]) + 1) });
    else if (goesOn) open(state, { kind: "more" });
    else if (isQuote) open(state, { quote: true });
    walkBlocks(node, state, level ? { ...inside, marks: {} } : inside);
    closeParagraph(state);
  }

  function addText(data, state, given) {
    const text = data.replace(/[ \t\r\n]+/g, " ").replace(/[ \u00a0]*\u00a0[ \u00a0]+|[ \u00a0]+\u00a0[ \u00a0]*/g, " ");
    if (!text || (!state.open && !text.trim())) return;
    const block = state.open || open(state, {});
    block.runs.push({ text, ...given.marks, link: given.link });
    if (text.trim() && (given.marks.bold || given.marks.italic || given.marks.struck || given.link)) state.rich = true;
  }

  function callNote(name, state) {
    if (!state.notes.has(name)) {
      state.lost += 1; // called in the words that were copied, but its text was not copied
      return;
    }
    if (!state.called.includes(name)) state.called.push(name);
    (state.open || open(state, {})).runs.push({ text: "", note: name });
  }

  function addTable(node, state, given) {
    const rows = [...node.querySelectorAll("tr")].filter((row) => row.closest("table") === node);
    const cellsOf = (row) => [...row.children].filter((cell) => cell.tagName === "TD" || cell.tagName === "TH");
    if (rows.length === 1 && cellsOf(rows[0]).length === 1) {
      walkBlocks(cellsOf(rows[0])[0], state, given);
      return;
    }
    const grid = rows.map(() => []);
    rows.forEach((row, y) => {
      let x = 0;
      for (const cell of cellsOf(row)) {
        while (grid[y][x]) x += 1;
        const wide = Math.max(1, Math.min(100, cell.colSpan || 1));
        const down = Math.max(1, Math.min(rows.length - y, cell.rowSpan || 1));
        for (let dy = 0; dy < down; dy += 1) for (let dx = 0; dx < wide; dx += 1) grid[y + dy][x + dx] = [];
        grid[y][x] = runsOf(cell, state, y === 0 ? { ...given, marks: {} } : given, y === 0);
        x += wide;
      }
    });
    const filled = grid.filter((row) => row.some((cell) => cell && cell.some((run) => run.note || run.text.trim())));
    if (filled.length) state.blocks.push({ kind: "table", runs: [], rows: filled });
  }

  // The words of a cell or a footnote on one line.
  function runsOf(node, state, given, plain = false) {
    const own = { ...state, blocks: [], open: null, quote: 0 };
    walkBlocks(node, own, { ...given, list: null });
    state.pictures = own.pictures;
    state.lost = own.lost;
    const texts = own.blocks.flatMap((block) => (block.rows ? block.rows.flat() : [block.runs]));
    return texts.flatMap((runs, place) => [
      ...(place ? [{ text: " " }] : []),
      ...runs.map((run) => ({ ...run, text: run.text.replaceAll("\n", " "), bold: run.bold && !plain })),
    ]);
  }

  // Markdown ------------------------------------------------------------------------------------------------------

  function escaped(text, signs = {}) {
    let out = "";
    let last = 0;
    const plain = (part) =>
      part
        .replace(/[\\\x60*[\]]|<(?=[a-z/!?])|&(?=#?\w+;)|~(?=~)|\{(?=\{)/gi, "\\$&")
        .replace(/(^|[^\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (found) => found.replace("_", "\\_"))
        .replace(/[|]/g, (sign) => signs[sign] || sign);
    for (const found of text.matchAll(KEPT)) {
      out += plain(text.slice(last, found.index)) + found[0];
      last = found.index + found[0].length;
    }
    return out + plain(text.slice(last));
  }

  function inline(runs, labels, signs) {
    // Neighbours with the same marks are one: Word cuts words anywhere.
    const joined = [];
    for (const run of runs) {
      const before = joined.at(-1);
      const key = (one) => [one.bold, one.italic, one.struck, one.link || "", one.note || ""].map(String).join();
      if (before && !run.note && !before.note && (key(before) === key(run) || (!run.text.trim() && run.text !== "\n"))) before.text += run.text;
      else if (before && !before.note && !run.note && !before.text.trim() && !before.text.includes("\n")) joined[joined.length - 1] = { ...run, text: before.text + run.text };
      else joined.push({ ...run });
    }
    let out = "";
    for (const run of joined) {
      if (run.note) {
        out += `[^${labels.get(run.note)}]`;
        continue;
      }
      const words = run.text.trim();
      if (!words) {
        out += run.text;
        continue;
      }
      let text = escaped(words, signs);
      if (run.link) text = `[${text}](${run.link})`;
      if (run.struck) text = `~~${text}~~`;
      if (run.italic) text = `*${text}*`;
      if (run.bold) text = `**${text}**`;
      const start = run.text.indexOf(words);
      out += run.text.slice(0, start) + text + run.text.slice(start + words.length);
    }
    return out
      .replace(/ +/g, " ")
      .split("\n")
      .map((line) => starts(line.trim()))
      .filter(Boolean)
      .join("\\\n");
  }

  // Signs that would begin a heading, a list or a quotation.
  const starts = (line) =>
    line.replace(/^(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|=+$|-{2,}$)/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");

  function written(blocks, state) {
    const labels = new Map();
    let number = 0;
    for (const found of state.taken.matchAll(/\[\^(\d{1,6})\]/g)) number = Math.max(number, Number(found[1]));
    const notes = [];
    for (const name of state.called) {
      number += 1;
      labels.set(name, number);
      notes.push([number, runsOf(state.notes.get(name), state, { marks: {}, link: "" })]);
    }
    const parts = [];
    let lists = [];
    for (const block of blocks) {
      if (block.kind === "entry") {
        const started = lists.length > 0;
        parts.push([started ? "\n" : "\n\n", entryLine(block, lists, labels)]);
      } else if (block.kind === "more" && lists.length) {
        const indent = " ".repeat(lists.at(-1).inside);
        parts.push(["\n\n", indent + inline(block.runs, labels).replaceAll("\n", `\n${indent}`) + "\n"]);
      } else {
        lists = [];
        const before = parts.at(-1);
        const isQuote = block.quote && block.kind === "text";
        let text = inline(block.runs, labels);
        if (block.kind === "table") text = table(block.rows, labels);
        else if (block.kind === "heading") text = `${"#".repeat(block.level)} ${text.replaceAll("\\\n", " ").replace(/(^|\s)(#+)$/, "$1\\$2")}`;
        else if (/^\\\[\\\[.*\\\]\\\]$/.test(text)) text = text.replaceAll("\\[", "[").replaceAll("\\]", "]"); // a block of the report
        if (isQuote) text = `> ${text.replaceAll("\n", "\n> ")}`;
        parts.push([isQuote && before && before[2] ? "\n>\n" : "\n\n", text, isQuote]);
      }
    }
    for (const [label, runs] of notes) parts.push(["\n\n", `[^${label}]: ${inline(runs, labels) || "–"}`]);
    return parts
      .map(([gap, text], place) => (place ? gap + text : text))
      .join("")
      .replace(/\n{3,}/g, "\n\n")
      .trimEnd();
  }

  function entryLine(block, lists, labels) {
    while (lists.length && lists.at(-1).level > block.level) lists.pop();
    const before = lists.length && lists.at(-1).level === block.level ? lists.pop() : null;
    const numbered = block.number !== 0;
    const goesOn = before && before.numbered === numbered && (!numbered || before.series === block.series);
    const count = block.number > 0 ? block.number : goesOn ? before.count + 1 : 1;
    let mark = goesOn ? before.mark : numbered ? "." : "-";
    if (before && !goesOn && before.mark === mark) mark = { ".": ")", "-": "+" }[mark];
    const indent = before ? before.indent : lists.length ? lists.at(-1).inside : 0;
    const sign = numbered ? `${count}${mark} ` : `${mark} `;
    lists.push({ level: block.level, indent, inside: indent + sign.length, mark, numbered, series: block.series, count });
    const text = inline(block.runs, labels).replaceAll("\n", `\n${" ".repeat(indent + sign.length)}`);
    const gap = !goesOn && numbered && count > 1 ? "\n" : "";
    return gap + " ".repeat(indent) + sign + text;
  }

  function table(rows, labels) {
    const width = Math.max(...rows.map((row) => row.length));
    const lines = rows.map((row) => `| ${Array.from({ length: width }, (_, x) => inline(row[x] || [], labels, CELL)).join(" | ")} |`);
    return [lines[0], `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n");
  }

  // Pasting ---------------------------------------------------------------------------------------------------------

  function insert(field, found, plain) {
    const before = field.value.slice(0, field.selectionStart);
    const after = field.value.slice(field.selectionEnd);
    let text = found.text;
    if (found.isInline) {
      text = (/^\s/.test(plain) && before && !/\s$/.test(before) ? " " : "") + text + (/[ \u00a0]$/.test(plain) ? " " : "");
    } else {
      if (before && !before.endsWith("\n\n")) text = (before.endsWith("\n") ? "\n" : "\n\n") + text;
      if (after.trim()) text += after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    }
    field.focus();
    // Only this command keeps the undo of the browser; where it is not known, the text is put in without.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function tell(found) {
    if (found.pictures) {
      const message = ngettext(
        "%s picture was left out: reports show only charts made from their data.",
        "%s pictures were left out: reports show only charts made from their data.",
        found.pictures,
      );
      notice("info", interpolate(message, [found.pictures]));
    }
    if (found.lost) {
      const message = ngettext(
        "The text of %s footnote was not copied. Copy the whole paragraph, or type it.",
        "The texts of %s footnotes were not copied. Copy the whole paragraph, or type them.",
        found.lost,
      );
      notice("warning", interpolate(message, [found.lost]));
    }
  }

  const editor = document.querySelector("form[data-draft]");
  const field = editor && editor.querySelector("textarea");
  if (field) {
    let asPlain = false;
    field.addEventListener("keydown", (event) => {
      asPlain = event.shiftKey && (event.ctrlKey || event.metaKey) && event.code === "KeyV";
    });
    field.addEventListener("paste", (event) => {
      const plainOnly = asPlain;
      asPlain = false;
      const html = event.clipboardData ? event.clipboardData.getData("text/html") : "";
      if (plainOnly || !html) return;
      const found = convert(html, field.value);
      if (!found) return;
      event.preventDefault();
      if (found.text) insert(field, found, event.clipboardData.getData("text/plain"));
      tell(found);
    });
  }

  return { convert };
})();

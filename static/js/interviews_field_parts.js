// Parts of an interview on the page for working without a connection, beside its details and its answers: which sections
// are asked, themes to read, suggested colleagues, how it is completed, and what can be removed from this device.
"use strict";

// `kept(promise, label)` says when something is on the disk, `showSection(name)` opens a section among the answers,
// `leave(undo)` goes back to the list after the interview was removed; `undo` puts it back, and is null where nothing can.
const ctnatFieldParts = ({ page }, { kept, showSection, leave }) => {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const colleague = part("colleague");
  const fields = [...colleague.elements].filter((field) => field.name);
  const nameOf = (field) => field.name.replace(/^colleague-/, "");
  let shown = null; // key of the interview that is open
  const find = () => ctnatField.all().find((one) => one.key === shown);

  function made(kind, text, className = "") {
    const element = document.createElement(kind);
    element.textContent = text;
    element.className = className;
    return element;
  }

  function button(text, act) {
    const element = made("button", text, "btn btn-sm btn-outline-primary");
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  // Sections that are asked --------------------------------------------------------------------------------------

  function showPlan(one, guide) {
    const routing = ctnatField.kit().routings?.[one.guide];
    part("plan-fold").hidden = !routing;
    if (!routing) return;
    const plan = ctnatField.planOf(one);
    const rows = guide.sections.filter(({ name }) => routing.choose_from.includes(name)).map(({ name, title }) => {
      const row = made("div", "", "form-check");
      const box = document.createElement("input");
      Object.assign(box, { type: "checkbox", className: "form-check-input", id: `section-${name}`, value: name, autocomplete: "off" });
      box.checked = plan.sections.includes(name);
      const label = made("label", `${name}. ${title}`, "form-check-label");
      label.htmlFor = box.id;
      label.dir = "auto";
      row.append(box, label);
      return row;
    });
    part("sections").replaceChildren(...rows);
    part("reason").value = plan.reason;
    part("plan-saving").textContent = "";
    part("plan-fold").open = Boolean(planMessage(one));
    markNoted(one);
    showPlanFault(one);
  }

  // Notes show that their section was asked.
  function markNoted(one) {
    const noted = ctnatField.notedOf(one);
    const plan = ctnatField.planOf(one);
    for (const box of part("sections").querySelectorAll("input")) {
      box.checked = plan.sections.includes(box.value) || noted.has(box.value);
      box.disabled = noted.has(box.value);
    }
  }

  function showPlanFault(one) {
    const line = part("plan-fault");
    const text = planMessage(one);
    line.hidden = !text;
    if (line.textContent !== text) line.textContent = text;
  }

  // What keeps the choice of sections from being sent; blank where nothing does.
  function planMessage(one) {
    if (!ctnatField.isPlanChanged(one.key)) return "";
    const fault = ctnatField.faultOf(one, ctnatField.planOf(one));
    if (!fault) return ctnatField.planRefused(one.key);
    return interpolate(
      gettext("The guide asks for %(min)s to %(max)s of the sections %(first)s to %(last)s, and %(chosen)s are chosen. Change the choice, or give a reason for the different number."),
      { ...fault, first: fault.choose_from[0], last: fault.choose_from.at(-1) }, true,
    );
  }

  function changePlan() {
    const one = find();
    const boxes = [...part("sections").querySelectorAll("input")];
    const choosable = new Set(boxes.map((box) => box.value));
    const others = ctnatField.planOf(one).sections.filter((name) => !choosable.has(name));
    const sections = [...others, ...boxes.filter((box) => box.checked).map((box) => box.value)];
    part("plan-saving").textContent = "";
    kept(ctnatField.changePlan(one, { sections, reason: part("reason").value }), part("plan-saving"));
    showPlanFault(one);
  }
  part("plan").addEventListener("input", (event) => {
    changePlan();
    if (event.target.checked) showSection(event.target.value);
  });
  part("plan").addEventListener("submit", (event) => event.preventDefault());

  // Themes, to read ----------------------------------------------------------------------------------------------

  function showThemes(guide) {
    const themes = ctnatField.kit().themes ?? [];
    part("themes-fold").hidden = !themes.length;
    const titles = new Map(guide.sections.map(({ name, title }) => [name, `${name}. ${title}`]));
    const areas = [...new Set(themes.map(({ area }) => area))];
    part("themes").replaceChildren(...areas.flatMap((area) => {
      const list = document.createElement("dl");
      for (const { label, definition } of themes.filter((theme) => theme.area === area)) {
        list.append(made("dt", label), made("dd", definition));
      }
      return titles.has(area) ? [made("h3", titles.get(area)), list] : [list];
    }));
  }

  // Suggested colleagues -----------------------------------------------------------------------------------------

  const typed = () => Object.fromEntries(fields.map((field) => [nameOf(field), field.value.trim()]));

  function showColleague(one) {
    const { languages, report_language: language } = ctnatField.kit();
    const draft = ctnatField.colleaguesOf(one.key).find(({ isDraft }) => isDraft)?.fields ?? { language: languages[language] ?? "" };
    for (const field of fields) field.value = draft[nameOf(field)] ?? "";
    part("colleague-saving").textContent = "";
    showColleagues(one);
  }

  let listed = "";
  function showColleagues(one) {
    const waiting = ctnatField.colleaguesOf(one.key).filter(({ isDraft }) => !isDraft);
    const now = JSON.stringify([one.key, one.colleagues, waiting]);
    if (now === listed) return;
    listed = now;
    part("colleagues-sent").textContent = one.colleagues ? interpolate(gettext("Sent from this device: %(n)s"), { n: one.colleagues }, true) : "";
    part("colleagues").replaceChildren(...waiting.map(({ uuid, fields: about, sent, refused }) => {
      const item = document.createElement("li");
      const main = made("div", "", "entry-main");
      main.append(made("p", [about.name, about.email, about.organisation].filter(Boolean).join(" · ")));
      main.append(made("p", refused || gettext("Saved on this device"), refused ? "notice notice-warning" : "muted small"));
      item.append(main);
      const side = made("div", "", "entry-side");
      if (!sent || refused) side.append(button(gettext("Remove"), () => removeColleague(uuid)));
      item.append(side);
      return item;
    }));
  }

  async function removeColleague(uuid) {
    if (!window.confirm(gettext("Remove this colleague from this device?"))) return;
    await ctnatField.dropColleague(uuid);
    showColleagues(find());
    fields[0].focus();
  }

  colleague.addEventListener("input", () => {
    part("colleague-saving").textContent = "";
    kept(ctnatField.draftColleague(find(), typed()), part("colleague-saving"));
  });
  colleague.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = typed();
    const field = fields.find((each) => nameOf(each) === "name");
    const isFine = Boolean(given.name || given.email);
    field.toggleAttribute("aria-invalid", !isFine);
    if (!isFine) {
      part("colleague-saving").textContent = gettext("Enter a name or an e-mail address.");
      return field.focus();
    }
    const { languages } = ctnatField.kit();
    const code = Object.keys(languages).find((each) => languages[each].toLowerCase() === given.language.toLowerCase());
    const one = find();
    const isOnDisk = ctnatField.suggest(one, { ...given, language: code ?? given.language });
    showColleague(one);
    kept(isOnDisk, part("colleague-saving"));
    field.focus();
  });

  // The button below the question that asks for colleagues.
  function offerColleague() {
    return button(gettext("Add suggested colleague"), () => {
      part("colleagues-fold").open = true;
      fields[0].focus();
    });
  }

  // Completing, and removing -------------------------------------------------------------------------------------

  function showEnd(one, isOnline) {
    const hasNotes = Object.values(one.answers).some(({ text }) => text);
    const isReady = isOnline && hasNotes && one.completing && !ctnatField.isOnWay(one.key);
    const place = part("completing");
    if (place.dataset.address === (isReady ? one.completing : "none")) return;
    place.dataset.address = isReady ? one.completing : "none";
    if (!isReady) {
      place.textContent = gettext("Completing it needs a connection: once everything is sent, a page asks for what is still open.");
      return;
    }
    const link = made("a", gettext("Complete the interview"), "btn btn-outline-primary");
    link.href = one.completing;
    place.replaceChildren(link);
  }

  function showRemoving(one) {
    if (one.gone && part("work").contains(document.activeElement)) part("name").focus();
    part("work").hidden = Boolean(one.gone);
    part("unsent").hidden = !one.gone;
    part("remove").hidden = !one.gone && !one.isNew;
    if (!one.gone) return;
    const text = ctnatField.unsentOf(one.key).map((each) => each.filter(Boolean).join("\n")).join("\n\n");
    const field = part("unsent-text");
    if (field.value !== text) field.value = text;
    part("unsent").hidden = !text;
  }

  part("remove").addEventListener("click", async () => {
    const isEmpty = ctnatField.isEmpty(shown);
    const words = gettext("Remove this interview and what you typed from this device? It is nowhere else, and cannot be brought back.");
    if (!isEmpty && ctnatField.isOnWay(shown) && !window.confirm(words)) return;
    const key = shown;
    const undo = await ctnatField.remove(key);
    leave(isEmpty ? undo : null);
  });

  return {
    planMessage, offerColleague,
    show(one, guide, isOnline) {
      shown = one.key;
      showPlan(one, guide);
      showThemes(guide);
      showColleague(one);
      this.refresh(one, isOnline);
    },
    refresh(one, isOnline) {
      markNoted(one);
      showPlanFault(one);
      showColleagues(one);
      showEnd(one, isOnline);
      showRemoving(one);
    },
  };
};

// Shared by the scripts that keep typed text. Loaded before them (templates/ui/_keep.html).
"use strict";

const ctnatForms = {
  // Whether the field differs from what the server sent: text was typed, or something chosen.
  isTyped(field) {
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (!field.options) return field.value !== field.defaultValue;
    return field.value !== (([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "");
  },
};

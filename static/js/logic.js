// The conditions of a questionnaire: a tree and the answers so far -> a value. The same rules, in the same order, as
// instruments/logic/evaluate.py; tests/js/test_logic.py runs both. A tree is data: nothing in it is ever run as a script.
"use strict";

globalThis.ctnatLogic = (() => {
  const DAY = /^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$/;
  const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
  const FIRST_DAY = Date.UTC(1000, 0, 1) / 86400000;
  const LAST_DAY = Date.UTC(9999, 11, 31) / 86400000;
  const strip = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const words = (value) => string(value).split(/[ \t\r\n]+/).filter(Boolean);

  function evaluate(tree, answers, today) {
    const [head, ...parts] = tree;
    const value = (part) => evaluate(part, answers, today);
    switch (head) {
      case "num": return parts[0];
      case "str": return parts[0];
      case "item": return answerText(Object.hasOwn(answers, parts[0]) ? answers[parts[0]] : null);
      case "own": return answerText(Object.hasOwn(answers, ".") ? answers["."] : null);
      case "and": return parts.every((part) => truth(value(part)));
      case "or": return parts.some((part) => truth(value(part)));
      case "if": return value(truth(value(parts[0])) ? parts[1] : parts[2]);
      case "today": return today;
      case "true": return true;
      case "false": return false;
    }
    const given = parts.map(value);
    const [left, right] = given;
    switch (head) {
      case "=": return equal(left, right);
      case "!=": return !equal(left, right);
      case "<": return number(left) < number(right);
      case "<=": return number(left) <= number(right);
      case ">": return number(left) > number(right);
      case ">=": return number(left) >= number(right);
      case "+": return number(left) + number(right);
      case "-": return number(left) - number(right);
      case "*": return number(left) * number(right);
      case "div": return number(left) / number(right);
      case "mod": return number(left) % number(right);
      case "selected": return words(left).includes(strip(string(right)));
      case "count-selected": return words(left).length;
      case "not": return !truth(left);
      case "boolean": return truth(left);
      case "number": return number(left);
      case "neg": return -number(left);
      case "string": return string(left);
      case "int": return Math.trunc(number(left));
      case "round": return Math.floor(number(left) + 0.5);
      case "floor": return Math.floor(number(left));
      case "ceiling": return Math.ceil(number(left));
      case "abs": return Math.abs(number(left));
      case "min": return Math.min(...given.map(number));
      case "max": return Math.max(...given.map(number));
      case "coalesce": return string(left) ? left : right;
      case "date": return date(left);
      case "concat": return given.map(string).join("");
      case "contains": return string(left).includes(string(right));
      case "starts-with": return string(left).startsWith(string(right));
      case "ends-with": return string(left).endsWith(string(right));
      case "substring-before": return string(left).slice(0, Math.max(string(left).indexOf(string(right)), 0));
      case "substring-after": return after(string(left), string(right));
      case "string-length": return [...string(left)].length;
      case "normalize-space": return words(left).join(" ");
      case "translate": return translate(...given.map(string));
      case "fits": return fits(left, string(right));
    }
    throw new RangeError(head); // never stored: the server parses conditions
  }

  function answerText(answer) {
    if (answer === null || answer === undefined) return "";
    return Array.isArray(answer) ? answer.join(" ") : string(answer);
  }

  function truth(value) {
    if (typeof value === "string") return value !== "";
    return typeof value === "number" ? value !== 0 && !Number.isNaN(value) : value;
  }

  function days(text) {
    if (!DAY.test(text)) return NaN;
    const [year, month, day] = text.split("-").map(Number);
    const time = new Date(Date.UTC(year, month - 1, day));
    return time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? time.getTime() / 86400000 : NaN;
  }

  function number(value) {
    if (typeof value !== "string") return Number(value);
    const text = strip(value);
    return NUMBER.test(text) ? Number(text) : days(text);
  }

  // As XPath writes a number: without an exponent.
  function string(value) {
    if (typeof value !== "number") return String(value);
    const [digits, exponent] = String(value).split("e");
    if (exponent === undefined) return digits;
    const sign = digits.startsWith("-") ? "-" : "";
    const [whole, part = ""] = digits.replace("-", "").split(".");
    const places = Number(exponent);
    if (places < 0) return `${sign}0.${"0".repeat(-places - 1)}${whole}${part}`;
    return sign + whole + part.padEnd(places, "0");
  }

  function equal(left, right) {
    if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
    if (typeof left === "number" || typeof right === "number") return number(left) === number(right);
    return left === right;
  }

  function date(value) {
    const count = number(value);
    if (!(count >= FIRST_DAY && count < LAST_DAY + 1)) return "";
    return new Date(Math.floor(count) * 86400000).toISOString().slice(0, 10);
  }

  function after(text, part) {
    const place = text.indexOf(part);
    return place < 0 ? "" : text.slice(place + part.length);
  }

  function translate(text, from, to) {
    const letters = [...from];
    const others = [...to];
    return [...text].map((letter) => {
      const place = letters.indexOf(letter);
      return place < 0 ? letter : others[place] ?? "";
    }).join("");
  }

  // The patterns of instruments/logic/patterns.py, letters and digits of every script. They are all there are.
  const PATTERNS = {
    letters: /^(?=.*[\p{L}\p{M}])[\p{L}\p{M} \-'’‐.·\u200c\u200d]+$/su,
    letters_digits: /^(?=.*[\p{L}\p{M}\p{Nd}])[\p{L}\p{M}\p{Nd} \-'’‐.·\u200c\u200d]+$/su,
    digits: /^\p{Nd}+$/u,
    percentage: /^(\p{Nd}{1,3}) *[%٪％﹪]?$/u,
    year: /^(\p{Nd}{4})$/u,
  };
  function fits(pattern, text) {
    const found = Object.hasOwn(PATTERNS, pattern) ? PATTERNS[pattern].exec(text) : null;
    if (pattern === "percentage") return found !== null && Number(plainDigits(found[1])) <= 100;
    return found !== null && (pattern !== "year" || Number(plainDigits(found[1])) >= 1000);
  }

  // Digits of every script as 0 to 9: those of a script follow each other from 0 on, and so do such rows.
  const plainDigits = (text) => text.replace(/\p{Nd}/gu, (letter) => {
    let first = letter.codePointAt(0);
    const place = first;
    while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
    return String((place - first) % 10);
  });

  const holds = (tree, answers, today) => truth(evaluate(tree, answers, today));
  return { evaluate, fits, holds, plainDigits, string };
})();

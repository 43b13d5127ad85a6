"""Plural forms of a language by the rules of CLDR (cardinal numbers), and as gettext writes them. No Django.

gettext numbers the forms; here form 0 is the first of `forms(language)`: in Russian 0 is "one", 1 "few", 2 "many". The
tables of Babel and of other programs are not used, because they lack most languages and differ from CLDR in some.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global

SAME_LANGUAGE = {"nb": "no"}  # Norwegian is asked for and typed by either code
ORDER = ("zero", "one", "two", "few", "many", "other")
# A form that only whole millions have (French, Spanish: "un million de ...") is left out; nothing counts so far.
NUMBERS = range(1100)


@lru_cache(maxsize=512)
def locale_of(code: str) -> Locale | None:
    """CLDR's data for a language such as `ka` or `az-Arab`; None if CLDR does not know it. English is British."""
    base, *rest = code.replace("-", "_").split("_")
    subtags = [*get_global("language_aliases").get(base, base).split("_"), *rest]  # Dari, `prs`, is CLDR's `fa_AF`
    for length in range(len(subtags), 0, -1):
        try:
            return Locale.parse("en_GB" if code == "en" else "_".join(subtags[:length]))
        except (UnknownLocaleError, ValueError):
            continue
    return None


@lru_cache(maxsize=512)
def language_and_script(code: str) -> tuple[str, str]:
    """The language as CLDR names it, and its script: the one in the code, else the usual one of language and region."""
    base, *rest = code.lower().replace("_", "-").split("-")
    base, *more = str(get_global("language_aliases").get(base, base)).lower().split("_")
    subtags = [*rest, *more]
    written = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), "")
    region = next((subtag for subtag in subtags if len(subtag) == 2 and subtag.isalpha()), "")
    likely = get_global("likely_subtags")
    usual = likely.get(f"{base}_{region.upper()}") or likely.get(base) or ""
    script = written or next((subtag for subtag in usual.split("_") if len(subtag) == 4), "")
    return SAME_LANGUAGE.get(base, base), script.lower()


def _locale(code: str) -> Locale:
    return locale_of(code) or Locale.parse("en_GB")


def plural_form(code: str, number: int) -> str:
    """The CLDR plural category of a whole number, such as "one", "few" or "other".

    Follows the rules of English if CLDR does not know the language. Source: Unicode CLDR, plural rules (cardinal).
    """
    return str(_locale(code).plural_form(number))


@lru_cache(maxsize=512)
def forms(code: str) -> tuple[str, ...]:
    """The plural forms that a text needs in the language, in the order of a .po file: those that whole numbers take.

    The last one is used for numbers beyond `NUMBERS` that have none of these forms.
    """
    found = {plural_form(code, number) for number in NUMBERS}
    return tuple(form for form in ORDER if form in found)


@lru_cache(maxsize=4096)
def numbers_of(code: str, form: str) -> tuple[int, ...]:
    """Examples of the numbers that take a form, the smallest first; at most eight."""
    return tuple([number for number in NUMBERS if plural_form(code, number) == form][:8])


@lru_cache(maxsize=512)
def plural_header(code: str) -> str:
    """The value of `Plural-Forms` in a .po file: "nplurals=2; plural=(n == 1) ? 0 : 1;"."""
    wanted = forms(code)
    expression = str(len(wanted) - 1)
    for form, rule in reversed(_locale(code).plural_form.abstract):
        condition = _condition(rule)
        if form in wanted[:-1] and condition is not False:
            expression = f"{condition} ? {wanted.index(form)} : {expression}"
    return f"nplurals={len(wanted)}; plural={expression};"


def _condition(rule: Any) -> str | bool:
    """A condition of CLDR on a whole number `n`, in C; True or False where it does not depend on `n`."""
    operation, parts = rule
    match operation:
        case "and" | "or":
            absorbing, sign = operation == "or", "||" if operation == "or" else "&&"
            sides = [_condition(part) for part in parts]
            texts = [side for side in sides if isinstance(side, str)]
            if absorbing in sides or not texts:
                return absorbing if absorbing in sides else not absorbing
            return texts[0] if len(texts) == 1 else f"({f' {sign} '.join(texts)})"
        case "not":
            inner = _condition(parts[0])
            return f"(!{inner})" if isinstance(inner, str) else not inner
        case "relation":
            _, operand, (_, ranges) = parts
            return _in_ranges(_operand(operand), [(low[1][0], high[1][0]) for low, high in ranges])
    raise ValueError(f"a rule of CLDR has the unknown operation {operation}")


def _in_ranges(operand: str, ranges: Sequence[tuple[int, int]]) -> str | bool:
    if operand == "0":
        return any(low <= 0 <= high for low, high in ranges)
    tests = [
        f"{operand} == {low}" if low == high else f"{operand} >= {low} && {operand} <= {high}" for low, high in ranges
    ]
    if len(tests) == 1:
        return f"({tests[0]})"
    return f"({' || '.join(f'({test})' if '&&' in test else test for test in tests)})"


def _operand(part: Any) -> str:
    """`n`, `n % 10`, or 0: a whole number has no decimals, and is not written as "1 million"."""
    name, parts = part
    if name == "mod":
        whole = _operand(parts[0])
        return whole if whole == "0" else f"{whole} % {parts[1][1][0]}"
    return "n" if name in ("n", "i") else "0"

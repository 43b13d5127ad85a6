"""Plural forms by the rules of CLDR, in the program and in the header of a .po file alike."""

from gettext import c2py

import pytest

from ctnat.translation.plurals import NUMBERS, forms, numbers_of, plural_form, plural_header


@pytest.mark.parametrize(
    ("language", "of_numbers"),
    [  # the numbers 0, 1, 2, 5, 11, 21, 100, 101 in CLDR's rules
        ("en", "other one other other other other other other"),
        ("az", "other one other other other other other other"),
        ("hy", "one one other other other other other other"),
        ("ka", "other one other other other other other other"),
        ("ru", "many one few many many one many one"),
        ("ar", "zero one two few many many other other"),
        ("ro", "few one few few few other other few"),
        ("fr", "one one other other other other other other"),
        ("qaa", "other one other other other other other other"),  # no language of CLDR
    ],
)
def test_plural_form(language: str, of_numbers: str) -> None:
    assert [plural_form(language, n) for n in (0, 1, 2, 5, 11, 21, 100, 101)] == of_numbers.split()


def test_the_header_of_a_catalogue_has_the_same_plural_rule() -> None:
    """In every kind of rule that CLDR has. Babel's own table lacks most languages, and has differed in Arabic."""
    languages = "am ar az br cs cy en es fr ga gd gv he hy is ka km ksh lag lt lv mk mt pl pt ro ru shi si sl tzm zh"
    for language in languages.split():
        count, _, expression = plural_header(language).removesuffix(";").partition("; plural=")
        index = c2py(expression)
        assert count == f"nplurals={len(forms(language))}"
        sample = (*range(131), 199, 200, 1000, 1001, NUMBERS[-1])
        assert [forms(language)[index(n)] for n in sample] == [plural_form(language, n) for n in sample], language


def test_forms_are_those_that_whole_numbers_have() -> None:
    assert forms("ru") == ("one", "few", "many")
    assert forms("ar") == ("zero", "one", "two", "few", "many", "other")
    assert (forms("fr"), forms("km")) == (("one", "other"), ("other",))
    assert (numbers_of("ru", "one")[:2], numbers_of("ar", "two"), numbers_of("fr", "one")) == ((1, 21), (2,), (0, 1))

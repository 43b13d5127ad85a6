"""Language, source and day of a form are shown only where enough forms share them."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from surveys.responses.sharing import shared_attributes

WEB, PAPER = "web", "paper"


def shown(*forms: tuple[str, ...], k: int = 5) -> dict[tuple[str | None, ...], int]:
    return dict(Counter(shared_attributes(forms, k)))


def test_fewer_forms_than_k_show_nothing() -> None:
    assert shown(*[("en", WEB)] * 4) == {(None, None): 4}
    assert shown(*[("en", WEB)] * 5) == {("en", WEB): 5}
    assert shown() == {}


def test_a_small_group_takes_the_next_smallest_along() -> None:
    """Otherwise the one remaining form would be the Georgian one."""
    assert shown(*[("en", WEB)] * 7, *[("az", WEB)] * 5, ("ka", WEB)) == {("en", WEB): 7, (None, WEB): 6}
    assert shown(*[("en", WEB)] * 7, *[("ka", WEB)] * 4) == {(None, WEB): 11}
    assert shown(*[("en", WEB)] * 7, *[("ka", WEB)] * 3, *[("az", WEB)] * 2) == {("en", WEB): 7, (None, WEB): 5}


def test_each_group_is_divided_by_itself() -> None:
    forms = [("en", WEB)] * 8 + [("en", PAPER)] * 2 + [("az", WEB)] * 5 + [("az", PAPER)] * 6
    assert shown(*forms) == {("en", None): 10, ("az", WEB): 5, ("az", PAPER): 6}


def test_k_forms_of_the_same_opening_must_share_what_is_shown() -> None:
    """The sixth Georgian form is alone in its opening, and one person invited in Georgian has answered since."""
    first = [("ka", WEB)] * 5 + [("en", WEB)] * 5
    second = [("ka", WEB), *[("en", WEB)] * 4]
    found = shared_attributes(first + second, 5, [1] * 10 + [2] * 5)
    assert Counter(found) == {("ka", WEB): 5, ("en", WEB): 5, (None, WEB): 5}
    assert set(shared_attributes(first + second[:4], 5, [1] * 10 + [2] * 4)[10:]) == {(None, None)}


FORMS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from([None, 1, 2, 3])), max_size=40
)


@given(FORMS, st.integers(1, 8))
def test_whatever_is_shown_of_a_form_is_shown_of_k(forms: list[tuple[str, str, int | None]], k: int) -> None:
    """Each set of forms that look the same has k members, and so has each that differs from it in one attribute only by
    being left out."""
    found = shared_attributes(forms, k)
    assert [len(attributes) for attributes in found] == [3] * len(forms) if forms else found == []
    for attributes, form in zip(found, forms, strict=True):
        assert all(one in (None, true) for one, true in zip(attributes, form, strict=True))
    sizes = Counter(found)
    if len(forms) >= k:
        assert all(count >= k for count in sizes.values())
    else:
        assert set(sizes) <= {(None, None, None)}


@given(FORMS, st.integers(1, 8))
def test_the_order_of_forms_does_not_matter(forms: list[tuple[str, str, int | None]], k: int) -> None:
    assert Counter(shared_attributes(forms, k)) == Counter(shared_attributes(sorted(forms, key=str), k))

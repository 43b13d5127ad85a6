"""The tags of the shared components."""

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms as django_forms
from django.core.paginator import Paginator
from django.template import Context, Template

from ctnat.ui import forms
from ctnat.ui.icons import ICONS
from ctnat.ui.templatetags import ui


def render(text: str, **context: object) -> str:
    return Template("{% load ui %}" + text).render(Context(context)).strip()


def test_icon_is_decoration_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in ui.icon("check")
    assert 'role="img" aria-label="done"' in ui.icon("check", "done")


def test_what_concerns_no_field_is_reported_once() -> None:
    form = forms.Form({})
    form.full_clean()
    form.add_error(None, "Choose one of the two.")
    summed = render("{% load crispy_forms_tags %}{% error_summary form %}{{ form|crispy }}", form=form)
    assert summed.count("Choose one of the two.") == 1
    alone = forms.Form({})
    alone.add_error(None, "Choose one of the two.")
    assert "Choose one of the two." in render("{% load crispy_forms_tags %}{{ form|crispy }}", form=alone)


def test_plain_shows_the_form_of_a_library_with_our_own_words() -> None:
    class Library(django_forms.Form):
        password = django_forms.CharField(
            label="New Password (again)", widget=django_forms.TextInput(attrs={"placeholder": "New Password (again)"})
        )

    posted = Library({"password": ""})
    posted.full_clean()
    for form in (Library(), posted):
        html = render("{{ form|plain }}", form=form)
        assert "New password (again):" in html
        assert "placeholder" not in html


def test_icon_unknown_is_a_fault() -> None:
    with pytest.raises(KeyError):
        ui.icon("no such icon")


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_paths_without_markup(name: str) -> None:
    assert set(ICONS[name]) <= set("MmLlHhVvCcSsQqTtAaZz0123456789 .-")


def test_state_has_a_sign_and_a_word() -> None:
    assert ui.state("late").count("<svg") == 1
    assert ui.state("late").endswith(" Late</span>")
    assert ui.state("late", "<3 days").endswith(" &lt;3 days</span>")


@pytest.mark.parametrize(
    ("done", "total", "width"), [(0, 0, 0), (1, 4, 250), (11, 14, 786), (15, 14, 1000), (-1, 3, 0)]
)
def test_progress_fills_its_share_of_a_thousand(done: int, total: int, width: int) -> None:
    assert f'<rect class="fill" width="{width}" height="6"/>' in ui.progress(done, total)


def test_error_summary_links_each_fault_to_its_field() -> None:
    class Sample(forms.Form):
        title = django_forms.CharField()
        year = django_forms.IntegerField()

    shown = " ".join(render("{% error_summary form %}", form=Sample({})).split())
    assert "There are 2 errors to correct" in shown
    assert '<a href="#id_title">Title</a>: This field is required.' in shown
    assert render("{% error_summary form %}", form=Sample()) == ""


def test_keep_query_changes_one_parameter_and_leaves_the_others(rf: Any) -> None:
    context = Context({"request": rf.get("/?q=a&q=b&page=3")})
    assert ui.keep_query(context, page=None, sort="code") == "q=a&q=b&sort=code"


def test_links_of_the_pager_contain_the_filters(rf: Any) -> None:
    page = Paginator(range(30), 10).get_page(2)
    shown = render("{% pager page %}", page=page, request=rf.get("/?kind=user&page=2"))
    assert 'href="?page=1&amp;kind=user"' in shown
    assert "11–20 of 30" in shown


def test_step_nav_marks_where_you_are() -> None:
    step = SimpleNamespace(number=3, label="Interviews", url="/x/", state="current", note="11 of 14", current=True)
    other = SimpleNamespace(number=4, label="Survey", url="", state="todo", note="", current=False)
    tabs = [
        SimpleNamespace(label="All", url="/x/", current="page"),
        SimpleNamespace(label="Trash", url="/t/", current=""),
    ]
    frame = SimpleNamespace(steps=[step, other], rows=SimpleNamespace(label="", parts=(), tabs_label="", tabs=tabs))
    shown = render("{% step_nav frame %}", frame=frame)
    assert shown.count('aria-current="step"') == 1
    assert '<a href="/x/" aria-current="page">All</a>' in shown
    assert '<a role="link" aria-disabled="true">' in shown  # a step that this role may not open


def test_form_marks_optional_fields_and_uses_native_dates() -> None:
    class Sample(forms.Form):
        day = django_forms.DateField(required=False)
        agree = django_forms.BooleanField(required=False)
        name = django_forms.CharField()
        reason = django_forms.CharField(required=False)
        here = forms.YesNoField()
        needed_sometimes = ("reason",)

    form = Sample()
    assert [field.label for field in form] == ["Day (optional)", "Agree", "Name", "Reason", "Here"]
    assert 'type="date"' in str(form["day"])


@pytest.mark.parametrize(("sent", "value"), [("", None), ("yes", True), ("no", False)])
def test_yes_no_field_distinguishes_that_nothing_was_recorded(sent: str, value: bool | None) -> None:
    class Sample(forms.Form):
        here = forms.YesNoField()

    form = Sample({"here": sent})
    assert form.is_valid()
    assert form.cleaned_data == {"here": value}
    assert f'<option value="{sent}" selected>' in str(Sample(initial={"here": value})["here"])
    assert not Sample({"here": "on"}).is_valid()

"""Pages of themes, coding and search."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from assessments.models import Assessment
from interviews.mentions import marked_pieces
from interviews.models import Answer, Coding, Theme
from interviews.services.answers import save_answer
from interviews.services.codings import release_passage
from tests.interviews.factories import AnswerFactory, CodingFactory, InterviewFactory, ThemeFactory

pytestmark = pytest.mark.django_db
TEXT = "Հայտնում են ոստիկանությանը 🙂 and by the hotline."


@pytest.fixture
def answer(assessment: Assessment) -> Answer:
    return AnswerFactory(interview=InterviewFactory(assessment=assessment, code="AZEint1"), text=TEXT)


@pytest.fixture
def theme(assessment: Assessment) -> Theme:
    return ThemeFactory(assessment=assessment, code="hotlines", label="Hotlines")


def url(name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=["AZE-2016", *args])


def test_theme_list_roles(theme: Theme, check_roles: Any) -> None:
    check_roles(url("theme_list"), allowed="observer", denied="focal_point", wrong="post")


def test_search_roles(answer: Answer, check_roles: Any) -> None:
    check_roles(url("search"), allowed="observer", denied="focal_point", wrong="put")


def test_theme_detail_roles(theme: Theme, check_roles: Any) -> None:
    check_roles(url("theme_detail", "hotlines"), allowed="observer", denied="focal_point", wrong="put")


def test_theme_edit_roles(theme: Theme, check_roles: Any) -> None:
    check_roles(url("theme_edit", "hotlines"), allowed="consultant", denied="observer", wrong="delete")


def test_theme_merge_roles(theme: Theme, check_roles: Any) -> None:
    check_roles(url("theme_merge", "hotlines"), allowed="consultant", denied="observer", wrong="delete")


ACTION = {"allowed": "consultant", "denied": "observer", "method": "post", "wrong": "get", "ok": 302}


def test_theme_retire_roles(theme: Theme, check_roles: Any) -> None:
    check_roles(url("theme_retire", "hotlines"), **ACTION)
    theme.refresh_from_db()
    assert theme.retired_at is not None


def test_theme_return_roles(theme: Theme, check_roles: Any) -> None:
    Theme.objects.update(retired_at=timezone.now())
    check_roles(url("theme_return", "hotlines"), **ACTION)
    theme.refresh_from_db()
    assert theme.retired_at is None


def test_theme_new_roles_and_save(assessment: Assessment, check_roles: Any, client_as: Any) -> None:
    check_roles(url("theme_new"), allowed="consultant", denied="observer", wrong="delete")
    form = {"label": "Trust", "definition": "", "area": "3", "criterion": "", "kind": "gap"}
    assert client_as("lead").post(url("theme_new"), form).status_code == 302
    response = client_as("lead").post(url("theme_new"), form | {"label": "Kept", "area": "99", "kind": "x"})
    assert list(response.context["form"].errors) == ["kind"]
    assert list(Theme.objects.values_list("code", flat=True)) == ["trust"]


def test_theme_edit_changes_all_fields(theme: Theme, assessment: Assessment, client_as: Any) -> None:
    client = client_as("lead")
    form = {"label": "Renamed", "definition": "D", "area": "4", "criterion": "2.1", "kind": "trend"}
    assert client.post(url("theme_edit", "hotlines"), form).status_code == 302
    theme.refresh_from_db()
    assert (theme.label, theme.area, theme.criterion, theme.kind) == ("Renamed", "4", "2.1", "trend")


def test_theme_merge_moves_into_another_theme_of_the_assessment(
    theme: Theme, assessment: Assessment, client_as: Any
) -> None:
    client, other = client_as("lead"), ThemeFactory(assessment=assessment)
    for wrong in (theme.pk, ThemeFactory().pk, "x", ""):
        assert client.post(url("theme_merge", "hotlines"), {"into": wrong}).context["form"].errors
    assert client.post(url("theme_merge", "hotlines"), {"into": other.pk}).url == other.get_absolute_url()


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("name", ["theme_list", "theme_detail", "search", "interview_list"])
def test_pages_take_eight_queries_whatever_the_rows(
    rows: int, name: str, theme: Theme, client_as: Any, assessment: Assessment, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        CodingFactory(answer__interview=InterviewFactory(assessment=assessment), theme=theme)
        CodingFactory(
            answer__interview=InterviewFactory(assessment=assessment), theme=ThemeFactory(assessment=assessment)
        )
        ThemeFactory(assessment=assessment, retired_at=timezone.now(), merged_into=theme)
    client = client_as("lead")
    address = url(name, *(["hotlines"] if name == "theme_detail" else []))
    if name == "search":
        address = client.post(address, {"q": "police"}).url
    # Four for stakeholders and consent, and one for where the passages are before those of the page are read.
    with django_assert_max_num_queries(13 if name == "theme_detail" else 8):
        response = client.get(address)
    assert response.status_code == 200


def test_theme_detail_sets_no_count_over_a_base_it_does_not_belong_to(
    assessment: Assessment, theme: Theme, client_as: Any
) -> None:
    Theme.objects.filter(pk=theme.pk).update(area="5")
    for _ in range(3):
        interview = InterviewFactory(assessment=assessment, sections=["1", "3", "7", "8"])
        CodingFactory(answer=AnswerFactory(interview=interview, question="7.1"), theme=theme)
    for _ in range(2):
        InterviewFactory(assessment=assessment, sections=["1", "5", "7", "8"])
    detail, listed = (
        " ".join(client_as("observer").get(page).content.decode().split())
        for page in (url("theme_detail", "hotlines"), url("theme_list"))
    )
    sentence = "Raised in 0 of the 2 interviews in which section 5 was asked, and unprompted in 3 more. 3 passages."
    assert sentence in detail
    assert "0 of 2 interviews asked, 3 unprompted" in listed


def test_theme_detail_shows_overlapping_marks_as_one_mention_with_its_coders(
    assessment: Assessment, theme: Theme, member: Any, client_as: Any
) -> None:
    answer = AnswerFactory(interview=InterviewFactory(assessment=assessment))
    for role in ("lead", "consultant"):
        CodingFactory(answer=answer, theme=theme, coder=member(role))
    CodingFactory(answer=answer, theme=theme, start=4, end=15, coder=member("lead"))
    response = client_as("lead").get(url("theme_detail", "hotlines"))
    (mention,) = response.context["page"]
    assert [(mark.coding.start, mark.coders) for mark in mention.marks] == [
        (0, ("Lead", "Consultant")),
        (4, ("Lead",)),
    ]
    assert "1 passage." in response.content.decode()


def test_interview_code_roles(answer: Answer, theme: Theme, check_roles: Any) -> None:
    check_roles(url("interview_code", "AZEint1"), allowed="consultant", denied="observer", wrong="post")


@pytest.mark.parametrize("rows", [1, 3])
def test_interview_code_queries(
    rows: int, answer: Answer, theme: Theme, client_as: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        CodingFactory(answer=AnswerFactory(interview=answer.interview, question=f"4.{number + 1}"), theme=theme)
    client = client_as("lead")
    with django_assert_max_num_queries(20):
        assert len(client.get(url("interview_code", "AZEint1")).context["blocks"]) == rows + 1


def test_coding_add_counts_characters_of_every_script(
    answer: Answer, theme: Theme, client_as: Any, check_roles: Any
) -> None:
    start = TEXT.index("🙂")
    form = {"answer": "3.1", "quote": "🙂 and by the hotline", "start": str(start), "theme": theme.pk}
    place = url("coding_add", "AZEint1")
    check_roles(place, allowed="lead", denied="observer", method="post", wrong="get", ok=302, data=form)
    coding = Coding.objects.get()
    assert (coding.start, coding.quote) == (start, "🙂 and by the hotline")


def test_coding_add_without_a_place_finds_the_words(answer: Answer, theme: Theme, client_as: Any) -> None:
    client_as("lead").post(
        url("coding_add", "AZEint1"), {"answer": "3.1", "quote": "hotline", "start": "", "theme": theme.pk}
    )
    assert Coding.objects.get().start == TEXT.index("hotline")


def test_coding_add_replies_to_htmx_with_the_block(answer: Answer, theme: Theme, client_as: Any) -> None:
    form = {"answer": "3.1", "quote": "hotline", "theme": theme.pk}
    response = client_as("lead").post(url("coding_add", "AZEint1"), form, headers={"HX-Request": "true"})
    block = response.context["block"]
    assert (block["done"], block["pieces"][1]) == ("Coded as “Hotlines”.", ("hotline", ("Hotlines",)))
    assert "<html" not in response.text


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"quote": ""}, "Select some text"),
        ({"quote": "never said"}, "This passage is no longer in the notes"),
        ({"theme": ""}, "Choose a theme"),
        ({"theme": "9" * 30}, "Choose a theme"),
        ({"theme": "²"}, "Choose a theme"),
        ({"quote": "hotline\x00"}, "This passage is no longer in the notes"),
    ],
)
def test_coding_add_refuses(change: dict[str, str], fault: str, answer: Answer, theme: Theme, client_as: Any) -> None:
    form = {"answer": "3.1", "quote": "hotline", "start": "9" * 999, "theme": theme.pk} | change
    response = client_as("lead").post(url("coding_add", "AZEint1"), form, headers={"HX-Request": "true"})
    assert response.context["block"]["fault"].startswith(fault)
    assert not Coding.objects.exists()


def test_coding_add_of_an_unknown_answer_is_404(answer: Answer, theme: Theme, client_as: Any) -> None:
    for code in ("9.9", "\x00", ""):
        form = {"answer": code, "quote": "x", "theme": theme.pk}
        assert client_as("lead").post(url("coding_add", "AZEint1"), form).status_code == 404


def test_coding_release_that_was_withdrawn_is_shown_to_those_who_may_release(
    answer: Answer, theme: Theme, member: Any, client_as: Any
) -> None:
    coding = CodingFactory(answer=answer, theme=theme)
    release_passage(coding=coding, by=member("lead"))
    save_answer(interview=answer.interview, question="3.1", text=TEXT.replace("Հայտ", "Հայտ [name] "), by=None)
    page = client_as("consultant").get(url("theme_list")).content.decode()
    assert "approved quotations have changed" in page
    assert "approved quotations have changed" not in client_as("observer").get(url("theme_list")).content.decode()
    page = client_as("consultant").get(url("theme_detail", "hotlines")).content.decode()
    assert "Text changed, approval withdrawn" in page
    assert coding.quote in page
    stale = client_as("lead").post(
        url("coding_release", coding.pk), {"released": "1", "words": coding.words_hash, "attribution": ""}, follow=True
    )
    assert "has changed in the meantime" in stale.content.decode()
    assert not Coding.objects.get().released
    client_as("lead").post(url("coding_release", coding.pk), {"released": "0"})
    assert "approved quotations have changed" not in client_as("lead").get(url("theme_list")).content.decode()


def test_coding_release_roles(answer: Answer, theme: Theme, check_roles: Any) -> None:
    coding = CodingFactory(answer=answer, theme=theme)
    check_roles(
        url("coding_release", coding.pk),
        **ACTION,
        data={"released": "1", "words": coding.words_hash, "attribution": "An interviewee"},
    )
    assert Coding.objects.get().released


def test_coding_remove_roles(answer: Answer, theme: Theme, client_as: Any, check_roles: Any) -> None:
    remove = url("coding_remove", "AZEint1", CodingFactory(answer=answer, theme=theme).pk)
    check_roles(remove, **ACTION)
    assert not Coding.objects.exists()
    assert client_as("lead").post(remove).status_code == 404


def test_marked_pieces_cut_at_every_edge(answer: Answer) -> None:
    answer.text = "abcdefgh"
    codings = [
        CodingFactory.build(answer=answer, start=start, end=end, theme__label=label, lost=lost)
        for start, end, label, lost in [(1, 5, "A", False), (3, 7, "B", False), (0, 8, "C", True)]
    ]
    assert marked_pieces(answer.text, codings) == [
        ("a", ()),
        ("bc", ("A",)),
        ("de", ("A", "B")),
        ("fg", ("B",)),
        ("h", ()),
    ]


def test_search_marks_hits_in_every_script(answer: Answer, assessment: Assessment, client_as: Any) -> None:
    AnswerFactory(interview=InterviewFactory(assessment=assessment), question="4.1", text="QADIN sığınacağı <b>")
    client = client_as("observer")

    def found(query: str, **more: str) -> list[str]:
        page = client.post(url("search"), {"q": query} | more, follow=True).context["page"]
        return [words for hit in page for snippet in hit.snippets for words, marked in snippet if marked]

    assert found("ՈՍՏԻԿԱՆՈՒԹՅԱՆԸ") == ["ոստիկանությանը"]
    assert found("qadın") == ["QADIN"]
    assert found("qadin", section="3") == []
    assert found("") == found("x" * 5000) == []
    assert "&lt;b&gt;" in client.post(url("search"), {"q": "qadin"}, follow=True).text


def test_search_leaves_out_other_assessments_and_the_trash(answer: Answer, client_as: Any) -> None:
    AnswerFactory(text="hotline")
    assert client_as("lead").post(url("search"), {"q": "hotline"}, follow=True).context["page"].paginator.count == 1
    client_as("lead").post(url("interview_trash", "AZEint1"))
    assert client_as("lead").post(url("search"), {"q": "hotline"}, follow=True).context["page"].paginator.count == 0

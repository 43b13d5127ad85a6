"""What of assessments is found by the search: pages, organisations, members, contacts, documents, questions."""

from collections.abc import Iterator
from typing import Any, cast

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from assessments.models import Contact, Document, Membership, Organisation
from assessments.search import Hit, Search, searches
from assessments.snapshot import Rows
from ctnat.ui.page_help import page_titles
from instruments import schema


def page_named(name: str) -> Any:
    """The address of a page of the assessment that is searched."""
    return lambda search: reverse(name, args=[search.assessment.reference])


def _may_open(search: Search, url: str) -> bool:
    access = getattr(resolve(url).func, "access", "signed_in")
    if access == "editors":
        return search.user.is_editor
    if access == "staff":
        return search.user.is_staff
    return access == "signed_in" or access in search.may


@searches("pages", _("Pages and actions"), page=page_named("assessments:assessment_home"))
def pages(search: Search, rows: Rows) -> Iterator[Hit]:
    """By their titles in the member's language, and in English, which colleagues may have told them."""
    for name, title in page_titles().items():
        with override("en"):
            english = str(title)
        if search.found(str(title), english, people=True) is None:
            continue
        try:
            url = reverse(name, args=[search.assessment.reference])
        except NoReverseMatch:  # a page outside of the assessment
            url = reverse(name)
        if _may_open(search, url):
            yield Hit(title, url)


@searches(
    "organisations",
    _("Organisations"),
    page=page_named("assessments:organisation_list"),
    rows=lambda assessment: Organisation.objects.for_assessment(assessment).values("pk", "name", "short_name"),
)
def organisations(search: Search, rows: Rows) -> Iterator[Hit]:
    listed = reverse("assessments:organisation_list", args=[search.assessment.reference])
    may_edit = "organisations.edit" in search.may
    for row in rows:
        if (name := search.found(row["short_name"], row["name"])) is not None:
            own = reverse("assessments:organisation_edit", args=[search.assessment.reference, row["pk"]])
            yield Hit(name, own if may_edit else listed, search.read(row["short_name"]))


@searches(
    "members",
    _("Members"),
    page=page_named("assessments:member_list"),
    rows=lambda assessment: (
        Membership.objects.for_assessment(assessment).order_by("user__email").values("user__name", "user__email")
    ),
)
def members(search: Search, rows: Rows) -> Iterator[Hit]:
    url = reverse("assessments:member_list", args=[search.assessment.reference])
    for name, email in dict.fromkeys((row["user__name"], row["user__email"]) for row in rows):
        if search.found(name, email, people=True) is not None:
            yield Hit(name or email, url, email if name else "")


@searches("contacts", _("Contacts"), action="contacts.view", page=page_named("assessments:contact_list"))
def contacts(search: Search, rows: Rows) -> Iterator[Hit]:
    listed = reverse("assessments:contact_list", args=[search.assessment.reference])
    may_edit = "contacts.edit" in search.may
    found = Contact.objects.for_assessment(search.assessment).for_inviting()
    for pk, name, email, organisation in found.values_list("pk", "name", "email", "organisation").iterator():
        if search.found(name, email, organisation, people=True) is not None:
            own = reverse("assessments:contact_edit", args=[search.assessment.reference, pk])
            yield Hit(name or email, own if may_edit else listed, " · ".join(filter(None, (organisation, email))))


@searches(
    "documents",
    _("Documents"),
    action="documents.view",
    page=page_named("assessments:document_list"),
    rows=lambda assessment: Document.objects.for_assessment(assessment).values(
        "pk", "code", "title", "authors", "publisher", "note"
    ),
)
def documents(search: Search, rows: Rows) -> Iterator[Hit]:
    listed = reverse("assessments:document_list", args=[search.assessment.reference])
    may_edit = "documents.edit" in search.may
    for row in rows:
        texts = (row["code"], row["title"], row["authors"], row["publisher"])
        if (note := search.found(*texts, row["note"])) is not None:
            own = reverse("assessments:document_edit", args=[search.assessment.reference, row["pk"]])
            title = search.read(row["title"])
            yield Hit(f"{row['code']} {title}", own if may_edit else listed, search.read(row["authors"]) or note)


@searches("questions", _("Survey questions"), page=page_named("assessments:assessment_tool"))
def questions(search: Search, rows: Rows) -> Iterator[Hit]:
    """In the member's language, and in the instrument's own."""
    instrument = search.assessment.questionnaire
    page = f"{reverse('instruments:instrument_detail', args=[instrument.pk])}?in={search.assessment.reference}"
    language = get_language() or "en"
    for item in cast(schema.Survey, instrument.document).items:
        text = item.text.translate(language)
        if search.found(item.name, str(item.text), str(item.label), text, people=True) is not None:
            yield Hit(item.name, f"{page}#item-{item.name}", text)

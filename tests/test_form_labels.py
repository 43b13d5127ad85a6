"""Labels and help texts of forms are in the language of who reads them. Django makes a label of the field's name, in
English, where a form gives none."""

import ast
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise

from assessments.erasers import eraser_of
from assessments.forms import AssessmentNewForm
from assessments.models import Assessment, User
from ctnat.ui.forms import YesNoField
from interviews.completing import OpenPoints
from interviews.guides import guide_of
from interviews.models import Interview, Theme
from reports.document.open_points import LABELS as POINT_LABELS
from reports.document.open_points import OpenPoint
from reports.models import ReportLanguage
from reports.services.reports import create_report
from reports.word.importing import Piece
from tests.conftest import rows_of_module
from tests.factories import AssessmentFactory, MembershipFactory, UserFactory

# Fields whose labels their templates write, or their forms when they are made.
ELSEWHERE = {
    "ErasureForm": {"which"},
    "StatusForm": {"status", "reason", "translations"},
    "MoveForm": {"to", "whole_group"},
    "VerdictForm": {"target", "choice", "wording"},
    "BallotForm": {"other_text"},
    "NameDecisionForm": {"places", "reason"},
    "PublishForm": {"use"},
    "AddPasskeyForm": {"name"},
    "ReportForm": {"language"},
}
NAMES = {"DOI"}  # the same in every language
APPS = ("assessments", "interviews", "surveys", "indicators", "workshops", "reports", "instruments")


def forms_of(app: str) -> Iterator[type[forms.BaseForm]]:
    for name in (f"{app}.forms", *(["assessments.account_forms"] if app == "assessments" else [])):
        module = import_module(name)
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, forms.BaseForm) and found.__module__ == name:
                yield found


@pytest.mark.parametrize("app", APPS)
def test_labels_and_help_texts_of_forms_are_marked_for_translation(app: str) -> None:
    found = [
        (form.__name__, name, what)
        for form in forms_of(app)
        for name, field in getattr(form, "base_fields", {}).items()
        for what in ("label", "help_text")
        if not field.widget.is_hidden
        and not isinstance(getattr(field, what), Promise)
        and (what == "label" or field.help_text)
        and getattr(field, what) not in NAMES
        and name not in ELSEWHERE.get(form.__name__, ())
    ]
    assert found == []


# "(optional)" ---------------------------------------------------------------------------------------------------------

OPTIONAL = "(optional)"
# Forms that are made in another way than `Form(data)`: name -> arguments, of which `made` holds the objects.
ARGUMENTS: dict[str, Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "AssessmentNewForm": lambda made: (({},), {"user": made.lead}),
    "AssessmentEditForm": lambda made: (({},), {"instance": made.assessment, "user": made.lead}),
    "LeadOfferForm": lambda made: (({},), {"assessment": made.assessment, "user": made.lead}),
    "CopyForm": lambda made: (({},), {"source": made.assessment, "user": made.lead}),
    "ErasureForm": lambda made: (({},), {"eraser": eraser_of("passage"), "assessment": made.assessment}),
    "assessments.ContactForm": lambda made: (({},), {}),
    "PlanForm": lambda made: (({},), {"guide": guide_of(made.assessment), "values": {}, "language": "en"}),
    "FieldForm": lambda made: (({},), {"assessment": made.assessment}),
    "FieldContactForm": lambda made: (({},), {"assessment": made.assessment}),
    "InterviewForm": lambda made: (({},), {"assessment": made.assessment}),
    "CompletionForm": lambda made: (
        ({},),
        {"points": OpenPoints(("2",), True, True, True, ()), "titles": {"2": "Prevention"}},
    ),
    "ConsentForm": lambda made: (({},), {"interview": made.interview}),
    "WithdrawalForm": lambda made: (({},), {"interview": made.interview}),
    "interviews.ContactForm": lambda made: (({},), {"assessment": made.assessment}),
    "FollowUpForm": lambda made: (({},), {"assessment": made.assessment}),
    "ThemeForm": lambda made: (({},), {"assessment": made.assessment}),
    "MergeForm": lambda made: (({},), {"theme": made.theme}),
    "interviews.NotesUploadForm": lambda made: (({},), {"accept": ".xlsx"}),
    "interviews.UploadForm": lambda made: (({},), {"accept": ".xlsx"}),
    "SurveyForm": lambda made: (({},), {"zone": "UTC"}),
    "TableForm": lambda made: (({},), {"versions": ()}),
    "SheetForm": lambda made: (({},), {"sheets": [(0, "Answers")]}),
    "ImportedFormsForm": lambda made: (({},), {"languages": ["en"]}),
    "PasteForm": lambda made: (({},), {"languages": ["en"]}),
    "surveys.PlanForm": lambda made: (({},), {"zone": "UTC"}),
    "RecommendationForm": lambda made: ((made.assessment, {}), {}),
    "WorkshopForm": lambda made: ((made.assessment, {}), {}),
    "NewWorkshopForm": lambda made: ((made.assessment, {}), {}),
    "GroupForm": lambda made: ((made.assessment, {}), {}),
    "BallotForm": lambda made: ((made.assessment, {}), {}),
    "CommentForm": lambda made: ((made.assessment, {}), {}),
    "ReportForm": lambda made: (({},), {"instance": made.report}),
    "reports.LanguageForm": lambda made: (((), (), {}), {}),
    "CoverTranslationForm": lambda made: (({},), {"instance": ReportLanguage(report=made.report, language="az")}),
    "ReplyForm": lambda made: (((), {}), {}),
    "SectionCommentForm": lambda made: (((), (), {}), {}),
    "CommentEditForm": lambda made: (((), {}), {}),
    "NewSectionForm": lambda made: ((made.report, {}), {}),
    "OutlineImportForm": lambda made: ((made.report, [Piece("Border work", 1, "")], {}), {}),
    "FinalEditionForm": lambda made: (((OpenPoint(next(iter(POINT_LABELS)), ("AZEint1",)),), {}), {}),
    "PublishForm": lambda made: (({},), {"owner": "AZE-2016"}),
    "CorrectionForm": lambda made: (({},), {"language": "en", "is_source": True}),
    "ImportForm": lambda made: (({},), {"user": made.lead}),
    "BreakdownPlanForm": lambda made: (({},), {"offered": {"sex": ("Sex", {"f": "Women"})}}),
    "MoveForm": lambda made: (({},), {}),
}
NOT_BUILT = {
    "NameDecisionForm": "its labels are those of its template",
    "_GroundForm": "the base of others",
    "_ConsentForm": "the base of others",
}
# Services that refuse a value in a field that may be left blank: not because it is blank.
NOT_FOR_BLANKS = {
    ("assessments", "name"): "of an organisation that is listed already, where its form requires it",
    ("assessments", "note"): "the words to erase are repeated in it",
    ("interviews", "note"): "the words to erase are repeated in it",
    ("interviews", "duration"): "of a planned interview, which has none yet",
    ("interviews", "participant"): "a number that is none of the people",
    ("interviews", "due"): "a year that cannot be",
    ("interviews", "assigned_to"): "a member who may not change interviews",
    ("interviews", "area"): "a code that the guide does not have",
    ("interviews", "criterion"): "a code that the matrix does not have",
    ("indicators", "criteria"): "a code that the matrix does not have",
    ("workshops", "categories"): "a code that the matrix does not have",
    ("reports", "title"): "of a section, where its form requires it",
    ("reports", "body"): "a text that is too long",
    ("reports", "parent"): "a section that is gone",
    ("surveys", "deadline"): "a year, or an order, that cannot be",
}


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    def load() -> None:
        assessment = AssessmentFactory(reference="AZE-2016")
        MembershipFactory(assessment=assessment, role="lead", user__email="lead@example.org")
        Interview.objects.create(assessment=assessment, number=1, code="AZEint1", held_at=timezone.now(), women=2)
        Theme.objects.create(assessment=assessment, code="referral", label="Referral")
        create_report(assessment=assessment, by=None)

    with rows_of_module(django_db_blocker, load):
        yield


@pytest.fixture
def made(made_once: None, db: Any) -> SimpleNamespace:
    assessment = Assessment.objects.get(reference="AZE-2016")
    return SimpleNamespace(
        assessment=assessment,
        lead=User.objects.get(email="lead@example.org"),
        interview=Interview.objects.get(),
        theme=Theme.objects.get(),
        report=assessment.report,
    )


def blank_form(app: str, form: type[forms.BaseForm], made: Any) -> Any:
    """The form as it is sent with nothing filled in."""
    key = next((key for key in (f"{app}.{form.__name__}", form.__name__) if key in ARGUMENTS), "")
    args, kwargs = ARGUMENTS[key](made) if key else (({},), {})
    return form(*args, **kwargs)


def blank_forms(made: Any) -> Iterator[tuple[str, str, Any]]:
    """(app, name, form) of every form of the project that shows labels of its own."""
    for app in (*APPS, "analysis"):
        for form in forms_of(app):
            if hasattr(form, "needed_sometimes") and form.__name__ not in NOT_BUILT:
                yield app, form.__name__, blank_form(app, form, made)


def test_what_is_said_to_be_optional_may_be_left_blank_and_the_reverse(made: Any) -> None:
    wrong = []
    for app, name, form in blank_forms(made):
        for bound in form.visible_fields():
            may_be_blank = str(bound.label).endswith(OPTIONAL)
            if may_be_blank and bound.errors:
                wrong.append((app, name, bound.name, "said to be optional, and refused where it is blank"))
            if may_be_blank or bound.errors or not form.marks_optional:
                continue
            explained = bound.name in form.needed_sometimes or bound.field.disabled
            answers = isinstance(bound.field, forms.BooleanField | YesNoField)
            if not explained and not answers:
                wrong.append((app, name, bound.name, "may be left blank, and does not say so"))
    assert wrong == []


def test_no_service_requires_what_a_form_says_to_be_optional(made: Any) -> None:
    """Each field that a service refuses by name is required in the form, needed sometimes, or listed with a reason."""
    refused = {(app, name) for app in (*APPS, "analysis") for name in refused_names(app)}
    assert ("indicators", "rationale") in refused
    said = {
        (app, bound.name)
        for app, _, form in blank_forms(made)
        for bound in form.visible_fields()
        if str(bound.label).endswith(OPTIONAL)
    }
    assert refused & said - set(NOT_FOR_BLANKS) == set()


def refused_names(app: str) -> Iterator[str]:
    """Names of fields in `InputError({"name": ...})` and `ValidationError({"name": ...})` of an app's services."""
    for path in sorted((Path(settings.BASE_DIR) / app).glob("**/*.py")):
        if path.name == "forms.py" or "management" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"InputError", "ValidationError"}:
                for argument in node.args:
                    if isinstance(argument, ast.Dict):
                        yield from (key.value for key in argument.keys if isinstance(key, ast.Constant))


def test_a_new_study_needs_a_title_whether_or_not_there_is_another_one(made: Any) -> None:
    labels = {}
    for user in (made.lead, UserFactory(is_staff=False)):
        form = AssessmentNewForm({}, user=user)
        assert form.errors["study_title"]
        labels[user.email] = {bound.name: str(bound.label) for bound in form}
    assert "study" in labels["lead@example.org"]
    for shown in labels.values():
        assert shown["study_title"] == "Title of the new study"
        assert OPTIONAL not in shown.get("study", "")

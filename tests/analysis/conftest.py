import pytest

from tests.analysis.builders import (
    code,
    make_interview,
    make_survey,
    make_theme,
    make_workshop,
    mark,
    release,
    respond,
)
from tests.factories import DocumentFactory

FORMS = ["forced_marriage", "forced_labour", "prostitution"]


@pytest.fixture
def filled(assessment):
    """Three interviews, four responses, two ballots, one mark: small enough to count by hand."""
    first = make_interview(
        assessment, 1, {"2.1": "Weak law", "1.1": "x"}, sector="state", women=1, men=2, sections=["1", "2", "7", "8"]
    )
    second = make_interview(assessment, 2, {"1.1": "Weak law"}, sector="state", men=1)
    make_interview(assessment, 3, {"2.1": "Nothing"}, sector="ngo", women=2, sections=["1", "2", "7", "8"])
    weak = make_theme(assessment, "weak-law", label="The law is weak", area="2", criterion="1.1")
    make_theme(assessment, "unheard", label="Nobody said it", area="2", kind="trend")
    code(first, "2.1", weak, 0, 4)
    code(first, "2.1", weak, 5, 8)
    code(second, "1.1", weak, 0, 4)  # raised although section 2 was not asked
    survey = make_survey(assessment)
    respond(survey, 1, {"1.6": "female", "3.1.5": "adequate", "8.1": ["J", "A", "B"], "2.2": FORMS})
    respond(survey, 2, {"1.6": "male", "3.1.5": "inadequate", "8.1": ["J", "B", "A"], "8.3": "Train the judges"})
    respond(survey, 3, {"1.6": "male", "3.1.5": "dont_know"})
    respond(survey, 4, {"1.6": "male"})
    respond(survey, 5, {"3.1.5": "adequate"}, is_test=True)
    release(assessment, k=1)
    make_workshop(assessment, ["J", "C", "D"], ["C", "J"])
    DocumentFactory(assessment=assessment, code="Aze 1", title="An action plan")
    mark(assessment, "1.1", "F1", "in_place", evidence=["document:Aze 1", "interview:AZEint1/2.1", "survey:3.1.5"])
    return assessment

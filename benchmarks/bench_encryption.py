"""What encryption at rest costs: the same work on the same rows, encrypted and in clear, as the ratio of one run.

    python benchmarks/bench_encryption.py

Works in a database of its own in memory. Each time is the best of five.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ctnat.test_settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"
INTERVIEWS, NOTES, RESPONSES = 500, 40, 10_000
NOTE = "The police find most of them, and a hotline helps; the shelter of the capital has been full since the spring. "


def best(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


@contextmanager
def in_clear() -> Iterator[None]:
    """Protected columns are read as they are stored: for rows that were stored in clear."""
    from assessments.fields import ProtectedJSONField, ProtectedTextField

    usual = ProtectedTextField.from_db_value

    def from_db_value(self: Any, value: Any, expression: Any, connection: Any) -> Any:
        return self.from_text(value) if isinstance(self, ProtectedJSONField) and value else value

    ProtectedTextField.from_db_value = from_db_value  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProtectedTextField.from_db_value = usual  # type: ignore[method-assign]


def decrypt_all() -> None:
    from django.apps import apps
    from django.db import connection

    from assessments.column_encryption import _change, _decrypted
    from assessments.fields import protected_fields

    for model in apps.get_models():
        if protected_fields(model):
            _change(model, connection, _decrypted)


def make_rows() -> Any:
    from interviews.models import Answer, Interview
    from tests import factories

    assessment: Any = cast(Any, factories).AssessmentFactory(reference="AZE-2016")
    questions = [question.name for section in guide(assessment) for question in section.questions][:NOTES]
    interviews = Interview.objects.bulk_create(
        Interview(
            assessment=assessment, number=n, code=f"AZEint{n}", held_at="2016-02-01T10:00Z", women=1, observations=NOTE
        )
        for n in range(1, INTERVIEWS + 1)
    )
    Answer.objects.bulk_create(
        (
            Answer(interview=interview, question=question, text=f"{NOTE * 3} {interview.code}", revision=1)
            for interview in interviews
            for question in questions
        ),
        batch_size=1000,
    )
    make_responses(assessment)
    return assessment


def make_responses(assessment: Any) -> None:
    from surveys.models import Response, Survey

    survey = Survey.objects.create(assessment=assessment, questionnaire=assessment.questionnaire)
    answers = {"1.1": "AZE", "1.6": "female", "2.1": ["origin", "transit"], "2.6": NOTE, "3.1.1": "2", "3.1.2": "4"}
    answers |= {f"3.2.{n}": "3" for n in range(1, 40)}
    Response.objects.bulk_create(
        (
            Response(
                survey=survey,
                questionnaire=assessment.questionnaire,
                number=n,
                code=f"AZEsur{n}",
                answers=answers,
                source="paper",
            )
            for n in range(1, RESPONSES + 1)
        ),
        batch_size=500,
    )


def guide(assessment: Any) -> Any:
    return assessment.guide.document.sections


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command(
        "loaddata", *sorted(str(path) for path in Path("fixtures").glob("instruments_2016*.yaml")), verbosity=0
    )
    assessment = make_rows()
    for name, function in files(assessment):
        print(f"{name:45} {best(function) * 1000:7.1f} ms")
    work = dict(works(assessment))
    encrypted = {name: best(function) for name, function in work.items()}
    decrypt_all()
    with in_clear():
        clear = {name: best(function) for name, function in work.items()}
    for name in work:
        times = f"clear {clear[name] * 1000:7.1f} ms   encrypted {encrypted[name] * 1000:7.1f} ms"
        print(f"{name:45} {times}   x {encrypted[name] / clear[name]:.2f}")


def files(assessment: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    """The same file of 20 MB, the largest upload, in clear and encrypted."""
    import tempfile

    from assessments.file_encryption import CHUNK, DecryptedFile, encrypted, pieces, write_whole

    folder = Path(tempfile.mkdtemp())
    clear, sealed, content = folder / "clear", folder / "sealed", bytes(20 * 1024 * 1024)
    key, place = assessment.data_key_id, "assessments.document.file"

    def parts() -> Iterator[bytes]:
        return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))

    def read(path: Path, opened: Callable[[Any], Any]) -> None:
        with path.open("rb") as stored:
            for _ in pieces(opened(stored)):
                pass

    yield "store 20 MB in clear", lambda: write_whole(clear, parts())
    yield "store 20 MB encrypted", lambda: write_whole(sealed, encrypted(parts(), key, place))
    yield "read 20 MB in clear", lambda: read(clear, lambda stored: stored)
    yield "read 20 MB encrypted", lambda: read(sealed, lambda stored: DecryptedFile(stored, place))


def works(assessment: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    from analysis.frames import Frames, responses_of, version_of
    from assessments.services.erasure import ask_erasure, preview
    from interviews.models import Answer, Interview
    from interviews.search import search_notes
    from surveys.models import Response
    from tests import factories

    lead = cast(Any, factories).UserFactory()
    found = Response.objects.filter(survey__assessment=assessment).order_by("number")
    versions = [version_of(assessment.questionnaire)]
    first = found.filter(number__lte=1000)

    yield f"search, {INTERVIEWS} interviews with {NOTES} notes", lambda: search_notes(assessment, "hotline spring")
    yield "search, nothing found", lambda: search_notes(assessment, "xyzzy")
    yield "list of interviews", lambda: list(Interview.objects.for_assessment(assessment).with_answered())
    yield "1,000 responses of the analysis", lambda: responses_of(assessment, first, versions, date.max)
    yield f"{RESPONSES:,} responses of the analysis", lambda: responses_of(assessment, found, versions, date.max)
    yield "interviews of the analysis", lambda: Frames(assessment).interviews
    first_answer = Answer.objects.filter(interview__assessment=assessment).earliest("pk")
    typed = {"which": str(first_answer.pk), "words": "hotline helps"}
    asked = ask_erasure(assessment=assessment, kind="passage", by=lead, ground="person", **typed)
    yield "what erasing a passage would remove", lambda: preview(asked)


if __name__ == "__main__":
    main()

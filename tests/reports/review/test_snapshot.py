import json

import pytest

from reports.review.snapshot import Atom, Look, Paragraph, Snapshot


def test_a_snapshot_is_the_same_after_it_was_stored() -> None:
    atoms = (Atom(0, 2, "fact", "interviews.people"), Atom(9, 17, "cite", "Aze 30, p. 31"))
    paragraphs = (
        Paragraph("_ct00001", "", "made", text="Contents"),
        Paragraph("_ct00002", "needs", "title", text="Հարցում"),
        Paragraph(
            "_ct00003",
            "needs",
            "text",
            first=0,
            last=2,
            text="36 people (Aze 30, p. 31)",
            atoms=atoms,
            look=Look("bullet", 1),
        ),
        Paragraph("_ct00004", "needs", "block", block="chart roles", first=3, last=4),
    )
    bodies = {"needs": "{{ interviews.people }} people\n[@Aze 30, p. 31]\n\n[[chart roles]]\n"}
    kept = Snapshot("token", "hy", paragraphs, bodies, {"needs": "Հարցում"}, {"needs": 4})
    assert Snapshot.from_json(kept.to_json()) == kept
    assert Snapshot.from_json(kept.to_json().encode()) == kept
    assert "Հարցում" in kept.to_json(), "letters of all scripts take no more room than they need"


def test_in_one_that_was_stored_before_looks_were_kept_they_are_unknown() -> None:
    given = json.loads(Snapshot("token", "", (Paragraph("_ct00001", "", "made", text="Contents"),)).to_json())
    del given["paragraphs"][0]["look"]
    (paragraph,) = Snapshot.from_json(json.dumps(given)).paragraphs
    assert paragraph.look == Look("", 0)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"paragraphs": [{}]}', '{"paragraphs": [], "other": 1}'])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Snapshot.from_json(text)

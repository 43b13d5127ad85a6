"""Columns that can contain words and are stored in clear text in the database, each with the reason.

docs/security.md explains the same for readers. Names of persons in them are those of the team.
"""

CODE = "a code, a key or a list of them"
HASH = "a hash or an HMAC, from which nothing is read back"
SETTING = "a setting, shown to all members"
SITE = "concerns the site, not an assessment"
REGISTER = "the register of sources: published works"
PUBLISHED = "texts that are sent to every respondent"
ORGANISATION = "a name of an organisation, by which lists are sorted and imports matched"
TEAM = "the name of a member of the team"
SEALED = "encrypted already, with a key of the survey"
FILE = "a name of our own; what is in the file is encrypted"
CODEBOOK = "the codebook, which the report prints"
SHOWN = "wording put to the groups, shown to all of them"
RECOMMENDED = "recommendations, put to the workshop and printed"

DOCUMENT = "code title authors published_in volume issue pages publisher place language url doi file_name themes note"

CLEAR: dict[str, dict[str, str]] = {
    "instruments.instrument": {
        "key": CODE,
        "definition": PUBLISHED,
        "import_notes": "what of a form was taken, and what not",
        "import_decisions": "what a form left open, and how it was decided",
        "withdrawn_reason": "shown to all who use the version",
        "name": "the name of a version, shown to all members",
        "corrected": PUBLISHED,
    },
    "instruments.correction": {
        "language": CODE,
        "key": CODE,
        "was": PUBLISHED,
        "becomes": PUBLISHED,
        "reason": "printed with the limits of the report",
    },
    "instruments.removedentry": {
        "path": CODE,
        "entry": PUBLISHED,
        "translations": "states of translations, without words",
    },
    "instruments.translation": {"language": CODE, "key": CODE, "source_mark": HASH},
    "assessments.user": {"password": HASH, "email": "by which a member signs in", "name": TEAM, "language": CODE},
    "assessments.signin": {"session_key": CODE, "device": "kind of the browser"},
    "assessments.refusedsignin": {"device": "kind of the browser"},
    "assessments.sitedetails": {"name": SITE, "languages": CODE, "time_zone": SETTING},
    "assessments.mailfailure": {"reason": SITE},
    "assessments.workerbeat": {"worker": SITE},
    "assessments.study": {"title": "on the report's cover", "commissioner": ORGANISATION, "funder": ORGANISATION},
    "assessments.assessment": {
        "country": CODE,
        "country_names": "names of the country",
        "reference": CODE,
        "time_zone": SETTING,
        "languages": SETTING,
        "office": PUBLISHED,
        "interviewer_contact": PUBLISHED,
        "research_contact": PUBLISHED,
        "survey_contact": PUBLISHED,
        "notice": "on the report's cover",
        "words_version": CODE,
        "copied_from": CODE,
    },
    "assessments.languagepack": {"language": CODE, "own_name": "the name of a language"},
    "assessments.packtext": {
        "key": CODE,
        "form": CODE,
        "text": PUBLISHED,
        "source_mark": HASH,
        "reviewed_mark": HASH,
    },
    "assessments.memberinvitation": {"email": "of a future member", "token_hmac": HASH},
    "assessments.organisation": {"name": ORGANISATION, "short_name": ORGANISATION, "entity_type": CODE},
    "assessments.document": dict.fromkeys(DOCUMENT.split(), REGISTER) | {"file": FILE},
    "assessments.retiredcode": {"prefix": CODE},
    "assessments.contact": {"organisation": ORGANISATION, "language": CODE, "suggested_in": CODE},
    "assessments.auditchain": {"head": HASH, "cut_head": HASH},
    "assessments.deletioncertificate": {
        "reference": CODE,
        "rule": "what was erased by which rule, never the content",
        "parts": "names of kinds of data, and counts",
        "pdf": "the certificate, as it is handed out",
        "checksum": HASH,
        "content_checksum": HASH,
    },
    "assessments.erasurerequest": {
        "reference": CODE,
        "kind": CODE,
        "key": CODE,
        "place": CODE,
        "label": "a code or a title, never what is erased",
        "parts": "names of kinds of data, and counts",
    },
    "assessments.auditevent": {
        "action": CODE,
        "object_type": CODE,
        "object_id": CODE,
        "object_label": "a code or a title, never what was said",
        "detail": "names of fields, numbers and reasons of members, never what was said",
        "previous_hash": HASH,
        "hash": HASH,
    },
    "interviews.interview": {
        "code": CODE,
        "planned_as": CODE,
        "interviewer": TEAM,
        "interviewer_organisation": ORGANISATION,
        "language": CODE,
        "sections": CODE,
        "not_reached": CODE,
        "unanswered": CODE,
    },
    "interviews.answer": {"question": CODE},
    "interviews.answerrevision": {"client": CODE},
    "interviews.setaside": {"client": CODE},
    "interviews.typing": {"client": CODE, "question": CODE},
    "interviews.theme": {
        "code": CODE,
        "label": "the codebook",
        "definition": "the codebook",
        "area": CODE,
        "criterion": CODE,
    },
    "interviews.informationnote": {
        "language": CODE,
        "paragraphs": "the information note, as it is given to all who are interviewed",
        "checksum": HASH,
    },
    "interviews.consentrecord": {"language": CODE},
    "interviews.struckpassage": {"question": CODE, "mac": HASH},
    "surveys.survey": {
        "languages": SETTING,
        "open_slug": CODE,
        "texts": PUBLISHED,
        "opened": CODE,
        "answered": CODE,
    },
    "surveys.triallink": {"nonce": "random, of no use without the server's secret", "token_hmac": HASH},
    "surveys.invitation": {
        "organisation": ORGANISATION,
        "language": CODE,
        "nonce": "from which the link is made with the site's secret",
        "token_hmac": HASH,
        "send_key": CODE,
        "failure": "what the mail server said, without the address",
    },
    "surveys.response": {"code": CODE, "language": CODE, "receipt_hmac": HASH},
    "surveys.sealedanswer": {"box": SEALED, "receipt_hmac": HASH},
    "surveys.limitcount": {"key": HASH},
    "surveys.draft": {"code_hmac": HASH, "box": SEALED},
    "surveys.importmapping": {"name": "the name of a program", "mode": CODE},
    "surveys.mailing": {"error": "what the mail server said, without an address"},
    "indicators.mark": {"criterion": CODE, "evidence": CODE},
    "indicators.markchange": {"evidence": CODE},
    "indicators.cellrevision": {"criterion": CODE},
    "indicators.celldecision": {"criterion": CODE},
    "indicators.recommendation": {"category": CODE, "criteria": CODE}
    | dict.fromkeys(["lead_in", "addressee", "text"], RECOMMENDED),
    "indicators.recommendationchange": dict.fromkeys(["opening", "text", "before_opening", "before_text"], RECOMMENDED),
    "indicators.translation": {
        "target": CODE,
        "field": CODE,
        "language": CODE,
        "source_mark": HASH,
        "reviewed_mark": HASH,
    },
    "workshops.workshop": {"place": "where the workshop is", "join_code": "shown on the projector"}
    | {"agenda": SHOWN, "language": CODE},
    "workshops.group": {"name": "of a working group", "categories": CODE, "device_hmac": HASH},
    "workshops.ballot": {"priorities": CODE, "other_language": CODE},
    "workshops.verdict": {"target": CODE, "words_language": CODE} | {"seen": SHOWN},
    "workshops.comment": {"target": CODE, "source": CODE, "language": CODE} | {"seen": SHOWN},
    "workshops.minutes": {"checksum": HASH},
    "analysis.opencoding": {"item": CODE},
    "analysis.breakdownplan": {"characteristics": CODE, "named_because": "the lead's reason for a setting"},
    "analysis.datarelease": {"members": CODE, "plan": CODE, "results": "counts, as they are published"},
    "analysis.comparison": {"references": CODE},
    "reports.report": {"title": "on the report's cover", "subtitle": "on the report's cover", "language": CODE},
    "reports.reportlanguage": {"language": CODE}
    | dict.fromkeys(["title", "subtitle", "of_title", "of_subtitle"], "on the report's cover"),
    "reports.section": {"key": CODE, "kind": CODE, "title": "the outline"},
    "reports.sectiontranslation": {"language": CODE, "title": "the outline"},
    "reports.sectionrevision": {"language": CODE, "title": "the outline"},
    "reports.namedecision": {"fingerprint": HASH, "place": CODE},
    "reports.build": {
        "format": CODE,
        "language": CODE,
        "data_revision": HASH,
        "step": "how far the job is",
        "file": FILE,
        "checksum": HASH,
        "failure": "why a file is missing",
    },
    "reports.wordtemplate": {"file": FILE, "checksum": HASH},
    "reports.assessmentexport": {
        "step": "how far the job is",
        "file": FILE,
        "checksum": HASH,
        "failure": "why a file is missing",
    },
    "reports.interviewdocument": {
        "step": "how far the job is",
        "language": CODE,
        "file": FILE,
        "checksum": HASH,
        "failure": "why a file is missing",
    },
    "reports.edition": {
        "data_revision": HASH,
        "failure": "why a file is missing",
    },
    "reports.editiontranslation": {"language": CODE},
    "reports.editionfile": {
        "format": CODE,
        "language": CODE,
        "file": FILE,
        "checksum": HASH,
        "pages": "keys of sections, with numbers of lines and pages",
    },
    "reports.sharelink": {"token_hmac": HASH},
    "reports.reviewround": {
        "language": CODE,
        "token_hmac": HASH,
        "file": FILE,
        "checksum": HASH,
        "snapshot": FILE,
        "failure": "why a file is missing",
    },
    "reports.reviewer": {
        "language": CODE,
        "category": CODE,
        "nonce": "from which the link is made with the site's secret",
        "token_hmac": HASH,
    },
    "reports.returnedfile": {
        "step": "how far the job is",
        "file": FILE,
        "checksum": HASH,
        "failure": "why a file could not be read",
    },
    "reports.reviewitem": {
        "section_key": CODE,
        "section_title": "the outline",
        "paragraph": CODE,
        "why": "a sentence of the program",
    },
}

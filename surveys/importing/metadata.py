"""Columns that the programs add: who, when, on which device. They are not stored. Pure."""

import re

from ctnat.ui.folding import fold

# Of KoboToolbox, ODK Central and Aggregate, Ona, SurveyCTO, LimeSurvey, Microsoft Forms and Google Forms.
_NAMES = """
start end today deviceid device_id username phonenumber phone_number simserial simid subscriberid devicephonenum
devicephone imei audit audit_url email_address starttime endtime duration caseid formdef_version review_status
review_quality
review_comments review_corrections background_audio background_location
_id _uuid _submission_time _validation_status _notes _status _submitted_by __version__ _version_ _version _tags _index
_parent_table_name _parent_index _submission__id _submission__uuid _submission__submission_time
_submission__validation_status _submission__notes _submission__status _submission__submitted_by _submission___version__
_submission__tags _xform_id_string _xform_id _attachments _geolocation _bamboo_dataset_id _edited _last_edited _duration
_media_count _total_media _media_all_received _date_modified _review_status _review_comment formhub/uuid formhub_uuid
meta/instanceid meta/instancename meta/rootuuid meta/deprecatedid meta/audit meta/location meta/starttime
instanceid instancename rootuuid deprecatedid
submissiondate submission_date submission_time submitterid submittername attachmentspresent attachmentsexpected status
reviewstate edits formversion key parent_key set-of received_on completion_time completed_time start_time
id submitdate lastpage startlanguage seed token startdate datestamp ipaddr ip_address refurl interviewtime
response_id date_submitted last_page start_language access_code date_started date_last_action referrer_url total_time
last_modified_time timestamp email name score total_points quiz_feedback grade_posted_time
respondent_id collector_id date_created date_modified first_name last_name custom_data_1
"""
_WORDS = """
Heure de début|Heure de fin|Adresse de messagerie|Nom|Heure de la dernière modification|Horodateur|Adresse e-mail
Hora de inicio|Hora de finalización|Correo electrónico|Nombre|Hora de la última modificación|Marca temporal
Dirección de correo electrónico|Puntuación|Hora de início|Hora de conclusão|Nome|Carimbo de data/hora|Endereço de e-mail
Время начала|Время завершения|Адрес электронной почты|Имя|Время последнего изменения|Отметка времени|Время выполнения
Startzeit|Fertigstellungszeit|E-Mail|Zeitstempel|E-Mail-Adresse|Ora inizio|Informazioni cronologiche|Oră de începere
وقت البدء|وقت الإكمال|البريد الإلكتروني|الاسم|طابع زمني|عنوان البريد الإلكتروني
Başlangıç saati|Tamamlanma saati|Zaman damgası
ID de la réponse|Date de soumission|Dernière page|Langue de départ|Date de lancement|Date de la dernière action
ID de respuesta|Fecha de envío|Última página|Lenguaje inicial|Fecha de inicio|Fecha de la última acción
"""
METADATA = frozenset(filter(None, (fold(name) for name in (*_NAMES.split(), *re.split(r"[|\n]", _WORDS)))))
# Parts of a place, and what is kept beside a file, as Kobo and ODK write them; timings of LimeSurvey; Kobo's reviews.
_PATTERNS = re.compile(
    r"(_(latitude|longitude|altitude|precision|url)|[-.:](latitude|longitude|altitude|accuracy)|count-?of.*"
    r"|(group|question) ?time ?:.*|(group|question)time[0-9]+|_supplementaldetails/.*|points - .*|feedback - .*"
    # LimeSurvey's own codes before their text
    r"|^(id|submitdate|lastpage|startlanguage|seed|token|startdate|datestamp|ipaddr|refurl|interviewtime)\.\s.*"
    r"|meta[/:.-](instance_?id|instance_?name|root_?uuid|deprecated_?id|audit).*|formhub[/.]uuid)$",
    re.IGNORECASE,
)
# Of the columns that name a form, the best first. A number such as LimeSurvey's is not among them: surveys share it.
_IDENTIFIERS = ("_uuid", "meta/instanceid", "instanceid", "meta/rootuuid", "uuid", "key")
_LANGUAGES = frozenset(
    map(fold, ("language", "startlanguage", "Start language", "Langue de départ", "Lenguaje inicial"))
)


def is_metadata(heading: str) -> bool:
    plain = heading.strip()
    folded = fold(plain)
    if folded in METADATA or _PATTERNS.search(plain):
        return True
    if folded[:1] == "x" and plain[:2].lower() in ("x_", "x.") and folded[1:] in METADATA:  # as R writes _id
        return True
    end = re.split(r"[/:.]", plain)[-1]
    return end != plain and end.startswith("_") and fold(end) in METADATA


def identifier_rank(heading: str) -> int | None:
    """How well a column tells one form from another, 0 the best; None where it does not."""
    plain = heading.strip().lower()
    plain = plain[1:] if plain[:2] in ("x_", "x.") else plain
    for rank, name in enumerate(_IDENTIFIERS):
        if plain == name or (name != "key" and plain.endswith(f"/{name}")):
            return rank
        if "/" in name and re.sub(r"[:.-]", "/", plain).endswith(name):
            return rank
    return None


def is_language_column(heading: str) -> bool:
    return fold(heading) in _LANGUAGES or bool(re.match(r"startlanguage\.\s", heading.strip(), re.IGNORECASE))

"""The name, languages and time zone of this site, which an administrator sets on the page “This site”.

Each process keeps them for `KEPT` seconds, because every page needs them: a change is seen everywhere after that time.
"""

import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import Error
from django.http import HttpRequest

from assessments.models import SiteDetails
from ctnat.translation.languages import interface_languages

KEPT = 20  # seconds
PROGRAM = "CT-NAT"


@dataclass(frozen=True)
class ThisSite:
    name: str = PROGRAM
    languages: tuple[str, ...] = ()
    time_zone: str = ""

    @property
    def zone(self) -> ZoneInfo:
        for name in (self.time_zone, settings.TIME_ZONE):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return ZoneInfo("UTC")

    @property
    def page_language(self) -> str:
        """Of members' pages and mails, for people who chose none and whose browser asks for none that there is."""
        offered = interface_languages()
        return next((code for code in self.languages if code in offered), settings.LANGUAGE_CODE)


_kept: tuple[float, ThisSite] | None = None


def this_site() -> ThisSite:
    """What applies now. What the program was installed with, where the database cannot be read."""
    global _kept
    if _kept is None or time.monotonic() > _kept[0]:
        _kept = (time.monotonic() + KEPT, _read())
    return _kept[1]


def _read() -> ThisSite:
    try:
        row = SiteDetails.objects.first()
    except Error:  # a page of an error must not fail for its title
        return ThisSite()
    return ThisSite(row.name or PROGRAM, tuple(row.languages), row.time_zone) if row else ThisSite()


def forget_site() -> None:
    """Read it again the next time."""
    global _kept
    _kept = None


def site_name(request: HttpRequest) -> dict[str, str]:
    """For templates: a context processor."""
    return {"site_name": this_site().name}

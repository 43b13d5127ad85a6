"""Changes to what an administrator chooses for the whole site."""

from django.db import transaction

from assessments.audit import record
from assessments.models import SiteDetails, User
from assessments.this_site import forget_site
from ctnat.ui.seen import Marks, check_seen


@transaction.atomic
def update_site(*, name: str, languages: list[str], time_zone: str, by: User, seen: Marks | None = None) -> SiteDetails:
    """Store them. Raises `SeenConflict` where another administrator has changed them since they were shown."""
    row, _ = SiteDetails.objects.select_for_update().get_or_create(pk=1)
    wanted = {"name": name, "languages": languages, "time_zone": time_zone}
    check_seen(row, seen, wanted)
    changed = sorted(key for key, value in wanted.items() if getattr(row, key) != value)
    for key in changed:
        setattr(row, key, wanted[key])
    if changed:
        row.full_clean()
        row.save()
        record("site.changed", by=by, target=row, fields=changed)
    transaction.on_commit(forget_site)
    return row

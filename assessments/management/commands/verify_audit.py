"""manage.py verify_audit [REF ...] [--hash HASH]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.audit import verify_chain
from assessments.models import Assessment, AuditChain


class Command(BaseCommand):
    help = "Verify the audit log: each chain from its first event to its last. Names the first event that does not fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", nargs="*", help="assessments; all, and the site's own log, if left out")
        parser.add_argument(
            "--hash", default="", help="a hash printed in an edition or kept in a backup, which must be in the chain"
        )

    def handle(self, *args: Any, reference: list[str], hash: str, **options: Any) -> None:
        if hash and len(reference) != 1:
            raise CommandError("Give the one assessment that the hash belongs to.", returncode=2)
        chains: list[Assessment | None] = list(Assessment.objects.filter(reference__in=reference))
        if missing := sorted(set(reference) - {str(found) for found in chains}):
            raise CommandError(f"There is no assessment {', '.join(missing)}.", returncode=2)
        if not reference:
            chains = [None, *Assessment.objects.filter(pk__in=AuditChain.objects.values("assessment"))]
            chains += Assessment.objects.filter(audit_events__isnull=False, audit_chains=None).distinct()
        broken = 0
        for assessment in chains:
            found = verify_chain(assessment, known=hash.strip().lower())
            if found.is_whole:
                self.stdout.write(f"{found.name}: {found.length} events, whole. Last hash {found.head or 'none'}")
                continue
            broken += 1
            at = f" at event {found.broken.position} ({found.broken}, id {found.broken.pk})" if found.broken else ""
            self.stdout.write(f"{found.name}: BROKEN{at}. {found.reason}")
        if broken:
            raise CommandError("The audit log is not as it was written. Compare with the last backup.", returncode=2)

"""manage.py verify_certificates [--checksum CHECKSUM]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.models import DeletionCertificate
from assessments.services.retention import fault_of, find_certificate


class Command(BaseCommand):
    help = "Verify certificates of deletion: their content and file against their checksums and the audit log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--checksum", default="", help="only the certificate in which this one is printed")

    def handle(self, *args: Any, checksum: str, **options: Any) -> None:
        certificates = DeletionCertificate.objects.order_by("pk")
        if checksum:
            found = find_certificate(certificates, checksum)
            if found is None:
                raise CommandError("No certificate of this site has this checksum.", returncode=2)
            certificates = certificates.filter(pk=found.pk)
        broken = 0
        for certificate in certificates.iterator(chunk_size=20):
            fault = fault_of(certificate)
            broken += bool(fault)
            self.stdout.write(f"{certificate}: {f'BROKEN, {fault}' if fault else 'as it was made'}")
        if broken:
            raise CommandError("Certificates are not as they were made. Compare with the last backup.", returncode=2)

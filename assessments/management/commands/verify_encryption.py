from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from assessments.data_keys import UnreadableToken, key_of
from assessments.fields import protected_fields, stored_form
from assessments.file_encryption import check_all


class Command(BaseCommand):
    help = (
        "Read each encrypted value and file with the key of its assessment. Names the rows that hold text or a file in "
        "clear, cannot be read, or come from another assessment."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        faults, read, destroyed = 0, 0, 0
        for model in apps.get_models():
            fields = protected_fields(model)
            if not fields:
                continue
            path = f"{fields[0].of.replace('.', '__')}__data_key_id"
            names = [field.attname for field in fields]
            with stored_form():
                for pk, key, *values in model._base_manager.values_list("pk", path, *names).iterator(chunk_size=500):
                    for field, stored in zip(fields, values, strict=True):
                        if field.is_empty(stored):
                            continue
                        try:
                            if key_of(stored) != key:
                                raise UnreadableToken
                            field.opened(stored)
                            read += 1
                        except UnreadableToken as fault:
                            destroyed += fault.destroyed
                            if not fault.destroyed:
                                faults += 1
                                self.stderr.write(f"{field.place}, row {pk}: cannot be read with its assessment's key")
        for place, wrong in check_all():
            if wrong is None:
                read += 1
            elif wrong.destroyed:
                destroyed += 1
            else:
                faults += 1
                self.stderr.write(f"{place}: {wrong}")
        self.stdout.write(f"{read} values can be read, {destroyed} were erased with their key.")
        if faults:
            raise CommandError(f"{faults} values are not as they were stored.")

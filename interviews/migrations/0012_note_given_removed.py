"""Whether the information note was given is in the records of consent."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("interviews", "0011_consent_of_before")]

    operations = [migrations.RemoveField(model_name="interview", name="note_given")]

"""Notes with their history, texts set aside, observations, titles of respondents and reasons of plans are encrypted."""

from django.db import migrations

from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [("interviews", "0007_protected_notes"), ("assessments", "0013_a_data_key_for_each")]

    operations = [encrypts("interviews", "Interview", "Answer", "AnswerRevision", "SetAside")]

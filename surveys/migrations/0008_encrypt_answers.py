"""The answers of opened, typed and imported forms are encrypted."""

from django.db import migrations

import assessments.fields
from assessments.column_encryption import encrypts


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_a_data_key_for_each"),
        ("surveys", "0007_response_opening"),
    ]

    operations = [
        migrations.AlterField(
            model_name="response",
            name="answers",
            field=assessments.fields.ProtectedJSONField(default=dict, of="survey.assessment"),
        ),
        encrypts("surveys", "Response"),
    ]

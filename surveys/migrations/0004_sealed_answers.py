"""What comes by link is sealed from now on; drafts get a box of their own."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_country_codes")]

    operations = [
        migrations.AddField("survey", "smallest_group", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField(
            "response", "receipt_hmac", models.CharField(blank=True, db_index=True, default="", max_length=64), False
        ),
        migrations.AddField("response", "withdrawn", models.BooleanField(default=False)),
        migrations.AlterField("response", "received_on", models.DateField(blank=True, null=True)),
        migrations.AddField("draft", "box", models.BinaryField(null=True)),
        migrations.CreateModel(
            "SealedAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("box", models.BinaryField()),
                ("receipt_hmac", models.CharField(db_index=True, max_length=64)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_answers",
                        to="surveys.survey",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("survey", "receipt_hmac"), name="sealed_answer_once")],
            },
        ),
    ]

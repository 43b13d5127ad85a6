"""No assessment is without a data key. By itself, because PostgreSQL alters no table whose rows were just changed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_data_keys")]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="data_key",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.datakey",
            ),
        ),
    ]

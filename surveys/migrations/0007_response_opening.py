"""Which forms were opened together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("surveys", "0006_nothing_in_clear")]

    operations = [migrations.AddField("response", "opening", models.PositiveIntegerField(default=0))]

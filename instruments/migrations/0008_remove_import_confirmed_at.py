from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("instruments", "0007_import_decisions"),
    ]

    operations = [migrations.RemoveField(model_name="instrument", name="import_confirmed_at")]

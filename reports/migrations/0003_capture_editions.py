"""An edition keeps the document it was made of; its files are rows, and formats are known by the code alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_edition_files_as_rows")]

    operations = [
        migrations.RemoveField(model_name="edition", name="html"),
        migrations.RemoveField(model_name="edition", name="html_sha256"),
        migrations.RemoveField(model_name="edition", name="pdf"),
        migrations.RemoveField(model_name="edition", name="pdf_sha256"),
        migrations.AddField(model_name="edition", name="captured", field=models.JSONField(blank=True, null=True)),
        migrations.AlterField(model_name="build", name="format", field=models.CharField(max_length=10)),
    ]

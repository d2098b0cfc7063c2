from django.db import migrations, models


def fill(apps, schema_editor):
    return None


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[("id", models.BigAutoField(primary_key=True)), ("number", models.CharField(max_length=20))],
        ),
        migrations.RunPython(fill),
    ]

from django.db import migrations
from django.db.migrations.operations.base import Operation

from catalog.seeding import fill


class Reindex(Operation):
    def state_forwards(self, app_label, state):
        return None

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        return None


def forwards(apps, schema_editor):
    fill(apps)


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop), Reindex()]

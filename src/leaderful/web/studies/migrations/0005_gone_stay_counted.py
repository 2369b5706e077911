import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0004_corrected_stances"),
    ]

    operations = [
        migrations.CreateModel(
            name="Gone",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("body", models.CharField(max_length=40)),
                ("tier", models.CharField(max_length=20)),
                ("answered", models.BooleanField()),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="gone", to="studies.wave"
                    ),
                ),
            ],
        ),
    ]

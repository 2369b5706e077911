import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("studies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("wave", models.CharField(blank=True, max_length=40)),
                ("left_out", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "not released"),
                            ("released", "released"),
                            ("withdrawn", "taken back"),
                            ("replaced", "replaced"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("released_at", models.DateTimeField(null=True)),
                ("findings", models.BinaryField()),
                ("page", models.TextField()),
                ("manifest", models.JSONField(default=dict)),
                ("counted", models.JSONField(default=list)),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="results", to="studies.study"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at",),
            },
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("scenario", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("page", models.TextField()),
                (
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="simulations", to="studies.study"
                    ),
                ),
            ],
            options={
                "ordering": ("-made_at",),
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("studies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Moment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("time", models.DateTimeField()),
                ("with_bodies", models.JSONField(default=list)),
                ("with_tiers", models.JSONField(default=list)),
                ("opener", models.CharField(max_length=40)),
                ("behaviours", models.JSONField(default=list)),
                ("taken", models.BooleanField()),
                ("went_on_to", models.JSONField(default=list)),
                ("reflection", models.TextField(blank=True, max_length=10000)),
                ("consent_text", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moments", to="studies.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=40)),
                ("value", models.SmallIntegerField(null=True)),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="studies.person"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="studies.wave"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "wave", "item"), name="one_answer_an_item")],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=64)),
                ("network", models.BooleanField(default=False)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="studies.person"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="studies.wave"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "wave"), name="one_consent_a_wave")],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about_kind", models.CharField(choices=[("body", "body"), ("person", "person")], max_length=10)),
                ("about", models.CharField(max_length=40)),
                ("question", models.CharField(max_length=40)),
                ("value", models.SmallIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations", to="studies.person"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="studies.wave"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "wave", "about_kind", "about", "question"), name="one_relation"
                    )
                ],
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("account", models.UUIDField(null=True)),
                ("study", models.UUIDField(db_index=True, null=True)),
                ("did", models.CharField(max_length=60)),
                ("about", models.CharField(blank=True, max_length=200)),
            ],
        ),
    ]

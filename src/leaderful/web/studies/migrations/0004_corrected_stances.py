from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0003_taken_up_studies"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="stance",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]

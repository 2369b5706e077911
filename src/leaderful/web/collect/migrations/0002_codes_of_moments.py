from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("collect", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="moment",
            name="code",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studies", "0002_decisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="study",
            name="synthetic",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="study",
            name="taken_up",
            field=models.CharField(editable=False, max_length=64, null=True, unique=True),
        ),
    ]

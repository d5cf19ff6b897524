"""Where a clinic is called, for its leaflets."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0007_room_air")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="phone",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="telephone"),
            preserve_default=False,
        )
        for name in ("clinic", "historicalclinic")
    ]

import django.db.models.deletion
from django.db import migrations, models


def hand_over(apps, schema_editor):
    """Of several mirrors of one root folder, the first that was applied stays."""
    Connection = apps.get_model("onedrive", "Connection")
    Mirror = apps.get_model("onedrive", "Mirror")
    kept = {}
    mirrors = Mirror.objects.order_by("pk")
    for mirror in sorted(mirrors, key=lambda mirror: mirror.applied is None):
        stays = kept.setdefault(mirror.root_key or mirror.pk, mirror)
        rows = Connection.objects.filter(pk=mirror.connection_id)
        rows.update(mirror=stays)
        if stays != mirror:
            mirror.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('onedrive', '0005_given_up'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mirror',
            name='connection',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='onedrive.connection'),
        ),
        migrations.AddField(
            model_name='mirror',
            name='drive_id',
            field=models.CharField(editable=False, max_length=150, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='connection',
            name='mirror',
            field=models.ForeignKey(editable=False, help_text='Of the drive that was synced last.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='connections', to='onedrive.mirror'),
        ),
        migrations.AddField(
            model_name='connection',
            name='drive_id',
            field=models.CharField(blank=True, default='', editable=False, help_text='Empty until a sync has asked which drive this consent is for.', max_length=150),
            preserve_default=False,
        ),
        migrations.RunPython(hand_over, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='mirror',
            name='connection',
        ),
    ]

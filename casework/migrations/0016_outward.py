"""When an address was added, and when a hidden one was confirmed: post goes out by the order of the two."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0012_lawful_walls'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalpartyaddress',
            name='added_at',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='Post goes only to an address that was confirmed after the last one was added.'),
        ),
        migrations.AddField(
            model_name='historicalsafeaddress',
            name='added_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='historicalsafeaddress',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, help_text='The moment of `confirmed_on`: an address of the same person that was added later makes it void for post.', null=True),
        ),
        migrations.AddField(
            model_name='partyaddress',
            name='added_at',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text='Post goes only to an address that was confirmed after the last one was added.'),
        ),
        migrations.AddField(
            model_name='safeaddress',
            name='added_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='safeaddress',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, help_text='The moment of `confirmed_on`: an address of the same person that was added later makes it void for post.', null=True),
        ),
    ]

from django.db import migrations, models

# The wider rule takes the narrower one's place in one transaction: no moment is without it. Operators
# are few, so that the table is read in an instant.
WIDER = """
-- squawk-ignore ban-drop-constraint
alter table people_role drop constraint people_role_organisation;
-- squawk-ignore constraint-missing-not-valid
alter table people_role add constraint people_role_organisation check (
    (name in ('city_operator', 'moderator', 'accountant') and organisation_id is null)
    or (name in ('management_company', 'partner') and organisation_id is not null)
);
"""
NARROWER = """
alter table people_role drop constraint people_role_organisation;
alter table people_role add constraint people_role_organisation check (
    (name in ('city_operator', 'moderator') and organisation_id is null)
    or (name in ('management_company', 'partner') and organisation_id is not null)
);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='role',
            name='name',
            field=models.CharField(choices=[('city_operator', 'city operator'), ('management_company', 'management company'), ('moderator', 'moderator'), ('accountant', 'accountant'), ('partner', 'partner')], max_length=20, verbose_name='role'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(WIDER, NARROWER)],
            state_operations=[
                migrations.RemoveConstraint(model_name='role', name='people_role_organisation'),
                migrations.AddConstraint(
                    model_name='role',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('name__in', ['city_operator', 'moderator', 'accountant']), ('organisation__isnull', True)), models.Q(('name__in', ['management_company', 'partner']), ('organisation__isnull', False)), _connector='OR'), name='people_role_organisation'),
                ),
            ],
        ),
    ]

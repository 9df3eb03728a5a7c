"""What lists of cases are read off: each grant beside its case's panel, status and day, kept by triggers; and the indexes of cases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from casework.models.walls import _in_force, among, live, no_conflict, setting

# The same rule as on the case itself (casework.models.walls.live), of which this table holds the grant. As one CASE, of which
# the planner thinks nothing: it would multiply the parts' shares, expect one row, and sort a hundred thousand instead.
HELD = f"""CASE WHEN (@.group_id = {among("groups")} OR (@.user_id = {among("users")} AND (@.user_id = {setting("user")} OR @.basis = 'assignment')
    AND @.agency_id = {setting("acting")})) AND @.panel_id = {among("panels")} AND {_in_force("@")} THEN {no_conflict("@.case_id")} ELSE false END"""

COLUMNS = "grant_id, user_grant_id, group_id, user_id, agency_id, basis, starts_at, expires_at, panel_id, case_id, status, opened_at"
GROUPS = "g.id, NULL::bigint, g.group_id, NULL::bigint, NULL::bigint, g.basis, g.starts_at, g.expires_at, g.panel_id, k.id, k.status, k.opened_at"
PEOPLE = "NULL::bigint, g.id, NULL::int, g.user_id, g.agency_id, g.basis, g.starts_at, g.expires_at, g.panel_id, k.id, k.status, k.opened_at"


def _copy(columns: str, table: str, where: str = "") -> str:
    """A grant's row is made when both the grant and its case are there: a case is opened with its office's grant written first."""
    return (
        f"INSERT INTO casework_heldcase ({COLUMNS}) SELECT {columns} FROM {table} g "
        f"JOIN casework_case k ON k.id = g.content_object_id {where};\n"
    )


def _follow_grants(table: str, column: str, columns: str) -> str:
    return f"""
CREATE FUNCTION hold_by_{column}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {_copy(columns, table, "WHERE g.id = NEW.id")}
    ELSE
        UPDATE casework_heldcase SET starts_at = NEW.starts_at, expires_at = NEW.expires_at, basis = NEW.basis WHERE {column} = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hold_case AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION hold_by_{column}();
"""


KEPT = (
    _follow_grants("casework_casegrant", "grant_id", GROUPS)
    + _follow_grants("casework_caseusergrant", "user_grant_id", PEOPLE)
    + f"""
CREATE FUNCTION hold_by_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {_copy(GROUPS, "casework_casegrant", "WHERE k.id = NEW.id")}
        {_copy(PEOPLE, "casework_caseusergrant", "WHERE k.id = NEW.id")}
    ELSIF (NEW.status, NEW.opened_at) IS DISTINCT FROM (OLD.status, OLD.opened_at) THEN
        UPDATE casework_heldcase SET status = NEW.status, opened_at = NEW.opened_at WHERE case_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER hold_case AFTER INSERT OR UPDATE ON casework_case FOR EACH ROW EXECUTE FUNCTION hold_by_case();

ALTER TABLE casework_heldcase ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON casework_heldcase FOR SELECT TO rt_app USING ({HELD.replace("@", "casework_heldcase")});
REVOKE INSERT, UPDATE, DELETE ON casework_heldcase FROM rt_app, rt_system;
ALTER TABLE casework_heldcase ALTER group_id SET STATISTICS 1500;
ALTER TABLE casework_heldcase SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE casework_casegrant SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
"""
    + _copy(GROUPS, "casework_casegrant")
    + _copy(PEOPLE, "casework_caseusergrant")
)


# A referral's own policy decides, as before; asked by a function, because to plan it took longer than to read a page of names
REFERRED = """
CREATE FUNCTION rt_reads_referral(of_referral bigint) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM casework_referral r WHERE r.id = of_referral);
END $$;
GRANT EXECUTE ON FUNCTION rt_reads_referral(bigint) TO rt_app;
""" + "".join(
    (
        f"ALTER POLICY seen ON casework_{name} USING ((@.case_id IS NOT NULL AND {live('@.case_id', 1)}) OR "
        "(@.referral_id IS NOT NULL AND rt_reads_referral(@.referral_id)));\n"
    ).replace("@", f"casework_{name}")
    for name in ("party", "partyaddress", "partyword")
)


def _to(model: str, **options) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model, **options)


def _one(model: str) -> models.OneToOneField:
    return models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=model)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("casework", "0015_decisions"),
    ]
    operations = [
        migrations.CreateModel(
            name="HeldCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("basis", models.CharField(max_length=20)),
                ("starts_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("status", models.CharField(max_length=30)),
                ("opened_at", models.DateTimeField()),
                ("agency", _to("casework.agency", db_index=False, null=True)),
                ("case", _to("casework.case")),
                ("grant", _one("casework.casegrant")),
                ("group", _to("auth.group", db_index=False, null=True)),
                ("panel", _to("casework.panel", db_index=False)),
                ("user", _to(settings.AUTH_USER_MODEL, db_index=False, null=True)),
                ("user_grant", _one("casework.caseusergrant")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["group", "-opened_at", "-case"], include=("panel", "starts_at", "expires_at"), name="held_newest"),
                    models.Index(fields=["group", "status", "-opened_at", "-case"], include=("panel", "starts_at", "expires_at"), name="held_newest_of_status"),
                    models.Index(fields=["user", "-opened_at"], condition=models.Q(user__isnull=False), name="held_by_person"),
                ],
            },
        ),
        migrations.AddIndex("case", models.Index(fields=["status", "-opened_at", "-id"], name="case_status_newest")),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RunSQL(REFERRED, migrations.RunSQL.noop),
    ]

"""Grants and memberships that end: how often each was used, handed back as counts alone; and cases that a colleague takes over."""

from django.db import migrations, models

import casework.models.agency
from casework.models.walls import office_of, sealed, setting, writers

ME = setting("user")
GOVERNED = setting("governs_agency")
DAY = "(e.at AT TIME ZONE 'Europe/London')::date"
IN_FORCE = "{0}.starts_at <= clock_timestamp() AND ({0}.{1} IS NULL OR {0}.{1} > clock_timestamp())"
HEAD = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$"

# A page about one case alone counts as reading it; lists and agendas do not. Nor does what an office's holder reads: she reads as the office.
READ = f"""e.name = 'page.read' AND cardinality(e.cases) = 1 AND e.agency_id IS NOT NULL AND e.at > since
       AND NOT EXISTS (SELECT 1 FROM casework_paneloffice o JOIN casework_membership m ON m.id = o.membership_id
            WHERE o.panel_id = k.panel_id AND m.user_id = e.actor_id AND m.agency_id = e.agency_id
              AND o.starts_at <= e.at AND (o.ends_at IS NULL OR o.ends_at > e.at))"""

USES = f"""
CREATE FUNCTION rt_case_uses(of_cases bigint[], since timestamptz)
RETURNS TABLE (case_id bigint, agency_id bigint, user_id bigint, days bigint, last_on date) {HEAD}
    SELECT k.id, e.agency_id, e.actor_id, count(DISTINCT {DAY}), max({DAY})
      FROM casework_case k JOIN audit_auditevent e ON e.cases @> ARRAY[k.reference]::varchar[]
     WHERE k.id = ANY (of_cases) AND {office_of("k.id")} AND {READ}
     GROUP BY GROUPING SETS ((k.id, e.agency_id), (k.id, e.agency_id, e.actor_id))
$$;
REVOKE ALL ON FUNCTION rt_case_uses(bigint[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_case_uses(bigint[], timestamptz) TO rt_app;

CREATE FUNCTION rt_agency_uses(of_agency bigint, since timestamptz)
RETURNS TABLE (reference varchar, user_id bigint, days bigint, last_on date) {HEAD}
    SELECT NULL::varchar, e.actor_id, count(DISTINCT {DAY}), max({DAY})
      FROM audit_auditevent e
     WHERE e.partnership_id = (SELECT a.partnership_id FROM casework_agency a WHERE a.id = of_agency)
       AND e.agency_id = of_agency AND e.at > since AND e.actor_kind = 'person'
     GROUP BY e.actor_id
    UNION ALL
    SELECT k.reference, e.actor_id, count(DISTINCT {DAY}), max({DAY})
      FROM audit_auditevent e JOIN casework_case k ON k.reference = e.cases[1]
     WHERE e.partnership_id = (SELECT a.partnership_id FROM casework_agency a WHERE a.id = of_agency)
       AND e.agency_id = of_agency AND {READ}
     GROUP BY GROUPING SETS ((k.reference), (k.reference, e.actor_id))
$$;
REVOKE ALL ON FUNCTION rt_agency_uses(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_agency_uses(bigint, timestamptz) TO rt_system;
"""

# Within one agency, by who answers for it. A conflict or a seal keeps a case out, and nobody is told of it here.
TAKE_OVER = f"""
CREATE FUNCTION rt_take_over(of_membership bigint, to_membership bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaver casework_membership%ROWTYPE;
    taker casework_membership%ROWTYPE;
    made bigint;
BEGIN
    SELECT m.* INTO leaver FROM casework_membership m WHERE m.id = of_membership AND m.agency_id = {GOVERNED};
    SELECT m.* INTO taker FROM casework_membership m
     WHERE m.id = to_membership AND m.agency_id = leaver.agency_id AND m.user_id <> leaver.user_id AND {IN_FORCE.format("m", "ends_at")};
    IF leaver.id IS NULL OR taker.id IS NULL THEN RETURN 0; END IF;
    INSERT INTO casework_caseusergrant (version, user_id, permission_id, content_object_id, panel_id, agency_id, basis, reach, meeting_id, decision_id, granted_by_id, starts_at, expires_at)
    SELECT 1, taker.user_id, g.permission_id, g.content_object_id, g.panel_id, g.agency_id, g.basis, g.reach, g.meeting_id, g.decision_id, {ME}, clock_timestamp(), g.expires_at
      FROM casework_caseusergrant g
     WHERE g.user_id = leaver.user_id AND g.agency_id = leaver.agency_id AND g.basis = 'assignment' AND {IN_FORCE.format("g", "expires_at")}
       AND EXISTS (SELECT 1 FROM casework_membershippanel p WHERE p.membership_id = taker.id AND p.panel_id = g.panel_id AND {IN_FORCE.format("p", "ends_at")})
       AND NOT EXISTS (SELECT 1 FROM casework_conflictofinterest c WHERE c.case_id = g.content_object_id AND c.user_id = taker.user_id AND {IN_FORCE.format("c", "ends_at")})
       AND NOT {sealed("g.content_object_id")}
       AND NOT EXISTS (SELECT 1 FROM casework_caseusergrant h WHERE h.content_object_id = g.content_object_id AND h.user_id = taker.user_id
                          AND h.agency_id = g.agency_id AND h.basis = 'assignment' AND {IN_FORCE.format("h", "expires_at")});
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION rt_take_over(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_take_over(bigint, bigint) TO rt_app;
"""

# Lines are made by the worker; what has nothing left to answer, it closes. Memberships that never ended are given a year.
REVIEWS = (
    writers("casework_accessreviewline", made="false")
    + "GRANT UPDATE (closed_at, version) ON casework_accessreview TO rt_system;\n"
    + "UPDATE casework_membership SET ends_at = greatest(now(), starts_at) + interval '1 year', version = version + 1 WHERE ends_at IS NULL;\n"
)
ENDS = models.DateTimeField(blank=True, default=casework.models.agency.in_a_year, null=True)


class Migration(migrations.Migration):
    dependencies = [("casework", "0013_agreements")]
    operations = [
        migrations.AlterField(model_name="historicalmembership", name="ends_at", field=ENDS),
        migrations.AlterField(model_name="membership", name="ends_at", field=ENDS.clone()),
        *(migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (USES, TAKE_OVER, REVIEWS)),
    ]

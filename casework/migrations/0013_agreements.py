"""When an agency has left an agreement, the database ends what it was given under it: the app itself may not touch those grants."""

from django.db import migrations

from casework.models.walls import among, setting

NOW = "clock_timestamp()"
SQL = f"""
CREATE FUNCTION rt_end_grants_of_left(of_party bigint) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    left_it casework_agreementparty%ROWTYPE;
    of_panels bigint[];
    ended int;
    ended_personal int;
BEGIN
    SELECT p.* INTO left_it FROM casework_agreementparty p JOIN casework_sharingagreement a ON a.id = p.agreement_id
     WHERE p.id = of_party AND p.state = 'left'
       AND (a.partnership_id = {setting("governs")} OR EXISTS (
            SELECT 1 FROM casework_agreementpanel o WHERE o.agreement_id = a.id AND o.panel_id = {among("office_panels")}
               AND o.starts_at <= {NOW} AND (o.ends_at IS NULL OR o.ends_at > {NOW})));
    IF left_it.id IS NULL THEN
        RAISE EXCEPTION 'Only who keeps the agreement ends the grants of an agency that has left it.' USING ERRCODE = 'RT006';
    END IF;
    SELECT array_agg(o.panel_id) INTO of_panels FROM casework_agreementpanel o
     WHERE o.agreement_id = left_it.agreement_id AND o.starts_at <= {NOW} AND (o.ends_at IS NULL OR o.ends_at > {NOW});
    UPDATE casework_casegrant g SET expires_at = {NOW}, version = g.version + 1
     WHERE g.group_id = (SELECT group_id FROM casework_agency WHERE id = left_it.agency_id)
       AND g.panel_id = ANY (of_panels) AND (g.expires_at IS NULL OR g.expires_at > {NOW});
    GET DIAGNOSTICS ended = ROW_COUNT;
    UPDATE casework_caseusergrant u SET expires_at = {NOW}, version = u.version + 1
     WHERE u.agency_id = left_it.agency_id AND u.panel_id = ANY (of_panels) AND u.expires_at > {NOW};
    GET DIAGNOSTICS ended_personal = ROW_COUNT;
    RETURN ended + ended_personal;
END $$;
REVOKE ALL ON FUNCTION rt_end_grants_of_left(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_end_grants_of_left(bigint) TO rt_app;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0016_outward")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

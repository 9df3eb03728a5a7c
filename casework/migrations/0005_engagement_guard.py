"""The database's own say on audit engagements: another person approves, and nothing widens afterwards."""

from django.db import migrations

SQL = """
CREATE FUNCTION guard_engagement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user = current_user THEN RETURN NEW; END IF;
    IF NEW.until > NEW.requested_at + interval '31 days' THEN
        RAISE EXCEPTION 'An engagement lasts 30 days at most.' USING ERRCODE = 'RT003';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_by_id IS NOT NULL OR NEW.approved_at IS NOT NULL
           OR NEW.auditor_id IS DISTINCT FROM nullif(current_setting('app.actor', true), '')::bigint THEN
            RAISE EXCEPTION 'An engagement is asked for by its auditor, and approved later.' USING ERRCODE = 'RT003';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.partnership_id, NEW.auditor_id, NEW.reason, NEW.requested_at) IS DISTINCT FROM
       (OLD.partnership_id, OLD.auditor_id, OLD.reason, OLD.requested_at)
       OR NEW.until > OLD.until OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
        RAISE EXCEPTION 'An engagement is never widened.' USING ERRCODE = 'RT003';
    END IF;
    IF (NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at) AND (
           OLD.approved_at IS NOT NULL OR OLD.ended_at IS NOT NULL OR NEW.approved_at IS NULL OR NEW.approved_by_id = NEW.auditor_id
           OR NEW.approved_by_id IS DISTINCT FROM nullif(current_setting('app.actor', true), '')::bigint
           OR NOT EXISTS (SELECT 1 FROM casework_membership m JOIN casework_agency a ON a.id = m.agency_id
                           WHERE m.user_id = NEW.approved_by_id AND m.role = 'governance_lead' AND a.partnership_id = NEW.partnership_id
                             AND m.starts_at <= statement_timestamp() AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp()))) THEN
        RAISE EXCEPTION 'An engagement is approved once, by a governance lead of the partnership.' USING ERRCODE = 'RT003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_engagement BEFORE INSERT OR UPDATE ON casework_auditengagement FOR EACH ROW EXECUTE FUNCTION guard_engagement();

CREATE FUNCTION guard_engagement_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user <> current_user AND (TG_OP = 'UPDATE' OR EXISTS (
           SELECT 1 FROM casework_auditengagement e WHERE e.id = NEW.engagement_id AND (e.approved_at IS NOT NULL OR e.ended_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'The scope of an engagement is what was asked for.' USING ERRCODE = 'RT003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_engagement_case BEFORE INSERT OR UPDATE ON casework_engagementcase FOR EACH ROW EXECUTE FUNCTION guard_engagement_case();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_hearing_removed")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

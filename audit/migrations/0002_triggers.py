"""History by trigger, and an audit that can only grow."""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION audit_write_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    history text := TG_ARGV[0];
    event uuid := nullif(current_setting('app.event', true), '')::uuid;
    actor bigint := nullif(current_setting('app.actor', true), '')::bigint;
    moment timestamptz := clock_timestamp();
    fresh jsonb; stale jsonb; kind text; changed text[]; previous bytea; salt bytea; digest bytea; extra jsonb;
BEGIN
    IF event IS NULL AND session_user <> current_user THEN
        RAISE EXCEPTION 'A row of % was to be written outside a recording.', TG_TABLE_NAME USING ERRCODE = 'RT001';
    END IF;
    IF TG_OP <> 'INSERT' THEN stale := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN fresh := to_jsonb(NEW); ELSE fresh := stale; END IF;
    kind := CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END;
    SELECT coalesce(array_agg(f.key ORDER BY f.key), '{}') INTO changed
      FROM jsonb_each(fresh) f
     WHERE (TG_OP = 'UPDATE' AND stale -> f.key IS DISTINCT FROM f.value)
        OR (TG_OP = 'INSERT' AND f.value <> 'null'::jsonb AND f.value <> '""'::jsonb);
    IF TG_OP = 'UPDATE' AND changed = '{}' THEN RETURN NULL; END IF;
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
    EXECUTE format('SELECT history_digest FROM %I WHERE id = $1 ORDER BY history_id DESC LIMIT 1', history)
       INTO previous USING (fresh ->> 'id')::bigint;
    digest := sha256(salt || coalesce(previous, ''::bytea) || convert_to(fresh::text, 'UTF8'));
    extra := jsonb_build_object(
        'history_id', nextval(pg_get_serial_sequence(history, 'history_id')),
        'history_date', moment, 'history_type', kind, 'history_change_reason', NULL, 'history_user_id', actor,
        'history_event_id', event, 'history_salt', salt, 'history_digest', digest);
    EXECUTE format('INSERT INTO %1$I SELECT (jsonb_populate_record(NULL::%1$I, $1)).*', history) USING fresh || extra;
    INSERT INTO audit_recordchange (id, event_id, at, table_name, record_id, kind, fields, digest)
    VALUES (gen_random_uuid(), event, moment, TG_TABLE_NAME, (fresh ->> 'id')::bigint, kind, changed, digest);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit can only grow: % on % is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'RT002';
END $$;
"""

APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

RIGHTS = """
REVOKE ALL ON audit_auditevent, audit_eventreason, audit_recordchange FROM rt_app, rt_system;
GRANT INSERT ON audit_auditevent, audit_eventreason TO rt_app, rt_system;
GRANT SELECT ON audit_auditevent, audit_eventreason, audit_recordchange TO rt_auditor;

ALTER TABLE audit_auditevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON audit_auditevent FOR INSERT TO rt_app, rt_system WITH CHECK (true);
CREATE POLICY partnership ON audit_auditevent FOR SELECT TO rt_auditor
    USING (partnership_id = (SELECT nullif(current_setting('app.partnership', true), '')::bigint));
ALTER TABLE audit_eventreason ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON audit_eventreason FOR INSERT TO rt_app, rt_system WITH CHECK (true);
CREATE POLICY partnership ON audit_eventreason FOR SELECT TO rt_auditor
    USING (EXISTS (SELECT 1 FROM audit_auditevent e WHERE e.id = event_id OFFSET 0));
ALTER TABLE audit_recordchange ENABLE ROW LEVEL SECURITY;
CREATE POLICY partnership ON audit_recordchange FOR SELECT TO rt_auditor
    USING (EXISTS (SELECT 1 FROM audit_auditevent e WHERE e.id = event_id OFFSET 0));
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION audit_write_history(); DROP FUNCTION audit_refuse_change();"),
        migrations.RunSQL(
            "".join(APPEND_ONLY.format(table=table) for table in ("audit_auditevent", "audit_recordchange")),
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]

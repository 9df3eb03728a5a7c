"""Row-level security and history for every table of casework, and the rights of each database role."""

from django.db import migrations

from casework.models.walls import (
    among, bound, chaired, engaged, for_system, held_by_office, history, in_case_or_referral, live, no_conflict, referral_seen, setting, wall,
)  # fmt: skip

# Reference and organisation tables: history, no policy. They hold no case data.
OPEN = (
    "organisation partnership agency membership panel membershippanel seat paneloffice cover "
    "sharingagreement agreementversion agreementpanel agreementsignature legalgateway riskinstrument instrumentversion "
    "repeatrule interventiontype person incident auditengagement engagementcase"
).split()

OFFICE = f"@.panel_id = {among('office_panels')}"
MINE = f"@.agency_id = {setting('speaks_for')}"

REFERRAL = (
    f"({OFFICE} OR (@.panel_id = {among('panels')} AND ({MINE} OR @.idva_service_id = {setting('speaks_for')}))) "
    f"AND {no_conflict('@.id', 'referral_id')} AND (@.case_id IS NULL OR {no_conflict('@.case_id')})"
)
OFFICE_REFERRAL = f"EXISTS (SELECT 1 FROM casework_referral r WHERE r.id = @.referral_id AND r.panel_id = {among('office_panels')} OFFSET 0)"
REPORT = f"({OFFICE} OR (@.panel_id = {among('panels')} AND {MINE}) OR (@.case_id IS NOT NULL AND {live('@.case_id', 3)})) AND (@.case_id IS NULL OR {no_conflict('@.case_id')})"
NAMED = f"EXISTS (SELECT 1 FROM casework_itemaudience a WHERE a.item_id = @.id AND a.agency_id = {setting('speaks_for')} OFFSET 0)"
ITEM = (
    f"{live('@.case_id', 3)} AND ({MINE} OR @.audience IN ('all_present', 'all_signatories', 'verbal_only') "
    f"OR (@.audience = 'chair_only' AND {chaired('@.case_id')}) OR (@.audience = 'named_agencies' AND {NAMED}))"
)
OWED = f"(@.agency_id = {setting('answers_for')} AND @.panel_id = {among('panels')} AND {no_conflict('@.case_id')})"
MEETING = f"@.panel_id = {among('panels')}"
OF_MEETING = "EXISTS (SELECT 1 FROM casework_meeting m WHERE m.id = @.meeting_id OFFSET 0)"
PACK = f"{OF_MEETING} AND (EXISTS (SELECT 1 FROM casework_meeting m WHERE m.id = @.meeting_id AND m.panel_id = {among('office_panels')} OFFSET 0) OR (NOT @.office_copy AND {MINE}))"
PACK_TEXT = (
    f"EXISTS (SELECT 1 FROM casework_pack p JOIN casework_meeting m ON m.id = p.meeting_id WHERE p.id = @.pack_id "
    f"AND ((p.office_copy AND m.panel_id = {among('office_panels')}) OR (NOT p.office_copy AND p.agency_id = {setting('speaks_for')})) OFFSET 0)"
)
ISSUED = f"EXISTS (SELECT 1 FROM casework_meeting m WHERE m.id = @.meeting_id AND m.panel_id = {among('office_panels')} OFFSET 0)"

BOUND = {
    "case": (live("@.id", 1), {"case_column": "@.id"}),
    "referral": (REFERRAL, {}),
    "party": (in_case_or_referral(1), {}),
    "partyaddress": (in_case_or_referral(1), {}),
    "safeaddress": (in_case_or_referral(3), {}),
    "safecontact": (in_case_or_referral(3), {}),
    "assessment": (in_case_or_referral(3), {}),
    "assessmentanswer": (in_case_or_referral(3), {}),
    "matchproposal": (OFFICE_REFERRAL, {"case_column": None}),
    "screeningdecision": (referral_seen(), {"case_column": None}),
    "disclosuredecision": (f"({OFFICE} OR @.decided_by_id = {setting('user')} OR (@.case_id IS NOT NULL AND {live('@.case_id', 3)})) AND (@.case_id IS NULL OR {no_conflict('@.case_id')})", {}),
    "hearing": (live("@.case_id", 2), {}),
    "researchreturn": (f"{live('@.case_id', 2)} AND ({MINE} OR {held_by_office('@.case_id')})", {}),
    "informationitem": (ITEM, {}),
    "itemaudience": (f"{live('@.case_id', 3)} AND ({MINE} OR @.owner_id = {setting('speaks_for')})", {}),
    "hearingrisk": (live("@.case_id", 3), {}),
    "action": (f"({live('@.case_id', 3)} OR {OWED})", {}),
    "report": (REPORT, {}),
    "reportsource": (f"({OFFICE} OR {MINE}) AND EXISTS (SELECT 1 FROM casework_report r WHERE r.id = @.report_id OFFSET 0)", {"case_column": None}),
    "intervention": (live("@.case_id", 3), {}),
    "condition": (live("@.case_id", 3), {}),
    "breach": (live("@.case_id", 3), {}),
    "pack": (PACK, {"case_column": None, "made": ISSUED, "changed": "false"}),
    "importbatch": (OFFICE, {"case_column": None}),
    "importrow": (OFFICE, {"case_column": None}),
}  # fmt: skip


BOUND_SQL = "".join(bound(f"casework_{name}", f"casework_historical{name}", seen, **options) for name, (seen, options) in BOUND.items())

DEFINERS = f"""
CREATE FUNCTION rt_sees(of_case bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT {live("of_case", 3)}
$$;
CREATE FUNCTION rt_may_share(of_case bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT {held_by_office("of_case")} OR NOT EXISTS (SELECT 1 FROM casework_case k WHERE k.id = of_case)
$$;
GRANT EXECUTE ON FUNCTION rt_sees(bigint), rt_may_share(bigint) TO rt_app;

CREATE FUNCTION similar_words(looked_for text[], at_least int) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.word FROM casework_nameword w,
        LATERAL (SELECT count(*) AS hits FROM jsonb_array_elements_text(w.keys) k WHERE k = ANY (looked_for)) found
     WHERE w.keys ?| looked_for AND found.hits >= at_least ORDER BY found.hits DESC LIMIT 200
$$;
GRANT EXECUTE ON FUNCTION similar_words(text[], int) TO rt_app;
CREATE INDEX casework_nameword_keys ON casework_nameword USING gin (keys);
REVOKE ALL ON casework_nameword FROM rt_app, rt_system;

CREATE FUNCTION learn_word() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_nameword (word, keys) VALUES (NEW.word, NEW.keys) ON CONFLICT (word) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER learn_word AFTER INSERT ON casework_partyword FOR EACH ROW EXECUTE FUNCTION learn_word();

CREATE FUNCTION engagement_finds_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT k.id INTO NEW.case_id FROM casework_case k JOIN casework_panel p ON p.id = k.panel_id
      JOIN casework_auditengagement e ON e.id = NEW.engagement_id
     WHERE k.reference = NEW.reference AND p.partnership_id = e.partnership_id;
    RETURN NEW;
END $$;
CREATE TRIGGER engagement_finds_case BEFORE INSERT ON casework_engagementcase FOR EACH ROW EXECUTE FUNCTION engagement_finds_case();
"""

GRANT_SEEN = f"@.group_id = {among('groups')} OR @.granted_by_id = {setting('user')} OR rt_sees(@.content_object_id)"
USER_GRANT_SEEN = f"@.user_id = {among('users')} OR @.granted_by_id = {setting('user')} OR rt_sees(@.content_object_id)"
SHARED = f"rt_may_share(@.content_object_id) AND @.granted_by_id = {setting('user')}"
GRANTS = (
    wall("casework_casegrant", GRANT_SEEN, made=SHARED, changed="rt_may_share(@.content_object_id)")
    + wall("casework_caseusergrant", USER_GRANT_SEEN, made=SHARED, changed="rt_may_share(@.content_object_id)")
    + history("casework_casegrant", "casework_historicalcasegrant", f"rt_sees(@.content_object_id) OR {engaged('@.content_object_id')}")
    + history("casework_caseusergrant", "casework_historicalcaseusergrant", f"rt_sees(@.content_object_id) OR {engaged('@.content_object_id')}")
    + """
REVOKE UPDATE ON casework_casegrant, casework_caseusergrant FROM rt_app, rt_system;
GRANT UPDATE (expires_at, version) ON casework_casegrant, casework_caseusergrant TO rt_app;
ALTER TABLE casework_casegrant ALTER group_id SET STATISTICS 1500;
"""
)

CONFLICT = f"@.user_id = {setting('user')} OR @.panel_id = {among('office_panels')}"

OTHERS = (
    "".join(history(f"casework_{name}", f"casework_historical{name}") for name in OPEN)
    + wall("casework_conflictofinterest", CONFLICT)
    + history("casework_conflictofinterest", "casework_historicalconflictofinterest", f"@.panel_id = {among('office_panels')}")
    + wall("casework_meeting", MEETING, made=OFFICE, changed=OFFICE)
    + history("casework_meeting", "casework_historicalmeeting", MEETING)
    + wall("casework_attendance", OF_MEETING, made=ISSUED, changed=ISSUED)
    + history("casework_attendance", "casework_historicalattendance", OF_MEETING)
    + wall("casework_partyword", in_case_or_referral(1), changed="false")
    + f"""
REVOKE UPDATE ON casework_partyword FROM rt_app;
CREATE POLICY forgotten ON casework_partyword FOR DELETE TO rt_app USING ({in_case_or_referral(1).replace("@", "casework_partyword")});
"""
    + wall("casework_packdocument", PACK_TEXT, made="EXISTS (SELECT 1 FROM casework_pack p WHERE p.id = @.pack_id OFFSET 0)", changed="false")
    + "REVOKE UPDATE, DELETE ON casework_packdocument FROM rt_app;\n"
    + wall("casework_importfile", "EXISTS (SELECT 1 FROM casework_importbatch b WHERE b.id = @.batch_id OFFSET 0)")
    + "CREATE POLICY forgotten ON casework_importfile FOR DELETE TO rt_app USING (EXISTS (SELECT 1 FROM casework_importbatch b WHERE b.id = casework_importfile.batch_id OFFSET 0));\n"
    + wall("casework_notice", f"@.user_id = {setting('user')}", made="true")
    + wall("casework_search", f"@.user_id = {setting('user')}")
    + wall("casework_idempotencykey", f"@.user_id = {setting('user')}")
    + """
REVOKE INSERT, UPDATE, DELETE ON casework_user_groups, casework_user_user_permissions FROM rt_app, rt_system;
"""
)

SYSTEM = (
    "".join(for_system(f"casework_{name}") for name in "case party partyaddress casegrant hearing meeting action researchreturn".split())
    + for_system("casework_referral", "SELECT UPDATE", "checked_at, version")
    + for_system("casework_matchproposal", "SELECT INSERT")
    + for_system("casework_notice", "SELECT INSERT UPDATE", "settled_at")
    + "".join(
        f"GRANT SELECT ON casework_{name} TO rt_system;\n"
        for name in "user agency membership panel membershippanel seat paneloffice repeatrule partnership agreementversion agreementpanel agreementsignature".split()
    )
    + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rt_system;\n"
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_initial"), ("audit", "0002_triggers")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (DEFINERS, BOUND_SQL, GRANTS, OTHERS, SYSTEM)
    ]

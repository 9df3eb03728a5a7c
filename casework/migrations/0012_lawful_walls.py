"""Row-level security and history for lawful sharing: sealed cases, items that wait, decisions that freeze, emergency access that only reads."""

from django.db import migrations

from casework.models.walls import (
    among, bound, chair_of, for_system, history, in_case_or_referral, lasting, live, no_conflict, not_kept_out, office_of, office_whatever_conflict, referral_seen,
    rewall, setting, wall, writers,
)  # fmt: skip

ME = setting("user")
OFFICE = f"@.panel_id = {among('office_panels')}"
MINE = f"@.agency_id = {setting('speaks_for')}"
OUT = not_kept_out("@.case_id")

# Read -------------------------------------------------------------------------------------------------------------------------------------

REFERRAL = (
    f"({OFFICE} OR (@.panel_id = {among('panels')} AND ({MINE} OR @.idva_service_id = {setting('speaks_for')}))) "
    f"AND {no_conflict('@.id', 'referral_id')} AND (@.case_id IS NULL OR {OUT})"
)
REPORT = (
    f"({OFFICE} OR (@.panel_id = {among('panels')} AND {MINE}) OR (@.case_id IS NOT NULL AND {live('@.case_id', 3)})) "
    f"AND (@.case_id IS NULL OR {OUT})"
)
DECISION = (
    f"({OFFICE} OR @.decided_by_id = {ME} OR {MINE} OR (@.case_id IS NOT NULL AND {live('@.case_id', 3)})) "
    f"AND (@.case_id IS NULL OR {OUT})"
)
RESEARCH = f"{live('@.case_id', 2)} AND ({MINE} OR {office_of('@.case_id')})"
NAMED = f"EXISTS (SELECT 1 FROM casework_itemaudience a WHERE a.item_id = @.id AND a.agency_id = {setting('speaks_for')} OFFSET 0)"
RELEASED = "EXISTS (SELECT 1 FROM casework_itemrelease r WHERE r.item_id = @.id OFFSET 0)"
AUDIENCE = (
    f"(@.audience IN ('all_present', 'all_signatories', 'verbal_only') OR (@.audience = 'chair_only' AND {chair_of('@.case_id')}) "
    f"OR (@.audience = 'named_agencies' AND {NAMED}))"
)
WAITS = "@.data_classes && ARRAY['health-confidential', 'counselling', 'safe-address']::varchar[]"
CLOSED = "@.data_classes && ARRAY['counselling', 'source-identity']::varchar[]"
ITEM = (
    f"{live('@.case_id', 3)} AND ({MINE} OR ({AUDIENCE} AND (NOT {WAITS} OR {RELEASED} OR {office_of('@.case_id')}))) "
    f"AND (NOT {CLOSED} OR {lasting('@.case_id', 3)})"
)
OWED = f"(@.agency_id = {setting('answers_for')} AND @.panel_id = {among('panels')} AND {OUT})"
ACTION = f"({live('@.case_id', 3)} OR {OWED})"

READ = (
    rewall("casework_referral", "casework_historicalreferral", REFERRAL)
    + rewall("casework_report", "casework_historicalreport", REPORT)
    + rewall("casework_disclosuredecision", "casework_historicaldisclosuredecision", DECISION)
    + rewall("casework_researchreturn", "casework_historicalresearchreturn", RESEARCH)
    + rewall("casework_informationitem", "casework_historicalinformationitem", ITEM)
    + rewall("casework_action", "casework_historicalaction", ACTION)
)

# Write: nobody under emergency access -------------------------------------------------------------------------------------------------------

READER = lasting("@.case_id", 3)
BY_OFFICE = office_of("@.case_id")
EITHER = f"((@.case_id IS NOT NULL AND {READER}) OR (@.referral_id IS NOT NULL AND {referral_seen()}))"
EITHER_PEOPLE = (
    f"((@.case_id IS NOT NULL AND {lasting('@.case_id', 1)}) OR (@.referral_id IS NOT NULL AND {referral_seen()}))"
)
OWN_NAMING = f"{READER} AND @.owner_id = {setting('speaks_for')}"
ANSWERS = f"{lasting('@.case_id', 2)} AND ({MINE} OR {BY_OFFICE})"
DECIDES = f"@.decided_by_id = {ME} AND (@.case_id IS NULL OR {READER} OR ({OFFICE} AND {OUT}))"

WRITE = (
    "".join(
        writers(f"casework_{name}", made=EITHER_PEOPLE, changed=EITHER_PEOPLE) for name in ("party", "partyaddress")
    )
    + "".join(
        writers(f"casework_{name}", made=EITHER, changed=EITHER)
        for name in ("safeaddress", "safecontact", "assessment", "assessmentanswer")
    )
    + writers("casework_case", made=lasting("@.id", 1), changed=office_of("@.id"))
    + writers("casework_partyword", made=EITHER_PEOPLE)
    + writers(
        "casework_disclosuredecision",
        made=DECIDES,
        changed=f"{OFFICE} AND (@.case_id IS NULL OR {OUT}) AND @.approved_by_id = {ME}",
    )
    + writers("casework_researchreturn", made=ANSWERS, changed=ANSWERS)
    + writers("casework_informationitem", made=f"{READER} AND ({MINE} OR {BY_OFFICE})", changed=f"{READER} AND {MINE}")
    + writers("casework_itemaudience", made=OWN_NAMING, changed=OWN_NAMING)
    + writers("casework_action", made=BY_OFFICE, changed=f"({READER} AND ({MINE} OR {BY_OFFICE})) OR {OWED}")
    + "".join(writers(f"casework_{name}", made=BY_OFFICE, changed=BY_OFFICE) for name in ("hearing", "hearingrisk"))
    + "".join(
        writers(f"casework_{name}", made=READER, changed=READER) for name in ("intervention", "condition", "breach")
    )
)

# The new tables -----------------------------------------------------------------------------------------------------------------------------

OF_DECISION = "EXISTS (SELECT 1 FROM casework_disclosuredecision d WHERE d.id = @.decision_id OFFSET 0)"
OWN_DECISION = f"EXISTS (SELECT 1 FROM casework_disclosuredecision d WHERE d.id = @.decision_id AND d.decided_by_id = {ME} OFFSET 0)"
DECIDED_CASE = f"({live('@.case_id', 3)} OR {OF_DECISION}) AND {OUT}"
DECIDED_ITEM = f"{live('@.case_id', 3)} AND ({MINE} OR {office_of('@.case_id')})"
OWN_REVIEW = f"EXISTS (SELECT 1 FROM casework_accessreview v WHERE v.id = @.review_id AND v.agency_id = {setting('governs_agency')} OFFSET 0)"
ONWARD = f"{live('@.case_id', 3)} AND ({MINE} OR @.owner_id = {setting('speaks_for')})"

NEW = (
    bound("casework_decisioncase", "casework_historicaldecisioncase", DECIDED_CASE, made=f"{OWN_DECISION} AND {OUT}", changed="false")
    + bound("casework_decisionitem", "casework_historicaldecisionitem", DECIDED_ITEM, made=f"{OWN_DECISION} AND {READER}", changed="false")
    + bound("casework_itemrelease", "casework_historicalitemrelease", live("@.case_id", 3), made=f"{BY_OFFICE} AND @.released_by_id = {ME}", changed="false")
    + bound("casework_itemsource", "casework_historicalitemsource", f"{lasting('@.case_id', 3)} AND {MINE}")
    + bound("casework_onwardrequest", "casework_historicalonwardrequest", ONWARD, made=f"{READER} AND {MINE}", changed=f"{READER} AND ({MINE} OR @.owner_id = {setting('speaks_for')})")
    + bound("casework_outwardcontact", "casework_historicaloutwardcontact", live("@.case_id", 3), made=f"{READER} AND {MINE}", changed="false")
    + bound("casework_knownelsewhere", "casework_historicalknownelsewhere", office_of("@.case_id"), made="false", changed=f"{office_of('@.case_id')}")
    + "".join(
        history(f"casework_{name}", f"casework_historical{name}")
        for name in ("agreementparty", "gatewaysetting", "legalcondition", "decisionrecipient", "accessreview")
    )
    + wall("casework_accessreviewline", OWN_REVIEW)
    + history("casework_accessreviewline", "casework_historicalaccessreviewline", OWN_REVIEW)
)  # fmt: skip

# Who is kept out ------------------------------------------------------------------------------------------------------------------------

OF_PANEL = f"(@.panel_id = {among('office_panels')} AND (@.case_id IS NULL OR {office_whatever_conflict('@.case_id')}))"
KEPT_OUT = (
    f"ALTER POLICY seen ON casework_conflictofinterest USING ((@.user_id = {ME}) OR {OF_PANEL});\n".replace(
        "@", "casework_conflictofinterest"
    )
    + f"ALTER POLICY changed ON casework_conflictofinterest USING ({OF_PANEL}) WITH CHECK ({OF_PANEL} AND @.user_id <> {ME});\n".replace(
        "@", "casework_conflictofinterest"
    )
    + f"ALTER POLICY made ON casework_conflictofinterest WITH CHECK (@.user_id = {ME} OR {OF_PANEL});\n".replace(
        "@", "casework_conflictofinterest"
    )
    + f"ALTER POLICY seen ON casework_historicalconflictofinterest USING ({OF_PANEL});\n".replace(
        "@", "casework_historicalconflictofinterest"
    )
    + wall("casework_seal", "true", made=f"{BY_OFFICE} AND @.sealed_by_id = {ME}", changed=BY_OFFICE)
    + history("casework_seal", "casework_historicalseal", live("@.case_id", 3))
    + wall("casework_declaration", f"@.user_id = {ME}", changed="false")
    + history("casework_declaration", "casework_historicaldeclaration", f"@.user_id = {ME}")
    + wall("casework_connection", f"@.user_id = {ME}")
    + history("casework_connection", "casework_historicalconnection", f"@.user_id = {ME}")
    + wall("casework_connectiontoken", f"@.user_id = {ME}", changed="false")
    + wall("casework_partytoken", in_case_or_referral(1), made=EITHER_PEOPLE, changed="false")
    + f"CREATE POLICY forgotten ON casework_partytoken FOR DELETE TO rt_app USING ({in_case_or_referral(1)});\n".replace(
        "@", "casework_partytoken"
    )
    + "REVOKE UPDATE ON casework_partytoken, casework_connectiontoken FROM rt_app;\nREVOKE DELETE ON casework_connectiontoken FROM rt_app;\n"
)

# A sealed case takes no grant but its readers'; grants of an agency are also read, and ended, by its governance lead
GOVERNED = f"@.group_id = (SELECT a.group_id FROM casework_agency a WHERE a.id = {setting('governs_agency')})"
GOVERNED_PERSON = f"@.agency_id = {setting('governs_agency')}"
SEAL = "NOT EXISTS (SELECT 1 FROM casework_seal s WHERE s.case_id = @.content_object_id AND s.starts_at <= statement_timestamp() AND (s.ends_at IS NULL OR s.ends_at > statement_timestamp()) OFFSET 0)"
SHARED = f"rt_may_share(@.content_object_id) AND @.granted_by_id = {ME}"
GRANT_SEEN = f"@.group_id = {among('groups')} OR @.granted_by_id = {ME} OR {GOVERNED} OR rt_sees(@.content_object_id)"
USER_GRANT_SEEN = (
    f"@.user_id = {among('users')} OR @.granted_by_id = {ME} OR {GOVERNED_PERSON} OR rt_sees(@.content_object_id)"
)


def _grants(table: str, seen: str, governed: str, made: str) -> str:
    return (
        f"ALTER POLICY seen ON {table} USING ({seen});\n"
        f"ALTER POLICY made ON {table} WITH CHECK ({made});\n"
        f"ALTER POLICY changed ON {table} USING (rt_may_share(@.content_object_id) OR {governed}) WITH CHECK (rt_may_share(@.content_object_id) OR {governed});\n"
    ).replace("@", table)


GRANTS = (
    f"""
CREATE OR REPLACE FUNCTION rt_may_share(of_case bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT {office_of("of_case")} OR NOT EXISTS (SELECT 1 FROM casework_case k WHERE k.id = of_case)
$$;
"""
    + _grants("casework_casegrant", GRANT_SEEN, GOVERNED, f"{SHARED} AND {SEAL}")
    + _grants(
        "casework_caseusergrant",
        USER_GRANT_SEEN,
        GOVERNED_PERSON,
        f"{SHARED} AND (@.basis = 'sealed_reader' OR ({SEAL} AND @.basis <> 'emergency'))",
    )
)

# Decisions freeze: once final or declined nothing about them changes; a waiting one is answered by somebody else
FREEZE = f"""
CREATE FUNCTION freeze_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user = current_user THEN RETURN NEW; END IF;
    IF OLD.state <> 'waiting' OR NEW.state = 'waiting'
       OR (to_jsonb(NEW) - '{{state,approved_by_id,approved_at,version}}'::text[]) IS DISTINCT FROM (to_jsonb(OLD) - '{{state,approved_by_id,approved_at,version}}'::text[]) THEN
        RAISE EXCEPTION 'A decision is not changed; it is superseded.' USING ERRCODE = 'RT004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER freeze_decision BEFORE UPDATE ON casework_disclosuredecision FOR EACH ROW EXECUTE FUNCTION freeze_decision();
"""

# Emergency access: the reason is a row first; the search and the grant are one function, which tells nothing but "opened" or not
EMERGENCY_SEEN = (
    f"@.user_id = {ME} OR ((@.partnership_id = {setting('governs')} OR @.panel_id = {among('office_panels')}) "
    f"AND (@.case_id IS NULL OR {no_conflict('@.case_id')}))"
)
EMERGENCY = (
    wall(
        "casework_emergencyaccess",
        EMERGENCY_SEEN,
        made=f"@.user_id = {ME} AND @.agency_id = {setting('acting')} AND @.case_id IS NULL AND @.grant_id IS NULL AND @.reviewed_by_id IS NULL",
        changed=EMERGENCY_SEEN,
    )
    + history("casework_emergencyaccess", "casework_historicalemergencyaccess", EMERGENCY_SEEN)
    + f"""
REVOKE UPDATE ON casework_emergencyaccess FROM rt_app;
GRANT UPDATE (ended_at, reviewed_by_id, reviewed_at, finding, review_note, version) ON casework_emergencyaccess TO rt_app;

CREATE FUNCTION rt_open_in_emergency(of_access bigint, of_reference text, of_tokens text[], minutes int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found bigint[];
    opened casework_case%ROWTYPE;
    access casework_emergencyaccess%ROWTYPE;
    made bigint;
BEGIN
    SELECT * INTO access FROM casework_emergencyaccess
     WHERE id = of_access AND user_id = {ME} AND case_id IS NULL AND made_at > statement_timestamp() - interval '5 minutes';
    SELECT array_agg(DISTINCT k.id) INTO found FROM casework_case k
     WHERE k.panel_id = {among("panels")}
       AND (k.reference = of_reference OR EXISTS (SELECT 1 FROM casework_partytoken t WHERE t.case_id = k.id AND t.token = ANY (of_tokens)));
    SELECT * INTO opened FROM casework_case k WHERE k.id = found[1] AND cardinality(found) = 1 AND access.id IS NOT NULL
       AND {no_conflict("k.id")}
       AND NOT EXISTS (SELECT 1 FROM casework_seal s WHERE s.case_id = k.id AND s.starts_at <= statement_timestamp() AND (s.ends_at IS NULL OR s.ends_at > statement_timestamp()));
    IF opened.id IS NULL THEN RETURN NULL; END IF;
    INSERT INTO casework_caseusergrant (version, user_id, permission_id, content_object_id, panel_id, agency_id, basis, reach, granted_by_id, starts_at, expires_at)
    VALUES (1, access.user_id, {setting("view")}, opened.id, opened.panel_id, access.agency_id, 'emergency', 3, access.user_id, clock_timestamp(), clock_timestamp() + make_interval(mins => minutes))
    RETURNING id INTO made;
    UPDATE casework_emergencyaccess SET case_id = opened.id, panel_id = opened.panel_id, grant_id = made, version = version + 1 WHERE id = access.id;
    RETURN opened.id;
END $$;
REVOKE ALL ON FUNCTION rt_open_in_emergency(bigint, text, text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_open_in_emergency(bigint, text, text[], int) TO rt_app;

CREATE FUNCTION rt_end_emergency(of_access bigint) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE casework_caseusergrant g SET expires_at = clock_timestamp(), version = g.version + 1
      FROM casework_emergencyaccess e WHERE e.id = of_access AND e.user_id = {ME} AND g.id = e.grant_id AND g.expires_at > clock_timestamp()
$$;
REVOKE ALL ON FUNCTION rt_end_emergency(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rt_end_emergency(bigint) TO rt_app;
"""
)

SYSTEM = (
    "".join(
        for_system(f"casework_{name}")
        for name in (
            "partytoken",
            "connectiontoken",
            "connection",
            "seal",
            "emergencyaccess",
            "onwardrequest",
            "caseusergrant",
            "informationitem",
        )
    )
    + for_system("casework_conflictofinterest", "SELECT INSERT")
    + for_system("casework_knownelsewhere", "SELECT INSERT")
    + "".join(
        f"GRANT SELECT ON casework_{name} TO rt_system;\n"
        for name in ("agreementparty", "sharingagreement", "decisionrecipient", "cover")
    )
    + "GRANT SELECT, INSERT ON casework_accessreview TO rt_system;\n"
    + for_system("casework_accessreviewline", "SELECT INSERT")
    + "REVOKE SELECT ON casework_informationitem FROM rt_system;\nGRANT SELECT (id, case_id, agency_id, data_classes) ON casework_informationitem TO rt_system;\n"
    + "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rt_system;\n"
)

# What was signed before agencies had states stays in force
ACTIVE = """
INSERT INTO casework_agreementparty (version, agreement_id, agency_id, state, since, checks, reason)
SELECT DISTINCT ON (v.agreement_id, s.agency_id) 1, v.agreement_id, s.agency_id, 'active', s.starts_at, '{}'::varchar[], ''
  FROM casework_agreementsignature s JOIN casework_agreementversion v ON v.id = s.agreement_version_id;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_lawful_sharing")]
    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop)
        for sql in (ACTIVE, NEW, KEPT_OUT, READ, WRITE, GRANTS, FREEZE, EMERGENCY, SYSTEM)
    ]

"""Who writes is narrower than who reads: an agency speaks for itself alone, and what the office decides the office writes."""

from django.db import migrations

from casework.models.walls import among, granted_to_office, held_by_office, live, no_conflict, setting, writers

MINE = f"@.agency_id = {setting('speaks_for')}"
OFFICE = held_by_office("@.case_id")
READER = live("@.case_id", 3)
OWED = f"(@.agency_id = {setting('answers_for')} AND @.panel_id = {among('panels')} AND {no_conflict('@.case_id')})"
OFFICE_OF_REFERRAL = f"EXISTS (SELECT 1 FROM casework_referral r WHERE r.id = @.referral_id AND r.panel_id = {among('office_panels')} OFFSET 0)"
OWN_NAMING = f"{READER} AND @.owner_id = {setting('speaks_for')}"
# Whose statement it is cannot be asked by a policy (the two tables' policies would ask each other), so a key says it.
OWNER_IS_THE_ITEMS = """
ALTER TABLE casework_informationitem ADD CONSTRAINT item_with_case_and_agency UNIQUE (id, case_id, agency_id);
ALTER TABLE casework_itemaudience ADD CONSTRAINT audience_named_by_the_items_agency
    FOREIGN KEY (item_id, case_id, owner_id) REFERENCES casework_informationitem (id, case_id, agency_id);
"""
CONFLICT_BY_OFFICE = f"(@.panel_id = {among('office_panels')} AND (@.case_id IS NULL OR {granted_to_office('@.case_id')}))"

SQL = (
    writers("casework_informationitem", made=f"{READER} AND ({MINE} OR {OFFICE})", changed=f"{READER} AND {MINE}")
    + writers("casework_itemaudience", made=OWN_NAMING, changed=OWN_NAMING)
    + writers("casework_action", made=OFFICE, changed=f"({READER} AND ({MINE} OR {OFFICE})) OR {OWED}")
    + writers("casework_screeningdecision", made=OFFICE_OF_REFERRAL, changed="false")
    + writers("casework_hearing", made=OFFICE, changed=OFFICE)
    + writers("casework_hearingrisk", made=OFFICE, changed=OFFICE)
    + writers("casework_case", changed=held_by_office("@.id"))
    + writers(
        "casework_conflictofinterest",
        made=f"@.user_id = {setting('user')} OR {CONFLICT_BY_OFFICE}",
        changed=CONFLICT_BY_OFFICE,
    )
    + OWNER_IS_THE_ITEMS
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_referral_statements")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]

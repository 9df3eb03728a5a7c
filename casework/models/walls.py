"""The second wall: row-level security, in one shape for every table. Used by migrations.

A migration that has run is never changed by changing this file: a new shape is a new function and a new migration.
Conditions name columns of the guarded table as `@.column`: inside a sub-select a bare name could mean the other table's.
The settings are named to the database by `casework.access.viewer.tell`, local to the transaction; unset means no rows.
"""


def setting(name: str, kind: str = "bigint") -> str:
    """A setting, read once a query (the sub-select makes it an init plan)."""
    return f"(SELECT nullif(current_setting('app.{name}', true), '')::{kind})"


def among(name: str) -> str:
    """An array setting, for `column = ANY (…)`; the outer cast keeps it an array."""
    return f"ANY ({setting(name, 'bigint[]')}::bigint[])"


def _in_force(alias: str, ends: str = "expires_at") -> str:
    now = "statement_timestamp()"
    return f"{alias}.starts_at <= {now} AND ({alias}.{ends} IS NULL OR {alias}.{ends} > {now})"


def _granted(column: str, groups: str, reach: int) -> str:
    return f"""EXISTS (SELECT 1 FROM casework_casegrant g WHERE g.content_object_id = {column}
        AND g.group_id = {among(groups)} AND g.permission_id = {setting("view")} AND g.panel_id = {among("panels")}
        AND g.reach >= {reach} AND {_in_force("g")} OFFSET 0)"""


def _personally(column: str, reach: int) -> str:
    return f"""EXISTS (SELECT 1 FROM casework_caseusergrant u WHERE u.content_object_id = {column}
        AND u.user_id = {among("users")} AND (u.user_id = {setting("user")} OR u.basis = 'assignment')
        AND u.agency_id = {setting("acting")} AND u.permission_id = {setting("view")} AND u.panel_id = {among("panels")}
        AND u.reach >= {reach} AND {_in_force("u")} OFFSET 0)"""


def no_conflict(column: str, of: str = "case_id") -> str:
    """Nobody with a conflict of interest, whatever else she holds."""
    return f"""NOT EXISTS (SELECT 1 FROM casework_conflictofinterest c WHERE c.{of} = {column}
        AND c.user_id = {setting("user")} AND {_in_force("c", "ends_at")} OFFSET 0)"""


def live(column: str, reach: int) -> str:
    """A live grant of the acting agency, of an office held there, or of the person; and no conflict.

    A sealed case needs nothing here: sealing ends every grant but its named readers', and no other can be made.
    """
    return f"(({_granted(column, 'groups', reach)} OR {_personally(column, reach)}) AND {no_conflict(column)})"


def _personally_lasting(column: str, reach: int) -> str:
    return _personally(column, reach).replace("OFFSET 0)", "AND u.basis <> 'emergency' OFFSET 0)")


def lasting(column: str, reach: int) -> str:
    """As `live`, without emergency access: what it never opens, and everything that is written."""
    return f"(({_granted(column, 'groups', reach)} OR {_personally_lasting(column, reach)}) AND {no_conflict(column)})"


def _reads_sealed(column: str, panels: str) -> str:
    return f"""EXISTS (SELECT 1 FROM casework_caseusergrant u WHERE u.content_object_id = {column}
        AND u.user_id = {setting("user")} AND u.basis = 'sealed_reader' AND u.agency_id = {setting("acting")}
        AND u.permission_id = {setting("view")} AND u.panel_id = {among(panels)} AND {_in_force("u")} OFFSET 0)"""


def office_of(column: str) -> str:
    """The viewer holds an office on the panel that owns the case; of a sealed one, she is a named reader with an office there."""
    return f"(({_granted(column, 'office_groups', 1)} OR {_reads_sealed(column, 'office_panels')}) AND {no_conflict(column)})"


def chair_of(column: str) -> str:
    """As `office_of`, the chair or deputy."""
    return f"(({_granted(column, 'chair_groups', 1)} OR {_reads_sealed(column, 'chair_panels')}) AND {no_conflict(column)})"


def office_whatever_conflict(column: str) -> str:
    """As `office_of`, whatever her conflicts: for the table of conflicts itself, whose policy cannot ask itself."""
    return f"({_granted(column, 'office_groups', 1)} OR {_reads_sealed(column, 'office_panels')})"


def sealed(column: str) -> str:
    """A seal is in force on the case."""
    return f"EXISTS (SELECT 1 FROM casework_seal s WHERE s.case_id = {column} AND {_in_force('s', 'ends_at')} OFFSET 0)"


def not_kept_out(column: str) -> str:
    """No conflict, and not sealed against her: for what is read on another reason than a grant on the case."""
    return f"({no_conflict(column)} AND (NOT {sealed(column)} OR {live(column, 1)}))"


def held_by_office(column: str) -> str:
    """The viewer holds an office on the panel that owns the case."""
    return f"({_granted(column, 'office_groups', 1)} AND {no_conflict(column)})"


def granted_to_office(column: str) -> str:
    """The viewer holds an office on the panel that owns the case, whatever her conflicts: for the table of conflicts itself."""
    return _granted(column, "office_groups", 1)


def chaired(column: str) -> str:
    """The viewer chairs the panel that owns the case."""
    return f"({_granted(column, 'chair_groups', 1)} AND {no_conflict(column)})"


def referral_seen(column: str = "@.referral_id") -> str:
    """The referral's own policy decides."""
    return f"EXISTS (SELECT 1 FROM casework_referral r WHERE r.id = {column} OFFSET 0)"


def in_case_or_referral(reach: int) -> str:
    """For records that belong to exactly one case or one referral."""
    return (
        f"((@.case_id IS NOT NULL AND {live('@.case_id', reach)}) OR (@.referral_id IS NOT NULL AND {referral_seen()}))"
    )


def engaged(column: str) -> str:
    """History alone: an open audit engagement of the viewer has the case in its scope."""
    return f"""EXISTS (SELECT 1 FROM casework_engagementcase ec JOIN casework_auditengagement e ON e.id = ec.engagement_id
        WHERE ec.case_id = {column} AND e.auditor_id = {setting("user")} AND e.approved_at IS NOT NULL
        AND e.ended_at IS NULL AND e.until > statement_timestamp() OFFSET 0)"""


def wall(table: str, seen: str, *, made: str | None = None, changed: str | None = None) -> str:
    """Policies for the app role: `seen` to read, `made` to insert, `changed` to update (both as `seen` unless given)."""
    seen, made, changed = (condition.replace("@", table) for condition in (seen, made or seen, changed or seen))
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON {table} FOR SELECT TO rt_app USING ({seen});
CREATE POLICY made ON {table} FOR INSERT TO rt_app WITH CHECK ({made});
CREATE POLICY changed ON {table} FOR UPDATE TO rt_app USING ({changed}) WITH CHECK ({changed});
"""


def history(table: str, historical: str, seen: str | None = None) -> str:
    """The history trigger, and the history table's wall: read by whoever reads the record, written by the trigger alone."""
    sql = f"""
CREATE TRIGGER {table}_history AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_write_history('{historical}');
CREATE INDEX {historical}_chain ON {historical} (id, history_id);
REVOKE INSERT, UPDATE, DELETE ON {historical} FROM rt_app, rt_system;
REVOKE DELETE ON {table} FROM rt_app, rt_system;
"""
    if seen is not None:
        seen = seen.replace("@", historical)
        sql += f"ALTER TABLE {historical} ENABLE ROW LEVEL SECURITY;\nCREATE POLICY seen ON {historical} FOR SELECT TO rt_app USING ({seen});\n"
    return sql


def bound(
    table: str,
    historical: str,
    seen: str,
    *,
    case_column: str | None = "@.case_id",
    made: str | None = None,
    changed: str | None = None,
) -> str:
    """Wall and history of one case-bound table; the history also opens to an audit engagement on the case."""
    past = f"({seen}) OR {engaged(case_column)}" if case_column else seen
    return wall(table, seen, made=made, changed=changed) + history(table, historical, past)


def for_system(table: str, rights: str = "SELECT", columns: str = "") -> str:
    """What the worker's role may do with a table over all cases; it hands back ids, scores and counts."""
    policies = "".join(
        f"CREATE POLICY system_{verb.lower()} ON {table} FOR {verb} TO rt_system "
        + {"SELECT": "USING (true)", "INSERT": "WITH CHECK (true)", "UPDATE": "USING (true) WITH CHECK (true)"}[verb]
        + ";\n"
        for verb in rights.replace(",", " ").split()
    )
    grants = "".join(
        f"GRANT {verb}{f' ({columns})' if columns and verb == 'UPDATE' else ''} ON {table} TO rt_system;\n"
        for verb in rights.replace(",", " ").split()
    )
    return grants + policies


def rewall(table: str, historical: str, seen: str, *, case_column: str | None = "@.case_id") -> str:
    """Give a table and its history a new condition to read."""
    past = f"({seen}) OR {engaged(case_column)}" if case_column else seen
    return (
        f"ALTER POLICY seen ON {table} USING ({seen.replace('@', table)});\n"
        f"ALTER POLICY changed ON {table} USING ({seen.replace('@', table)});\n"
        f"ALTER POLICY seen ON {historical} USING ({past.replace('@', historical)});\n"
    )


def writers(table: str, made: str | None = None, changed: str | None = None) -> str:
    """Narrow who inserts a row and what a changed row may be. Whoever reads it can still lock it, which a page needs to read it once more."""
    sql = ""
    for policy, condition in (("made", made), ("changed", changed)):
        if condition is not None:
            sql += f"ALTER POLICY {policy} ON {table} WITH CHECK ({condition.replace('@', table)});\n"
    return sql

"""System checks: the serving role has no more rights than it should, and every table is behind its wall."""

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections

TOO_STRONG = """
SELECT r.rolname FROM pg_roles r
 WHERE (r.rolsuper OR r.rolbypassrls OR r.rolname = 'rt_owner' OR EXISTS (
            SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relowner = r.oid))
   AND pg_has_role(current_user, r.oid, 'MEMBER')
"""


@register(Tags.database)
def serving_role(app_configs, databases, **kwargs) -> list[Error]:
    """Refuse to serve as an owner, a superuser, a role that passes row-level security, or a member of one."""
    found = []
    for alias in databases or []:
        if alias not in ("default", "system", "auditor"):
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(TOO_STRONG)
            names = {row[0] for row in cursor.fetchall()} - set(getattr(settings, "TEST_ONLY_ROLES", ()))
        if names:
            found.append(
                Error(
                    f"The database role of '{alias}' has the rights of {', '.join(sorted(names))}.",
                    hint="Serve with a role made by deploy/roles.sql.",
                    id="casework.E001",
                )
            )
    return found

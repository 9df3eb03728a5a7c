"""Signing in and out, recorded."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from audit.recorder import record_event
from casework.access.viewer import NoMembership, viewer_for
from casework.access.viewer import memberships_of as _memberships
from casework.commands.reference_data import load_reference_data

WORKS = "works"  # in a session: its person had a membership in force when she signed in


@receiver(user_logged_in)
def record_sign_in(request, user, **kwargs) -> None:
    """One event for each partnership in which the person has a membership. The session ends with the last of them."""
    request.session[WORKS] = bool(_memberships(user))
    _record_for_each_partnership(user, "person.signed_in")


@receiver(user_logged_out)
def record_sign_out(request, user, **kwargs) -> None:
    if user is not None:
        _record_for_each_partnership(user, "person.signed_out")


def _record_for_each_partnership(user, event: str) -> None:
    told = set()
    for membership in _memberships(user):
        if membership.agency.partnership_id in told:
            continue
        told.add(membership.agency.partnership_id)
        try:
            record_event(by=viewer_for(user, membership.pk), event=event)
        except NoMembership:
            continue


@receiver(pre_migrate)
def rights_of_new_tables(app_config, using, **kwargs) -> None:
    """Migrations run as the owner; what they make, the app role may use until a migration takes rights away.

    Raises `CommandError` for any other role. Roles themselves come from the launcher or deploy/roles.sql.
    """
    if app_config.name != "casework":
        return
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone()[0] != "rt_owner":
            raise CommandError("Migrations run as rt_owner: use the alias 'owner'.")
        cursor.execute(
            """
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO rt_app;
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO rt_app;
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
            """
        )


@receiver(post_migrate)
def reference_data(app_config, using, **kwargs) -> None:
    """What the product knows from its own files stands in every database that is migrated to the end."""
    if app_config.name != "casework" or using != "owner":
        return
    executor = MigrationExecutor(connections[using])
    if not executor.migration_plan(executor.loader.graph.leaf_nodes("casework")):
        load_reference_data(using=using)

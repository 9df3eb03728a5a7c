"""Work for later: a job is asked for by name, with ids only, in the transaction of what it follows.

Commands ask (`queue`); the jobs themselves stand above, in `casework.jobs` or a panel kind's `jobs.py`, and register by
name. A job acts as a named system actor that carries who asked, and asks again what it may do when it runs.
"""

from collections.abc import Callable

from django_tasks import task

from audit.actors import Actor, SystemActor

Job = Callable[..., dict | None]
_jobs: dict[str, Job] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Decorator: `@job("matching.check") def check(*, by: SystemActor, referral_id: int): …`. Raises `ValueError` for a second."""

    def keep(function: Job) -> Job:
        if _jobs.setdefault(name, function) is not function:
            raise ValueError(f"The job {name} is registered twice.")
        return function

    return keep


def registered_jobs() -> dict[str, Job]:
    """All jobs, by name."""
    return dict(_jobs)


def queue(name: str, *, by: Actor, **ids: int | str) -> None:
    """Ask for a job. `ids` are keys or references, never content. Raises `LookupError` for a job nobody registered."""
    if name not in _jobs:
        raise LookupError(f"The job {name} is not registered.")
    asked_by = by.asked_by_id if by.actor_kind == "system" else by.actor_id
    run_job.enqueue(name, asked_by, by.partnership_id, **ids)


@task()
def run_job(name: str, asked_by_id: int | None, partnership_id: int | None, **ids) -> dict | None:
    """What the worker runs: the job as a system actor that carries who asked."""
    by = SystemActor(name, asked_by_id=asked_by_id, partnership_id=partnership_id)
    return _jobs[name](by=by, **ids)

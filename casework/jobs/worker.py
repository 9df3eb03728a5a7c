"""The worker: what the timetable says, then what is queued, again and again until it is told to stop."""

import signal
from threading import Event

from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from casework.jobs.timetable import run_due

PAUSE_SECONDS = 1.0


class Work:
    """One worker process. `stop` lets a running job finish and ends the loop."""

    def __init__(self, pause: float = PAUSE_SECONDS):
        self.pause, self.stopped, self.worker = pause, Event(), None

    def stop(self, *_signal) -> None:
        self.stopped.set()
        if self.worker is not None:
            self.worker.running = False

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)

    def once(self) -> None:
        """Run what is due and what waits in the queue."""
        run_due()
        if not self.stopped.is_set():
            self.queued()

    def queued(self) -> None:
        """Run what waits in the queue."""
        self.worker = Worker(
            queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=get_random_string(32), excluded_queue_names=[],
        )  # fmt: skip
        self.worker.run()

    def forever(self) -> None:
        while not self.stopped.is_set():
            self.once()
            self.stopped.wait(self.pause)

"""Run a management command of Roundtable, on this copy's own database where the environment names no other."""

import os
import sys

from django.core.management import execute_from_command_line

from casework.standalone import unless_configured

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
    with unless_configured():
        execute_from_command_line(sys.argv)

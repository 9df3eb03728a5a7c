"""The real settings with what tests need: quick passwords, fixed keys, mail in memory, plain static files."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "tests-only-tests-only-tests-only-tests-only-tests-only")

from casework.settings import *  # noqa: F403, TID251

FOLDER = Path(os.environ.get("ROUNDTABLE_TEST_FOLDER") or tempfile.mkdtemp(prefix="roundtable-tests-"))
FIELD_KEYS_FILE = FOLDER / "field.keys"
FIELD_KEYS_FILE.write_text("1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FOLDER / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMERGENCY_FLOOR_SECONDS = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "rt_session", "rt_csrf"
TEST_ONLY_ROLES = ["rt_test_norls"]  # the start-up check excuses rt_app's membership of these
STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy_panel"]  # noqa: F405

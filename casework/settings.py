"""Settings. Whatever differs between machines is read from the environment here, and is safe when nothing is set."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
ROUNDTABLE_HOME = Path(env.str("ROUNDTABLE_HOME", str(BASE_DIR / ".roundtable"))).resolve()

DEMO = env.bool("DEMO", False)
DEBUG = False


def required(name: str, why: str) -> str:
    """The value of an environment variable that has no safe default; raises with a hint where it is missing."""
    value = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {why} `make demo` and `make test` set it themselves.")
    return value


def database(url: str, *, statement_timeout: str = "0", lock_timeout: str = "5s") -> dict:
    """Django's settings for one alias from `postgresql://role:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options = {
        "application_name": "roundtable",
        # Every query of ours is short: compiling one takes longer than running it, and the data lies in memory or on an SSD
        "options": f"-c statement_timeout={statement_timeout} -c lock_timeout={lock_timeout} -c jit=off -c random_page_cost=1.1",
    }
    options |= {key: value for key, value in query.items() if key.startswith("ssl")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": options,
    }


def role(url: str, name: str) -> str:
    """The same server as `url`, for another of our database roles (peer or certificate sign-in)."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{name}@{host}").geturl()


_url = required(
    "DATABASE_URL", "the PostgreSQL server as the role rt_app, for example postgresql://rt_app:…@db/roundtable."
)
DATABASES = {
    "default": database(_url, statement_timeout="5s"),
    "owner": database(env.str("DATABASE_OWNER_URL", role(_url, "rt_owner"))),
    "system": database(env.str("DATABASE_SYSTEM_URL", role(_url, "rt_system")), statement_timeout="60s"),
    "auditor": database(env.str("DATABASE_AUDITOR_URL", role(_url, "rt_auditor")), statement_timeout="15s"),
    "backup": database(env.str("DATABASE_BACKUP_URL", role(_url, "rt_backup"))),
}
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = required("SECRET_KEY", "a long random text that signs sessions.")
FIELD_KEYS_FILE = Path(env.str("FIELD_KEYS_FILE", str(ROUNDTABLE_HOME / "keys" / "field.keys")))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "casework",
    "audit",
    "marac",
    "asbpanel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "simple_history",
    "django_filters",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "casework.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "casework.middleware.ViewerMiddleware",
]

ROOT_URLCONF = "casework.urls"
WSGI_APPLICATION = "casework.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casework.views.context.page",
            ],
            "builtins": ["casework.templatetags.kit"],
        },
    }
]
FORM_RENDERER = "casework.forms.renderer.KitRenderer"

AUTH_USER_MODEL = "casework.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "casework.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "casework.forms.signing_in.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
SIMPLE_HISTORY_ENABLED = False  # a trigger writes the history rows, see docs/decisions/0004-history-by-trigger.md

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("IDLE_MINUTES", 30) * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_NAME = "rt_session" if DEMO else "__Host-rt_session"
CSRF_COOKIE_NAME = "rt_csrf" if DEMO else "__Host-rt_csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REFERRER_POLICY = "same-origin"  # with "no-referrer" a browser sends "Origin: null", and every form is refused
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "casework.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

STATIC_URL = "/static/"
STATIC_ROOT = ROUNDTABLE_HOME / "static"
KIT_DIR = ROUNDTABLE_HOME / "assets" / "dist"
FONT_DIR = KIT_DIR / "fonts"
STATICFILES_DIRS = [("kit", KIT_DIR)] if KIT_DIR.is_dir() else []
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ROUNDTABLE_HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
LANGUAGES = [("en-gb", "English")]

EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = ROUNDTABLE_HOME / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "roundtable@localhost")
# Each answer to a try of emergency access takes at least this long, whatever it found
EMERGENCY_FLOOR_SECONDS = env.float("EMERGENCY_FLOOR_SECONDS", 0.7)
SITE_ADDRESS = env.str("SITE_ADDRESS", "http://127.0.0.1:8000")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "formatters": {
        "line": {"class": "casework.logs.WithoutTexts", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refusal is in the audit; its line here would repeat whatever somebody typed into an address.
    "loggers": {"django.request": {"level": "ERROR"}},
}

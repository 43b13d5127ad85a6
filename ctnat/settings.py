"""Settings, read from the environment (docs/operations.md lists every variable)."""

import tomllib
from pathlib import Path

import environ
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ctnat.local_keys import ensure_local_keys
from ctnat.private_files import create_privately, database_files, make_private
from ctnat.ui.languages import LANGUAGES as KNOWN_LANGUAGES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

PRODUCTION = env.bool("CTNAT_PRODUCTION", default=False)
DEMONSTRATION = env.bool("CTNAT_DEMONSTRATION", default=False)  # in production: its accounts may exist and sign in
VAR_DIR = Path(env.str("CTNAT_VAR", default=str(BASE_DIR / "var")))  # all that is written: database, uploads, keys
create_privately()
make_private(VAR_DIR)
if not PRODUCTION:
    ensure_local_keys(VAR_DIR / "local.env")
    (VAR_DIR / "static").mkdir(exist_ok=True)  # WhiteNoise warns where it is missing


def required(name: str) -> str:
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment; docs/operations.md says how to make one.")
    return value


SECRET_KEY = required("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # keys in use before: their links still work
FIELD_KEYS = [key for key in required("FIELD_KEYS").split(",") if key]  # the first encrypts, all decrypt
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_CONTACT = env.str("SITE_CONTACT", default="")  # an address for questions about the pages, shown to everyone
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")  # links in mails and QR codes begin with it

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "django_tasks",
    "ctnat.translation",
    "ctnat.ui",
    "instruments",
    "assessments",
    "interviews",
    "surveys",
    "indicators",
    "workshops",
    "analysis",
    "reports",
    "django_tasks_db",  # behind ours, whose db_worker also says that it is alive
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ctnat.middleware.reject_unreadable_addresses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ctnat.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ctnat.middleware.without_members",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ctnat.middleware.keep_out_of_caches",
    "django.contrib.messages.middleware.MessageMiddleware",
    "assessments.middleware.MemberLanguageMiddleware",
    "assessments.middleware.SignInMiddleware",
    "assessments.middleware.lead_into_assessment",
    "assessments.middleware.ArchiveMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "interviews.middleware.withhold_names",
    "assessments.demonstration.mark_downloads",
]

ROOT_URLCONF = "ctnat.urls"
WSGI_APPLICATION = "ctnat.wsgi.application"
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
                "assessments.context_processors.assessment_frame",
                "assessments.context_processors.sign_in",
                "assessments.this_site.site_name",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'ctnat.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Immediate transactions and a write-ahead log: a web save never waits long beside the worker. What is deleted is
    # overwritten, and sorting leaves no temporary files: answers must not be found in what SQLite left behind.
    # What was confirmed to a respondent is on the disk, also after a power cut: a commit takes 8 ms instead of 0.02.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
        "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;",
    }
    make_private(*database_files(str(DATABASES["default"]["NAME"])))
DATABASES["default"]["CONN_MAX_AGE"] = 60  # seconds; opening SQLite takes longer than most requests, too
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all workers, so that a lock-out counts everywhere.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "assessments.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "assessments.adapters.NoSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # members come by a mailed invitation, which proves the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # many work at a shared machine: closing the browser signs out
ACCOUNT_RATE_LIMITS = {"login": None}  # wrong passwords are counted in assessments/lockout.py, by account and browser
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to an address without an account
ACCOUNT_EMAIL_SUBJECT_PREFIX = "CT-NAT: "
ACCOUNT_EMAIL_NOTIFICATIONS = True  # mails a person whose password or second factor was changed
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)  # whom a lock-out counts
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "assessments.mfa.MFAAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
SESSION_IDLE_MINUTES = env.int("CTNAT_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("CTNAT_SESSION_HOURS", default=24)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
REQUIRE_SECOND_FACTOR = env.bool("CTNAT_REQUIRE_SECOND_FACTOR", default=False)  # of everyone; leads may ask members
# Sign-in through an organisation's OpenID Connect provider (assessments/single_sign_on.py), if it has an address.
OIDC_URL = env.str("CTNAT_OIDC_URL", default="")
OIDC_CLIENT_ID = required("CTNAT_OIDC_CLIENT_ID") if OIDC_URL else ""
OIDC_CLIENT_SECRET = env.str("CTNAT_OIDC_CLIENT_SECRET", default="")
OIDC_LABEL = env.str("CTNAT_OIDC_LABEL", default="your organisation")
OIDC_CREATE_ACCOUNTS = env.bool("CTNAT_OIDC_CREATE_ACCOUNTS", default=False)  # for people who were not invited
OIDC_SECOND_FACTORS = env.list("CTNAT_OIDC_SECOND_FACTORS", default=[])  # values of `acr` and `amr` that count as one
if OIDC_URL and PRODUCTION and not OIDC_URL.startswith("https://"):
    raise ImproperlyConfigured("CTNAT_OIDC_URL must begin with https://")
SOCIALACCOUNT_ADAPTER = "assessments.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "assessments.single_sign_on.Provider"}}
MFA_TOTP_ISSUER = "CT-NAT"
MFA_FORMS = {
    "add_webauthn": "assessments.account_forms.AddPasskeyForm",
    "authenticate": "assessments.account_forms.SecondFactorForm",
    "reauthenticate": "assessments.account_forms.SecondFactorAgainForm",
    "activate_totp": "assessments.account_forms.ActivateSecondFactorForm",
}

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "assessments.mail_backend.RememberingEmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ct-nat@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", default="")  # to which mail servers return the mails of a survey
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")  # imaps://user:password@host/folder, where they arrive

LANGUAGE_CODE = "en"
LANGUAGES = [(language.code, language.english_name) for language in KNOWN_LANGUAGES.values()]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True
LOCALE_DIR = BASE_DIR / "locale"  # catalogues of texts, compiled into the folder below when they change
LOCALE_PATHS = [VAR_DIR / "locale"]

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir())]
MEDIA_ROOT = VAR_DIR / "files"  # served only through views, as downloads
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
# A store with the interface of S3 in place of that folder, for several machines (assessments/object_store.py).
S3_BUCKET = env.str("CTNAT_S3_BUCKET", default="")
S3_OPTIONS = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.str("CTNAT_S3_ENDPOINT", default="") or None,
    "region_name": env.str("CTNAT_S3_REGION", default="") or None,
    "access_key": env.str("CTNAT_S3_ACCESS_KEY", default="") or None,
    "secret_key": env.str("CTNAT_S3_SECRET_KEY", default="") or None,
}
STORAGES = {
    "default": {"BACKEND": "assessments.object_store.ObjectStore", "OPTIONS": S3_OPTIONS}
    if S3_BUCKET
    else {"BACKEND": "assessments.stores.FolderStore"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
BACKUP_RECIPIENTS = env.list("CTNAT_BACKUP_RECIPIENTS", default=[])  # age1...; without one, backups are in clear
BACKUP_FOLDER = env.str("CTNAT_BACKUP_FOLDER", default="")  # in which `backup` makes one without being given a name
BACKUP_DAYS = env.int("CTNAT_BACKUP_DAYS", default=30)  # older backups of this site are removed; 0 keeps them
TRASH_DAYS = env.int("CTNAT_TRASH_DAYS", default=30)  # then what is in the trash is erased for good; 0 keeps it
# What was erased for good, by identifiers: kept beside the keys, apart from the database and its backups.
ERASURE_REGISTER = Path(env.str("CTNAT_ERASURE_REGISTER", default=str(VAR_DIR / "erasures.jsonl")))
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
PDF_RENDERER = "reports.output.pdf.make_pdf"  # by name, because instruments lie below reports
WORD_WRITER = "reports.word.pages.page_docx"  # likewise
WORD_READER = "reports.word.paragraphs.paragraphs_of"
UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes
# The longest text that a form takes has 1,000,000 characters; a browser sends up to 12 bytes for each of them (four of
# UTF-8, written as "%F0"). `tests/test_limits.py` holds every form to it; respondents' pages have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 13 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by the machine itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {"bibtexparser": {"level": "CRITICAL"}},  # logs what users imported; the page says what failed
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

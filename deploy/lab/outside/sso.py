"""The identity provider of the lab, sso.test: Debian's django-oauth-toolkit with one page of settings.

sso.py PLACE prepare                                   database, signing key, clients and people, once
sso.py PLACE serve ADDRESS CERTIFICATE KEY
sso.py PLACE token USER [SECONDS [SCOPE]]              a token as the provider would give it; SECONDS may be negative
sso.py PLACE disable|enable USER

PLACE/people.json and PLACE/clients.json hold the passwords and secrets, made here.
"""

import json
import os
import secrets
import ssl
import sys
from datetime import timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

DOMAIN = "gaudy.test"
PEOPLE = ["alice", "bob", "carol", "dave", "erin"]
ISSUER = "https://sso.test/o"


def private_file(path, text):
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def signing_key(place):
    path = place / "signing.key"
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private_file(path, key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode())
        private_file(place / "django.key", secrets.token_urlsafe(48))
    return path.read_text()


def configure(place):
    """One Django project in one call."""
    from django.conf import settings
    key = signing_key(place)
    settings.configure(
        SECRET_KEY=(place / "django.key").read_text(), DEBUG=False, ALLOWED_HOSTS=["sso.test"], USE_TZ=True, ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(place / "sso.sqlite")}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages", "oauth2_provider"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware", "django.contrib.messages.middleware.MessageMiddleware"],
        SECURE_PROXY_SSL_HEADER=("wsgi.url_scheme", "https"), LOGIN_URL="/login",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": False, "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"],
            "loaders": [("django.template.loaders.locmem.Loader", {"registration/login.html": LOGIN}),
                        "django.template.loaders.app_directories.Loader"]}}],
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": key, "OIDC_ISS_ENDPOINT": ISSUER, "PKCE_REQUIRED": False,
            "SCOPES": {"openid": "who you are", "email": "your address", "mail": "your mailbox", "introspection": "what a token is worth"},
            "ACCESS_TOKEN_EXPIRE_SECONDS": 3600})
    import django
    django.setup()


LOGIN = """<!doctype html><title>Sign in</title><form method="post">{% csrf_token %}{{ form.as_p }}
<input type="hidden" name="next" value="{{ next }}"><button>Sign in</button></form>"""


def urlpatterns_make():
    from django.contrib.auth.views import LoginView
    from django.urls import include, path
    return [path("login", LoginView.as_view()), path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]


def prepare(place):
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application
    call_command("migrate", verbosity=0)
    people, clients = {}, {}
    for name in PEOPLE:
        address = f"{name}@{DOMAIN}"
        people[address] = secrets.token_urlsafe(18)
        User.objects.filter(username=address).delete()
        User.objects.create_user(address, email=address, password=people[address])
    # dovecot asks what a token is worth; the mail client gets one with a password, webmail through the browser.
    for name, grant, redirect in (("dovecot", Application.GRANT_CLIENT_CREDENTIALS, ""),
                                  ("mailclient", Application.GRANT_PASSWORD, ""),
                                  ("webmail", Application.GRANT_AUTHORIZATION_CODE, f"https://webmail.{DOMAIN}/oidc")):
        secret = secrets.token_urlsafe(32)
        Application.objects.filter(client_id=name).delete()
        Application.objects.create(
            client_id=name, client_secret=secret, name=name, client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=grant, redirect_uris=redirect, algorithm=Application.RS256_ALGORITHM)
        clients[name] = secret
    private_file(place / "people.json", json.dumps(people))
    private_file(place / "clients.json", json.dumps(clients))


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Handler(WSGIRequestHandler):
    def get_environ(self):
        return {**super().get_environ(), "HTTPS": "on"}


def serve(address, certificate, key):
    from django.core.wsgi import get_wsgi_application
    server = Server((address, 443), Handler)
    server.set_app(get_wsgi_application())
    server.base_environ["wsgi.url_scheme"] = "https"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def token(user, seconds="3600", scope="openid email mail"):
    from django.contrib.auth.models import User
    from django.utils import timezone
    from oauth2_provider.models import AccessToken, Application
    value = secrets.token_urlsafe(30)
    AccessToken.objects.create(
        user=User.objects.get(username=user), token=value, scope=scope,
        application=Application.objects.get(client_id="mailclient"), expires=timezone.now() + timedelta(seconds=int(seconds)))
    print(value)


def switch(user, active):
    from django.contrib.auth.models import User
    from oauth2_provider.models import AccessToken
    if User.objects.filter(username=user).update(is_active=active) != 1:
        sys.exit(f"sso: no user {user}")
    # As a provider does that is told to end somebody's sessions.
    if not active:
        AccessToken.objects.filter(user__username=user).delete()


def main(place, command, *arguments):
    global urlpatterns
    place = Path(place)
    configure(place)
    urlpatterns = urlpatterns_make()
    commands = {"prepare": lambda: prepare(place), "serve": serve, "token": token,
                "disable": lambda user: switch(user, False), "enable": lambda user: switch(user, True)}
    commands[command](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])

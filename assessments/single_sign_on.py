"""Sign-in through an organisation's OpenID Connect provider: the requests to it, and the checks of what it answers.

allauth keeps the state between the two requests, the link between an account and the provider's user, and the way from
there to the session. It does not check the nonce, the signature of a token that it fetched itself, and whether two
answers are about the same user; and it fails with an error of the server where a provider is down. All that is done
here. Who may come in is decided in `assessments/services/single_sign_on.py`.
"""

import hashlib
import logging
import secrets
from typing import Any

import jwt
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

logger = logging.getLogger(__name__)

PROVIDER_ID = "oidc"
WELL_KNOWN = "/.well-known/openid-configuration"
METADATA_SECONDS = 600
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
# With a key of its own the provider signs; a "signature" with the client's secret, or none, is not accepted.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY = 60  # seconds that two clocks may differ


class ProviderError(Exception):
    """The provider did not answer, or its answer cannot be trusted. The text is for the log of the site."""


class UnreachableError(ProviderError):
    """It did not answer."""


def is_offered() -> bool:
    return bool(settings.OIDC_URL)


def make_app() -> SocialApp:
    """The site's registration at the provider. From the settings, so that its secret is not in the database."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=PROVIDER_ID,
        name=settings.OIDC_LABEL[:40],
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={"server_url": settings.OIDC_URL},
    )


class Provider(OpenIDConnectProvider):  # type: ignore[misc] # allauth has no types
    def metadata(self) -> dict[str, Any]:
        """What the provider publishes about itself, kept for ten minutes. Raises `ProviderError`."""
        issuer = self.server_url.removesuffix(WELL_KNOWN)
        key = f"oidc-metadata:{hashlib.sha256(issuer.encode()).hexdigest()}"
        kept: dict[str, Any] | None = cache.get(key)
        if kept is not None:
            return kept
        found = _get_json(self.server_url)
        if not all(isinstance(found.get(name), str) for name in NEEDED):
            raise ProviderError(f"{self.server_url} does not describe an OpenID Connect provider.")
        if found["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise ProviderError(f"{self.server_url} is about another issuer: {found['issuer']!r}.")
        if settings.PRODUCTION and not all(found[name].startswith("https://") for name in NEEDED):
            raise ProviderError(f"{self.server_url} names addresses without https.")
        cache.set(key, found, METADATA_SECONDS)
        return found

    def begin(self, request: HttpRequest, *, next_url: str | None) -> HttpResponseRedirect:
        """Send the browser to the provider. Raises `ProviderError`."""
        metadata = self.metadata()
        nonce, challenge = secrets.token_urlsafe(24), self.get_pkce_params()
        verifier = challenge.pop("code_verifier")
        client = self._client(request, metadata)
        client.state = self.stash_redirect_state(
            request, AuthProcess.LOGIN, next_url, nonce=nonce, verifier=verifier, state_id=secrets.token_urlsafe(24)
        )
        address = client.get_redirect_url(
            metadata["authorization_endpoint"], self.get_default_scope(), {"nonce": nonce, **challenge}
        )
        return HttpResponseRedirect(address)

    def get_pkce_params(self) -> dict[str, str]:
        self.app.settings["oauth_pkce_enabled"] = True
        return dict(super().get_pkce_params())

    def take_state(self, request: HttpRequest) -> dict[str, Any] | None:
        """What `begin` kept in this browser's session, once. None where the browser did not begin, or long ago."""
        state: dict[str, Any] | None = statekit.unstash_state(
            request, provider_id=self.sub_id, state_id=request.GET.get("state", "")
        )
        return state

    def complete(self, request: HttpRequest, *, code: str, state: dict[str, Any]) -> SocialLogin:
        """Exchange the code for what the provider knows of the user. Raises `ProviderError`."""
        metadata = self.metadata()
        try:
            answer = self._client(request, metadata).get_access_token(code, pkce_code_verifier=state["verifier"])
        except OAuth2Error as error:
            raise ProviderError("The provider did not accept the code.") from error
        except (KeyError, ValueError) as error:  # JSON that cannot be read is a `ValueError`
            raise ProviderError("The answer of the token endpoint cannot be read.") from error
        except requests.RequestException as error:
            raise UnreachableError("The token endpoint did not answer.") from error
        claims = self._verified(answer.get("id_token"), metadata, nonce=state["nonce"])
        if "email_verified" not in claims and "userinfo_endpoint" in metadata:
            claims = self._user_info(metadata["userinfo_endpoint"], answer["access_token"], claims["sub"]) | claims
        login: SocialLogin = self.sociallogin_from_response(request, claims)
        login.state = state
        return login

    def _client(self, request: HttpRequest, metadata: dict[str, Any]) -> OAuth2Client:
        methods = metadata.get("token_endpoint_auth_methods_supported", [])
        return OAuth2Client(
            request,
            self.app.client_id,
            self.app.secret,
            "POST",
            metadata["token_endpoint"],
            request.build_absolute_uri(reverse("assessments_public:single_sign_on_callback")),
            basic_auth="client_secret_basic" in methods and "client_secret_post" not in methods,
        )

    def _verified(self, token: Any, metadata: dict[str, Any], *, nonce: str) -> dict[str, Any]:
        """The claims of an ID token, after all checks of OpenID Connect Core 1.0, section 3.1.3.7."""
        if not isinstance(token, str):
            raise ProviderError("There is no ID token in the answer.")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                _find_key(token, metadata["jwks_uri"]),
                algorithms=ALGORITHMS,
                audience=self.app.client_id,
                issuer=metadata["issuer"],
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError, KeyError) as error:
            raise ProviderError(f"The ID token cannot be trusted: {error}") from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderError("The ID token belongs to another sign-in.")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.app.client_id:
            raise ProviderError("The ID token was made for another site.")
        return claims

    def _user_info(self, address: str, access_token: str, subject: str) -> dict[str, Any]:
        found = _get_json(address, headers={"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise ProviderError("The user information is about another user than the ID token.")
        return found

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Issuer and subject, which together never change and are never given to another person. As a hash: both may
        be longer than the column, and the subject is often an address."""
        return hashlib.sha256(f"{data['iss']}\n{data['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing else that the provider tells is stored."""
        values = data.get("amr")
        methods = {str(value) for value in (values if isinstance(values, list) else [])} | {str(data.get("acr", ""))}
        return {"second_factor": bool(methods & set(settings.OIDC_SECOND_FACTORS))}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {name: data[name] for name in ("email", "name") if isinstance(data.get(name), str)}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        if not isinstance(data.get("email"), str):
            return []
        verified = data.get("email_verified") in (True, "true")  # some providers write it as text
        return [EmailAddress(email=data["email"], verified=verified, primary=True)]


def get_provider(request: HttpRequest) -> Provider:
    return Provider(request, app=make_app())


def _get_json(address: str, **options: Any) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            response = session.get(address, **options)
        response.raise_for_status()
        found = response.json()
    except requests.exceptions.JSONDecodeError as error:
        raise ProviderError(f"{address} does not answer with JSON.") from error
    except requests.RequestException as error:
        raise UnreachableError(f"{address} did not answer: {error}") from error
    if not isinstance(found, dict):
        raise ProviderError(f"{address} does not answer with an object.")
    return found


def _find_key(token: str, address: str) -> Any:
    """The provider's key that the token names; a provider with a single key need not name it."""
    name = jwt.get_unverified_header(token).get("kid")
    keys = [key for key in jwt.PyJWKSet.from_dict(_get_json(address)).keys if key.public_key_use in (None, "sig")]
    named = [key for key in keys if key.key_id == name] if name else keys
    if len(named) != 1:
        raise ProviderError("The provider does not publish the key of its ID token.")
    return named[0].key

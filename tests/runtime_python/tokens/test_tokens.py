"""Which JSON Web Tokens are accepted: everything RFC 8725 warns of is refused, and all refusals look alike."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from rtgen_runtime.errors import UsageError
from rtgen_runtime.identity import Handshake, Identity, NotAuthenticated
from rtgen_runtime.jwt import JwtAuth, Key, public_key, secret_key
from rtgen_runtime.jwt.tokens import MOST_BYTES
from small_identity import NOW, SECRET, token

ISSUER = "https://id.example"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PAIRS: dict[str, Any] = {
    "RS256": RSA,
    "PS384": RSA,
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def pem(private: Any) -> bytes:
    made: bytes = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return made


def auth(*keys: Key, **options: Any) -> JwtAuth:
    options = {"issuer": ISSUER, "audience": "small", "wall": lambda: NOW, **options}
    return JwtAuth(keys or (secret_key(SECRET),), **options)


async def accepted(it: JwtAuth, text: str | None) -> Identity:
    """What is said at once, where anything is, is what is said after waiting."""
    try:
        at_once = it.at_once(text)
    except NotAuthenticated as refused:
        with pytest.raises(NotAuthenticated, match=re.escape(refused.reason)):
            await it.authenticate(text, Handshake())
        raise
    identity = await it.authenticate(text, Handshake())
    assert at_once in (None, identity)
    return identity


async def refused(it: JwtAuth, text: str | None) -> str:
    with pytest.raises(NotAuthenticated) as found:
        await accepted(it, text)
    return found.value.reason


def part(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def by_hand(header: object, claims: object, secret: bytes = SECRET) -> str:
    """A token with a good HS256 signature over whatever is given."""
    signed = f"{part(header)}.{part(claims)}"
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


GOOD = {"sub": "ada", "exp": NOW + 300, "iss": ISSUER, "aud": "small"}
HEADER = {"alg": "HS256", "typ": "JWT"}


async def test_a_good_token_says_who_it_is_and_for_how_long() -> None:
    identity = await accepted(auth(), token(role="writer", jti="t-1"))
    assert (identity.subject, identity.ttl, identity.issued, identity.token_id) == ("ada", 300.0, NOW, "t-1")
    assert identity.claims["role"] == "writer"


@pytest.mark.parametrize("algorithm", PAIRS)
async def test_every_family_of_keys(algorithm: str) -> None:
    it = auth(public_key(pem(PAIRS[algorithm]), algorithm))
    assert (await accepted(it, token(PAIRS[algorithm], algorithm))).subject == "ada"


@pytest.mark.parametrize(("algorithm", "size"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
async def test_secrets_have_a_length(algorithm: str, size: int) -> None:
    secret = b"s" * size
    assert await accepted(auth(secret_key(secret, algorithm)), token(secret, algorithm))
    with pytest.raises(UsageError, match=f"at least {size} bytes"):
        secret_key(secret[1:], algorithm)


class TestC6:
    """`alg` none / None / HS256 with the public key / missing; empty signature; `crit`."""

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", "HS512", "RS256", "hs256", 5, None, ["HS256"]])
    async def test_c6_the_token_does_not_choose_its_algorithm(self, alg: object) -> None:
        assert await refused(auth(), by_hand({**HEADER, "alg": alg}, GOOD))

    async def test_c6_no_signature_is_none(self) -> None:
        whole = token()
        head, body, _ = whole.split(".")
        for text in (f"{head}.{body}.", f"{head}.{body}", f"{part({'alg': 'none'})}.{body}.", whole[:-2], whole + "AA"):
            assert await refused(auth(), text)

    async def test_c6_missing_algorithm(self) -> None:
        assert await refused(auth(), by_hand({"typ": "JWT"}, GOOD))

    async def test_c6_a_public_key_is_no_secret(self) -> None:
        public = pem(RSA)
        confused = by_hand(HEADER, GOOD, secret=public)
        assert await refused(auth(public_key(public, "RS256")), confused)
        assert await refused(auth(public_key(public, "RS256"), secret_key(SECRET)), confused)
        with pytest.raises(UsageError):
            secret_key(public, "HS256")

    @pytest.mark.parametrize("crit", [["exp"], [], ["b64"], "x", None])
    async def test_c6_crit(self, crit: object) -> None:
        assert await refused(auth(), by_hand({**HEADER, "crit": crit}, GOOD))

    @pytest.mark.parametrize("header", [{"b64": False}, {"zip": "DEF"}, {"typ": "at+JWE"}, {"typ": 5}, {"typ": "saml"}])
    async def test_c6_other_rules_of_its_own(self, header: dict[str, object]) -> None:
        assert await refused(auth(), by_hand({**HEADER, **header}, GOOD))


class TestC7:
    """`jwk`, `jku`, `x5u`, `kid` = path, SQL, 1 MB, other tenant's."""

    async def test_c7_no_key_out_of_the_header(self) -> None:
        own = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_RSA.public_key(), as_dict=True)
        it = auth(public_key(pem(RSA), "RS256"))
        for header in (
            {"jwk": own},
            {"jku": "http://127.0.0.1:1/keys"},
            {"x5u": "http://127.0.0.1:1/"},
            {"x5c": ["MII"]},
        ):
            assert await refused(it, token(OTHER_RSA, "RS256", headers=header))
            assert await refused(it, token(RSA, "RS256", headers=header))

    @pytest.mark.parametrize(
        "kid", ["../../etc/passwd", "' OR 1=1 --", "http://x/", "b", 5, None, {}, ["a"], "a" * 257]
    )
    async def test_c7_a_kid_is_looked_up_and_nothing_else(self, kid: object) -> None:
        it = auth(secret_key(SECRET, kid="a"))
        assert await accepted(it, by_hand({**HEADER, "kid": "a"}, GOOD))
        assert await refused(it, by_hand({**HEADER, "kid": kid}, GOOD))

    async def test_c7_a_huge_token_is_not_even_decoded(self) -> None:
        huge = by_hand({**HEADER, "kid": "a" * 1_000_000}, GOOD)
        assert await refused(auth(), huge) == await refused(auth(), "é" * 10)
        padded = token(padding="x" * MOST_BYTES)
        assert await refused(auth(), padded) == await refused(auth(), huge)

    async def test_c7_another_key_of_ours_is_not_this_one(self) -> None:
        one, two = secret_key(b"1" * 32, kid="one"), secret_key(b"2" * 32, kid="two")
        it = auth(one, two)
        assert await accepted(it, by_hand({**HEADER, "kid": "two"}, GOOD, b"2" * 32))
        assert await refused(it, by_hand({**HEADER, "kid": "one"}, GOOD, b"2" * 32))
        assert await refused(it, by_hand(HEADER, GOOD, b"2" * 32))


class TestC8:
    """Expired, not yet valid, no `exp`, strange times, wrong `aud` or `iss`, clocks that differ."""

    @pytest.mark.parametrize(
        "exp", ["1e400", "-1", "0", '"9999999999"', "true", "null", "[1]", "NaN", "1e300", "9" * 5000]
    )
    async def test_c8_strange_times(self, exp: str) -> None:
        claims = json.dumps({**GOOD, "exp": "EXP"}).replace('"EXP"', exp)
        assert await refused(auth(), by_hand(HEADER, claims))

    @pytest.mark.parametrize("name", ["exp", "sub", "iss", "aud"])
    async def test_c8_something_is_missing(self, name: str) -> None:
        without: dict[str, Any] = {name: ...}
        assert await refused(auth(), token(**without))

    @pytest.mark.parametrize("name", ["nbf", "iat"])
    @pytest.mark.parametrize("value", ['"1"', "1e400", "-5", "true", "[]"])
    async def test_c8_other_times_are_times_too(self, name: str, value: str) -> None:
        claims = json.dumps({**GOOD, name: "AT"}).replace('"AT"', value)
        assert await refused(auth(), by_hand(HEADER, claims))

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "other"},
            {"aud": ["other", "small2"]},
            {"aud": 5},
            {"iss": "https://id.example.evil"},
            {"iss": "https://id.example/"},
            {"iss": ["https://id.example"]},
            {"sub": ""},
            {"sub": 7},
            {"jti": 7},
        ],
    )
    async def test_c8_wrong_audience_issuer_or_subject(self, claims: dict[str, Any]) -> None:
        assert await refused(auth(), by_hand(HEADER, {**GOOD, **claims}))

    async def test_c8_one_of_several_audiences(self) -> None:
        assert await accepted(auth(), token(aud=["other", "small"]))

    async def test_c8_an_audience_that_nobody_expects(self) -> None:
        assert await refused(auth(audience=None), token())
        assert await accepted(auth(audience=None, issuer=None), token(aud=...))

    @pytest.mark.parametrize(
        ("claims", "good"),
        [
            ({"exp": NOW - 59}, True),
            ({"exp": NOW - 60}, False),
            ({"exp": NOW - 61}, False),
            ({"nbf": NOW + 60}, True),
            ({"nbf": NOW + 61}, False),
            ({"iat": NOW + 60}, True),
            ({"iat": NOW + 61}, False),
        ],
    )
    async def test_c8_clocks_may_differ_by_the_leeway(self, claims: dict[str, Any], good: bool) -> None:
        if good:
            assert (await accepted(auth(), token(**claims))).ttl is not None
        else:
            assert await refused(auth(), token(**claims))

    async def test_c8_a_token_within_the_leeway_has_no_time_left(self) -> None:
        assert (await accepted(auth(), token(exp=NOW - 30))).ttl == 0.0

    @pytest.mark.parametrize(
        "text", [None, "", ".", "..", "a.b.c", "x" * 100, "\x00", "null", "Bearer x", token() + "\n"]
    )
    async def test_c8_what_is_no_token_at_all(self, text: str | None) -> None:
        assert await refused(auth(), text)

    @pytest.mark.parametrize("claims", ["[]", "5", '"x"', "null", "{", "[" * 3000])
    async def test_c8_claims_that_are_no_object(self, claims: str) -> None:
        assert await refused(auth(), by_hand(HEADER, claims))


def test_keys_that_can_not_be_right_are_refused_at_the_start() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    private = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    wrong: list[tuple[Any, str]] = [
        (pem(weak), "RS256"),
        (private, "RS256"),
        (pem(PAIRS["ES256"]), "RS256"),
        (pem(PAIRS["ES256"]), "ES512"),
        (pem(PAIRS["EdDSA"]), "ES256"),
        (pem(RSA), "HS256"),
        (pem(RSA), "none"),
        (b"not a key", "RS256"),
        (b"", "EdDSA"),
    ]
    for material, algorithm in wrong:
        with pytest.raises(UsageError):
            public_key(material, algorithm)
    for leeway in (-1.0, 301.0):
        with pytest.raises(UsageError):
            auth(leeway=leeway)
    with pytest.raises(UsageError):
        JwtAuth((), issuer=None, audience=None)


def test_nothing_shows_a_key() -> None:
    key = secret_key(SECRET)
    assert SECRET.decode() not in f"{key!r} {auth(key)!r} {key}"


class TestSpelling:
    """RFC 7515, 2: base64url without padding; a token has one spelling, give or take the padding of some issuers."""

    async def test_padding_changes_nothing(self) -> None:
        head, body, _ = by_hand(HEADER, GOOD).split(".")
        padded = [each + "=" * (-len(each) % 4) for each in (head, body)]
        signed = ".".join(padded)
        signature = hmac.new(SECRET, signed.encode(), hashlib.sha256).digest()
        whole = f"{signed}.{base64.urlsafe_b64encode(signature).decode()}"
        assert whole.endswith("=")
        assert (await accepted(auth(), whole)).subject == "ada"
        for wrong in (f"{whole}=", f"{whole}====", whole.replace("=.", "==."), whole.removesuffix("=") + "=="):
            assert await refused(auth(), wrong)

    async def test_spare_bits_and_other_alphabets_are_refused(self) -> None:
        good = by_hand(HEADER, GOOD)
        last = good[-1]  # of 43 characters for 32 bytes the last one carries four bits
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        same_bits = alphabet[alphabet.index(last) | 1]
        assert same_bits != last
        assert await refused(auth(), good[:-1] + same_bits)
        for inside in ("+", "/", "!", "\t", "."):
            assert await refused(auth(), good[:-4] + inside + good[-4:])

    async def test_three_parts(self) -> None:
        good = by_hand(HEADER, GOOD)
        assert await refused(auth(), f"{good}.{part('{}')}")
        assert await refused(auth(), good.replace(".", "", 1))


def test_a_key_is_prepared_for_its_algorithm_alone() -> None:
    assert Key("RS256", pem(RSA)).verifies(b"x", b"y") is False
    for algorithm, material in (("RS256", b"no key"), ("HS256", pem(RSA)), ("none", b""), ("RS256", SECRET)):
        with pytest.raises(UsageError):
            Key(algorithm, material)

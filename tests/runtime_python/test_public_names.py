"""What users import and what generated code imports: two lists, each pinned."""

import ast
from pathlib import Path

import rtgen_runtime
from generated_chat import generated
from rtgen_runtime import codegen_v1
from rtgen_runtime import jwt as tokens

RUNTIME = Path(rtgen_runtime.__file__).parent


def test_what_users_import() -> None:
    assert sorted(rtgen_runtime.__all__) == [
        "App",
        "AuthUnavailable",
        "Authenticator",
        "CannotOpenStore",
        "ConnectionClosed",
        "Disconnected",
        "DomainError",
        "Handshake",
        "HistoryChanged",
        "Identity",
        "InvalidPayload",
        "Issue",
        "Listening",
        "MaybeKept",
        "MissingHandlers",
        "NotAuthenticated",
        "NotConnected",
        "OutcomeUnknown",
        "RealtimeError",
        "Refused",
        "RequestFailed",
        "RequestTimeout",
        "Settings",
        "SqliteStore",
        "StoreUnavailable",
        "TooManyValues",
        "UsageError",
        "listen",
    ]


def test_what_users_import_for_tokens() -> None:
    assert sorted(tokens.__all__) == ["Jwks", "JwtAuth", "Key", "public_key", "secret_key"]


def test_every_listed_name_is_there() -> None:
    for module in (rtgen_runtime, codegen_v1, tokens):
        assert all(hasattr(module, name) for name in module.__all__)
        assert len(set(module.__all__)) == len(module.__all__)


def test_generated_code_imports_the_seam_alone() -> None:
    for file in generated().files:
        if file.path.parts[0] != "chat" or file.path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(file.text)):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                allowed = {"rtgen_runtime.codegen_v1", "abc", "collections.abc", "typing", "pathlib", "__future__"}
                assert node.module in allowed or {each.name for each in node.names} == {"Refused"}, file.path


def test_the_runtime_knows_no_contract() -> None:
    for path in RUNTIME.rglob("*.py"):
        assert "chat" not in path.read_text(encoding="utf-8").lower(), path

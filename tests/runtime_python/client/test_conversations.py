"""The conversations that both clients play, played by the Python client's machine."""

import json
from pathlib import Path

import pytest
from conversation_player import FOLDER, Player, scripts
from generated_chat import generated, imported, write
from rtgen_runtime.client.transitions import TRANSITIONS, MemberInput, MemberPhase
from rtgen_runtime.declarations import Contract

SCRIPTS = scripts()


@pytest.fixture(scope="session")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder: Path = tmp_path_factory.mktemp("talk")
    write(generated(FOLDER / "contract.yaml"), folder)
    made: Contract = imported(folder, "talk").app.CONTRACT
    return made


@pytest.mark.parametrize("name", SCRIPTS)
def test_conversation(name: str, contract: Contract) -> None:
    Player(contract, SCRIPTS[name]).play()


def test_the_table_is_the_shared_one() -> None:
    table = json.loads((FOLDER / "transitions.json").read_text(encoding="utf-8"))
    assert table["phases"] == [each.value for each in MemberPhase]
    assert table["inputs"] == {
        what.value: [TRANSITIONS[what][phase].value for phase in MemberPhase] for what in MemberInput
    }

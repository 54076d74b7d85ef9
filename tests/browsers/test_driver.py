"""What tests do in a window works in one that is covered by another, too: people have several open."""

import pytest
from browsers.chromium import Chromium

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "data:text/html,<button onclick='document.title=`pressed`'>Press</button>"


async def test_a_covered_window_is_waited_for_and_pressed(chromium: Chromium) -> None:
    tab = await chromium.tab()
    await tab.goto(PAGE)
    await tab.cover()
    await tab.evaluate("setTimeout(() => { document.title = 'changed'; }, 100), null")
    await tab.until("document.title === 'changed'")
    await tab.press("button")
    await tab.until("document.title === 'pressed'")
    await tab.uncover()
    await tab.close()

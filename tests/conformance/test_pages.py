"""The pages for people, in a real browser that has no way out."""

import os
import shutil

from api import graphiql
from tests.conformance.conftest import Held
from tests.conformance.tools import node, version
from tests.e2e.service import Service


def test_the_pages_work_offline_under_their_policy_and_for_everyone(
    service: Service, held: Held
) -> None:
    assert graphiql.installed(), "make graphiql installs its files"
    browser = os.environ.get("HEADWATER_CHROMIUM") or shutil.which("chromium")
    assert browser, "Debian's package chromium, or HEADWATER_CHROMIUM, has the browser"
    name = f"{version('playwright-core')}, {version('@axe-core/playwright')}"
    settings = {"HEADWATER_URL": service.url, "HEADWATER_CHROMIUM": browser}
    held(node(name, "rows/pages.mjs", **settings), 6)

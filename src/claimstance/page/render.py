"""Templates, style and script put together into one page that needs nothing else."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from claimstance.page.symbols import SIGNS, WORDS

ASSETS = Path(__file__).parent / "assets"
INLINED = ("page.css", "page.js")


def render(template: str, content: Mapping[str, Any], form_action: str = "'none'") -> str:
    """The page; whatever the content holds is text in it, never markup.

    Its policy lets nothing be fetched, and nothing run but the script that comes with it.
    """
    from markupsafe import Markup

    # The only text that is not escaped: our own two files.
    style, script = (Markup((ASSETS / name).read_text(encoding="utf-8")) for name in INLINED)
    page: str = (
        _environment()
        .get_template(template)
        .render(content, style=style, script=script, policy=policy(form_action))
    )
    return page


@cache
def policy(form_action: str) -> str:
    """The content security policy of a page whose forms may go to `form_action`."""
    style, script = map(_digest, INLINED)
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; "
        f"form-action {form_action}; base-uri 'none'"
    )


def _digest(name: str) -> str:
    found = hashlib.sha256((ASSETS / name).read_bytes()).digest()
    return f"'sha256-{base64.b64encode(found).decode()}'"


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"SIGNS": SIGNS, "WORDS": WORDS}
    return environment

"""The picture of the report page in the README: python docs/picture.py REPORT.html OUT.png."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

report, out = map(Path, sys.argv[1:])
with sync_playwright() as playwright:
    rooted = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=rooted)
    page = browser.new_page(viewport={"width": 1000, "height": 1780})
    page.goto(report.resolve().as_uri())
    page.screenshot(path=out)
    browser.close()

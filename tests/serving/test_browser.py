"""The live page in a browser."""

import pytest

pytestmark = pytest.mark.slow

TEXT = "The mayor denied that the bridge was safe. The army opened the school monday."
DROP = """([name, content]) => {
  const given = new DataTransfer();
  given.items.add(new File([content], name));
  document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true })
  );
}"""


@pytest.fixture(scope="module")
def address(serving):
    return serving()[0]


@pytest.fixture(scope="module")
def short(serving):
    """The address of one that takes only short texts."""
    return serving("--max-chars", "100")[0]


def marked(page):
    return page.locator(".t").all_inner_texts()


def test_what_is_pasted_is_marked(address, visit):
    seen = visit(address)
    seen.page.get_by_label("Paste an article").fill(
        f"{TEXT}\n\n<script>alert(1)</script> It rained."
    )
    seen.page.get_by_role("button", name="Mark it").click()
    seen.page.wait_for_selector(".s")
    assert len(marked(seen.page)) == 3
    assert seen.page.locator(".s.denied").count() == 1
    seen.page.get_by_role("checkbox", name="asserted").click()
    assert seen.page.locator(".s.asserted:visible").count() == 0
    assert all(url.startswith(address) for url in seen.requests)
    assert seen.told == []


def test_a_file_can_be_dropped_anywhere(address, visit):
    page = visit(address).page
    page.evaluate(DROP, ["desk.txt", TEXT])
    page.wait_for_selector(".s")
    assert len(marked(page)) == 2
    assert page.title() == "desk.txt"


def test_it_works_without_scripts(address, visit):
    page = visit(address, java_script_enabled=False).page
    page.get_by_label("or a file").set_input_files(
        {"name": "desk.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}
    )
    page.get_by_role("button", name="Mark it").click()
    assert len(marked(page)) == 2


def test_what_is_too_long_is_told(short, visit):
    page = visit(short).page
    page.get_by_label("Paste an article").fill(TEXT * 2)
    page.get_by_role("button", name="Mark it").click()
    page.wait_for_selector("[role=alert]")
    assert "more than 100 characters" in page.get_by_role("alert").inner_text()

    page.evaluate(DROP, ["long.txt", "x" * 100_000])  # is not even sent
    assert page.evaluate("document.querySelector('[type=file]').validationMessage").startswith(
        "This file is too long"
    )
    assert page.get_by_role("alert").count() == 1


@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_so_is_a_longer_file_without_scripts(short, visit, size):
    page = visit(short, java_script_enabled=False).page
    page.get_by_label("or a file").set_input_files(
        {"name": "long.txt", "mimeType": "text/plain", "buffer": b"x" * size}
    )
    page.get_by_role("button", name="Mark it").click()
    page.wait_for_selector("[role=alert]")
    assert "send less text" in page.get_by_role("alert").inner_text()

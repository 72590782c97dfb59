"""The report page in a browser, opened from disk."""

import pytest

from claimstance import ledger
from claimstance.page.content import content
from claimstance.page.render import render
from claimstance.records import Article, Stance

from .conftest import HOSTILE, hostile, in_order, unlike

pytestmark = pytest.mark.slow

SHOWN = ".s:not([hidden])"
WORD = "incomprehensibilities" * 9
CONTRASTS = """() => {
  const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    throw new Error("the page has no ground");
  };
  const found = {};
  for (const element of document.querySelectorAll("body *:not(svg *):not(script)")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))];
    const [high, low] = [Math.max(one, other), Math.min(one, other)];
    found[`${element.tagName}.${element.className}`] = (high + 0.05) / (low + 0.05);
  }
  return found;
}"""


@pytest.fixture
def opened(visit, tmp_path):
    """Opens the page of some predictions."""

    def opened(predictions, fragment="", claims=None, **options):
        path = tmp_path / "report.html"
        page = render("page.html", content(predictions, "", claims))
        path.write_text(page, encoding="utf-8")
        return visit(path.as_uri() + fragment, **options)

    return opened


def many(articles, sentences):
    stances = [Stance.ASSERTED, Stance.ASSERTED, Stance.DENIED, Stance.DISPUTED]
    return [
        row
        for number in range(articles)
        for row in in_order(
            Article(f"a{number}", "", published=f"2026-11-{number % 28 + 1:02}"),
            [
                (
                    f"The ministry denied it {index} times.",
                    stances[index % 4],
                    ("The ministry", "denied", "it"),
                )
                for index in range(sentences)
            ],
        )
    ]


def texts(page):
    return [found.inner_text() for found in page.locator(f"{SHOWN} .t").all()]


def test_filters_by_mouse(opened, seed_predictions):
    page = opened(seed_predictions).page
    page.get_by_role("checkbox", name="asserted").click()
    page.get_by_role("checkbox", name="no claim").click()
    assert [text[:16] for text in texts(page)] == ["Update November ", "Iraq’s Hashd al-"]
    assert page.get_by_role("status").inner_text() == "Shown: 2 of 18 sentences"
    assert page.locator(".paragraph:visible").count() == 2

    page.get_by_label("Source").fill("hASHd")
    assert len(texts(page)) == 1
    page.get_by_role("button", name="Show all").click()
    assert page.get_by_role("status").inner_text() == "Shown: 18 of 18 sentences"
    assert len(texts(page)) == 18


def test_filters_by_keyboard(opened, seed_predictions):
    page = opened(seed_predictions).page
    page.get_by_role("checkbox", name="asserted").focus()
    page.keyboard.press("Space")
    assert len(texts(page)) == 3
    page.keyboard.press("Space")
    page.keyboard.press("Tab")  # denied
    page.keyboard.press("Space")
    assert len(texts(page)) == 17
    for _ in range(4):  # disputed, no claim, unsure, the source
        page.keyboard.press("Tab")
    page.keyboard.type("(the author)")
    assert len(texts(page)) == 7
    page.keyboard.press("Tab")
    page.keyboard.press("End")  # the least score is 1
    assert texts(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert len(texts(page)) == 18


def test_arrows_go_through_the_sentences_that_are_shown(opened, seed_predictions):
    page = opened(seed_predictions).page
    page.get_by_role("checkbox", name="asserted").click()
    page.get_by_role("link", name="https://example.org/a").focus()
    for key, sentence in [
        ("Tab", "a1-s0"),
        ("j", "a1-s6"),
        ("ArrowDown", "a1-s17"),
        ("k", "a1-s6"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == sentence
    assert page.locator("#a1-s6 .told").bounding_box()["width"] > 40  # the score is there to read


def test_a_link_from_the_ledger_lands_on_its_sentence(opened, seed_predictions):
    page = opened(seed_predictions, claims=ledger.build(seed_predictions, embed=unlike)).page
    page.get_by_role("table").get_by_role("link", name="Iraq’s Hashd al-Shaabi").click()
    page.wait_for_function("document.activeElement.id === 'a1-s6'")
    assert page.url.endswith("#a1-s6")
    box = page.locator("#a1-s6").bounding_box()
    assert 0 < box["y"] < 800 - box["height"]
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "a1-s7"


def test_a_link_opens_its_article_and_shows_what_a_filter_hid(opened):
    page = opened(many(5, 40)).page
    page.get_by_role("checkbox", name="denied").click()
    page.evaluate("location.hash = '#a4-s38'")  # a denied one, in a folded article
    page.wait_for_function("document.activeElement.id === 'a4-s38'")
    box = page.locator("#a4-s38").bounding_box()
    assert 0 < box["y"] < 800 - box["height"]
    assert page.get_by_role("checkbox", name="denied").is_checked()


def test_a_page_opened_with_a_link_lands_there(opened):
    page = opened(many(5, 40), "#a5-s39").page
    assert 0 < page.locator("#a5-s39").bounding_box()["y"] < 800


def test_hostile_text_runs_nothing_and_asks_for_nothing(opened):
    seen = opened(hostile(), claims=ledger.build(hostile(), embed=unlike))
    seen.page.get_by_role("button", name="Unfold all").click()
    assert seen.page.locator(".t").all_text_contents() == [f"{text} denied it." for text in HOSTILE]
    seen.page.get_by_label("Source").fill(HOSTILE[0])
    assert len(texts(seen.page)) == 1
    seen.page.mouse.move(200, 500)
    assert (seen.told, [url[:7] for url in seen.requests]) == ([], ["file://"])


def test_what_got_in_all_the_same_would_not_run(opened, seed_predictions):
    seen = opened(seed_predictions)
    seen.page.evaluate(
        """document.body.insertAdjacentHTML("beforeend",
        "<img src='http://127.0.0.1:9/x' onerror='alert(1)'><p style='color:red' id=p>p</p>")"""
    )
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("getComputedStyle(p).color") != "rgb(255, 0, 0)"
    assert "dialog" not in seen.told
    assert len(seen.told) >= 2  # the policy's refusals: the picture, the style
    assert all("Content Security Policy" in message for message in seen.told)


@pytest.mark.parametrize(("articles", "sentences"), [(1, 400), (50, 400)])
def test_a_long_page_stays_quick(opened, articles, sentences, record_property):
    page = opened(many(articles, sentences)).page
    seconds = page.evaluate(
        """() => {
          const began = performance.now();
          document.querySelector("[value=asserted]").click();
          document.body.getBoundingClientRect();  // lays out
          return (performance.now() - began) / 1000;
        }"""
    )
    record_property("seconds a filter took", seconds)
    total = articles * sentences
    assert (
        page.get_by_role("status").inner_text() == f"Shown: {total // 2:,} of {total:,} sentences"
    )


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_needs_no_scrolling_sideways(opened, width):
    article = Article("x" * 80, "", WORD, WORD, f"https://example.org/{WORD}", "2026-11-30")
    rows = in_order(article, [(f"The {WORD} denied it.", Stance.DENIED, (WORD, "denied", "it"))])
    claims = ledger.build(rows, embed=unlike)
    page = opened(rows, claims=claims, viewport={"width": width, "height": 700}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_print_has_all_articles_and_no_controls(opened):
    page = opened(many(5, 3)).page
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert all(found.bounding_box()["height"] > 0 for found in page.locator(".t").all())
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(opened, seed_predictions, scheme):
    unsure = [("Perhaps it was.", Stance.DENIED, None, {"abstained": True})]
    rows = [*seed_predictions, *in_order(Article("b", "", url="https://example.org"), unsure)]
    found = opened(rows, color_scheme=scheme).page.evaluate(CONTRASTS)
    assert {"BDI.t", "SPAN.claim", "P.quiet", "A.skip", "SPAN.sign"} <= found.keys()
    assert {name: value for name, value in found.items() if value < 4.5} == {}


def test_it_reads_without_scripts(opened, seed_predictions):
    page = opened(seed_predictions, java_script_enabled=False).page
    assert not page.locator(".filters").is_visible()
    assert len(texts(page)) == 18
    assert page.locator("#a1-s6 .badge").inner_text().startswith("− denied")

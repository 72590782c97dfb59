"""Bytes become the text their author wrote, or an error; never something in between."""

import codecs

import pytest

from claimstance.errors import ArticleError
from claimstance.reading.encoding import decode, detect

WIRE = "The army “denied” it – Zoë’s café said so.\r\nA naïve reader asked: où?\r\n"
RUSSIAN = "Министерство обороны опровергло сообщения о взрыве в городе."
ARABIC = "نفى الجيش أنه قصف السوق في المدينة يوم الاثنين"
POLISH = "Wałęsa zaprzeczył, że był agentem. Późniejsze śledztwo trwało."


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_removed(mark: bytes, encoding: str) -> None:
    decoded = decode(mark + WIRE.encode(encoding), "wire.txt")

    assert (decoded.text, decoded.encoding, decoded.guessed) == (WIRE, encoding, False)


@pytest.mark.parametrize("text", [WIRE, RUSSIAN, ARABIC, POLISH, "", "plain ASCII", "🔥 e\u0301"])
def test_utf8_comes_back_to_the_letter(text: str) -> None:
    decoded = decode(text.encode(), "a.txt")

    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "utf-8", False)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [WIRE, ARABIC, RUSSIAN])
def test_utf16_is_recognised_without_a_mark(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")

    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, True)


@pytest.mark.parametrize(
    "text",
    [
        WIRE,
        "L’armée a démenti « catégoriquement » avoir tué l’été dernier à Évreux.",
        "Das Ministerium weist Vorwürfe zurück: „Das ist unwahr“, hieß es. Öl für 5 €.",
        "A negação é ‘absoluta’, disse a corporação… São Paulo, 5 de março.",
    ],
)
def test_western_text_is_read_as_windows_1252_and_named(text: str) -> None:
    decoded = decode(text.encode("windows-1252"), "a.txt")

    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, "windows-1252", True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        ("The minister, Путин, denied that he had met the delegation at noon.", "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (ARABIC, "windows-1256"),
        ("The paper, السفير, denied that it had named the source in March.", "windows-1256"),
        (POLISH, "windows-1250"),
        (POLISH, "iso-8859-2"),
        ("The mayor didn’t say why the “secret” report was wrong.", "mac-roman"),
        ("A résumé that the café owner denied he had written himself.", "cp437"),
        ("軍はこの報道を否定した。", "shift-jis"),
        ("军方否认了这一报道。", "gb2312"),
    ],
)
def test_other_legacy_encodings_are_refused(text: str, encoding: str) -> None:
    with pytest.raises(ArticleError, match=r"^a\.txt: .*iconv -f ENCODING -t UTF-8"):
        decode(text.encode(encoding), "a.txt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\x00\x00\x08\x00\x01\x00\x00\xff", "binary"),
        (b"text with a \0 inside", "binary"),
        (bytes(range(256)), "binary"),
        (b"\x89PNG\r\n\x1a\n\x0dIHDR", "not Western"),
        ("It’s a “lie”, he said.".encode()[:-5] + b"\x93 end", "damaged UTF-8 at byte"),
        ("The café’s owner denied it".encode() + b"\xe2\x80", "damaged UTF-8 at byte"),
        (codecs.BOM_UTF16_LE + b"a\0b", "damaged, or not utf-16-le"),
    ],
)
def test_damage_and_binary_files_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        decode(data, "a.txt")


def test_a_sample_may_end_inside_a_character() -> None:
    sample = "He said “no".encode()[:10]  # one of the quotation mark's three bytes is missing

    assert detect(sample, "a.jsonl", whole=False).name == "utf-8"

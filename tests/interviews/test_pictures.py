"""What is kept of a picture, and what is refused: bounds, other formats, damage, and nothing but the picture."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageFile, ImageOps

from ctnat.ui.errors import InputError
from interviews.pictures import LONGEST, LONGEST_OF_PREVIEW, read_picture
from tests.interviews.pictures import file_of, metadata, page

TRACES = (b"Telephonemaker", b"Somebodys", b"2016:01:18", b"Exif", b"ICC_PROFILE", b"a comment", b"http://ns.adobe.com")


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def png_of(width: int, height: int) -> bytes:
    """A file of some hundred bytes that says that it is as large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def test_a_photograph_is_kept_smaller_and_without_anything_but_the_picture() -> None:
    profile = b"ICC_PROFILE made up"
    sent = file_of(page(3000, 4000), exif=metadata(), icc_profile=profile, comment=b"a comment", dpi=(300, 300))
    assert all(trace in sent for trace in TRACES[:2])
    picture = read_picture(sent, "page.jpg")
    assert (picture.width, picture.height) == (LONGEST * 3 // 4, LONGEST)
    for content, longest in ((picture.content, LONGEST), (picture.preview, LONGEST_OF_PREVIEW)):
        kept = opened(content)
        assert (kept.format, max(kept.size)) == ("JPEG", longest)
        assert not [trace for trace in TRACES if trace in content]
        assert (dict(kept.getexif()), kept.info.keys() & {"exif", "icc_profile", "comment", "xmp"}) == ({}, set())
    assert len(picture.preview) < 25_000


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(orientation: int) -> None:
    sheet = Image.new("RGB", (60, 90), "white")
    sheet.paste("red", (0, 0, 30, 20))  # its upper left corner
    sent = opened(file_of(sheet, exif=metadata(orientation), quality=95))
    expected = ImageOps.exif_transpose(sent)
    kept = opened(read_picture(file_of(sheet, exif=metadata(orientation), quality=95), "page.jpg").content)
    assert kept.size == expected.size
    for place in ((5, 5), (kept.width - 5, 5), (5, kept.height - 5), (kept.width - 5, kept.height - 5)):
        assert abs(kept.getpixel(place)[1] - expected.getpixel(place)[1]) < 40


def transparent(mode: str) -> Image.Image:
    picture = Image.new(mode, (80, 60), (0, 0, 0, 0) if mode == "RGBA" else (0, 0))
    picture.paste((200, 0, 0, 255) if mode == "RGBA" else (90, 255), (20, 20, 40, 40))
    return picture


def palette() -> Image.Image:
    picture = page(80, 60).quantize(8)
    picture.info["transparency"] = picture.getpixel((0, 0))
    return picture


@pytest.mark.parametrize(
    ("content", "mode", "corner"),
    [
        (file_of(page(80, 60, mode="CMYK")), "RGB", None),
        (file_of(page(80, 60, mode="1"), "PNG"), "L", None),
        (file_of(page(80, 60, mode="L"), "PNG"), "L", None),
        (file_of(Image.frombytes("I;16", (80, 60), struct.pack("<H", 0x8000) * 4800), "PNG"), "L", 128),
        (file_of(transparent("RGBA"), "PNG"), "RGB", (255, 255, 255)),
        (file_of(transparent("LA"), "PNG"), "RGB", (255, 255, 255)),
        (file_of(transparent("RGBA"), "WEBP", lossless=True), "RGB", (255, 255, 255)),
        (file_of(palette(), "PNG", transparency=0), "RGB", None),
        (file_of(page(80, 60), "WEBP"), "RGB", None),
        (file_of(page(80, 60), "MPO", save_all=True, append_images=[page(20, 15)]), "RGB", None),
        (file_of(page(80, 60), progressive=True), "RGB", None),
    ],
    ids=["CMYK", "1", "L", "I;16", "RGBA", "LA", "WEBP", "P", "WEBP-opaque", "MPO", "progressive"],
)
def test_every_kind_of_colour_becomes_a_jpeg(content: bytes, mode: str, corner: object) -> None:
    kept = opened(read_picture(content, "page.png").content)
    assert (kept.format, kept.mode, kept.size) == ("JPEG", mode, (80, 60))
    if corner is not None:
        assert kept.getpixel((2, 2)) == corner


def test_extreme_shapes_are_kept() -> None:
    for size in ((1, 1), (9000, 3), (3, 9000)):
        picture = read_picture(file_of(Image.new("RGB", size), "PNG"), "line.png")
        assert max(picture.width, picture.height) <= LONGEST
        assert min(opened(picture.preview).size) >= 1


WHOLE = file_of(page(400, 300), exif=metadata())
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no JPEG, PNG or WebP"),
        (b"just some words", "no JPEG, PNG or WebP"),
        (file_of(page(40, 30), "GIF"), "no JPEG, PNG or WebP"),
        (file_of(page(40, 30), "TIFF"), "no JPEG, PNG or WebP"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no JPEG, PNG or WebP"),
        (HEIC, "Most Compatible"),
        (b"%PDF-1.7\n", "is a PDF. Save its pages"),
        (WHOLE[: len(WHOLE) // 2], "is damaged"),
        (WHOLE[:300], "is damaged"),
        (b"\xff\xd8\xff\xe0", "no JPEG, PNG or WebP"),
        (png_of(400, 300), "is damaged"),
        (png_of(8000, 7000), "more than 50 million pixels"),
        (png_of(10_000, 10_000), "more than 50 million pixels"),
        (png_of(60_000, 60_000), "more than 50 million pixels"),
        (file_of(page(40, 30), "WEBP", save_all=True, append_images=[page(40, 30, "x")]), "is an animation"),
        (file_of(page(40, 30), "PNG", save_all=True, append_images=[page(40, 30, "x")]), "is an animation"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(content: bytes, told: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint does when it is imported
    with pytest.raises(InputError, match=told) as refused:
        read_picture(content, "card.jpg")
    assert "“card.jpg”" in refused.value.messages[0]
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_no_changed_byte_of_a_picture_is_more_than_a_refusal() -> None:
    files = [file_of(page(60, 40), format, **more) for format, more in (("JPEG", {"exif": metadata(6)}), ("PNG", {}))]
    files.append(file_of(page(60, 40), "WEBP"))
    for content in files:
        for place in range(0, len(content), max(len(content) // 80, 1)):
            changed = bytearray(content)
            changed[place] ^= 0xFF
            for sent in (bytes(changed), content[:place]):
                try:
                    read_picture(sent, "page")
                except InputError:
                    continue


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_metadata_do_not_refuse_the_picture() -> None:
    whole = bytearray(file_of(page(60, 40), exif=metadata(6)))
    start = whole.index(b"Exif\0\0") + 6
    whole[start + 4 : start + 60] = b"\xff" * 56
    assert read_picture(bytes(whole), "page.jpg").content

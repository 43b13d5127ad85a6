"""Pictures that members send: read within bounds, turned upright, made smaller, and written anew.

What is kept is a JPEG of our own making. Nothing of the file that was sent is in it but the picture itself: no place,
no time, no camera, no comment, no thumbnail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, UnidentifiedImageError

from ctnat.ui.errors import InputError

FORMATS: Final = ("JPEG", "PNG", "WEBP")  # no other reader of the library is tried
MOST_PIXELS: Final = 50_000_000  # of the largest telephones; a page of A4 scanned at 600 dots per inch has 35 million
LONGEST: Final = 2000  # pixels of the longer side: handwriting of a page of A4 stays readable
LONGEST_OF_PREVIEW: Final = 320
QUALITY, QUALITY_OF_PREVIEW = 80, 70
_DECODING = Lock()
# Brands of the container of HEIC and AVIF, which the installed library does not read, or reads with decoders that are
# not worth their risk here.
TELEPHONE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept. `content` and `preview` are JPEG files; the sides are those of `content`, in pixels."""

    content: bytes
    preview: bytes
    width: int
    height: int


def read_picture(content: bytes, name: str) -> Picture:
    """What is kept of a file that was sent. `name` is how messages call it; its ending decides nothing.

    Raises `InputError` for a file that is no photograph, is too large or damaged, with what to do instead.
    """
    try:
        with _refusing_halves(), Image.open(BytesIO(content), formats=FORMATS) as opened:
            _check(opened, name)
            small = _reduced(opened)
        preview = small.copy()
        preview.thumbnail((LONGEST_OF_PREVIEW, LONGEST_OF_PREVIEW))
        return Picture(_written(small, QUALITY), _written(preview, QUALITY_OF_PREVIEW), small.width, small.height)
    except InputError:
        raise
    except UnidentifiedImageError:
        raise InputError(_of_another_kind(content, name)) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(_too_many_pixels(name)) from None
    except Exception:  # the decoders raise errors of many classes for what is damaged
        raise InputError(
            _(
                "“{name}” is damaged, or did not arrive whole. Open it, save it again as JPEG, and choose it again."
            ).format(name=name)
        ) from None


@contextmanager
def _refusing_halves() -> Iterator[None]:
    """Within it a picture that was cut off is an error, and only one is decoded at a time, which bounds the memory.

    WeasyPrint tells the library, for the whole process, to show what there is of such a picture.
    """
    with _DECODING:
        before = ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _check(opened: Image.Image, name: str) -> None:
    """By what its head says, before it is decoded."""
    if opened.width * opened.height > MOST_PIXELS:
        raise InputError(_too_many_pixels(name))
    # Telephones put further pictures behind the first one of a JPEG, which the library then calls MPO.
    if opened.format != "MPO" and getattr(opened, "is_animated", False):
        raise InputError(_("“{name}” is an animation. Choose a photograph or a scan.").format(name=name))


def _too_many_pixels(name: str) -> str:
    return _(
        "“{name}” has more than {n} million pixels. Make it smaller, or scan it with fewer dots per inch, and choose "
        "it again."
    ).format(name=name, n=MOST_PIXELS // 1_000_000)


def _of_another_kind(content: bytes, name: str) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in TELEPHONE_BRANDS:
        return _(
            "“{name}” is in the format HEIC, which cannot be read here. Save or send it as JPEG, and choose it again. "
            "An iPhone takes JPEG with Settings, Camera, Formats, “Most Compatible”."
        ).format(name=name)
    if content[:1024].lstrip().startswith(b"%PDF"):
        return _("“{name}” is a PDF. Save its pages as JPEG or PNG, and choose these.").format(name=name)
    return _("“{name}” is no JPEG, PNG or WebP. Save it as JPEG, and choose it again.").format(name=name)


def _reduced(opened: Image.Image) -> Image.Image:
    """Decoded, on white paper, at most `LONGEST` pixels long, upright, and without what else the file said."""
    opened.draft(None, (LONGEST, LONGEST))  # a large JPEG is decoded at a half, a quarter or an eighth of its size
    flat = _on_white(opened)
    flat.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    turn = _turn_of(opened)
    upright = flat.transpose(turn) if turn is not None else flat
    upright.info = {}  # a comment would be written again
    return upright


def _on_white(opened: Image.Image) -> Image.Image:
    """As grey or colour of 8 bits; what is transparent becomes white."""
    if opened.mode.startswith("I"):  # grey of 16 bits, which `convert` would cut off at 255
        return opened.point(lambda value: value / 256).convert("L")
    if opened.has_transparency_data:
        layer = opened if opened.mode == "RGBA" else opened.convert("RGBA")  # a copy of a large one is not needed
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer)
        return paper
    return opened.convert("L" if opened.mode in ("1", "L") else "RGB")


ORIENTATION: Final = 0x0112  # the tag of EXIF
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _turn_of(opened: Image.Image) -> Image.Transpose | None:
    """How the camera was held; None where that is not said, or cannot be read."""
    try:
        return TURNS.get(opened.getexif().get(ORIENTATION, 1))
    except Exception:  # a picture whose metadata are damaged is still a picture
        return None


def _written(picture: Image.Image, quality: int) -> bytes:
    target = BytesIO()
    picture.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()

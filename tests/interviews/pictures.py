"""Pictures of notes on paper, as a telephone or a scanner makes them."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from interviews.models import Interview, Photograph
from interviews.pictures import Picture, read_picture
from interviews.services.photographs import add_photographs

GPS = {1: "N", 2: (40.0, 24.0, 33.0), 3: "E", 4: (49.0, 52.0, 2.0)}


def page(width: int = 1200, height: int = 1600, line: str = "3.1 Shelters are full", mode: str = "RGB") -> Image.Image:
    """A sheet with lines of writing, the first of them at the top."""
    sheet = Image.new("RGB", (width, height), "#f4f1e6")
    pen = ImageDraw.Draw(sheet)
    for number in range(12):
        top = (number + 1) * height // 14
        pen.text((width // 12, top), f"{line} ({number + 1})", fill="#223355", font_size=max(height // 40, 8))
        pen.line((width // 12, top + height // 30, width * 11 // 12, top + height // 30), fill="#ccc8b8")
    return sheet.convert(mode)


def file_of(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    target = BytesIO()
    picture.save(target, format, **options)
    return target.getvalue()


def metadata(orientation: int = 1) -> Image.Exif:
    """Who took the picture, with what, where and when."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x013B] = "Telephonemaker", "Somebodys Name"
    exif[0x0132] = "2016:01:18 10:00:00"
    exif.get_ifd(0x8825).update(GPS)
    return exif


def kept(picture: Image.Image | None = None) -> Picture:
    return read_picture(file_of(picture or page(300, 400)), "page.jpg")


def make_photograph(interview: Interview, *, by: Any = None, **fields: Any) -> Photograph:
    """A small one, with its file in the store."""
    [photograph] = add_photographs(interview=interview, pictures=[kept()], by=by)
    for name, value in fields.items():
        setattr(photograph, name, value)
    photograph.save()
    return photograph

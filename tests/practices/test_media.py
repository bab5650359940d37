"""Files that people send: what is taken, what is refused and why, and who may fetch it afterwards."""

import io
import os
import time
import zipfile
from datetime import timedelta

import pytest
from PIL import Image, PngImagePlugin

from exchange.core.models import db, now
from exchange.practices import history, media, schema
from exchange.practices import service as practices
from exchange.practices.models import Medium, Practice
from tests import cast

OFFICE = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
OPEN = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}


def read_image(data, name="picture.png"):
    return media.read_image(io.BytesIO(data), name)


def refusal(read, data, name="file"):
    with pytest.raises(media.Refused) as refused:
        read(io.BytesIO(data), name)
    return str(refused.value)


def packed(**names):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return target.getvalue()


@pytest.fixture
def words(app):
    """Messages are in the reader's language: somebody must be reading."""
    with app.test_request_context("/"):
        yield


# Pictures


@pytest.mark.parametrize("shape", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_anew_in_three_widths_and_two_shapes(words, shape):
    received = read_image(cast.picture(1600, 800, shape))
    assert set(received.files) == {f"{width}.{ext}" for width in (320, 640, 1280) for ext in ("webp", "jpg")}
    for name, data in received.files.items():
        made = Image.open(io.BytesIO(data))
        assert made.size == (int(name.split(".")[0]), int(name.split(".")[0]) // 2)
        assert made.format == {"webp": "WEBP", "jpg": "JPEG"}[name.split(".")[1]]
    assert (received.width, received.height) == (1280, 640)


def test_a_small_picture_is_not_blown_up(words):
    assert read_image(cast.picture(500, 100)).width == 500


def test_place_camera_and_comments_are_left_behind_and_the_picture_stands_upright(words):
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 9.0, 0.0), 3: "W", 4: (8.0, 36.0, 0.0)})
    target = io.BytesIO()
    Image.new("RGB", (400, 200), "red").save(target, "JPEG", exif=exif, comment=b"secret words")
    original = target.getvalue()
    assert b"SpyCam" in original
    assert b"secret words" in original
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825)

    received = read_image(original)
    assert (received.width, received.height) == (200, 400)
    for data in received.files.values():
        assert b"SpyCam" not in data
        assert b"secret words" not in data
        assert not Image.open(io.BytesIO(data)).getexif()


def test_text_inside_a_png_is_left_behind(words):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "kept for ourselves")
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 128)).save(target, "PNG", pnginfo=notes)
    assert b"kept for ourselves" in target.getvalue()
    received = read_image(target.getvalue())
    assert not any(b"kept for ourselves" in data for data in received.files.values())
    red, green, _blue = Image.open(io.BytesIO(received.files["320.jpg"])).getpixel((25, 25))
    assert red > 250
    assert 110 < green < 145  # half through on white


def bomb(width=30_000, height=30_000):
    """A PNG of 900 million pixels that says so in its header and holds next to nothing."""
    small = bytearray(cast.picture(8, 8))
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb(), "too many pixels (30000 × 30000)"),
        (SVG, "not a picture that we can read"),
        (b"GIF89a<html><script>alert(1)</script></html>", "not a picture"),
        (b"\xff\xd8\xff\xe0<html><script>alert(1)</script>", "broken"),
        (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", "not a picture"),
        (b"<html><img src=x></html>", "not a picture"),
        (b"BM" + bytes(100), "not a picture"),
        (b"", "empty"),
        (cast.picture(900, 900, "JPEG")[:3000], "broken"),
        (cast.picture(900, 900)[:-40], "broken"),
        (bytes(media.MAX_BYTES + 1), "too large: 20 MB"),
    ],
    ids=[
        "bomb",
        "svg",
        "gif-html",
        "jpeg-html",
        "png-html",
        "html",
        "bmp",
        "empty",
        "half-jpeg",
        "half-png",
        "huge",
    ],
)
def test_what_is_no_honest_picture_is_refused_with_a_reason(words, data, said):
    assert said in refusal(media.read_image, data)


def test_a_picture_that_is_a_page_too_comes_out_as_a_picture_only(words):
    polyglot = cast.picture(60, 60, "JPEG") + b"<script>alert(document.domain)</script>"
    assert not any(b"<script" in data for data in read_image(polyglot).files.values())


# Documents


@pytest.mark.parametrize("ending", OFFICE)
def test_office_documents_are_known_by_what_is_in_them(words, ending):
    data = packed(**{"[Content_Types].xml": "<Types/>", OFFICE[ending]: "<x/>"})
    received = media.read_document(io.BytesIO(data), "../../Ünser Bericht.exe")
    assert received.file_name == f"Ünser Bericht.{ending}"
    assert received.files == {"document": data}


@pytest.mark.parametrize("ending", OPEN)
def test_open_documents_too(words, ending):
    received = media.read_document(io.BytesIO(packed(mimetype=OPEN[ending])), "report")
    assert (received.file_name, received.content_type) == (f"report.{ending}", OPEN[ending])


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script>",
        b"MZ" + bytes(200),
        b"%PDF-1.4 and nothing more",
        packed(**{"anything.txt": "x"}),
        packed(**{"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": "macro"}),
        packed(**{"mimetype": OPEN["odt"], "Basic/Standard/Module1.xml": "macro"}),
        packed(mimetype="text/html"),
        packed(mimetype="x" * 5000),
        packed(**{"[Content_Types].xml": ""})[:-30],
    ],
    ids=["html", "exe", "half-pdf", "zip", "docm", "odt-macro", "odd-type", "long-type", "half-zip"],
)
def test_what_is_no_document_is_refused(words, data):
    assert "PDF" in refusal(media.read_document, data, "report.pdf")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\secret\\plan.PDF", "plan.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ('a"\r\nSet-Cookie: x=1;.pdf', "a-Set-Cookie- x-1.pdf"),
        ("...", "document.pdf"),
        (None, "document.pdf"),
        ("n" * 300 + ".pdf", "n" * 100 + ".pdf"),
    ],
)
def test_names_are_made_fit_for_a_disk_and_a_header(sent, kept):
    assert media.clean_name(sent, "pdf") == kept


# Keeping and fetching


@pytest.fixture
def porto(app):
    """A draft of Ana's with a picture and a document; (public id, picture, document)."""
    with app.app_context():
        ana = cast.ana()
        practice = cast.draft(ana).practice
        image, document = cast.put_media(practice, ana)
        db.session.commit()
    return ana, practice, image, document


def test_the_bytes_are_on_the_disk_before_the_row_is_written(app, porto):
    _ana, _practice, image, document = porto
    folder = app.config["SETTINGS"].media
    assert len(list((folder / image.id).iterdir())) == 6
    assert (folder / document.id / "document").read_bytes() == cast.PDF


def test_one_case_cannot_hold_more_than_its_share(app, porto, monkeypatch):
    monkeypatch.setattr(media, "MAX_BYTES_PER_CASE", 5000)
    with app.test_request_context("/"):
        practice = db.session.get(Practice, porto[1].id)
        received = media.read_document(io.BytesIO(cast.PDF + bytes(5000) + b"%%EOF"), "more.pdf")
        with pytest.raises(media.Refused, match="together"):
            media.keep(received, practice, porto[0])


def test_the_files_of_a_draft_are_there_for_its_authors_and_reviewers_only(app, porto):
    ana, _practice, image, document = porto
    with app.app_context():
        chloe, bruno = cast.chloe(), cast.bruno()
        db.session.commit()
    for address in (
        f"/media/{image.id}/640.webp",
        f"/media/{document.id}",
        f"/media/{document.id}/report.pdf",
    ):
        for person, status in ((ana, 200), (bruno, 200), (chloe, 404), (None, 404)):
            answer = cast.client_of(app, person).get(address, buffered=True)
            assert answer.status_code == status, (address, person)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert "Cookie" in answer.vary


def test_the_files_that_the_public_text_shows_are_public_and_gone_with_it(app):
    with app.app_context():
        bruno = cast.bruno()
        practice = cast.published(cast.ana(), bruno)
        image, document = cast.public_media(practice, practice.lead)
        spare, _other = cast.put_media(practice, practice.lead)
        db.session.commit()
    visitor = app.test_client()
    shown = f"/media/{image.id}/320.jpg"
    answer = visitor.get(shown, buffered=True)
    assert answer.status_code == 200
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    assert (
        visitor.get(shown, buffered=True, headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    assert visitor.get(f"/media/{spare.id}/320.jpg", buffered=True).status_code == 404
    with app.app_context():
        practices.show(db.session.get(Practice, practice.id), "tombstone", bruno, "Withdrawn.")
        db.session.commit()
    assert visitor.get(shown, buffered=True).status_code == 404
    assert visitor.get(f"/media/{document.id}", buffered=True).status_code == 404


def test_the_files_of_an_earlier_version_stay_public_as_long_as_that_is(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno)
        image, document = cast.public_media(practice, ana)
        cast.next_published(practice, ana, bruno, media=None, documents=None)
        draft = practices.next_draft(practices.public_revision(practice), ana)
        spare, _other = cast.put_media(practice, ana)
        practices.write(draft, {"media": [{"file": spare.id, "alt": "Not yet"}]}, {})
        db.session.commit()
        assert not practices.public_revision(practice).get("media")
    visitor, shown = app.test_client(), f"/media/{image.id}/320.jpg"
    assert shown.rpartition("/")[0] in visitor.get(f"/practices/{practice.public_id}/revisions/1").text
    for address in (shown, f"/media/{document.id}"):
        assert visitor.get(address, buffered=True).status_code == 200, address
    assert visitor.get(f"/media/{spare.id}/320.jpg", buffered=True).status_code == 404
    with app.app_context():
        practices.show(db.session.get(Practice, practice.id), "tombstone", bruno, "Withdrawn.")
        db.session.commit()
    for address in (shown, f"/media/{document.id}"):
        assert visitor.get(address, buffered=True).status_code == 404, address


def test_files_are_served_in_a_sandbox_and_documents_only_to_keep(app, porto):
    ana, _practice, image, document = porto
    browser = cast.client_of(app, ana)
    for answer in (
        browser.get(f"/media/{image.id}/1280.webp", buffered=True),
        browser.get(f"/media/{document.id}", buffered=True),
    ):
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "attachment; filename=report.pdf"
    assert answer.data == cast.PDF


@pytest.mark.parametrize(
    "last",
    [
        "{image}",
        "{image}/report.pdf",
        "{image}/641.webp",
        "{image}/640.svg",
        "{image}/99999999.webp",
        "{image}/../../x",
        "{document}/640.webp",
        "{document}/other.pdf",
        "{document}/document",
        "nothing/640.webp",
        "%00/640.webp",
    ],
)
def test_only_the_addresses_that_we_make_lead_anywhere(app, porto, last):
    ana, _practice, image, document = porto
    address = "/media/" + last.format(image=image.id, document=document.id)
    assert cast.client_of(app, ana).get(address, buffered=True).status_code == 404


def test_every_file_has_its_row(app, porto):
    with app.app_context():
        rows = media.of(db.session.get(Practice, porto[1].id))
        assert {medium.kind for medium in rows.values()} == {"image", "document"}
        assert all(len(medium.sha256) == 64 and medium.size for medium in db.session.query(Medium))


# What nobody shows


def age(app, medium, **by):
    """The file was added so long ago, on the disk and in its row."""
    long_ago = now() - timedelta(**by)
    folder = app.config["SETTINGS"].media / medium.id
    os.utime(folder, (long_ago.timestamp(), long_ago.timestamp()))
    with app.app_context():
        db.session.get(Medium, medium.id).at = long_ago
        db.session.commit()


def test_what_a_failed_request_left_on_the_disk_is_swept_and_what_has_a_row_is_not(app, porto):
    _ana, _practice, image, _document = porto
    root = app.config["SETTINGS"].media
    for name, days in (("0" * 20, 2), ("1" * 20, 0)):
        (root / name).mkdir()
        (root / name / "320.webp").write_bytes(b"half")
        os.utime(root / name, (time.time() - days * 86400 - 60,) * 2)
    age(app, image, days=3)
    with app.app_context():
        media.sweep()
    assert not (root / ("0" * 20)).exists()
    assert (root / ("1" * 20)).exists()  # its request may still be going on
    assert (root / image.id).exists()


def test_a_file_that_no_text_has_shown_for_two_weeks_goes_and_others_stay(app, porto):
    ana, practice, image, document = porto
    root = app.config["SETTINGS"].media
    with app.app_context():
        draft = db.session.get(Practice, practice.id).revisions[0]
        practices.save(draft, {"documents": [{"file": document.id}]}, {}, ana)
        db.session.commit()
    for medium in (image, document):
        age(app, medium, days=15)
    with app.app_context():
        media.sweep()
        assert db.session.get(Medium, image.id) is None
        assert db.session.get(Medium, document.id)
        media.sweep()
    assert not (root / image.id).exists() and (root / document.id).exists()


def test_a_file_of_an_earlier_text_can_be_brought_back_so_it_stays(app, porto):
    ana, practice, image, _document = porto
    with app.app_context():
        draft = db.session.get(Practice, practice.id).revisions[0]
        practices.save(draft, {"media": [{"file": image.id, "alt": "A square"}]}, {}, ana)
        history.remember(draft, ana, fresh=True)
        practices.save(draft, {"media": []}, {}, ana)
        db.session.commit()
    age(app, image, days=15)
    with app.app_context():
        media.sweep()
        assert db.session.get(Medium, image.id)


def test_what_was_taken_out_of_the_text_no_longer_counts_against_the_case(app, porto, monkeypatch):
    ana, practice, image, document = porto
    for medium in (image, document):
        age(app, medium, hours=2)
    with app.app_context():
        draft = db.session.get(Practice, practice.id).revisions[0]
        assert media.held_bytes(draft.practice) == 0
        practices.save(draft, {"media": [{"file": image.id}]}, {}, ana)
        assert media.held_bytes(draft.practice) == image.size


def test_a_case_without_alt_credit_and_licence_for_a_picture_is_not_published(app, porto):
    _ana, practice, image, _document = porto
    whole = {"file": image.id, "alt": "A square", "credit": "Porto", "licence": "CC0-1.0"}
    with app.app_context():
        draft = db.session.get(Practice, practice.id).revisions[0]
        practices.write(draft, {"media": [whole]}, {})
        assert schema.gaps(draft, "P") == []
        for part in ("alt", "credit", "licence"):
            practices.write(draft, {"media": [{**whole, part: ""}]}, {})
            assert [gap.name for gap in schema.gaps(draft, "P")] == ["media"], part

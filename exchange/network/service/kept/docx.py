"""A briefing as a file that word processors open: Office Open XML, a zip of a few small parts.

`of_memo` → bytes. The same memo gives the same bytes, whenever it is made.
"""

import re
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask_babel import gettext as _

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WHEN = (1980, 1, 1, 0, 0, 0)  # in the zip: nothing in it depends on the clock
A4 = (  # sheet and margins, in twentieths of a point
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1020" w:right="1134" w:bottom="1020" w:left="1134" w:header="567" w:footer="567" '
    'w:gutter="0"/>'
)
SERIF = '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:cs="Georgia"/>'
BOLD = "<w:b/>"
SOFT = '<w:color w:val="4A5964"/>'


def size(halves):
    """A size of type, in half points."""
    return f'<w:sz w:val="{halves}"/>'


STYLES = (  # id, name, paragraph, run
    ("Normal", "Normal", '<w:spacing w:after="60" w:line="252" w:lineRule="auto"/>', size(19)),
    ("Title", "Title", '<w:keepNext/><w:spacing w:after="40"/>', SERIF + BOLD + size(36)),
    ("Subtitle", "Subtitle", '<w:spacing w:after="120"/>', SOFT + size(18)),
    (
        "Heading1",
        "heading 1",
        '<w:keepNext/><w:spacing w:before="160" w:after="40"/><w:outlineLvl w:val="0"/>',
        BOLD + size(22),
    ),
    (
        "Heading2",
        "heading 2",
        '<w:keepNext/><w:spacing w:before="120" w:after="20"/><w:outlineLvl w:val="1"/>',
        SERIF + BOLD + size(22),
    ),
    ("Cell", "Cell", '<w:spacing w:before="20" w:after="20"/>', size(16)),
    ("Source", "Source", '<w:spacing w:after="40"/><w:ind w:left="280" w:hanging="280"/>', size(16)),
)


def of_memo(memo):
    """The memo as the bytes of a .docx file."""
    links = Links()
    body = "".join(blocks(memo, links))
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": package_relations(),
        "word/document.xml": document(body),
        "word/styles.xml": styles(memo.language),
        "word/_rels/document.xml.rels": links.as_xml(),
        "docProps/core.xml": properties(memo),
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = ZipInfo(name, WHEN)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, (HEAD + text).encode())
    return file.getvalue()


class Links:
    """The web addresses of a document: each has a number under which its text names it."""

    def __init__(self):
        self.known = {}

    def number(self, address):
        return self.known.setdefault(address, f"rLink{len(self.known) + 1}")

    def as_xml(self):
        found = "".join(
            f'<Relationship Id="{number}" Type="{R}/hyperlink" Target={quoteattr(address)} '
            f'TargetMode="External"/>'
            for address, number in self.known.items()
        )
        own = f'<Relationship Id="rStyles" Type="{R}/styles" Target="styles.xml"/>'
        return f'<Relationships xmlns="{PACKAGE}/relationships">{own}{found}</Relationships>'


# What it says


def blocks(memo, links):
    yield paragraph("Title", run(memo.title))
    yield paragraph("Subtitle", run(f"{memo.lead} · {memo.day}"))
    if memo.introduction:
        yield paragraph("Normal", run(memo.introduction.words, lang=memo.introduction.lang))
    yield paragraph("Heading1", run(_("Side by side")))
    yield table(memo)
    for told in memo.cases:
        yield from case_blocks(told)
    yield paragraph("Heading1", run(_("Sources")))
    for number, source in enumerate(memo.citations, start=1):
        yield paragraph("Source", cited(number, source, links))
    yield paragraph("Source", run(_("The comparison in full:") + " ") + link(memo.address, links))


def case_blocks(told):
    yield paragraph("Heading2", run(f"{told.place}: ") + run(told.title.words, lang=told.title.lang))
    if told.note:
        yield paragraph("Normal", run(told.note, italic=True))
    if told.summary.words:
        yield paragraph("Normal", run(told.summary.words, lang=told.summary.lang))
    for point in told.points:
        words = "".join(
            run(("; " if number else " ") + item.words, lang=item.lang)
            for number, item in enumerate(point.items)
        )
        yield paragraph("Normal", run(f"{point.label}:", bold=True) + words)


def cited(number, source, links):
    title = run(f"{number}. ") + run(source.title.words, lang=source.title.lang, italic=True)
    return title + run(f". {source.tail} ") + link(source.address, links)


def table(memo):
    """The facts side by side; those that set the cases apart stand in bold."""
    columns = len(memo.heads) + 1
    widths = [1600, *[(9600 - 1600) // max(len(memo.heads), 1)] * len(memo.heads)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = table_row([run("")] + [run(name, bold=True) for name in memo.heads], widths, is_head=True)
    rows = "".join(
        table_row([run(str(row.label), bold=row.stands_out), *map(cell_runs, row.cells)], widths)
        for row in memo.rows
    )
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="B9C6CD"/>'
        for side in ("top", "bottom", "insideH")
    )
    look = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    )
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>" if columns > 1 else ""


def table_row(runs, widths, is_head=False):
    cells_ = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph("Cell", found)}</w:tc>'
        for found, width in zip(runs, widths, strict=True)
    )
    keep = "<w:cantSplit/>" + ("<w:tblHeader/>" if is_head else "")
    return f"<w:tr><w:trPr>{keep}</w:trPr>{cells_}</w:tr>"


def cell_runs(cell):
    if not cell.items:
        return run(cell.short_why or "–")
    return "".join(
        run(("; " if number else "") + item.words, lang=item.lang) for number, item in enumerate(cell.items)
    )


# Pieces of WordprocessingML


def paragraph(style, runs):
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def run(words, lang="", bold=False, italic=False, extra=""):
    look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "") + extra
    look += f"<w:lang w:val={quoteattr(lang)}/>" if lang else ""
    properties_ = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties_}<w:t xml:space="preserve">{clean(words)}</w:t></w:r>'


def link(address, links):
    look = '<w:color w:val="A0126B"/><w:u w:val="single"/>'
    return f'<w:hyperlink r:id="{links.number(address)}">{run(address, extra=look)}</w:hyperlink>'


def clean(words):
    return escape(UNSPEAKABLE.sub(" ", str(words)))


def document(body):
    text = f"<w:body>{body}<w:sectPr>{A4}</w:sectPr></w:body>"
    return f'<w:document xmlns:w="{W}" xmlns:r="{R}">{text}</w:document>'


def styles(language):
    fonts = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    look = f"{fonts}{size(19)}<w:lang w:val={quoteattr(language)}/>"
    base = f"<w:rPrDefault><w:rPr>{look}</w:rPr></w:rPrDefault>"
    told = "".join(style(*one) for one in STYLES)
    return f'<w:styles xmlns:w="{W}"><w:docDefaults>{base}</w:docDefaults>{told}</w:styles>'


def style(name, title, paragraph_look, run_look):
    default = ' w:default="1"' if name == "Normal" else ""
    based = "" if name == "Normal" else '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{default}><w:name w:val="{title}"/>{based}'
        f"<w:qFormat/><w:pPr>{paragraph_look}</w:pPr><w:rPr>{run_look}</w:rPr></w:style>"
    )


def content_types():
    vendor = "application/vnd.openxmlformats"
    kinds = {
        "/word/document.xml": f"{MEDIA_TYPE}.main+xml",
        "/word/styles.xml": f"{vendor}-officedocument.wordprocessingml.styles+xml",
        "/docProps/core.xml": f"{vendor}-package.core-properties+xml",
    }
    told = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    endings = {"rels": f"{vendor}-package.relationships+xml", "xml": "application/xml"}
    known = "".join(f'<Default Extension="{one}" ContentType="{kind}"/>' for one, kind in endings.items())
    return f'<Types xmlns="{PACKAGE}/content-types">{known}{told}</Types>'


def package_relations():
    about = f"{PACKAGE}/relationships/metadata/core-properties"
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{about}" Target="docProps/core.xml"/>'
        "</Relationships>"
    )


def properties(memo):
    spaces = f'xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    told = f"<dc:title>{clean(memo.title)}</dc:title><dc:language>{memo.language}</dc:language>"
    return f"<cp:coreProperties {spaces}>{told}</cp:coreProperties>"

"""The parts of a plain Word file (ECMA-376, transitional) that are the same in every paper."""

from __future__ import annotations

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_INK, _LINE, _SHADE = "1F3A5F", "8A99AD", "E8EDF3"

CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="{_P}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{_TYPE}.settings+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_P}/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
RELATIONS = (
    f'{_HEAD}<Relationships xmlns="{_P}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_R}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rId3" Type="{_R}/numbering" Target="numbering.xml"/>'
    f'<Relationship Id="rId4" Type="{_R}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId5" Type="{_R}/footer" Target="footer1.xml"/></Relationships>'
)
CORE = (
    f'{_HEAD}<cp:coreProperties xmlns:cp="{_P}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    "<dc:language>nl-NL</dc:language></cp:coreProperties>"
)
DOCUMENT = (
    f'{_HEAD}<w:document {_W} xmlns:r="{_R}"><w:body>{{body}}<w:sectPr>'
    '<w:headerReference w:type="default" r:id="rId4"/>'
    '<w:footerReference w:type="default" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1474" w:right="1276" w:bottom="1191" w:left="1276"'
    ' w:header="567" w:footer="510" w:gutter="0"/></w:sectPr></w:body></w:document>'
)
SETTINGS = (
    f"{_HEAD}<w:settings {_W}><w:compat>"
    '<w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="nl-NL"/></w:settings>'
)
NUMBERING = (
    f'{_HEAD}<w:numbering {_W}><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:lvlText w:val="–"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="340" w:hanging="340"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
# The shape that Word itself draws for a watermark; the words stand in the header too, because a
# reader who cannot see the page hears no watermark.
_WATERMARK = (
    '<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:'
    'office:office"><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136"'
    ' adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>'
    '<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>'
    '<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    '<v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136"'
    ' alt="oefening / synthetische gegevens" style="position:absolute;margin-left:0;margin-top:0;'
    "width:500pt;height:56pt;rotation:315;z-index:-251658752;"
    "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f"'
    ' fillcolor="#e3e3e3" stroked="f"><v:textpath style="font-family:&quot;Calibri&quot;;'
    'font-size:1pt" string="oefening / synthetische gegevens"/></v:shape></w:pict></w:r>'
)


def _line(style: str, *texts: str) -> str:
    runs = "".join(f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


HEADER = (
    f'{_HEAD}<w:hdr {_W} xmlns:r="{_R}">'
    + _line("Header", "CONCEPT: voorstel, geen besluit")
    + _line("Header", "{%p if synthetisch %}")
    + '<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:t xml:space="preserve">'
    + f"Oefening / synthetische gegevens: niet ondertekenen</w:t></w:r>{_WATERMARK}</w:p>"
    + _line("Header", "{%p endif %}")
    + "</w:hdr>"
)
FOOTER = (
    f'{_HEAD}<w:ftr {_W} xmlns:r="{_R}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r>'
    '<w:t xml:space="preserve">Concept, voorstel, geen besluit. Berekening {{ herkomst }}, '
    "{{ halfjaar.tekst }}.</w:t></w:r><w:r><w:tab/></w:r>"
    f'<w:r><w:t xml:space="preserve">Pagina </w:t></w:r>{_field("PAGE")}'
    f'<w:r><w:t xml:space="preserve"> van </w:t></w:r>{_field("NUMPAGES")}</w:p></w:ftr>'
)


def _style(name: str, title: str, paragraph: str, run: str = "", based: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/>'
        f'<w:basedOn w:val="{based}"/><w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f"<w:rPr>{run}</w:rPr></w:style>"
    )


def _spacing(before: int, after: int, line: int = 264) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _edges(*names: str) -> str:
    return "".join(f'<w:{name} w:val="single" w:sz="4" w:color="{_LINE}"/>' for name in names)


STYLES = (
    f"{_HEAD}<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri" w:eastAsia="Calibri"/>'
    '<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="nl-NL"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    f"<w:qFormat/><w:pPr>{_spacing(0, 110)}</w:pPr></w:style>"
    + _style(
        "Title",
        "Title",
        f"<w:keepNext/>{_spacing(200, 160, 240)}",
        f'<w:b/><w:color w:val="{_INK}"/><w:sz w:val="32"/>',
    )
    + _style(
        "Heading1",
        "heading 1",
        f'<w:keepNext/>{_spacing(200, 60, 240)}<w:outlineLvl w:val="0"/>',
        f'<w:b/><w:color w:val="{_INK}"/><w:sz w:val="23"/>',
    )
    + _style(
        "ListBullet",
        "List Bullet",
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        f'{_spacing(0, 50)}<w:ind w:left="340" w:hanging="340"/>',
    )
    + _style(
        "Note",
        "Note",
        '<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="B36B00"/></w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="FBF3E4"/>{_spacing(80, 120)}'
        '<w:ind w:left="200"/>',
    )
    + _style("Address", "Address", _spacing(0, 0))
    + _style("Cell", "Cell", _spacing(30, 30, 240), '<w:sz w:val="19"/>')
    + _style("CellRight", "Cell Right", '<w:jc w:val="right"/>', based="Cell")
    # Smaller, so that no word of a head breaks where a wider font stands in for Calibri.
    + _style("CellHead", "Cell Head", "", '<w:sz w:val="16"/>', based="Cell")
    + _style("CellHeadRight", "Cell Head Right", '<w:jc w:val="right"/>', based="CellHead")
    + _style("AfterTable", "After Table", _spacing(0, 60, 200), '<w:sz w:val="8"/>')
    + _style(
        "Header",
        "header",
        '<w:spacing w:before="0" w:after="0"/><w:jc w:val="right"/>',
        '<w:b/><w:color w:val="9C2A10"/><w:sz w:val="18"/>',
    )
    + _style(
        "Footer",
        "footer",
        '<w:tabs><w:tab w:val="right" w:pos="9354"/></w:tabs><w:spacing w:before="0" w:after="0"/>',
        '<w:color w:val="4A4A4A"/><w:sz w:val="16"/>',
    )
    + '<w:style w:type="table" w:styleId="Figures"><w:name w:val="Figures"/><w:tblPr>'
    + f"<w:tblBorders>{_edges('top', 'bottom', 'insideH')}</w:tblBorders><w:tblCellMar>"
    + '<w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    + '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
    + f'<w:shd w:val="clear" w:color="auto" w:fill="{_SHADE}"/></w:tcPr></w:tblStylePr></w:style>'
    + "</w:styles>"
)

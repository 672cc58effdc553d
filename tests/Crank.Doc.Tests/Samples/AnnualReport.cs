using Crank.Doc.Tests.Docx;

namespace Crank.Doc.Tests.Samples;

/// <summary>Writes <c>samples/annual-report.docx</c>: a small report with everything that a real one has.</summary>
internal static class AnnualReport
{
    /// <summary>A picture of eight by eight pixels.</summary>
    private const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAJElEQVR42mP4jwMwYBWVz+9mwBSCIOIk4KIICWQhqASmEAEJAFeQgN2tWDqCAAAAAElFTkSuQmCC";

    public static byte[] Build()
    {
        var report = new DocxBuilder()
            .Story("styles", "styles", Styles())
            .Story("numbering", "numbering", Numbering())
            .Story("footnotes", "footnotes", Notes())
            .Link("rIdPlan", "https://example.org/harbour-quarter/heat-plan")
            .Link("rIdMail", "mailto:members@example.org")
            .Refer("rIdChart", "image", "media/members.png", external: false)
            .Part("word/media/members.png", Convert.FromBase64String(Png))
            .Part("docProps/core.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>Harbour Quarter Energy Cooperative: Annual Report 2025</dc:title><dc:creator>Ines Carvalho; Tomas Lindqvist</dc:creator><dc:subject>Heat, power and members in the year 2025</dc:subject><cp:keywords>cooperative, district heating, solar</cp:keywords><dc:language>en-GB</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">2026-02-03T09:15:00Z</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">2026-03-11T16:40:00Z</dcterms:modified></cp:coreProperties>")
            .Part("docProps/app.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Pages>3</Pages><Words>380</Words></Properties>");
        return report.Build(Body());
    }

    private static string Body() => string.Concat(
        Paragraph("Title", Run("Annual Report 2025")),
        Paragraph("Subtitle", Run("Harbour Quarter Energy Cooperative")),
        Paragraph("Heading1", Run("The year in short")),
        Paragraph(null, Run("In 2025 the cooperative heated "), Run("1,240 homes", "<w:b/>"), Run(" and sold its first full year of roof-top power. Heat came from the harbour’s sea-water pumps for "), Run("all but nine days", "<w:i/>"), Run(" of the winter"), Note(2), Run("; the gas boilers, planned to retire in 2027, ran for 131 hours.")),
        Paragraph(null, Run("The plan for the coming three years is on "), Link("rIdPlan", "our heat plan page"), Run("; questions go to "), Link("rIdMail", "members@example.org"), Run(".")),
        Paragraph("Quote", Run("We were told that sea water at four degrees cannot heat a house. It heats ours.")),
        Paragraph("Heading1", Run("What we did")),
        Item(1, 0, Run("Connected the last street of the old fishing quarter")),
        Item(1, 1, Run("214 metres of pipe under a listed pavement")),
        Item(1, 1, Run("Every stone numbered and put back")),
        Item(1, 0, Run("Replaced two pumps")),
        Item(1, 1, Run("The larger now lifts 90 m³ an hour")),
        Item(1, 2, Run("It does so with 11 % less power")),
        Item(1, 0, Run("Opened the control room to visitors each first Saturday")),
        Paragraph("Heading2", Run("How a fault is handled")),
        Item(2, 0, Run("The duty engineer confirms the alarm within ten minutes.")),
        Item(2, 0, Run("The valve of the street is closed by hand or with "), Run("valvectl close --street 14", "<w:rFonts w:ascii=\"Courier New\" w:hAnsi=\"Courier New\"/>"), Run(".")),
        Item(2, 0, Run("Members are told by text message.")),
        Paragraph("Heading1", Run("Heat and power")),
        Paragraph(null, Run("Delivered energy, in megawatt-hours. CO"), Run("2", "<w:vertAlign w:val=\"subscript\"/>"), Run(" figures follow the location-based method"), Note(3), Run(".")),
        Table(),
        Paragraph("Caption", Run("Members and connected homes, 2021 to 2025:")),
        Paragraph(null, Picture("Bar chart: members grew from 610 in 2021 to 1,388 in 2025")),
        Paragraph("Heading1", Run("Money")),
        Paragraph(null, Run("Revenue was 2.91 million euro and costs 2.74 million euro. The surplus of 170,000 euro goes to the pump reserve; "), Run("no dividend is proposed", "<w:b/><w:i/>"), Run(". The auditor’s "), Run("draft", "<w:strike/>"), Run(" final statement is on file.")),
        Paragraph("SourceCode", Run("surplus = revenue - costs")),
        Paragraph("SourceCode", Run("reserve = reserve + surplus")),
        Paragraph("Heading1", Run("Next year")),
        Paragraph(null, Run("Two decisions are before the members in May:"), "<w:r><w:br/></w:r>", Run("the third pump, and the tariff for 2027.")));

    private static string Table() => "<w:tbl><w:tblPr><w:tblLook w:firstRow=\"1\"/></w:tblPr><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
        + Row(true, Cell("Source"), Cell("Quarter"), Cell("2024", right: true), Cell("2025", right: true))
        + Row(false, Cell("Sea-water pumps", merge: "restart"), Cell("first and fourth"), Cell("9,410", right: true), Cell("10,020", right: true))
        + Row(false, Cell("", merge: "continue"), Cell("second and third"), Cell("3,120", right: true), Cell("3,055", right: true))
        + Row(false, Cell("Gas boilers"), Cell("all"), Cell("880", right: true), Cell("240", right: true))
        + Row(false, Cell("Delivered in all", span: 2), Cell("13,410", right: true), Cell("13,315", right: true))
        + "</w:tbl>";

    private static string Row(bool header, params string[] cells) => $"<w:tr>{(header ? "<w:trPr><w:tblHeader/></w:trPr>" : "")}{string.Concat(cells)}</w:tr>";

    private static string Cell(string text, int span = 1, string? merge = null, bool right = false) =>
        $"<w:tc><w:tcPr>{(span > 1 ? $"<w:gridSpan w:val=\"{span}\"/>" : "")}{(merge is null ? "" : $"<w:vMerge w:val=\"{merge}\"/>")}</w:tcPr><w:p>{(right ? "<w:pPr><w:jc w:val=\"right\"/></w:pPr>" : "")}{(text.Length == 0 ? "" : Run(text))}</w:p></w:tc>";

    private static string Paragraph(string? style, params string[] content) => $"<w:p>{(style is null ? "" : $"<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>")}{string.Concat(content)}</w:p>";

    private static string Item(int list, int level, params string[] content) =>
        $"<w:p><w:pPr><w:pStyle w:val=\"ListParagraph\"/><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{string.Concat(content)}</w:p>";

    private static string Run(string text, string properties = "") => $"<w:r>{(properties.Length == 0 ? "" : $"<w:rPr>{properties}</w:rPr>")}<w:t xml:space=\"preserve\">{text}</w:t></w:r>";

    private static string Link(string id, string text) => $"<w:hyperlink r:id=\"{id}\">{Run(text, "<w:rStyle w:val=\"Hyperlink\"/>")}</w:hyperlink>";

    private static string Note(int id) => $"<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:footnoteReference w:id=\"{id}\"/></w:r>";

    private static string Picture(string alt) => $"<w:r><w:drawing><wp:inline><wp:extent cx=\"914400\" cy=\"914400\"/><wp:docPr id=\"1\" name=\"Picture 1\" descr=\"{alt}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"members.png\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rIdChart\"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>";

    private static string Styles() => string.Concat(
        "<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault></w:docDefaults>",
        Style("Normal", "Normal"), Style("Title", "Title"), Style("Subtitle", "Subtitle"), Style("Heading1", "heading 1"), Style("Heading2", "heading 2"), Style("Quote", "Quote"),
        Style("ListParagraph", "List Paragraph"), Style("Caption", "caption"), Style("SourceCode", "Source Code"),
        "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr><w:u w:val=\"single\"/></w:rPr></w:style>");

    private static string Style(string id, string name) => $"<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/></w:style>";

    private static string Numbering() =>
        $"<w:abstractNum w:abstractNumId=\"0\">{Levels("bullet")}</w:abstractNum><w:abstractNum w:abstractNumId=\"1\">{Levels("decimal")}</w:abstractNum>"
        + "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>";

    private static string Levels(string format) => string.Concat(Enumerable.Range(0, 3).Select(i => $"<w:lvl w:ilvl=\"{i}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/></w:lvl>"));

    private static string Notes() =>
        "<w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote w:type=\"continuationSeparator\" w:id=\"1\"><w:p/></w:footnote>"
        + $"<w:footnote w:id=\"2\">{Paragraph(null, Run("From 14 to 22 January the intake was closed for cleaning."))}</w:footnote>"
        + $"<w:footnote w:id=\"3\">{Paragraph(null, Run("Greenhouse Gas Protocol, "), Run("Scope 2 Guidance", "<w:i/>"), Run("."))}</w:footnote>";
}

using System.Globalization;
using System.Xml;

namespace Crank.Doc.Reading.Docx;

/// <summary>Helpers for WordprocessingML, transitional and strict alike (ISO/IEC 29500-1 and -4).</summary>
internal static class Wml
{
    private const string Transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const string Strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";

    private const string TransitionalReferences = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string StrictReferences = "http://purl.oclc.org/ooxml/officeDocument/relationships";

    public static bool Is(XmlReader xml) => xml.NamespaceURI is Transitional or Strict;

    /// <summary>An attribute of the element's own namespace.</summary>
    public static string? Attribute(XmlReader xml, string name) => xml.GetAttribute(name, xml.NamespaceURI) ?? xml.GetAttribute(name);

    public static string? Val(XmlReader xml) => Attribute(xml, "val");

    public static int? Number(string? value) => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A toggle is on unless its value says no (ISO/IEC 29500-1, section 17.7.3).</summary>
    public static bool IsOn(XmlReader xml) => Val(xml) is not ("0" or "false" or "off" or "none");

    /// <summary>An attribute that names a relationship.</summary>
    public static string? Reference(XmlReader xml, string name) => xml.GetAttribute(name, TransitionalReferences) ?? xml.GetAttribute(name, StrictReferences);

    /// <summary>Reads past everything inside the current element.</summary>
    public static void Pass(XmlReader xml) => ForEach(xml, _ => { });

    /// <summary>Calls <paramref name="child"/> for every element inside the current one, at any depth, and ends on its end tag.</summary>
    public static void ForEach(XmlReader xml, Action<XmlReader> child)
    {
        if (xml.IsEmptyElement)
        {
            return;
        }

        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                child(xml);
            }
        }
    }
}

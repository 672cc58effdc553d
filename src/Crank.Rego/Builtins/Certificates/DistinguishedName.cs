using System.Formats.Asn1;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Certificates;

/// <summary>An X.500 name as an object with the members of Go's <c>pkix.Name</c>.</summary>
internal static class DistinguishedName
{
    private static readonly string[] Lists = ["Country", "Organization", "OrganizationalUnit", "Locality", "Province", "StreetAddress", "PostalCode"];

    /// <summary>Reads a DER name.</summary>
    public static Value Read(ReadOnlyMemory<byte> der)
    {
        var names = new ArrayBuilder();
        var lists = Lists.ToDictionary(static name => name, static _ => new ArrayBuilder(0));
        var (commonName, serialNumber) = ("", "");
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            while (set.HasData)
            {
                var pair = set.ReadSequence();
                var type = pair.ReadObjectIdentifier();
                var value = Text(pair);
                names.Add(Node(("Type", Oid(type)), ("Value", value)));
                switch (type)
                {
                    case "2.5.4.3":
                        commonName = value;
                        break;
                    case "2.5.4.5":
                        serialNumber = value;
                        break;
                    case "2.5.4.6":
                        lists["Country"].Add(value);
                        break;
                    case "2.5.4.7":
                        lists["Locality"].Add(value);
                        break;
                    case "2.5.4.8":
                        lists["Province"].Add(value);
                        break;
                    case "2.5.4.9":
                        lists["StreetAddress"].Add(value);
                        break;
                    case "2.5.4.10":
                        lists["Organization"].Add(value);
                        break;
                    case "2.5.4.11":
                        lists["OrganizationalUnit"].Add(value);
                        break;
                    case "2.5.4.17":
                        lists["PostalCode"].Add(value);
                        break;
                }
            }
        }

        var result = new ObjectBuilder();
        foreach (var (name, values) in lists)
        {
            result.Set(name, values.Count == 0 ? Value.Null : values.ToArray());
        }

        result.Set("CommonName", commonName);
        result.Set("SerialNumber", serialNumber);
        result.Set("Names", names.Count == 0 ? Value.Null : names.ToArray());
        result.Set("ExtraNames", Value.Null);
        return result.ToObject();
    }

    /// <summary>An object identifier as the array of its numbers.</summary>
    public static Value Oid(string dotted) => ArrayValue.Of([.. dotted.Split('.').Select(static part => Value.Number(part))]);

    public static ObjectValue Node(params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var result = new ObjectBuilder(members.Length);
        foreach (var (name, value) in members)
        {
            result.Set(name, value);
        }

        return result.ToObject();
    }

    private static string Text(AsnReader pair)
    {
        var tag = pair.PeekTag();
        return tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
            or UniversalTagNumber.T61String or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString or UniversalTagNumber.NumericString or UniversalTagNumber.VisibleString
            ? pair.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : Convert.ToBase64String(pair.ReadEncodedValue().Span);
    }
}

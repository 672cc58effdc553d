namespace Crank.Schema;

/// <summary>A schema that cannot be compiled: malformed, too large, endless, or using what is not supported.</summary>
public sealed class SchemaException : Exception
{
    internal SchemaException(string location, string keyword, string reason)
        : base($"{(location.Length == 0 ? "#" : location)}: {keyword}: {reason}")
    {
        Location = location;
        Keyword = keyword;
        Reason = reason;
    }

    /// <summary>Where the schema stands that holds the keyword: an address with a JSON Pointer fragment, e.g. <c>#/properties/a</c>.</summary>
    public string Location { get; }

    /// <summary>The keyword at fault; empty when the document as a whole is.</summary>
    public string Keyword { get; }

    /// <summary>What is wrong and what to do, without the location.</summary>
    public string Reason { get; }
}

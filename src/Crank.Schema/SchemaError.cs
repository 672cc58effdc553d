namespace Crank.Schema;

/// <summary>One way in which a value breaks a schema.</summary>
/// <param name="InstanceLocation">Where in the value, as a JSON Pointer (RFC 6901); empty for the whole.</param>
/// <param name="KeywordLocation">Where the broken rule is written, e.g. <c>#/$defs/name/minLength</c>.</param>
/// <param name="Keyword">The keyword that was broken; <c>limits</c> when a bound of <see cref="SchemaOptions"/> ended the validation.</param>
/// <param name="Message">What is allowed and what was found.</param>
public sealed record SchemaError(string InstanceLocation, string KeywordLocation, string Keyword, string Message)
{
    /// <summary>The location and the message on one line.</summary>
    public override string ToString() => $"{(InstanceLocation.Length == 0 ? "(whole)" : InstanceLocation)}: {Message}";
}

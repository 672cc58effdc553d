namespace Crank.Rego.Patterns;

/// <summary>A pattern that RE2 would refuse, or one that is larger than the limits; the message has the form of Go's <c>regexp</c> package.</summary>
internal sealed class PatternException(string message) : Exception(message)
{
    public static PatternException Of(string what, string where) => new($"error parsing regexp: {what}: `{where}`");
}

using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Gateway.Opa;

/// <summary>An answer that is an error, in OPA's words.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">One of <see cref="OpaCodes"/>.</param>
/// <param name="message">What is wrong.</param>
/// <param name="errors">What is wrong in detail, with places; empty for nothing more.</param>
internal sealed class OpaException(int status, string code, string message, ImmutableArray<OpaErrorItem> errors = default) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public ImmutableArray<OpaErrorItem> Errors { get; } = errors.IsDefault ? [] : errors;

    /// <summary>400, <c>invalid_parameter</c>.</summary>
    public static OpaException Wrong(string message) => new(400, OpaCodes.InvalidParameter, message);

    /// <summary>400 with what the compiler found.</summary>
    public static OpaException Wrong(string message, IEnumerable<RegoError> errors) =>
        new(400, OpaCodes.InvalidParameter, message, [.. errors.Select(e => new OpaErrorItem(e.Code, string.Join("; ", [e.Message, .. e.Details]), e.At))]);
}

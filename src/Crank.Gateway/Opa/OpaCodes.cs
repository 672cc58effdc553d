namespace Crank.Gateway.Opa;

/// <summary>The codes of OPA's REST API (OPA 1.x, <c>types.Code…</c>).</summary>
internal static class OpaCodes
{
    public const string Internal = "internal_error";
    public const string Unauthorized = "unauthorized";
    public const string InvalidParameter = "invalid_parameter";
    public const string InvalidOperation = "invalid_operation";
    public const string ResourceNotFound = "resource_not_found";
    public const string ResourceConflict = "resource_conflict";
    public const string UndefinedDocument = "undefined_document";

    /// <summary>The code that goes with a status which the gateway gave for reasons of its own.</summary>
    public static string Of(int status) => status switch
    {
        401 or 403 => Unauthorized,
        404 or 410 => ResourceNotFound,
        409 or 412 => ResourceConflict,
        429 or 501 => InvalidOperation,
        < 500 => InvalidParameter,
        _ => Internal,
    };
}

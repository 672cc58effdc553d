namespace Crank.Gateway.Rest;

/// <summary>The methods of an endpoint.</summary>
internal static class Methods
{
    public static readonly string[] Read = ["GET", "HEAD"];
    public static readonly string[] Post = ["POST"];
    public static readonly string[] Put = ["PUT"];
    public static readonly string[] Patch = ["PATCH"];
    public static readonly string[] Delete = ["DELETE"];
}

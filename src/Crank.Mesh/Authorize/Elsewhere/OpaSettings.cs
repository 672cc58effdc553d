namespace Crank.Mesh.Authorize.Elsewhere;

/// <summary>Another OPA that is asked about jobs: the section <c>policy.opa</c> of the configuration. Nobody is asked unless the operator names an address.</summary>
public sealed record OpaSettings
{
    /// <summary>Where it is, e.g. <c>https://opa.example:8181</c>; null: nobody is asked.</summary>
    public Uri? Url { get; init; }

    /// <summary>What its answers are for. Default shadow.</summary>
    public OpaMode Mode { get; init; }

    /// <summary>The document that is asked for. Default <c>crank/access/decision</c>.</summary>
    public string Path { get; init; } = "crank/access/decision";

    /// <summary>A file with the bearer token, read again at each question so that it can be changed; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A file with the certificates (PEM) of the authorities that it is trusted by, in place of the system's; null for the system's.</summary>
    public string? Authority { get; init; }

    /// <summary>How long an answer may take. Default 500 ms.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether plain HTTP may leave this machine. Default no.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Shadow: how many decisions may wait to be compared; what finds no room is dropped and counted. Default 1,000.</summary>
    public int Waiting { get; init; } = 1_000;

    /// <summary>Shadow: how many are asked at once. Default 4.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>What of the settings does not hold, each with the setting's name.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Url is null)
        {
            return faults;
        }

        if (!Url.IsAbsoluteUri || Url.Scheme is not ("http" or "https") || Url.UserInfo.Length > 0 || Url.Query.Length > 0 || Url.Fragment.Length > 0)
        {
            faults.Add("policy.opa.url: an address such as https://opa.example:8181, without user, query or fragment, is needed.");
        }
        else if (Url is { Scheme: "http", IsLoopback: false } && !AllowHttp)
        {
            faults.Add("policy.opa.url: plain HTTP leaves this machine, where anybody on the way could answer; use https, or set policy.opa.allowHttp.");
        }

        if (Path.Trim('/').Length == 0 || Path.Length > 500)
        {
            faults.Add("policy.opa.path: a path such as crank/access/decision is needed.");
        }

        foreach (var (name, file) in (ReadOnlySpan<(string, string?)>)[("tokenFile", TokenFile), ("authority", Authority)])
        {
            if (file is not null && !File.Exists(file))
            {
                faults.Add($"policy.opa.{name}: there is no file '{file}'.");
            }
        }

        return faults;
    }
}

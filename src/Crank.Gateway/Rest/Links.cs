using Crank.Core;

namespace Crank.Gateway.Rest;

/// <summary>Where things are.</summary>
internal static class Links
{
    public static string Job(JobId job) => $"/v1/jobs/{job}";

    public static string Receipt(JobId job) => $"/v1/jobs/{job}/receipt";

    public static string Result(JobId job) => $"/v1/jobs/{job}/result";

    public static string Events(JobId job) => $"/v1/jobs/{job}/events";

    public static string Output(JobId job, Digest blob) => $"/v1/jobs/{job}/blobs/{blob.Hex}";

    public static string Blob(Digest blob) => $"/v1/blobs/{blob.Hex}";
}

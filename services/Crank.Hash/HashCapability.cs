using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;
using Crank.Sdk;

namespace Crank.Hash;

/// <summary>Computes the SHA-256 or SHA-512 hash of a file, reading it as a stream.</summary>
[Capability("hash", "1.0.0", Concurrent = true, Idempotent = true)]
[Limits(MaxInputBytes = 2L << 30, MaxOutputBytes = 4096, Deadline = "60s")]
[Price("job", micros: 50)]
[Price("megabyte", micros: 20)]
public sealed class HashCapability : Capability<HashInput, HashOutput>
{
    private const int BufferBytes = 64 * 1024;
    private const long ReportEvery = 16L << 20;

    /// <inheritdoc/>
    protected override IJsonTypeInfoResolver JsonTypes => HashJson.Default;

    /// <inheritdoc/>
    public override async Task<HashOutput> RunAsync(HashInput input, JobContext job, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(input.Algorithm == HashAlgorithm.Sha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        await using var content = job.Open(input.Content);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var done = 0L;
        var reported = 0L;
        try
        {
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                hash.AppendData(buffer, 0, count);
                done += count;
                if (done - reported < ReportEvery) continue;
                reported = done;
                job.Report((double)done / input.Content.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new HashOutput(input.Algorithm, Convert.ToHexStringLower(hash.GetHashAndReset()), done);
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Telemetry;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>A job whose capability is known and whose input fits its schema and its limits.</summary>
public sealed class AdmittedJob
{
    /// <summary>The largest input JSON; more travels as a blob.</summary>
    public const int MaxInputJson = 1 << 20;

    private const int MaxKeyLength = 200;
    private const int MaxDepth = 64;
    private const int MaxFaults = 20;
    private const int BlobBuffer = 128 * 1024;

    private AdmittedJob(
        JobId id, JobRequest request, CapabilityEntry entry, DateTimeOffset acceptedAt, ReadOnlyMemory<byte> input, ImmutableDictionary<string, AdmittedBlob> blobs, long inputBytes)
    {
        (Id, Entry, AcceptedAt) = (id, entry, acceptedAt);
        (Tenant, Principal, Terms, Key, Parent, TraceParent) =
            (request.Tenant, request.Principal, request.Terms, request.Key, request.Parent, Path.TraceParent.Read(request.TraceParent));
        (Input, Blobs, InputBytes) = (input, blobs, inputBytes);
        Roles = request.Roles.IsDefault ? [] : request.Roles;
        Units = Ceiling.MostUnits(entry.Capability.Limits, new(inputBytes), Deadline);
        RequestDigest = DigestOf(request, input.Span);
    }

    /// <summary>Names the job.</summary>
    public JobId Id { get; }

    /// <summary>Who pays.</summary>
    public TenantId Tenant { get; }

    /// <summary>Who acts.</summary>
    public PrincipalId Principal { get; }

    /// <summary>What the authenticated identity says that the principal may be.</summary>
    public ImmutableArray<string> Roles { get; }

    /// <summary>What is asked, at the version that was resolved.</summary>
    public CapabilityEntry Entry { get; }

    /// <summary>What is asked of the job.</summary>
    public Terms Terms { get; }

    /// <summary>Idempotency key; null for none.</summary>
    public string? Key { get; }

    /// <summary>The job it belongs to; null for none.</summary>
    public JobId? Parent { get; }

    /// <summary>W3C Trace Context; null for none, or when what came is not well-formed.</summary>
    public string? TraceParent { get; }

    /// <summary>When it was admitted.</summary>
    public DateTimeOffset AcceptedAt { get; }

    /// <summary>The input with a reference in the place of each blob.</summary>
    public ReadOnlyMemory<byte> Input { get; }

    /// <summary>The blobs by the member that holds them.</summary>
    public ImmutableDictionary<string, AdmittedBlob> Blobs { get; }

    /// <summary>The most units of each kind that this input can meter.</summary>
    public ImmutableSortedDictionary<Unit, Quantity> Units { get; }

    /// <summary>SHA-256 over everything that makes two requests the same.</summary>
    public Digest RequestDigest { get; }

    /// <summary>JSON and blobs together, in bytes.</summary>
    public long InputBytes { get; }

    /// <summary>The longest that a run may take; for a job that runs at once also the longest from acceptance.</summary>
    public Duration Deadline => Terms.Deadline is { } asked && asked < Entry.Capability.Limits.Deadline ? asked : Entry.Capability.Limits.Deadline;

    /// <summary>Checks a request against the schema and the limits of the capability that it gets. Reads each blob once, to name it by its digest.</summary>
    /// <param name="request">The request.</param>
    /// <param name="entry">What was chosen for it, see <see cref="Place.VersionChoice"/>.</param>
    /// <param name="job">Names the job.</param>
    /// <param name="clock">The time.</param>
    /// <param name="keep">Where the blobs are put while they are read, for a job that runs later; null leaves them where they are.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="StoreException">A blob could not be kept.</exception>
    public static ValueTask<Step<AdmittedJob>> AdmitAsync(
        JobRequest request, CapabilityEntry entry, JobId job, TimeProvider clock, BlobStore? keep, CancellationToken cancellationToken) =>
        AdmitAsync(request, entry, job, clock.GetUtcNow(), keep, cancellationToken);

    /// <summary>Admits a queued job again when it starts: the version may be another, its input is the same. For the queue alone.</summary>
    internal static ValueTask<Step<AdmittedJob>> RecallAsync(FundedJob queued, JobRequest request, CapabilityEntry entry, CancellationToken cancellationToken) =>
        AdmitAsync(request, entry, queued.Row.Id, queued.Row.AcceptedAt, null, cancellationToken);

    private static async ValueTask<Step<AdmittedJob>> AdmitAsync(
        JobRequest request, CapabilityEntry entry, JobId job, DateTimeOffset acceptedAt, BlobStore? keep, CancellationToken cancellationToken)
    {
        using var step = PathStep.Begin("admit");
        var limits = entry.Capability.Limits;
        if (request.Key is { } key && !IsKey(key))
        {
            return new Refusal(
                RefusalKind.BadInput, RefusalCodes.BadInput, $"An idempotency key has 1 to {MaxKeyLength} characters of Unicode and none of them is a control character.");
        }

        // Lengths are a caller's word until the bytes were read: a sum that does not fit is too large like any other.
        var bytes = request.Blobs.Values.Aggregate((Int128)request.Input.Length, (sum, b) => sum + (b.Length < 0 ? long.MaxValue : b.Length));
        if (bytes > limits.Input.Value || request.Input.Length > MaxInputJson)
        {
            return new Refusal(
                RefusalKind.BadInput,
                RefusalCodes.TooLarge,
                bytes > limits.Input.Value
                    ? $"The input has {Int128.Min(bytes, long.MaxValue):N0} bytes; {entry.Capability.Id} takes at most {limits.Input.Value:N0}."
                    : $"The JSON input has {request.Input.Length:N0} bytes; at most {MaxInputJson:N0} are taken.",
                "Split the input, or give large content as a file.");
        }

        var blobs = ImmutableDictionary<string, AdmittedBlob>.Empty;
        foreach (var (member, source) in request.Blobs)
        {
            if (!(await NameAsync(member, source, keep, cancellationToken)).Taken(out var blob, out var unreadable))
            {
                return unreadable;
            }

            blobs = blobs.Add(member, blob);
        }

        return Compose(request, entry, blobs, out var input) is { } refusal
            ? refusal
            : new AdmittedJob(job, request, entry, acceptedAt, input, blobs, (long)bytes);
    }

    private static bool IsKey(string key)
    {
        if (key.Length is 0 or > MaxKeyLength)
        {
            return false;
        }

        foreach (var rune in key.EnumerateRunes())
        {
            // Half a surrogate pair reads as the replacement character, which nobody needs in a key.
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a blob once, never past the length it was announced with.</summary>
    private static async Task<Step<AdmittedBlob>> NameAsync(string member, BlobSource source, BlobStore? keep, CancellationToken cancellationToken)
    {
        if (source.Stored is { } known)
        {
            return new AdmittedBlob(source, known);
        }

        if (keep is not null)
        {
            return await KeepAsync(member, source, keep, cancellationToken);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BlobBuffer);
        try
        {
            var stream = source.Open();
            await using (stream.ConfigureAwait(false))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var left = source.Length;
                int read;
                while (left >= 0 && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    left -= read;
                }

                return left == 0
                    ? new AdmittedBlob(source, Digest.From(hash.GetHashAndReset()))
                    : Unreadable(member, $"it was announced with {source.Length:N0} bytes and has {(left < 0 ? "more" : "fewer")}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(member, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Puts a blob into the store, for a job that outlives whoever sends it.</summary>
    private static async Task<Step<AdmittedBlob>> KeepAsync(string member, BlobSource source, BlobStore keep, CancellationToken cancellationToken)
    {
        try
        {
            var stream = source.Open();
            await using (stream.ConfigureAwait(false))
            {
                var kept = await keep.PutAsync(stream, cancellationToken);
                return kept.Bytes == source.Length
                    ? new AdmittedBlob(source with { Open = () => keep.OpenRead(kept.Digest, kept.Bytes) ?? throw new IOException("The blob is no longer kept."), Stored = kept.Digest }, kept.Digest)
                    : Unreadable(member, $"it was announced with {source.Length:N0} bytes and has {(kept.Bytes > source.Length ? "more" : "fewer")}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BlobTooLargeException)
        {
            return Unreadable(member, e.Message);
        }
    }

    private static Refusal Unreadable(string member, string why) => new(
        RefusalKind.BadInput, RefusalCodes.BadInput, $"The file for '{member}' cannot be read: {why}.", "Leave the file alone until the job has ended.");

    /// <summary>Puts blob references into the input and checks the whole against the schema.</summary>
    private static Refusal? Compose(JobRequest request, CapabilityEntry entry, ImmutableDictionary<string, AdmittedBlob> blobs, out ReadOnlyMemory<byte> input)
    {
        input = request.Input;
        try
        {
            if (!blobs.IsEmpty)
            {
                input = WithReferences(request.Input, blobs);
            }

            using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (entry.Input.IsValid(document.RootElement))
            {
                return null;
            }

            var errors = entry.Input.Validate(document.RootElement).Errors;
            return new(
                RefusalKind.BadInput,
                RefusalCodes.BadInput,
                $"The input does not fit {entry.Capability.Id}: " + string.Join(" ", errors.Take(5).Select(e => $"{(e.InstanceLocation.Length == 0 ? "input" : e.InstanceLocation)}: {e.Message}{(e.Message.EndsWith('?') ? "" : ".")}")),
                $"See 'crank capabilities {entry.Capability.Id.Name}'.")
            {
                Faults = [.. errors.Take(MaxFaults).Select(e => new InputFault(e.InstanceLocation, e.Message))],
            };
        }
        catch (JsonException e)
        {
            return new(RefusalKind.BadInput, RefusalCodes.BadInput, $"The input is not JSON: {e.Message}");
        }
    }

    private static ReadOnlyMemory<byte> WithReferences(ReadOnlyMemory<byte> input, ImmutableDictionary<string, AdmittedBlob> blobs)
    {
        using var document = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = MaxDepth });
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("an input with a file is an object");
        }

        var buffer = new ArrayBufferWriter<byte>(input.Length + (blobs.Count * 160));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (blobs.ContainsKey(member.Name))
                {
                    throw new JsonException($"'{member.Name}' is given both as a file and in the input");
                }

                member.WriteTo(writer);
            }

            foreach (var (name, blob) in blobs.OrderBy(b => b.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                BlobReference.Write(writer, blob.Digest, blob.Source.Length, blob.Source.Name);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>What was asked, not what it was resolved to: the same words under the same key stay the same request when a capability is updated meanwhile.</summary>
    private static Digest DigestOf(JobRequest request, ReadOnlySpan<byte> input)
    {
        var asked = Encoding.UTF8.GetBytes(
            $"{request.Capability}@{request.Version}\n{request.Terms.Prefer}\n{request.Terms.Budget}\n{request.Terms.Deadline}\n{string.Join(',', request.Terms.Zones)}\n{request.Terms.DataClass}\n{request.Terms.MinIsolation}\n{request.Parent}\n");
        var rented = ArrayPool<byte>.Shared.Rent(asked.Length + input.Length);
        asked.CopyTo(rented, 0);
        input.CopyTo(rented.AsSpan(asked.Length));
        var digest = Digest.Of(rented.AsSpan(0, asked.Length + input.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return digest;
    }
}

using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Records;
using Crank.Storage;

namespace Crank.Gateway.Opa.Sets;

/// <summary>
/// The policies that were put over HTTP: a store of their own beside the set in force, which they never change. Written through the journal; one change at a time.
/// </summary>
internal sealed class PutBook : IDisposable
{
    /// <summary>What their records are called.</summary>
    public const string Kind = "put-policy";

    /// <summary>How many there may be.</summary>
    public const int Most = 64;

    /// <summary>The longest name.</summary>
    public const int LongestName = 200;

    private static readonly JsonWriterOptions s_compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly RecordBook _records;
    private readonly SemaphoreSlim _changing = new(1);
    private volatile ImmutableSortedDictionary<string, PutPolicy> _current;

    private PutBook(RecordBook records, ImmutableSortedDictionary<string, PutPolicy> current) => (_records, _current) = (records, current);

    /// <summary>All of them, by name. The same object until one changes.</summary>
    public ImmutableSortedDictionary<string, PutPolicy> Current => _current;

    /// <summary>Reads what was put before.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static PutBook Open(RecordBook records) => new(
        records, records.List(Kind, TenantId.Owner, null, Most).ToImmutableSortedDictionary(r => r.Id, r => new PutPolicy(TextOf(r.Body), r.Version), StringComparer.Ordinal));

    /// <summary>Puts one, when all of them together are accepted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">The Rego text.</param>
    /// <param name="accept">Throws when these policies cannot stand.</param>
    /// <param name="cancellationToken">Gives up waiting for a change that is under way.</param>
    /// <exception cref="OpaException">There are too many, or it is too large.</exception>
    /// <exception cref="StoreException">It cannot be written; nothing changed.</exception>
    public async Task PutAsync(string name, string text, Action<ImmutableSortedDictionary<string, PutPolicy>> accept, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var known = _current.GetValueOrDefault(name);
            if (known?.Text == text)
            {
                return;
            }

            if (known is null && _current.Count >= Most)
            {
                throw OpaException.Wrong($"there are {Most} policies, which is as many as may be put; remove one, or load them as a bundle");
            }

            var put = new PutPolicy(text, (known?.Version ?? 0) + 1);
            var body = BodyOf(text);
            if (body.Length > RecordRow.MaxBodyBytes)
            {
                throw new OpaException(413, OpaCodes.InvalidParameter, $"the policy takes {body.Length:N0} bytes; {RecordRow.MaxBodyBytes:N0} are taken here, and more as a bundle");
            }

            var next = _current.SetItem(name, put);
            accept(next);
            await _records.PutAsync(new(Kind, TenantId.Owner, name, body, null, put.Version));
            _current = next;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes one, when the others are accepted without it. False when there is none of that name.</summary>
    /// <exception cref="StoreException">It cannot be written; nothing changed.</exception>
    public async Task<bool> RemoveAsync(string name, Action<ImmutableSortedDictionary<string, PutPolicy>> accept, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (!_current.TryGetValue(name, out var known))
            {
                return false;
            }

            var next = _current.Remove(name);
            accept(next);
            await _records.RemoveAsync(Kind, TenantId.Owner, name, known.Version);
            _current = next;
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private static byte[] BodyOf(string text) => Rest.Answers.JsonAnswer.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
    }, s_compact).ToArray();

    private static string TextOf(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("text").GetString()!;
    }
}

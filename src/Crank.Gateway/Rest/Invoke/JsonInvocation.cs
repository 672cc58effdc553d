using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;
using Crank.Schema;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Reads <c>{"input": …, "terms": {…}}</c>. A file in the input is named by its digest, or stands in it as text or base64.</summary>
internal sealed class JsonInvocation(TenantId tenant, Capability capability, Currency currency, FileSpool spool)
{
    private static readonly string[] s_members = ["input", "terms"];
    private static readonly string[] s_fileMembers = ["digest", "length", "mediaType", "name", "text", "base64"];

    /// <summary>Reads a body that <see cref="StrictJson"/> took.</summary>
    /// <param name="body">The body.</param>
    /// <param name="others">Members that another reader takes.</param>
    /// <exception cref="BadRequestException">It does not say that; every fault has its pointer.</exception>
    public Invocation Read(ReadOnlyMemory<byte> body, params ReadOnlySpan<string> others)
    {
        var (input, terms) = Split(body, others);
        var read = terms.IsEmpty ? Terms.Default : TermsReader.FromJson(JsonElement.Parse(terms.Span), currency);
        if (input.IsEmpty)
        {
            input = "{}"u8.ToArray();
        }

        var files = BlobMembers.Of(capability);
        return files.IsEmpty ? new(input, ImmutableDictionary<string, BlobSource>.Empty, read, false) : TakeFiles(input, files, read);
    }

    private static (ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte> Terms) Split(ReadOnlyMemory<byte> body, ReadOnlySpan<string> others)
    {
        ReadOnlyMemory<byte> input = default, terms = default;
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong("", "The body is an object: {\"input\": …, \"terms\": {…}}.", "See docs/http-api.md, Invoke.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var from = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = body[from..(int)reader.BytesConsumed];
            switch (name)
            {
                case "input":
                    input = value;
                    break;
                case "terms":
                    terms = value;
                    break;
                default:
                    if (!others.Contains(name))
                    {
                        throw Wrong(
                            "/" + StrictJson.Escape(name), $"The body has no member '{name}'.",
                            NearestName.Find(name, s_members) is { } near ? $"Did you mean '{near}'?" : $"It takes: {string.Join(", ", [.. s_members, .. others])}.");
                    }

                    break;
            }
        }

        return (input, terms);
    }

    private Invocation TakeFiles(ReadOnlyMemory<byte> input, ImmutableArray<string> members, Terms terms)
    {
        using var json = JsonDocument.Parse(input, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            return new(input, ImmutableDictionary<string, BlobSource>.Empty, terms, false);
        }

        var blobs = ImmutableDictionary.CreateBuilder<string, BlobSource>(StringComparer.Ordinal);
        var errors = new List<ProblemPointer>();
        var rest = new ArrayBufferWriter<byte>(input.Length);
        using (var writer = new Utf8JsonWriter(rest, new JsonWriterOptions { MaxDepth = int.MaxValue }))
        {
            writer.WriteStartObject();
            foreach (var member in json.RootElement.EnumerateObject())
            {
                if (!members.Contains(member.Name) || member.Value.ValueKind == JsonValueKind.Null)
                {
                    member.WriteTo(writer);
                }
                else if (Take(member, errors) is { } source)
                {
                    blobs[member.Name] = source;
                }
            }

            writer.WriteEndObject();
        }

        return errors.Count == 0
            ? new(rest.WrittenMemory, blobs.ToImmutable(), terms, false)
            : throw new BadRequestException(ProblemCodes.BadInput, errors[0].Detail, "Upload the file with PUT /v1/blobs/SHA256, or send it as it is.", errors);
    }

    private BlobSource? Take(JsonProperty member, List<ProblemPointer> errors)
    {
        var pointer = "/input/" + StrictJson.Escape(member.Name);
        if (member.Value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(pointer, $"'{member.Name}' is a file: {{\"digest\": \"sha256:…\"}}, {{\"text\": \"…\"}} or {{\"base64\": \"…\"}}."));
            return null;
        }

        if (member.Value.EnumerateObject().FirstOrDefault(m => !s_fileMembers.Contains(m.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            errors.Add(new($"{pointer}/{StrictJson.Escape(unknown.Name)}", $"A file has no member '{unknown.Name}'; it has {string.Join(", ", s_fileMembers)}."));
            return null;
        }

        var name = TextOf(member.Value, "name");
        return (TextOf(member.Value, "digest"), TextOf(member.Value, "text"), TextOf(member.Value, "base64")) switch
        {
            ({ } digest, null, null) => Kept(digest, name, $"{pointer}/digest", errors),
            (null, { } text, null) => InMemory(Encoding.UTF8.GetBytes(text), name),
            (null, null, { } base64) => Base64(base64, name, $"{pointer}/base64", errors),
            _ => Fault(errors, pointer, $"'{member.Name}' is a file, with one of 'digest', 'text' and 'base64' as a text."),
        };
    }

    private BlobSource? Kept(string text, string? name, string pointer, List<ProblemPointer> errors) =>
        !Digest.TryParse(text, null, out var digest) ? Fault(errors, pointer, "A digest is 'sha256:' and 64 hexadecimal digits in lower case.")
        : spool.Find(tenant, digest, name) ?? Fault(errors, pointer, $"There is no file {digest} of yours; it was not uploaded, or its time is up.");

    private static BlobSource? Base64(string text, string? name, string pointer, List<ProblemPointer> errors)
    {
        var bytes = new byte[text.Length * 3L / 4];
        return Convert.TryFromBase64String(text, bytes, out var length) ? InMemory(bytes[..length], name) : Fault(errors, pointer, "This is not base64 (RFC 4648, section 4).");
    }

    private static BlobSource InMemory(byte[] bytes, string? name) => new(bytes.Length, () => new MemoryStream(bytes, writable: false), name);

    private static string? TextOf(JsonElement file, string member) => file.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static BlobSource? Fault(List<ProblemPointer> errors, string pointer, string detail)
    {
        errors.Add(new(pointer, detail));
        return null;
    }

    private static BadRequestException Wrong(string pointer, string detail, string hint) => new(ProblemCodes.BadInput, detail, hint, [new(pointer, detail)]);
}

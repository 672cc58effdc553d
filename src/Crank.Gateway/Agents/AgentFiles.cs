using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;

namespace Crank.Gateway.Agents;

/// <summary>Takes the files out of what an agent sent. Nothing is ever fetched: an address names a file that this mesh already has, of the caller's own tenant.</summary>
internal sealed class AgentFiles(LiveOptions options, JobReader jobs)
{
    /// <summary>The input without its files, and the files by member.</summary>
    /// <exception cref="AgentRequestException">A file is not given as it can be taken.</exception>
    public (ReadOnlyMemory<byte> Input, ImmutableDictionary<string, BlobSource> Blobs) Split(Caller caller, Capability capability, IEnumerable<KeyValuePair<string, JsonElement>> arguments)
    {
        var members = BlobMembers.Of(capability);
        var blobs = ImmutableDictionary.CreateBuilder<string, BlobSource>(StringComparer.Ordinal);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in arguments)
            {
                if (members.Contains(name))
                {
                    blobs.Add(name, Read(caller, name, value));
                }
                else
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return (buffer.WrittenMemory, blobs.ToImmutable());
    }

    /// <summary>Bytes at hand as a file of the input.</summary>
    /// <exception cref="AgentRequestException">There are too many.</exception>
    public BlobSource Inline(byte[] content, string? name) => content.Length <= options.Agents.InlineInput
        ? new(content.Length, () => new MemoryStream(content, writable: false), name)
        : throw new AgentRequestException(
            $"The file has {content.Length:N0} bytes; at most {options.Agents.InlineInput:N0} can stand in a call.", "Upload it (PUT /v1/blobs/SHA256) and give its address crank://blobs/sha256:DIGEST.");

    private BlobSource Read(Caller caller, string member, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw new AgentRequestException($"'{member}' is a file and has to be an object.", "Give {\"text\":\"…\"}, {\"base64\":\"…\"} or {\"uri\":\"crank://…\"}.");
        }

        string? name = null;
        (string Kind, string Text)? content = null;
        foreach (var part in value.EnumerateObject())
        {
            if (part.Value.ValueKind != JsonValueKind.String || part.Name is not ("text" or "base64" or "uri" or "name") || (part.Name != "name" && content is not null))
            {
                throw new AgentRequestException($"'{member}' does not take '{PlainText.Of(part.Name, 64)}' as it is given.", "A file has exactly one of text, base64 or uri, and maybe a name, all of them strings.");
            }

            if (part.Name == "name")
            {
                name = part.Value.GetString();
            }
            else
            {
                content = (part.Name, part.Value.GetString()!);
            }
        }

        return content switch
        {
            ("text", var text) => Inline(Encoding.UTF8.GetBytes(text), name),
            ("base64", var text) => Inline(Decoded(member, text), name),
            ("uri", var text) => jobs.FindFile(caller, text)?.Source(name)
                ?? throw new AgentRequestException($"'{member}' names '{PlainText.Of(text, 200)}', which is no file here.", "Use the address of a file that one of your jobs delivered or that you uploaded; addresses elsewhere are not fetched."),
            _ => throw new AgentRequestException($"'{member}' is a file and holds none.", "Give one of text, base64 or uri."),
        };
    }

    private byte[] Decoded(string member, string text)
    {
        // Decoding what is too large anyway would cost memory for nothing.
        if (text.Length / 4 * 3 > (long)options.Agents.InlineInput + 3)
        {
            throw new AgentRequestException($"'{member}' has about {text.Length / 4 * 3:N0} bytes; at most {options.Agents.InlineInput:N0} can stand in a call.", "Upload it (PUT /v1/blobs/SHA256) and give its address crank://blobs/sha256:DIGEST.");
        }

        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new AgentRequestException($"'{member}' is not base64.", "Use the standard alphabet with padding (RFC 4648 section 4), or give the file as text.");
        }
    }
}

using System.Buffers;
using Crank.Rego.Values;

namespace Crank.Rego.Bundles;

/// <summary>The operations of a delta bundle, in order.</summary>
internal sealed class Patch
{
    public const string File = "patch.json";
    private const int Most = 100_000;
    private const long MostMoves = 200_000_000;

    private readonly List<DeltaOperation> _operations;

    private Patch(List<DeltaOperation> operations) => _operations = operations;

    public static Patch Of(in Value document)
    {
        if (document.Kind != ValueKind.Object)
        {
            throw Wrong("must be an object with the list data.");
        }

        foreach (var (name, _) in document.AsObject())
        {
            if (name.AsString() != "data")
            {
                throw Wrong($"only data can be changed, not {name.AsString()}.");
            }
        }

        return document.Get("data") is { Kind: ValueKind.Array } list && list.AsArray() is { Count: <= Most } operations
            ? new([.. operations.Select(static operation => DeltaOperation.Of(operation))])
            : throw Wrong($"data must be a list of at most {Most} operations.");
    }

    public static BundleException Wrong(string why) => new($"{File}: {why}");

    /// <summary>The parts of a path: a JSON pointer (RFC 6901) whose slash in front may be missing and whose octets may be percent-encoded.</summary>
    public static string[] Path(string text)
    {
        var pointer = text.TrimStart('/');
        return pointer.Length == 0
            ? throw Wrong("the path of an operation is empty; publish a whole bundle to replace everything.")
            : PointerText.Split(pointer) ?? throw Wrong($"the path '{text}' cannot be read.");
    }

    /// <summary>The documents after all operations.</summary>
    public ObjectValue ApplyTo(ObjectValue data, Roots roots, BundleLimits limits)
    {
        var top = new DataNode(data);
        var moves = 0L;
        foreach (var operation in _operations)
        {
            roots.CheckPath(operation.Path);
            moves += operation.Moves(top);
            if (moves > MostMoves)
            {
                throw Wrong($"the operations move more than {MostMoves} elements of arrays; publish the whole bundle.");
            }

            operation.ApplyTo(top);
        }

        // Whoever follows reads it from its text again, so its text must be readable.
        var changed = top.ToValue().AsObject();
        try
        {
            var text = new ArrayBufferWriter<byte>();
            JsonOut.Write(text, changed);
            if (text.WrittenCount > limits.UnpackedBytes)
            {
                throw Wrong($"the documents would have more than {limits.UnpackedBytes} bytes; make them smaller or raise the limit.");
            }

            _ = JsonIn.Read(text.WrittenSpan);
        }
        catch (Exception broken) when (broken is ValueFormatException or InsufficientExecutionStackException)
        {
            throw new BundleException($"{File}: the documents would nest too deep: {broken.Message}", broken);
        }

        return changed;
    }
}

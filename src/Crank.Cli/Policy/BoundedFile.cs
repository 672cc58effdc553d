using System.Text;

namespace Crank.Cli.Policy;

/// <summary>Reads files that may be anything, up to a maximum.</summary>
internal static class BoundedFile
{
    /// <summary>The largest policy, document or input, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file, or of standard input for <c>-</c>, without a byte order mark.</summary>
    public static byte[] Read(string path)
    {
        using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        using var held = new MemoryStream();
        var part = new byte[81_920];
        for (int read; (read = stream.Read(part)) > 0;)
        {
            held.Write(part, 0, read);
            if (held.Length > MaxBytes)
            {
                throw new CliException(ExitCode.BadInput, $"'{path}' has more than {MaxBytes:N0} bytes, which is the most that is read.", "Split it.");
            }
        }

        var bytes = held.ToArray();
        return bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
    }

    /// <summary>The text of a file in UTF-8.</summary>
    public static string ReadText(string path)
    {
        try
        {
            return s_strict.GetString(Read(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' is not UTF-8: see byte {e.Index}.", "Save it as UTF-8.");
        }
    }
}

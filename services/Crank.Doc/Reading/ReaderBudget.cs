namespace Crank.Doc.Reading;

/// <summary>
/// Counts what one document costs against its limits and refuses it before the worker's own limits strike.
/// One budget per document; not for use from several threads.
/// </summary>
public sealed class ReaderBudget
{
    private const int ChecksPerClockReading = 1024;

    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationToken _cancellationToken;
    private long _decompressed;
    private long _text;
    private long _cells;
    private long _nodes;
    private int _checks;

    /// <summary>Starts the clock.</summary>
    /// <param name="limits">What may be spent.</param>
    /// <param name="clock">Where time comes from.</param>
    /// <param name="cancellationToken">The caller's own wish to stop, which throws as such and not as a refusal.</param>
    public ReaderBudget(ReaderLimits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        Limits = limits;
        _clock = clock;
        _started = clock.GetTimestamp();
        _cancellationToken = cancellationToken;
    }

    /// <summary>What may be spent.</summary>
    public ReaderLimits Limits { get; }

    /// <summary>Checks the length of the whole input.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.Empty"/> or <see cref="RefusalReason.TooLarge"/>.</exception>
    public void Input(long bytes)
    {
        if (bytes == 0)
        {
            throw new DocumentRefusedException(RefusalReason.Empty, "The document has no bytes. Was the upload cut?");
        }

        if (bytes > Limits.InputBytes)
        {
            throw new DocumentRefusedException(RefusalReason.TooLarge, $"The document has {bytes} bytes; at most {Limits.InputBytes} are read. Split it.");
        }
    }

    /// <summary>Checks the length of a text that has to be held whole while its structure is found.</summary>
    /// <param name="length">UTF-16 units.</param>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TextTooLong"/>.</exception>
    public void Markup(long length)
    {
        if (length > Limits.MarkupLength)
        {
            throw new DocumentRefusedException(RefusalReason.TextTooLong, $"The document has {length} characters of markup; at most {Limits.MarkupLength} are read. Split it.");
        }
    }

    /// <summary>Counts unpacked bytes.</summary>
    /// <param name="bytes">Bytes unpacked since the last call.</param>
    /// <param name="partBytes">Bytes that this part has unpacked to so far.</param>
    /// <param name="partPackedBytes">Packed bytes that this part has taken so far, or in all.</param>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.DecompressionBomb"/>.</exception>
    public void Decompressed(long bytes, long partBytes, long partPackedBytes)
    {
        _decompressed += bytes;
        if (_decompressed > Limits.DecompressedBytes)
        {
            throw new DocumentRefusedException(RefusalReason.DecompressionBomb, $"The document unpacks to more than {Limits.DecompressedBytes} bytes.");
        }

        if (partBytes > Limits.RatioFreeBytes && partBytes / Math.Max(1, partPackedBytes) >= Limits.Ratio)
        {
            throw new DocumentRefusedException(RefusalReason.DecompressionBomb, $"A part of the document unpacks to more than {Limits.Ratio} times its size.");
        }

        Check();
    }

    /// <summary>Counts blocks and inlines.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TooManyNodes"/>.</exception>
    public void Nodes(int count = 1)
    {
        _nodes += count;
        if (_nodes > Limits.Nodes)
        {
            throw new DocumentRefusedException(RefusalReason.TooManyNodes, $"The document has more than {Limits.Nodes} elements. Split it.");
        }

        Tick();
    }

    /// <summary>Counts table cells, with what spans cover.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TooManyCells"/>.</exception>
    public void Cells(long count = 1)
    {
        _cells += count;
        if (_cells > Limits.Cells)
        {
            throw new DocumentRefusedException(RefusalReason.TooManyCells, $"The document's tables have more than {Limits.Cells} cells. Split them.");
        }

        Tick();
    }

    /// <summary>Counts UTF-16 units of text.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TextTooLong"/>.</exception>
    public void Text(long length)
    {
        _text += length;
        if (_text > Limits.TextLength)
        {
            throw new DocumentRefusedException(RefusalReason.TextTooLong, $"The document's text is longer than {Limits.TextLength} characters. Split it.");
        }

        Tick();
    }

    /// <summary>Cheap enough for inner loops: looks at the clock once in 1,024 calls.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TimeBudget"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public void Tick()
    {
        if (++_checks >= ChecksPerClockReading)
        {
            _checks = 0;
            Check();
        }
    }

    /// <summary>Looks at the clock and the cancellation now.</summary>
    /// <exception cref="DocumentRefusedException"><see cref="RefusalReason.TimeBudget"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public void Check()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        if (_clock.GetElapsedTime(_started) > Limits.Time)
        {
            throw new DocumentRefusedException(RefusalReason.TimeBudget, $"Reading took longer than {Limits.Time.TotalSeconds:0.#} s. Split the document.");
        }
    }
}

namespace Crank.Doc.Reading;

/// <summary>Why a document was not read. The names in <c>snake_case</c> are the codes of <c>docs/doc-formats.md</c>; never reuse one.</summary>
public enum RefusalReason
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The file is longer than <see cref="ReaderLimits.InputBytes"/>.</summary>
    TooLarge,

    /// <summary>The text is longer than <see cref="ReaderLimits.TextLength"/>.</summary>
    TextTooLong,

    /// <summary>More elements than <see cref="ReaderLimits.Nodes"/>.</summary>
    TooManyNodes,

    /// <summary>More table cells than <see cref="ReaderLimits.Cells"/>.</summary>
    TooManyCells,

    /// <summary>Nested deeper than can be flattened.</summary>
    TooDeep,

    /// <summary>Unpacks to more than <see cref="ReaderLimits.DecompressedBytes"/> or <see cref="ReaderLimits.Ratio"/> allow.</summary>
    DecompressionBomb,

    /// <summary>Reading took longer than <see cref="ReaderLimits.Time"/>.</summary>
    TimeBudget,

    /// <summary>Needs a password.</summary>
    Encrypted,

    /// <summary>Breaks its own format so that no text can be trusted.</summary>
    Damaged,

    /// <summary>The bytes are of another type than was asked for.</summary>
    WrongFormat,

    /// <summary>A known type that is not read yet.</summary>
    UnsupportedFormat,

    /// <summary>The bytes are of no type known here.</summary>
    UnknownFormat,

    /// <summary>XML with a document type declaration, which can hold entity bombs and external entities.</summary>
    ForbiddenXml,

    /// <summary>The text's encoding is unknown or not read here.</summary>
    UnsupportedEncoding,

    /// <summary>The result would be longer than <see cref="Writing.WriterOptions.MaxLength"/>.</summary>
    ResultTooLong,
}

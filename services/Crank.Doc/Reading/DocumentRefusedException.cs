using Crank.Doc.Model;

namespace Crank.Doc.Reading;

/// <summary>A document was not read, for a reason that the sender can understand; never a fault of this program.</summary>
/// <param name="reason">The reason, one of a published list.</param>
/// <param name="message">What was wrong and what to try; contains no text of the document beyond a name.</param>
/// <param name="cause">What a library said; null when the reader itself refused.</param>
public sealed class DocumentRefusedException(RefusalReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public RefusalReason Reason { get; } = reason;

    /// <summary><see cref="Reason"/> as <c>docs/doc-formats.md</c> lists it.</summary>
    public string Code => Codes.Of(Reason);
}

namespace Crank.Doc.Model;

/// <summary>What can be found in a file. The names in <c>snake_case</c> are the codes of <c>docs/doc-formats.md</c>; never reuse one.</summary>
public enum FindingKind
{
    /// <summary>The file asks its reader to fetch something from elsewhere.</summary>
    ExternalReference,

    /// <summary>The file carries script, macros, actions or fields that run programs.</summary>
    ActiveContent,

    /// <summary>The file carries other files.</summary>
    Attachment,

    /// <summary>Text that a spreadsheet would run as a formula.</summary>
    FormulaLikeText,

    /// <summary>Text that a person who looks at the document does not see.</summary>
    HiddenText,

    /// <summary>Characters that change the direction of the text around them.</summary>
    BidiControl,

    /// <summary>The content is of another type than its name says.</summary>
    TypeMismatch,

    /// <summary>The file breaks its own format's rules and was read all the same.</summary>
    Malformed,
}

using System.Text;

namespace Crank.Doc.Model;

/// <summary>The published names of losses, findings and refusals.</summary>
public static class Codes
{
    /// <summary>The name in <c>snake_case</c>, e.g. <c>table_span</c>.</summary>
    public static string Of(LossKind kind) => Snake(kind.ToString());

    /// <summary>The name in <c>snake_case</c>, e.g. <c>external_reference</c>.</summary>
    public static string Of(FindingKind kind) => Snake(kind.ToString());

    /// <summary>The name in <c>snake_case</c>, e.g. <c>decompression_bomb</c>.</summary>
    public static string Of(Reading.RefusalReason reason) => Snake(reason.ToString());

    private static string Snake(string name)
    {
        var code = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && code.Length > 0)
            {
                code.Append('_');
            }

            code.Append(char.ToLowerInvariant(c));
        }

        return code.ToString();
    }
}

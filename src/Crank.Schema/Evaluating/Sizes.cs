namespace Crank.Schema.Evaluating;

/// <summary>Says that something is too small or too large.</summary>
internal static class Sizes
{
    /// <summary>Notes the error where errors are wanted; always false.</summary>
    public static bool Broken(SchemaNode node, string keyword, long bound, string unit, long found, ref Evaluation run)
    {
        if (run.Collects)
        {
            var plural = bound == 1 ? unit : unit + "s";
            run.Add(node, keyword, $"must have at {(found < bound ? "least" : "most")} {bound} {plural}, but has {found}");
        }

        return false;
    }
}

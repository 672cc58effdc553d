using Crank.Rego.Decide;
using Crank.Rego.Run;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary>Reads JSON and YAML into values, and lays documents over each other.</summary>
internal static class Documents
{
    private static readonly Lazy<PreparedQuery> s_yaml = new(() => PolicySet.Compile([], new() { Backend = PolicyBackend.Nodes }).PrepareAnswers("document := yaml.unmarshal(input)"));

    /// <summary>One file: YAML by its ending, else JSON; <c>-</c> is standard input.</summary>
    public static Value Read(string path)
    {
        try
        {
            // The builtin pays for what aliases expand to.
            return PolicyPaths.HasEnding(path, ".yaml", ".yml")
                ? s_yaml.Value.Decide(Value.Of(BoundedFile.ReadText(path))).Result.AsArray()[0].AsObject().Get("document")
                : JsonIn.Read(BoundedFile.Read(path));
        }
        catch (ValueFormatException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' is not JSON: {e.Message}");
        }
        catch (EvaluationException e)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' is not YAML: {PolicyErrors.Of(e).Message}");
        }
    }

    /// <summary>Both documents in one.</summary>
    /// <param name="over">What is there.</param>
    /// <param name="under">What comes to it.</param>
    /// <param name="place">Where both are, for the message.</param>
    /// <param name="path">The file that <paramref name="under"/> is from.</param>
    public static Value Merge(in Value over, in Value under, string place, string path)
    {
        if (over.IsUndefined)
        {
            return under;
        }

        if (over.Kind != ValueKind.Object || under.Kind != ValueKind.Object)
        {
            throw new CliException(ExitCode.BadInput, $"'{path}' says what {place} is, and so does another file.", "Keep each document in one file, or in folders of different names.");
        }

        var both = new ObjectBuilder(over.AsObject().Count);
        foreach (var (key, value) in over.AsObject())
        {
            both.Set(key, value);
        }

        foreach (var (key, value) in under.AsObject())
        {
            both.Set(key, Merge(both.Get(key), value, key.TryGetString(out var name) ? $"{place}.{name}" : place, path));
        }

        return both.ToObject();
    }
}

using System.Text.RegularExpressions;
using Crank.Rego.Decide;
using Crank.Rego.Syntax;
using Crank.Rego.Types;
using Crank.Schema;

namespace Crank.Cli.Policy;

/// <summary>For an error about a name: the name that was probably meant.</summary>
internal sealed partial class NameHints(IReadOnlyList<PolicySource> sources)
{
    private static readonly string[] s_keywords =
        ["package", "import", "as", "default", "else", "not", "some", "with", "null", "true", "false", "every", "if", "contains", "in"];

    /// <summary>Shorter words are near to every keyword.</summary>
    private const int ShortestWord = 3;

    private readonly Lazy<List<Module>> _modules = new(() => [.. sources.Select(s => Parser.ParseModule(s.Name, s.Text)).Where(m => m.Ok).Select(m => m.Value!)]);

    public PolicyMistake Explain(RegoError error) => new(error, Nearest(error));

    private string? Nearest(RegoError error)
    {
        if (UnsafeVariable().Match(error.Message) is { Success: true } variable)
        {
            return Variable(variable.Groups["name"].Value, error);
        }

        if (UndefinedFunction().Match(error.Message) is { Success: true } function)
        {
            var functions = FunctionTable.All.Keys.Where(n => n.All(c => char.IsLetterOrDigit(c) || c is '.' or '_'));
            return NearestName.Find(function.Groups["name"].Value, functions.Concat(Paths()).Concat(Names(error.File)));
        }

        if (error.Code == RegoErrorCodes.Parse && error.At is { } at && Word().Match(at.Source.Text, at.Offset) is { Success: true, Length: >= ShortestWord } word && word.Index == at.Offset)
        {
            return s_keywords.Contains(word.Value) ? null : NearestName.Find(word.Value, s_keywords);
        }

        return null;
    }

    /// <summary>First among what the package defines and the file imports, then among all words of the file.</summary>
    private string? Variable(string name, RegoError error) =>
        NearestName.Find(name, Names(error.File).Concat(["input", "data"]))
        ?? NearestName.Find(name, Word().Matches(error.At?.Source.Text ?? "").Select(w => w.Value).Where(w => w.Length >= ShortestWord && w != name && !s_keywords.Contains(w)).Distinct());

    private IEnumerable<string> Names(string file)
    {
        var here = _modules.Value.Find(m => m.Source.Name == file);
        if (here is null)
        {
            return [];
        }

        var imports = here.Imports.Select(i => i.Alias ?? (i.Path.Path[^1] as Term.String)?.Value ?? "");
        return _modules.Value.Where(m => Terms.Same(m.Package.Path, here.Package.Path)).SelectMany(m => m.Rules).Select(r => r.Head.Ref.Head.ToString()!).Concat(imports);
    }

    private IEnumerable<string> Paths() => _modules.Value.SelectMany(m => m.Rules).Select(r => Terms.GroundPrefix(r.Path).ToString()!).Distinct();

    [GeneratedRegex(@"^var (?<name>\w+) is unsafe", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UnsafeVariable();

    [GeneratedRegex(@"^undefined function (?<name>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UndefinedFunction();

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Word();
}

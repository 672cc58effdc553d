using System.Text.RegularExpressions;
using Crank.Rego.Builtins;
using Crank.Rego.Types;

namespace Crank.Rego.Tests.Builtins;

public sealed class BuiltinLibraryTests
{
    // The compiler and the planner do these themselves.
    private static readonly HashSet<string> Compiled = ["eq", "assign", "print"];

    [Fact]
    public void Every_function_the_compiler_knows_is_there_and_takes_as_many_arguments()
    {
        var known = FunctionTable.All.Values.Where(static function => !Compiled.Contains(function.Name)).Select(static function => $"{function.Name}/{function.Type.Arguments.Length}");
        Assert.Equal(known.Order(StringComparer.Ordinal), BuiltinLibrary.All.Values.Select(static builtin => $"{builtin.Name}/{builtin.Arity}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_depends_on_time_chance_or_the_outside_is_marked() => Assert.Equal(
        ["http.send", "io.jwt.decode_verify", "io.jwt.encode_sign", "io.jwt.encode_sign_raw", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "time.now_ns", "uuid.rfc4122"],
        BuiltinLibrary.All.Values.Where(static builtin => !builtin.Deterministic).Select(static builtin => builtin.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_documentation_lists_exactly_the_builtins_of_the_code()
    {
        var listed = File.ReadLines(Path.Combine(Root(), "docs", "rego-builtins.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal))
            .SelectMany(static line => Regex.Matches(line.Split('|')[2], "`([^`]+)`", RegexOptions.NonBacktracking).Select(static match => match.Groups[1].Value));
        Assert.Equal(BuiltinLibrary.All.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Crank.slnx")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("The repository's root is not above the tests.");
        }

        return at.FullName;
    }
}

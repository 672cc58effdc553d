using System.Text.RegularExpressions;
using Crank.Rego.Builtins;
using Crank.Rego.Types;
using Crank.Rego.Values;

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

    [Fact]
    public void Whatever_they_are_given_they_answer_refuse_or_end_at_a_limit()
    {
        var pool = JsonIn.Read("""
            [null, true, 0, 1, -1, 2, 64, 1.5, -0.1, 1e300, 123456789012345678901234567890, 1577833200500000000, "", "a", "é😀", "1", "1.2.3", "10.0.0.0/8", "::1/64",
             "a.b.c", "/a/b", "[a-z]+", "*.{a,b}", "%d %s %v", "2006-01-02", "1h", "10Mi", "UTC", "{", "{\"a\": 1}", "a: 1", "aGk=", "6869", "http://h/p?q=1", "{ a }",
             "type Query { a: Int }", "{{.a}}", "package x", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
             [], [1], ["a", "b"], [[1, 2], [3]], ["a/b", ["a"]], [1577833200500000000, "Europe/Paris", "RFC850"], [{"op": "add", "path": "/a", "value": 1}],
             {}, {"a": 1}, {"a": ["b"], "b": []}, {"a": {"b": {"c": null}}}, {"alg": "HS256"}, {"kty": "oct", "k": "AAAA"}, {"type": "object", "$ref": "#"},
             {"secret": "s"}, {"method": "get", "url": "http://h/"}, {"pretty": true, "indent": " "}]
            """).AsArray().ToList();
        pool.Add(SetValue.Of("a", "b"));
        pool.Add(SetValue.Of());
        pool.Add(SetValue.Of(1, ArrayValue.Of(2)));
        pool.Add("\uDC80\uDCFF");
        var random = new Random(19);
        var failures = new List<string>();
        foreach (var builtin in BuiltinLibrary.All.Values.OrderBy(static builtin => builtin.Name, StringComparer.Ordinal))
        {
            for (var round = 0; round < (builtin.Arity == 1 ? pool.Count : 150); round++)
            {
                var arguments = new Value[builtin.Arity];
                for (var at = 0; at < arguments.Length; at++)
                {
                    arguments[at] = builtin.Arity == 1 ? pool[round] : pool[random.Next(pool.Count)];
                }

                try
                {
                    builtin.Run(Calls.Context(100_000), arguments);
                }
                catch (Exception ended) when (ended is BuiltinException or LimitException)
                {
                    // As it should be.
                }
                catch (Exception wrong)
                {
                    failures.Add($"{builtin.Name}({string.Join(", ", arguments)}): {wrong.GetType().Name} {wrong.Message} {wrong.StackTrace?.Split('\n')[0]}");
                    break;
                }
            }
        }

        Assert.Empty(failures);
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

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
}

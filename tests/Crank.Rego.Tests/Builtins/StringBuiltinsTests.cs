using Crank.Rego.Builtins;
using Crank.Rego.Builtins.Go;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Builtins;

public sealed class StringBuiltinsTests
{
    [Theory]
    [InlineData("concat", """[",", ["a", "b"]]""", "\"a,b\"")]
    [InlineData("concat", """[",", {"$set": ["b", "a"]}]""", "\"a,b\"")]
    [InlineData("indexof", """["a😀b", "b"]""", "2")]
    [InlineData("indexof_n", """["sad", "d"]""", "[2]")]
    [InlineData("indexof_n", """["aaa", "aa"]""", "[0,1]")]
    [InlineData("strings.count", """["cheese", "e"]""", "3")]
    [InlineData("strings.count", """["five", ""]""", "5")]
    [InlineData("substring", """["a😀bc", 1, 2]""", "\"😀b\"")]
    [InlineData("substring", """["abc", 1, -1]""", "\"bc\"")]
    [InlineData("lower", """["\u0130"]""", "\"i\"")]
    [InlineData("upper", """["\u0131\u017F\u00DF"]""", "\"IS\u00DF\"")]
    [InlineData("lower", """["ÄBC"]""", "\"äbc\"")]
    [InlineData("upper", """["straße"]""", "\"STRAßE\"")]
    [InlineData("split", """["a.b", "."]""", """["a","b"]""")]
    [InlineData("split", """["a😀", ""]""", """["a","😀"]""")]
    [InlineData("strings.split_n", """["a.b.c", ".", 2]""", """["a","b"]""")]
    [InlineData("strings.split_n", """["a.b.c", ".", -2]""", """["b","c"]""")]
    [InlineData("replace", """["abc", "", "-"]""", "\"-a-b-c-\"")]
    [InlineData("replace", """["aaa", "aa", "b"]""", "\"ba\"")]
    [InlineData("strings.replace_n", """[{"<": "&lt;", ">": "&gt;"}, "a <b>"]""", "\"a &lt;b&gt;\"")]
    [InlineData("strings.reverse", """["a😀b"]""", "\"b😀a\"")]
    [InlineData("trim", """["  xyz ", " z"]""", "\"xy\"")]
    [InlineData("trim_left", """["aab", "a"]""", "\"b\"")]
    [InlineData("trim_prefix", """["aab", "a"]""", "\"ab\"")]
    [InlineData("trim_suffix", """["aab", "x"]""", "\"aab\"")]
    [InlineData("trim_space", """[" \u2003a\u001c "]""", "\"a\\u001c\"")]
    [InlineData("strings.any_prefix_match", """[["ab", "cd"], {"$set": ["x", "c"]}]""", "true")]
    [InlineData("strings.any_suffix_match", """["abc", ["b", "bc"]]""", "true")]
    [InlineData("internal.template_string", """[["a", {"$set": []}, {"$set": [[1, "x"]]}, 5]]""", "\"a<undefined>[1, \\\"x\\\"]5\"")]
    public void Strings_are_searched_and_changed_by_code_point(string name, string arguments, string expected) =>
        Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("hi %s %v", """["there", [5, 3.14]]""", "hi there [5, 3.14]")]
    [InlineData("%d|%5d|%-5d|%05d|%+d|%x|%X|%o|%b|%c|%q|%U", "[1, 2, 3, 4, 5, 255, 255, 8, 5, 65, 65, 65]", "1|    2|3    |00004|+5|ff|FF|10|101|A|'A'|U+0041")]
    [InlineData("%.2f %e %g %v %v %6.1f", "[3.1415, 1234.5678, 0.000001234, 1234567.5, 100000.5, 2.25]", "3.14 1.234568e+03 1.234e-06 1.2345675e+06 100000.5    2.2")]
    [InlineData("%s %q %x % X %10.2s|%-4s|", """["a\"b", "q\n", "hi", "hi", "héllo", "x"]""", "a\"b \"q\\n\" 6869 68 69         hé|x   |")]
    [InlineData("%4s|%-4d|%6t", "[5, \"x\", true]", "%!s(int=   5)|%!d(string=x   )|%!t(string=  true)")]
    [InlineData("%s %d %t", "[5, \"x\", true]", "%!s(int=5) %!d(string=x) %!t(string=true)")]
    [InlineData("%d %d", "[1]", "1 %!d(MISSING)")]
    [InlineData("%d", "[1, 2, \"x\"]", "1%!(EXTRA int=2, string=x)")]
    [InlineData("%[2]d %[1]d %[3]*.[2]*[1]f|", "[12, 2, 6]", "2 12 %!f(int=    12)|")]
    [InlineData("100%% %", "[]", "100% %!(NOVERB)")]
    [InlineData("%s %d", "[123456789123456789123, 123456789123456789123]", "123456789123456789123 123456789123456789123")]
    [InlineData("%v %v", "[2e308, 3.0]", "2e308 3")]
    [InlineData("%#x %#o %#q %T", "[255, 8, \"a\", 1.5]", "0xff 010 `a` float64")]
    [InlineData("%[5]d %-5z|%d", "[1, 2]", "%!d(BADINDEX) %-5z|2")]
    public void Verbs_are_those_of_go(string format, string arguments, string expected)
    {
        var quoted = System.Text.Json.JsonSerializer.Serialize(format);
        Assert.Equal(expected, Calls.Call("sprintf", $"[{quoted}, {arguments}]").AsString());
    }

    [Fact]
    public void Plain_messages_are_written_as_the_whole_of_Go_would()
    {
        string[] pieces = ["", "%s", "%v", "%d", "%q", "%%", "%", "%5s", "%x", " at ", "é😀", "%[1]s"];
        object[] values = ["word", "", "a\"b\\", "é😀\n", 0L, -7L, long.MaxValue];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Array[0, 5], Gen.Int[0, values.Length - 1].Array[0, 4]).Sample((format, given) =>
        {
            var text = string.Concat(format.Select(i => pieces[i]));
            var arguments = given.Select(i => values[i]).ToList();
            var array = ArrayValue.Of([.. arguments.Select(a => a is long number ? Value.Of(number) : Value.Of((string)a))]);
            Assert.Equal(GoFormat.Format(Calls.Context(), text, arguments), BuiltinLibrary.Find("sprintf")!.Run(Calls.Context(), [text, array]).AsString());
        }, iter: 3_000);
    }

    [Theory]
    [InlineData("substring", """["abc", -1, 1]""", "negative offset")]
    [InlineData("indexof", """["abc", ""]""", "empty search character")]
    public void What_cannot_be_searched_is_an_error(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Error(name, arguments));

    [Fact]
    public void Text_bombs_end_at_the_budget()
    {
        var big = new string('a', 100_000);
        Assert.Throws<LimitException>(() => Calls.Call("replace", $"""["{big}", "a", "{big}"]""", Calls.Context(budget: 1_000_000)));
        Assert.Throws<LimitException>(() => Calls.Call("strings.replace_n", $$"""[{"a": "{{big}}", "b": ""}, "{{big}}"]""", Calls.Context(budget: 1_000_000)));
        Assert.Throws<LimitException>(() => Calls.Call("sprintf", """["%1000000d%1000000d%1000000d", [1, 2, 3]]""", Calls.Context(budget: 100_000)));
    }

    [Theory]
    [InlineData("is_set", """[{"$set": []}]""", "true")]
    [InlineData("type_name", "[null]", "\"null\"")]
    [InlineData("cast_array", """[{"$set": [2, 1]}]""", "[1,2]")]
    [InlineData("cast_set", "[[1, 1]]", "[1]")]
    [InlineData("lt", """[1, "a"]""", "true")]
    [InlineData("gte", "[1, 1.0]", "true")]
    public void Kinds_are_told_apart_and_ordered(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));
}

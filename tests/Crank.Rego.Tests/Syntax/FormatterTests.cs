using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Syntax;

public sealed class FormatterTests
{
    private static string Format(string text) => Formatter.Format(Parser.ParseModule("test.rego", text).Value!);

    [Fact]
    public void A_module_is_written_in_the_usual_style()
    {
        const string text = """
            # Head.


            package   a.b
            import data.z
            import data.b as c # why


            default allow:=false
            p contains x if { some x in input.xs; x>1 # big
            }
            q := {"a":1,
             # inside
             "b": [1,2, 3]}
            one := 1
            two := (1+2)*3
            f(x)=y if { y:=x } else := 2 if x == 3 # tail
            # Last.
            """;
        const string formatted = """
            # Head.

            package a.b

            import data.z
            import data.b as c # why

            default allow := false

            p contains x if {
            	some x in input.xs
            	x > 1 # big
            }

            q := {
            	"a": 1,
            	# inside
            	"b": [1, 2, 3],
            }

            one := 1
            two := (1 + 2) * 3

            f(x) = y if {
            	y := x
            } else := 2 if x == 3 # tail
            # Last.

            """;
        Assert.Equal(formatted, Format(text));
    }

    [Theory]
    [InlineData("x := a - (b - c)")]
    [InlineData("x := a - b - c")]
    [InlineData("x := (a | b) & c")]
    [InlineData("x := {\"a\": (b | c)}")]
    [InlineData("x := [(b | c)]")]
    [InlineData("x := f((1, 2 in [3]), 4)")]
    [InlineData("x := `raw \\ string`")]
    [InlineData("x := a[\"b\"].c[\"d e\"]")]
    [InlineData("x := $\"a {b} \\{c}\"")]
    [InlineData("x := 1 in (2 in [3])")]
    public void Parentheses_and_literals_stay_where_they_mean_something(string rule) =>
        Assert.Equal($"package a\n\n{rule}\n", Format("package a\n" + rule));
}

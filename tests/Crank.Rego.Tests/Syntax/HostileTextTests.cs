using System.Text;
using Crank.Rego.Compile;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Tests.Syntax;

/// <summary>Broken and hostile texts, a bounded number of them: an answer always comes, and never an exception.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "(", ")", "|", ",", ":", ";", ":=", "=", "==", ".", "\"", "`", "$\"", "$`", "\\", "#", "\n", " ", "\0", "\ufeff", "\ud800", "😀",
        "not ", "some ", "every ", "if ", "else ", "default ", "in ", "with ", "as ", "import ", "package ", "contains ", "and ", "or ", "_", "x", "1", "-", "1e9",
        "input", "data", "# METADATA\n# scope: rule\n", "count(", "import future.keywords.and\n",
    ];

    private static readonly CompileOptions Options = new() { Functions = FunctionTable.All, MaxErrors = 5 };

    private static void Survives(string text)
    {
        var read = Parser.ParseModule("fuzz.rego", text);
        Assert.True(read.Ok ^ read.Errors.Length > 0);
        foreach (var error in read.Errors)
            Assert.NotEmpty(error.Explain());
        _ = Parser.ParseModule("fuzz.rego", text, new ParseOptions { Recover = true, MaxErrors = 20 });
        _ = Parser.ParseQuery(text);
        if (!read.Ok)
            return;
        _ = Formatter.Format(read.Value);
        var compiled = Compiler.Compile([read.Value], Options);
        Assert.True(compiled.Ok ^ compiled.Errors.Length > 0);
    }

    [Fact]
    public void Any_pieces_in_any_order()
    {
        foreach (var seed in Enumerable.Range(0, 1_000))
        {
            var chance = new Random(seed);
            Survives("package a\n" + string.Concat(Enumerable.Range(0, chance.Next(40)).Select(_ => Pieces[chance.Next(Pieces.Length)])));
        }
    }

    [Fact]
    public void Modules_with_parts_cut_out_doubled_or_put_in()
    {
        foreach (var seed in Enumerable.Range(0, 200))
        {
            var chance = new Random(seed);
            var text = new RandomModule(seed).Text();
            var start = chance.Next(text.Length);
            var end = Math.Min(text.Length, start + chance.Next(30));
            Survives(text[..start] + text[end..]);
            Survives(text[..end] + text[start..]);
            Survives(text[..start] + Pieces[chance.Next(Pieces.Length)] + text[start..]);
        }
    }

    [Fact]
    public void A_module_cut_at_every_character()
    {
        var text = new RandomModule(7).Text();
        for (var i = 0; i < text.Length; i++)
            Survives(text[..i]);
    }

    [Fact]
    public void Any_bytes()
    {
        var bytes = new byte[200];
        foreach (var seed in Enumerable.Range(0, 500))
        {
            var chance = new Random(seed);
            chance.NextBytes(bytes);
            Survives(Encoding.UTF8.GetString(bytes, 0, chance.Next(200)));
        }
    }

    [Theory]
    [InlineData("{x | ")]
    [InlineData("{{")]
    [InlineData("every x in y { ")]
    [InlineData("not { ")]
    [InlineData("(")]
    [InlineData("{ a and ")]
    [InlineData("$\"{")]
    [InlineData("x[f(")]
    [InlineData("-")]
    public void Openings_without_end_are_answered_soon(string opening)
    {
        foreach (var count in new[] { 10, 100, 3_000 })
        {
            var text = "package a\nimport future.keywords.and\nimport future.keywords.not\np if { " + string.Concat(Enumerable.Repeat(opening, count));
            Assert.False(Parser.ParseModule("t", text).Ok);
        }
    }

    [Theory]
    [InlineData("[", "input", "]", 190)]
    [InlineData("{\"a\": ", "input.x", "}", 190)]
    [InlineData("f(", "1", ")", 90)]
    [InlineData("(1 + ", "2", ")", 190)]
    [InlineData("[y | y := ", "1", "]", 60)]
    [InlineData("{y: 1 | some y in ", "input", "}", 60)]
    [InlineData("$\"{", "input", "}\"", 60)]
    [InlineData("input[", "x", "]", 90)]
    public void A_deep_module_is_read_compiled_and_formatted_on_a_small_stack(string open, string core, string close, int depth)
    {
        var text = "package a\n\nf(x) := x\n\np := " + string.Concat(Enumerable.Repeat(open, depth)) + core + string.Concat(Enumerable.Repeat(close, depth)) + "\n";
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Assert.True(Parser.ParseModule("deep.rego", text).Ok);
                    Survives(text);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            maxStackSize: 768 * 1024);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromMinutes(5)));
        Assert.Null(failure);
    }
}

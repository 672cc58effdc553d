using System.Text;
using Crank.Trust.Statements;

namespace Crank.Trust.Tests.Statements;

public sealed class InTotoStatementTests
{
    private const string Good = "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"n\",\"digest\":{\"sha256\":\"ab\"}}],\"predicateType\":\"p\",\"predicate\":{\"x\":1}}";

    [Fact]
    public void A_statement_is_read()
    {
        Assert.True(InTotoStatement.TryParse(Encoding.UTF8.GetBytes(Good), out var statement, out _));
        Assert.Equal("p", statement.PredicateType);
        Assert.Equal("n", Assert.Single(statement.Subjects).Name);
        Assert.Equal("ab", statement.Subjects[0].Digests["sha256"]);
        Assert.Equal(1, statement.Predicate.GetProperty("x").GetInt32());
    }

    [Theory]
    [InlineData("Statement/v1", "Statement/v0.1")]
    [InlineData("\"subject\":[{\"name\":\"n\",\"digest\":{\"sha256\":\"ab\"}}]", "\"subject\":[]")]
    [InlineData("{\"sha256\":\"ab\"}", "{}")]
    [InlineData("{\"sha256\":\"ab\"}", "{\"sha256\":\"\"}")]
    [InlineData("{\"sha256\":\"ab\"}", "{\"sha256\":1}")]
    [InlineData("\"predicateType\":\"p\"", "\"predicateType\":\"\"")]
    [InlineData("\"predicateType\":\"p\",", "")]
    [InlineData("\"predicate\":{\"x\":1}", "\"predicate\":1")]
    [InlineData("\"name\":\"n\"", "\"name\":null")]
    [InlineData("\"_type\"", "\"type\"")]
    [InlineData("{\"x\":1}", "{\"x\":1,\"x\":1}")]
    public void A_malformed_statement_is_refused_with_a_reason(string part, string instead)
    {
        var json = Good.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(Good, json);
        Assert.False(InTotoStatement.TryParse(Encoding.UTF8.GetBytes(json), out _, out var why));
        Assert.NotEmpty(why);
    }

    [Fact]
    public void Size_subjects_and_digests_have_a_limit()
    {
        string With(int subjects, int digests) => "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"p\",\"subject\":["
            + string.Join(',', Enumerable.Repeat("{\"digest\":{" + string.Join(',', Enumerable.Range(0, digests).Select(i => $"\"d{i}\":\"a\"")) + "}}", subjects)) + "]}";
        bool Reads(string json) => InTotoStatement.TryParse(Encoding.UTF8.GetBytes(json), out _, out _);
        Assert.True(Reads(With(InTotoStatement.MaxSubjects, 1)));
        Assert.False(Reads(With(InTotoStatement.MaxSubjects + 1, 1)));
        Assert.True(Reads(With(1, InTotoStatement.MaxDigests)));
        Assert.False(Reads(With(1, InTotoStatement.MaxDigests + 1)));
        Assert.False(Reads(With(1, 1) + new string(' ', InTotoStatement.MaxBytes)));
    }
}

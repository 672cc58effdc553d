using System.Reflection;
using System.Runtime.CompilerServices;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;

namespace Crank.Mesh.Tests.Path;

/// <summary>Nothing but a step makes what the step makes.</summary>
public sealed class ForgeryTests
{
    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<Type> Steps =>
    [
        typeof(AdmittedJob), typeof(AuthorizedJob), typeof(PlacedJob), typeof(FundedJob), typeof(FinishedJob), typeof(SettledJob), typeof(IssuedReceipt), typeof(RefusedJob),
    ];

    [Theory, MemberData(nameof(Steps))]
    public void A_step_cannot_be_made_copied_or_altered_from_outside(Type step)
    {
        Assert.True(step.IsSealed && step.IsClass);
        Assert.All(step.GetConstructors(Everything), c => Assert.True(c.IsPrivate, $"{step.Name} has a constructor that is not private."));
        Assert.Null(step.GetMethod("<Clone>$", Everything)); // A record could be copied with other values.
        Assert.All(step.GetProperties(Everything), p => Assert.True(p.SetMethod is null or { IsPrivate: true }, $"{step.Name}.{p.Name} can be set."));
        Assert.All(step.GetFields(Everything), f => Assert.True(f.IsInitOnly || f.IsLiteral, $"{step.Name}.{f.Name} can be changed."));
    }

    /// <summary>Who may make each step, by its whole signature: a new way in has to be added here, where a reviewer sees it.</summary>
    [Fact]
    public void The_ways_to_each_step_are_these_and_no_others()
    {
        var ways = Steps.Select(row => row.Data).SelectMany(step => step.Assembly.GetTypes()
            .Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && !t.IsGenericType)
            .SelectMany(t => t.GetMethods(Everything))
            .Where(m => !m.IsPrivate && !m.IsSpecialName && !m.DeclaringType!.IsNested && Makes(m.ReturnType, step))
            .Select(m => $"{m.DeclaringType!.Name}.{m.Name}({string.Join(", ", m.GetParameters().Where(p => Steps.Any(s => s.Data == p.ParameterType)).Select(p => p.ParameterType.Name))})"));
        Assert.Equal(
            [
                "AdmittedJob.AdmitAsync()",
                "AdmittedJob.RecallAsync(FundedJob)",
                "AuthorizedJob.AuthorizeAsync(AdmittedJob)",
                "FinishedJob.EndedAs()",
                "FinishedJob.Interrupted(FundedJob)",
                "FinishedJob.Lost(FundedJob)",
                "FinishedJob.NotStarted(FundedJob)",
                "FinishedJob.RunAsync(FundedJob)",
                "FundedJob.Decided()",
                "FundedJob.FundAsync(PlacedJob)",
                "FundedJob.QueueAsync(PlacedJob)",
                "FundedJob.Recover()",
                "FundedJob.StartAsync(PlacedJob)",
                "IssuedReceipt.AttestAsync(SettledJob)",
                "IssuedReceipt.RefuseAsync(RefusedJob)",
                "PlacedJob.Place(AuthorizedJob)",
                "RefusedJob.Of()",
                "SettledJob.Settle(FinishedJob)",
            ],
            ways.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Each of these is a forgery that does not compile; should one begin to, the member it needs is found here.</summary>
    [Theory]
    [InlineData(typeof(AdmittedJob), "new AdmittedJob(id, request, entry, now, input, blobs, bytes)")]
    [InlineData(typeof(FundedJob), "new FundedJob(row, facts, placed)")]
    [InlineData(typeof(FinishedJob), "new FinishedJob(funded, JobState.Done, delivery, null, [])")]
    [InlineData(typeof(SettledJob), "new SettledJob(finished, charge, null)")]
    [InlineData(typeof(IssuedReceipt), "new IssuedReceipt(receipt)")]
    public void No_constructor_answers_a_forger(Type step, string forgery)
    {
        var arguments = forgery.Count(c => c == ',') + 1;
        Assert.DoesNotContain(step.GetConstructors(), c => c.GetParameters().Length == arguments);
        Assert.Throws<MissingMethodException>(() => Activator.CreateInstance(step));
    }

    [Fact]
    public void Only_recovery_and_the_queue_rebuild_a_job_from_its_row()
    {
        var callers = Directory.EnumerateFiles(Repository.File("src/Crank.Mesh"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("FundedJob.Recover(", StringComparison.Ordinal) || text.Contains("FinishedJob.Interrupted(", StringComparison.Ordinal)))
            .Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal);
        Assert.Equal(["Acceptance.cs", "QueueRunner.cs", "Recovery.cs"], callers);
    }

    [Fact]
    public void Only_the_path_and_its_recovery_write_the_end_of_a_job()
    {
        var callers = Directory.EnumerateFiles(Repository.File("src/Crank.Mesh"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains($"new {nameof(CloseCommand)}(", StringComparison.Ordinal))
            .Select(file => System.IO.Path.GetFileName(file));
        Assert.Equal(["IssuedReceipt.cs"], callers);
    }

    [Fact]
    public void A_step_holds_a_value_or_a_refusal_and_never_nothing_that_counts_as_taken()
    {
        Assert.False(default(Step<AdmittedJob>).Taken(out _, out _));
        Assert.Throws<ArgumentNullException>(() => (Step<AdmittedJob>)(AdmittedJob)null!);
        Assert.Throws<ArgumentNullException>(() => (Step<AdmittedJob>)(Refusal)null!);
    }

    private static bool Makes(Type returned, Type step) => returned == step || (returned.IsGenericType && returned.GetGenericArguments().Any(a => Makes(a, step)));
}

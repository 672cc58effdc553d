using Crank.Doc.Converting;
using Crank.Doc.Info;
using Crank.Doc.Reading;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>What the capabilities share: taking the document in, and saying a refusal as a declared error.</summary>
internal static class DocumentJob
{
    /// <summary>The unit that pages are counted in.</summary>
    public const string PageUnit = "page";

    /// <summary>The most pages that one job may count.</summary>
    public const int MostPages = 20_000;

    /// <summary>The whole input, never more than the reader's limit.</summary>
    /// <exception cref="DocumentRefusedException">The blob is empty or too large; found from its length alone.</exception>
    public static async Task<ReadOnlyMemory<byte>> TakeAsync(Blob blob, JobContext job, ReaderBudget budget, CancellationToken cancellationToken)
    {
        budget.Input(blob.Length);
        var content = new byte[blob.Length];
        await using var stream = job.Open(blob);
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    /// <summary>Runs one job; a refusal becomes the declared error of the same name with hyphens.</summary>
    public static async Task<T> RunAsync<T>(Func<ReaderBudget, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(new ReaderBudget(ReaderLimits.Default, TimeProvider.System, cancellationToken));
        }
        catch (DocumentRefusedException e)
        {
            throw new CapabilityException(e.Code.Replace('_', '-'), e.Message);
        }
    }

    /// <summary>Counts the pages for the price, at most as many as the capability may count.</summary>
    public static void Meter(JobContext job, DocumentFacts facts) => job.Meter(PageUnit, Math.Min(facts.Pages, MostPages));

    public static ReadDocument Read(ReadOnlyMemory<byte> content, Blob blob, DocumentFormat? from, string? encoding, ReaderBudget budget) =>
        DocumentConversion.Read(content, blob.Name, from, ReaderOptions.Default with { Encoding = encoding }, budget);
}

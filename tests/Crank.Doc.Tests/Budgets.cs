using Crank.Doc.Reading;

namespace Crank.Doc.Tests;

internal static class Budgets
{
    public static ReaderBudget Fresh(ReaderLimits? limits = null) => new(limits ?? ReaderLimits.Default, TimeProvider.System, CancellationToken.None);
}

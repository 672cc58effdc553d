namespace Crank.Conformance;

/// <summary>A runner for one folder of cases written by others. Found by reflection: a new suite is one new class.</summary>
public abstract class Suite
{
    /// <summary>The folder's name under the data folder, e.g. <c>docs-csv</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The smallest share of cases that must pass, by group: a group is the text before the first <c>/</c> of a case's name.
    /// Groups that are not named here must pass whole.
    /// </summary>
    public virtual IReadOnlyDictionary<string, double> Required => new Dictionary<string, double>();

    /// <summary>Runs every case found in <paramref name="folder"/> and tells <paramref name="report"/> what became of each.</summary>
    public abstract Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken);
}

using System.Collections.Concurrent;
using Crank.Core;

namespace Crank.Load.Kill;

/// <summary>What was asked under which key, and what was acknowledged.</summary>
internal sealed class Asked
{
    private const int AskedAgain = 20;
    private const int Looked = 1_500;
    private const int AtOnce = 8;

    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>The job of each key that was acknowledged.</summary>
    public ConcurrentDictionary<string, JobId> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>How many keys were asked a second time.</summary>
    public int Again { get; private set; }

    public void Add(string key, int number) => _asked[key] = number;

    public void Acknowledge(string key, JobId job) => Acknowledged[key] = job;

    /// <summary>After a start: everything acknowledged is there, the same key gives the same job, and what was never answered can be asked again.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(MeshUser client, Random random)
    {
        var findings = new List<string>();
        await Parallel.ForEachAsync(Acknowledged.OrderBy(a => a.Value).TakeLast(Looked), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (known, _) =>
        {
            if (!await client.KnowsAsync(known.Value))
            {
                lock (findings)
                {
                    findings.Add($"Job {known.Value} under {known.Key} was acknowledged and is lost.");
                }
            }
        });
        var unanswered = _asked.Keys.Where(k => !Acknowledged.ContainsKey(k)).Order(StringComparer.Ordinal).ToList();
        var answered = Acknowledged.Keys.Order(StringComparer.Ordinal).ToArray();
        foreach (var key in unanswered.Concat(answered.Length == 0 ? [] : random.GetItems(answered, AskedAgain).Distinct(StringComparer.Ordinal)))
        {
            // Asked without a time: a key that stands for a job with one is another request, and says so.
            var job = await client.AskAsync(key, _asked[key], null);
            Again++;
            if (job is null)
            {
                continue;
            }

            if (Acknowledged.GetOrAdd(key, job.Value) != job.Value)
            {
                findings.Add($"Key {key} stood for job {Acknowledged[key]} and then for {job}.");
            }
        }

        return findings;
    }
}

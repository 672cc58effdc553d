using Crank.Core;

namespace Crank.Load.Crash;

/// <summary>What the killed processes said about one data folder, and what later starts must still know.</summary>
internal sealed class Memory(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Deliveries that were acknowledged, with the digest of what was delivered.</summary>
    public Dictionary<JobId, Digest> Done { get; } = [];

    /// <summary>Jobs that were said to have ended otherwise.</summary>
    public Dictionary<JobId, JobState> Ended { get; } = [];

    /// <summary>The job that each key was said to stand for.</summary>
    public Dictionary<string, JobId> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>Checkpoints that were read after earlier kills.</summary>
    public Dictionary<long, string> Checkpoints { get; } = [];

    /// <summary>Contradictions between two things that were said.</summary>
    public List<string> Contradictions { get; } = [];

    /// <summary>Workers that lived when their parent was killed, and when that was.</summary>
    public List<(IReadOnlyList<Orphans.Seen> Workers, long At)> Kills { get; } = [];

    public void Hear(string line, CrashTotals total)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "done":
                total.Acknowledged++;
                var (job, digest) = (JobId.Parse(words[1]), Digest.Parse(words[2]));
                if (Done.TryGetValue(job, out var earlier) && earlier != digest)
                {
                    Contradictions.Add($"Job {job} was acknowledged with two results.");
                }

                Done[job] = digest;
                if (words.Length > 3 && !Keys.TryAdd(words[3], job) && Keys[words[3]] != job)
                {
                    Contradictions.Add($"Key {words[3]} stood for job {Keys[words[3]]} and then for {job}.");
                }

                break;
            case "end":
                total.Ended++;
                Ended[JobId.Parse(words[1])] = Enum.Parse<JobState>(words[2]);
                break;
        }
    }

    public void Killed(IReadOnlyList<Orphans.Seen> workers) => Kills.Add((workers, System.Diagnostics.Stopwatch.GetTimestamp()));
}

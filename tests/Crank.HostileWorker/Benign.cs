using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Crank.HostileWorker;

/// <summary>What an honest parser does: it must not notice the walls.</summary>
internal static class Benign
{
    public static string Run()
    {
        var sum = 0L;
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() => Interlocked.Add(ref sum, i))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Parallel.For(0, 100, i => Interlocked.Add(ref sum, i));
        var matches = Regex.Count(string.Concat(Enumerable.Repeat("ab12 ", 100)), @"\b[a-z]+\d+\b", RegexOptions.Compiled, TimeSpan.FromSeconds(5));
        GC.Collect();
        var file = Path.Combine(Path.GetTempPath(), "benign");
        File.WriteAllText(file, "text");
        var text = File.ReadAllText(file);
        File.Delete(file);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8];
        return $"sum={sum} matches={matches} text={text} digest={digest} zone={TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris").BaseUtcOffset.Hours}";
    }
}

using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Cli.Invoke;

/// <summary>One line on a terminal that says how far a job is; nothing at all when standard error is no terminal.</summary>
internal sealed class ProgressLine(TextWriter people, CapabilityName capability) : IProgress<JobProgress>
{
    private readonly Lock _lock = new();
    private int _width;

    public static ProgressLine? For(Answer answer, CapabilityName capability) =>
        answer.Json || Console.IsErrorRedirected ? null : new(answer.People, capability);

    public void Report(JobProgress value)
    {
        lock (_lock)
        {
            var line = $"{capability} {value.Share:P0} {Answer.Plain(value.Note ?? "")}";
            people.Write($"\r{line.PadRight(_width)}");
            _width = line.Length;
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_width > 0)
            {
                people.Write($"\r{new string(' ', _width)}\r");
                _width = 0;
            }
        }
    }
}

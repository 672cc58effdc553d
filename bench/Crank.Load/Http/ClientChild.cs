using System.Diagnostics;

namespace Crank.Load.Http;

/// <summary>The load generator, in a process of its own: one <see cref="HttpWork"/> a line in, one <see cref="HttpFigures"/> a line out, until its input ends.</summary>
internal static class ClientChild
{
    public static async Task<int> RunAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(await DoAsync(HttpWork.Parse(line)));
        }

        return 0;
    }

    private static async Task<HttpFigures> DoAsync(HttpWork work)
    {
        var request = RawConnection.Request(work.Target, work.Key, Requests.Body(work.Kibibytes));
        var connections = await Task.WhenAll(Enumerable.Range(0, work.Connections).Select(_ => RawConnection.OpenAsync(RawConnection.Server(work.Target))));
        try
        {
            var began = Stopwatch.GetTimestamp();
            var end = began + (work.Seconds * Stopwatch.Frequency);
            var lanes = await Task.WhenAll(connections.Select((connection, i) => Task.Run(() => work.Rate == 0
                ? AsFastAsCanBeAsync(connection, request, end)
                : ByTheClockAsync(connection, request, began + (long)(i * (double)Stopwatch.Frequency / work.Rate), Stopwatch.Frequency * (double)work.Connections / work.Rate, end))));
            var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var all = lanes.SelectMany(l => l.Took).Order().ToArray();
            return new(all.Length, lanes.Sum(l => l.Failed), took, At(all, 0.5), At(all, 0.99), lanes.Max(l => l.Other));
        }
        finally
        {
            foreach (var connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    private static async Task<Lane> AsFastAsCanBeAsync(RawConnection connection, byte[] request, long end)
    {
        var lane = new Lane();
        for (var start = Stopwatch.GetTimestamp(); start < end;)
        {
            var status = await connection.ExchangeAsync(request);
            var now = Stopwatch.GetTimestamp();
            lane.Add(status, now - start);
            start = now;
        }

        return lane;
    }

    /// <summary>A request that is late because the answer before it was late has waited since its time came; one that the timer woke late has not.</summary>
    private static async Task<Lane> ByTheClockAsync(RawConnection connection, byte[] request, long first, double period, long end)
    {
        var lane = new Lane();
        for (var number = 0; first + (long)(number * period) is var due && due < end; number++)
        {
            var start = due;
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait);
                start = Math.Max(due, Stopwatch.GetTimestamp());
            }

            lane.Add(await connection.ExchangeAsync(request), Stopwatch.GetTimestamp() - start);
        }

        return lane;
    }

    private static double At(long[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1_000.0 / Stopwatch.Frequency;

    private sealed class Lane
    {
        public List<long> Took { get; } = new(4096);

        public int Failed { get; private set; }

        public int Other { get; private set; }

        public void Add(int status, long took)
        {
            if (status == 200)
            {
                Took.Add(took);
            }
            else
            {
                Failed++;
                Other = status;
            }
        }
    }
}

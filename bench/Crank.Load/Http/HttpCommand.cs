using System.Globalization;
using Crank.Load.Processes;

namespace Crank.Load.Http;

/// <summary>The governed path over HTTP beside a bare Kestrel, YARP and nginx, in one run: every way in turn, several rounds, medians.</summary>
internal static class HttpCommand
{
    private const string Governed = "crank, durable receipts";
    private const int Streams = 200;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(Options options)
    {
        var (seconds, rounds, rate) = (options.Number("--seconds", 2), options.Number("--rounds", 3), options.Number("--rate", 1_000));
        var only = options.Text("--only", "");
        using var scratch = new Scratch();
        var (echo, echoAt) = await Served.StartAsync("http-echo");
        await using var echoing = echo;
        var (yarp, yarpAt) = await Served.StartAsync("http-proxy", "--to", echoAt.ToString());
        await using var proxying = yarp;
        var nginx = await NginxServer.StartAsync(scratch.Folder("nginx"), echoAt);
        await using var besides = nginx?.Child;
        await using var crank = await CrankServer.StartAsync(options.Text("--crank", ""), scratch.Folder("mesh"));
        await using var generator = new Generator();
        if (nginx is null)
        {
            Console.WriteLine("nginx is not installed here: '.ci/install-peers nginx' does it; its rows are left out.");
        }

        await Task.Delay(s_settle);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"idle resident memory: crank {Mebibytes(crank.Id):0} MiB, its workers {string.Join(" + ", ProcessTree.Below(crank.Id).Select(p => $"{Mebibytes(p):0}"))} MiB"));
        HttpWay[] ways =
        [
            .. new HttpWay?[]
            {
                new("bare Kestrel", new(echoAt, "/"), crank.Key, [echo.Id], []),
                nginx is { } n ? new("nginx", new(n.Address, "/"), crank.Key, ProcessTree.Below(n.Child.Id), [echo.Id]) : null,
                new("YARP", new(yarpAt, "/"), crank.Key, [yarp.Id], [echo.Id]),
                new(Governed, new(crank.Address, "/v1/capabilities/echo/invoke"), crank.Key, [crank.Id], ProcessTree.Below(crank.Id)) { AllocatedAsync = crank.AllocatedAsync },
            }.OfType<HttpWay>().Where(w => w.Name.Contains(only, StringComparison.Ordinal)),
        ];
        HttpCell[] cells =
        [
            .. from kib in options.Numbers("--kib", "1,64") from connections in options.Numbers("--connections", "1,16,64,256") from way in ways select new HttpCell(way, connections, 0, kib),
            .. from way in ways where rate > 0 select new HttpCell(way, Streams, rate, 1),
        ];
        foreach (var way in ways)
        {
            foreach (var kib in options.Numbers("--kib", "1,64"))
            {
                await new HttpCell(way, 64, 0, kib).RunAsync(generator, Math.Max(2, seconds)); // what is compiled while it runs is compiled
            }
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var cell in cells)
            {
                await cell.RunAsync(generator, seconds);
            }
        }

        Print(cells, rounds, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"resident memory after: crank {Mebibytes(crank.Id):0} MiB; {generator.Failed.Count} answers had another status than 200{(generator.Failed.Count > 0 ? $", such as {generator.Failed.Status}" : "")}"));
        return 0;
    }

    private static double Mebibytes(int process) => ProcessTree.Resident(process) / (1024.0 * 1024);

    private static void Print(HttpCell[] cells, int rounds, int seconds)
    {
        Console.WriteLine(FormattableString.Invariant($"Medians of {rounds} interleaved rounds of {seconds} s; {Environment.ProcessorCount} cores, .NET {Environment.Version}. CPU in µs a request."));
        Console.WriteLine();
        Console.WriteLine("| way | KiB | connections | requests/s | of YARP | p50 ms | p99 ms | CPU server | worker behind | load generator | bytes allocated in the server |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var cell in cells)
        {
            var peer = Array.Find(cells, c => c.Way.Name == "YARP" && (c.Kibibytes, c.Connections, c.Rate) == (cell.Kibibytes, cell.Connections, cell.Rate));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {cell.Way.Name} | {cell.Kibibytes} | {cell.Connections}{(cell.Rate > 0 ? $", {cell.Rate:N0}/s by the clock" : "")} | {cell.Median(r => r.PerSecond):N0} | {(peer is null ? "" : $"{cell.Median(r => r.PerSecond) / peer.Median(r => r.PerSecond):0.00}")} | {cell.Median(r => r.Figures.P50):0.00} | {cell.Median(r => r.Figures.P99):0.00} | {cell.Median(r => r.Front):0} | {cell.Median(r => r.Behind):0} | {cell.Median(r => r.Client):0} | {(cell.Way.AllocatedAsync is null ? "" : $"{cell.Median(r => r.Allocated ?? 0):N0}")} |"));
        }

        Console.WriteLine();
    }
}

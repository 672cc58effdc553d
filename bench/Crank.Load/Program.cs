using Crank.Load;
using Crank.Load.Convert;
using Crank.Load.Crash;
using Crank.Load.Echo;
using Crank.Load.Http;
using Crank.Load.Idle;
using Crank.Load.Kill;
using Crank.Load.Large;
using Crank.Load.Queue;
using Crank.Load.Rates;
using Crank.Load.Soak;

var options = Options.Parse(args);
return options.Command switch
{
    "echo" => await EchoCommand.RunAsync(options),
    "convert" => await ConvertCommand.RunAsync(options),
    "crash" => await CrashCommand.RunAsync(options),
    "queue" => await QueueCommand.RunAsync(options),
    "large" => await LargeCommand.RunAsync(options),
    "http" => await HttpCommand.RunAsync(options),
    "http-kill" => await HttpKillCommand.RunAsync(options),
    "idle-connections" => await IdleCommand.RunAsync(options),
    "soak" => await SoakCommand.RunAsync(options),
    "placement" => PlacementCommand.Run(options),
    "receipts" => await ReceiptsCommand.RunAsync(options),
    "http-client" => await ClientChild.RunAsync(),
    "http-echo" => await EchoServer.RunAsync(),
    "http-proxy" => await ProxyServer.RunAsync(options.Text("--to", "")),
    "queue-child" => await QueueChild.RunAsync(options),
    "crash-child" => await CrashChild.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Crank.Load measures the whole system and kills it. One of:
          echo  [--seconds 2] [--rounds 5]    the governed path against a bare call of the same worker, as a table
          convert [--seconds 2] [--rounds 5]  doc.convert of a real document, warm; and a cold start of the built program
          crash [--kills 50] [--seed 1]       kill -9 in the middle of jobs, then verify everything
          queue [--jobs 1000] [--kills 10] [--finished 10000] [--seed 1]   kill -9 under asynchronous jobs, then verify everything
          http [--seconds 2] [--rounds 3] [--connections 1,16,64,256] [--kib 1,64] [--rate 1000] [--crank FILE]   the path over HTTP beside bare Kestrel, nginx and YARP
          http-kill [--jobs 1000] [--kills 10] [--finished 10000] [--seed 1] [--within SECONDS] [--crank FILE]   kill -9 of 'crank up' under asynchronous jobs, then verify everything
          idle-connections [--connections 10000] [--keep-alive 120] [--crank FILE]   many idle connections: memory, answers, and the rules that cut them off
          soak [--jobs 1000000] [--connections 64] [--minutes N] [--crank FILE]   very many jobs: does memory stay flat
          placement [--offers 10000] [--decisions 2000]   the choice among many offers
          receipts [--batch 256] [--batches 20] [--rounds 5]   receipts against the bare rate of Ed25519
          large [--megabytes 1000]            one large file in and out: how much memory it takes
        """);
    return 2;
}

using Crank.Load;
using Crank.Load.Convert;
using Crank.Load.Crash;
using Crank.Load.Echo;
using Crank.Load.Large;
using Crank.Load.Queue;

var options = Options.Parse(args);
return options.Command switch
{
    "echo" => await EchoCommand.RunAsync(options),
    "convert" => await ConvertCommand.RunAsync(options),
    "crash" => await CrashCommand.RunAsync(options),
    "queue" => await QueueCommand.RunAsync(options),
    "large" => await LargeCommand.RunAsync(options),
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
          large [--megabytes 1000]            one large file in and out: how much memory it takes
        """);
    return 2;
}

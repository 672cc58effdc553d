using Crank.Confinement;
using Crank.Hash;
using Crank.HostileWorker;
using Crank.Sdk;

if (args[0] == "hash") return await WorkerHost.RunAsync(HashService.Create, []);

ConfinementProof proof;
try
{
    proof = Confined.Start();
}
catch (ConfinementException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return Confined.ExitCode;
}

if (args[0] == "serve") return await Serving.RunAsync(proof);
if (args[0] == "controller") return await Controlling.RunAsync();

Console.WriteLine($"proof {proof}");
foreach (var missing in proof.Missing) Console.WriteLine($"missing {missing.Layer}: {missing.Why}");
Console.WriteLine(Attacks.Run(args[0], args[1..]));
return 0;

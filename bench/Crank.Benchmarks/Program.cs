using Crank.Benchmarks;

return args switch
{
    ["rego", .. var rest] => RegoBenchmark.Run(rest),
    ["gate", .. var rest] => GateBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Crank.Benchmarks measures parts of the system by themselves. One of:
          gate [--seconds 2]   what the gate adds to a job: input, decision and reading of the answer, p50 and p99
          rego [--data DIR] [--seconds 0.5] [--rounds 5] [--query TEXT]   CPU and bytes of one policy decision, as nodes and as compiled methods
        """);
    return 2;
}

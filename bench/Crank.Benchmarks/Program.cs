using Crank.Benchmarks;

return args switch
{
    ["rego", .. var rest] => RegoBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Crank.Benchmarks measures parts of the system by themselves. One of:
          rego [--data DIR] [--seconds 0.5] [--rounds 5] [--query TEXT]   CPU and bytes of one policy decision, as nodes and as compiled methods
        """);
    return 2;
}

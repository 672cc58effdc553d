using Crank.Cli.Policy;
using Crank.Cli.Tests.Running;
using Crank.Rego.Decide;

namespace Crank.Cli.Tests.Policy;

/// <summary>Policies and documents in a folder of one test, read as the commands read them.</summary>
internal sealed class PolicyFiles : IDisposable
{
    public PolicyFiles(params ReadOnlySpan<(string Name, string Text)> files)
    {
        foreach (var (name, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder.InFolder(Path.Combine("p", name)))!);
            Folder.Write(Path.Combine("p", name), text);
        }
    }

    public Scratch Folder { get; } = new();

    public string Root => Folder.InFolder("p");

    public LoadedPolicies Load() => LoadedPolicies.Read([Root]);

    public PolicySet Compile() => Load().Compile(new PolicyOptions { Instrumented = true, Backend = PolicyBackend.Nodes });

    public string At(string name) => Path.Combine(Root, name);

    public void Dispose() => Folder.Dispose();
}

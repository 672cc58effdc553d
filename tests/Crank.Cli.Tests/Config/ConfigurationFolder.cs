namespace Crank.Cli.Tests.Config;

/// <summary>A configuration file of one test.</summary>
internal sealed class ConfigurationFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crank-config-");

    public ConfigurationFolder(string text) => System.IO.File.WriteAllText(File, text);

    public string File => Path.Combine(_folder.FullName, "crank.yaml");

    public void Dispose() => _folder.Delete(recursive: true);
}

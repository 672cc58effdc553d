namespace Crank.Load;

/// <summary>A folder that is gone when the measurement is over.</summary>
internal sealed class Scratch : IDisposable
{
    /// <summary>In the folder that the environment names with <c>CRANK_LOAD_TMP</c>, else in the system's temporary one.</summary>
    public string Root { get; } = Directory.CreateDirectory(
        Path.Combine(Environment.GetEnvironmentVariable("CRANK_LOAD_TMP") ?? Path.GetTempPath(), $"crank-load-{Environment.ProcessId}")).FullName;

    public string Folder(string name) => Path.Combine(Root, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // Something still writes there; the system's temporary folder is emptied by others.
        }
    }
}

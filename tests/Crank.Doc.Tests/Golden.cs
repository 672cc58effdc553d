namespace Crank.Doc.Tests;

/// <summary>Compares results with files that were read and found right. <c>CRANK_WRITE_GOLDEN</c> names a folder to write them to instead.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        if (Environment.GetEnvironmentVariable("CRANK_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, name), actual);
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", name)), actual);
    }
}

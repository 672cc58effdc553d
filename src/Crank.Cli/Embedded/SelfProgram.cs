using System.Reflection;

namespace Crank.Cli.Embedded;

/// <summary>How to start this program once more: as its own executable, or through the host that runs it.</summary>
internal static class SelfProgram
{
    private static readonly (string Executable, string[] Arguments) s_self = Find();

    public static string Executable => s_self.Executable;

    public static IReadOnlyList<string> Arguments => s_self.Arguments;

    private static (string Executable, string[] Arguments) Find()
    {
        var name = OperatingSystem.IsWindows() ? "crank.exe" : "crank";
        var beside = Path.Combine(AppContext.BaseDirectory, name);
        if (File.Exists(beside))
        {
            return (beside, []);
        }

        var process = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program.");
        var assembly = Assembly.GetExecutingAssembly().GetName().Name + ".dll";
        var file = Path.Combine(AppContext.BaseDirectory, assembly);
        return File.Exists(file) ? (process, [file]) : (process, []);
    }
}

using System.Globalization;

namespace Crank.Carbon.Tests.Meters;

/// <summary>A power capping folder and a CPU time file, made for one test.</summary>
internal sealed class RaplFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crank-rapl-");

    internal string Root => Path.Combine(_folder.FullName, "powercap");

    internal string Stat => Path.Combine(_folder.FullName, "stat");

    internal static RaplFolder WithPackage(ulong microjoules = 1_000_000, ulong range = 262_143_328_850)
    {
        var folder = new RaplFolder();
        folder.Domain("intel-rapl:0", "package-0", microjoules, range);
        folder.Busy(0);
        return folder;
    }

    internal void Domain(string folder, string name, ulong microjoules, ulong range = 262_143_328_850)
    {
        var path = Directory.CreateDirectory(Path.Combine(Root, folder)).FullName;
        File.WriteAllText(Path.Combine(path, "name"), name + "\n");
        File.WriteAllText(Path.Combine(path, "energy_uj"), microjoules.ToString(CultureInfo.InvariantCulture) + "\n");
        File.WriteAllText(Path.Combine(path, "max_energy_range_uj"), range.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>So many hundredths of a second of work, in each kind that counts; idle, waiting and guest times are large and do not.</summary>
    internal void Busy(long hundredths) =>
        File.WriteAllText(Stat, string.Create(CultureInfo.InvariantCulture, $"cpu  {hundredths} 1 2 999999 99999 3 4 5 77777 88888\ncpu0 1 2 3 4 5 6 7 8 9 10\n"));

    internal string PathOf(string folder, string file) => Path.Combine(Root, folder, file);

    internal void MakeUnreadable(string folder, string file)
    {
        File.Delete(PathOf(folder, file));
        Directory.CreateDirectory(PathOf(folder, file));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

namespace Crank.Mesh.Tests;

/// <summary>Finds files of the repository from wherever the tests run.</summary>
internal static class Repository
{
    public static string File(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "Crank.slnx")))
            {
                return System.IO.Path.Combine(folder.FullName, path);
            }
        }

        throw new FileNotFoundException("The tests do not run inside the repository.");
    }
}

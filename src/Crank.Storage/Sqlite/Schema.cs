using System.Globalization;

namespace Crank.Storage;

/// <summary>Brings a database to the newest version of its tables, one numbered script after the other, never backwards.</summary>
internal static class Schema
{
    /// <summary>"CRNK": says whose file it is (SQLite file format, offset 68).</summary>
    internal const int ApplicationId = 0x43524E4B;

    private static readonly string[] s_scripts = ReadScripts();

    /// <summary>The newest version.</summary>
    internal static int Current => s_scripts.Length;

    /// <summary>Says whether a database is ours to change, before anything is changed.</summary>
    /// <exception cref="StoreNewerException">A later program wrote it.</exception>
    /// <exception cref="StoreException">It belongs to another program.</exception>
    internal static void Recognise(Database database)
    {
        var version = Version(database);
        var owner = Number(database.Scalar("PRAGMA application_id"));
        if (owner != ApplicationId && (owner != 0 || version != 0 || database.Scalar("SELECT name FROM sqlite_schema LIMIT 1").Length > 0))
        {
            throw new StoreException($"{database.Path} is a database of another program (application id {owner}). Move it away, or use another data folder.");
        }

        if (version > Current)
        {
            throw new StoreNewerException(database.Path, version, Current);
        }
    }

    /// <summary>Runs the scripts that are missing.</summary>
    /// <exception cref="StoreException">A script failed; the database stays at the version before it.</exception>
    internal static void Migrate(Database database)
    {
        for (var version = Version(database); version < Current; version++)
        {
            Step(database, version + 1, s_scripts[version]);
        }
    }

    /// <summary>One script and its number in one transaction.</summary>
    internal static void Step(Database database, int version, string script)
    {
        try
        {
            database.Execute($"BEGIN IMMEDIATE; {script}; PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {version}; COMMIT");
        }
        catch
        {
            database.RollBack();
            throw;
        }
    }

    private static int Version(Database database) => Number(database.Scalar("PRAGMA user_version"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string[] ReadScripts()
    {
        var assembly = typeof(Schema).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal);
        return [.. names.Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}

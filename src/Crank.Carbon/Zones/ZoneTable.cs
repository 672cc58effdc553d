using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Crank.Core;

namespace Crank.Carbon;

/// <summary>Carbon intensities by zone, from a table whose every row names its source, year and licence.</summary>
/// <remarks>The form is comma-separated values (RFC 4180) with the header <c>zone,grams,year,basis,source,licence</c>, at most 10,000 rows; <c>world</c> is required.</remarks>
public sealed class ZoneTable
{
    private const string Header = "zone,grams,year,basis,source,licence";
    private const int MaxCharacters = 4 << 20;
    private const int MaxRows = 10_000;
    private static readonly Zone s_world = Zone.Parse("world");
    private readonly FrozenDictionary<Zone, GridIntensity> _byZone;
    private readonly GridIntensity _unknown;

    private ZoneTable(ImmutableArray<ZoneRow> rows)
    {
        Rows = rows;
        _byZone = rows.ToFrozenDictionary(r => r.Zone, Known);
        var world = rows.First(r => r.Zone == s_world);
        _unknown = new(world.Intensity, GramsCo2ePerKwh.Zero, FootprintModel.DirtiestGrid, $"world mean for an unknown zone: {SourceOf(world)}");
    }

    /// <summary>The table that is built in.</summary>
    public static ZoneTable BuiltIn { get; } = LoadBuiltIn();

    /// <summary>Every row, in the order of the table.</summary>
    public ImmutableArray<ZoneRow> Rows { get; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="FormatException">Not of that form; the message names the line.</exception>
    public static ZoneTable Parse(string text)
    {
        if (text.Length > MaxCharacters)
        {
            throw new FormatException($"A table of zones has at most {MaxCharacters} characters.");
        }

        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines[0] != Header || lines.Length > MaxRows + 1)
        {
            throw new FormatException($"A table of zones begins with the line '{Header}' and has at most {MaxRows} rows.");
        }

        ImmutableArray<ZoneRow> rows = [.. lines.Skip(1).Select((line, i) => ParseRow(line, i + 2))];
        var repeated = rows.GroupBy(r => r.Zone).FirstOrDefault(g => g.Count() > 1);
        return repeated is not null ? throw new FormatException($"The zone {repeated.Key} has more than one row.")
            : rows.Any(r => r.Zone == s_world) ? new(rows)
            : throw new FormatException("The zone world is missing; it stands in for zones that nobody knows.");
    }

    /// <summary>The intensity of a zone; the world's mean with the widest bounds when the zone is unknown or not in the table.</summary>
    public GridIntensity For(Zone zone) => zone != Zone.Unknown && _byZone.TryGetValue(zone, out var known) ? known : _unknown;

    private static ZoneTable LoadBuiltIn()
    {
        using var reader = new StreamReader(typeof(ZoneTable).Assembly.GetManifestResourceStream("zones.csv")!);
        return Parse(reader.ReadToEnd());
    }

    private static GridIntensity Known(ZoneRow row) => new(
        row.Intensity,
        new(row.Intensity.Value * FootprintModel.GridLower),
        new(row.Intensity.Value * FootprintModel.GridUpper),
        SourceOf(row));

    private static string SourceOf(ZoneRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Source} ({row.Year}, {row.Basis})");

    private static ZoneRow ParseRow(string line, int number)
    {
        var fields = Fields(line);
        if (fields.Count != 6
            || !Zone.TryParse(fields[0], null, out var zone) || zone == Zone.Unknown
            || !GramsCo2ePerKwh.TryParse(fields[1], null, out var grams) || grams > FootprintModel.DirtiestGrid
            || !int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1990 or > 2100
            || fields[3] is not ("direct CO2" or "direct CO2e" or "life-cycle CO2e")
            || string.IsNullOrWhiteSpace(fields[4]) || string.IsNullOrWhiteSpace(fields[5]))
        {
            throw new FormatException(
                $"Line {number} of the table of zones needs a zone, grams per kWh up to {FootprintModel.DirtiestGrid}, a year, a basis (direct CO2, direct CO2e or life-cycle CO2e), a source and a licence.");
        }

        return new(zone, grams, year, fields[3], fields[4], fields[5]);
    }

    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var (field, quoted) = (new System.Text.StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (line[i] == '"')
            {
                quoted = !quoted;
            }
            else if (line[i] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return quoted ? [] : fields;
    }
}

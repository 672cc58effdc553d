using System.Globalization;

namespace Crank.Load.Http;

/// <summary>What the load generator saw, as one line.</summary>
/// <param name="Requests">Answers with status 200.</param>
/// <param name="Failed">All others.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Other">The status of one of those that failed; 0 when none did.</param>
internal sealed record HttpFigures(int Requests, int Failed, double Seconds, double P50, double P99, int Other)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"figures {Requests} {Failed} {Seconds:R} {P50:R} {P99:R} {Other}");

    /// <summary>The figures of a line; null when it is another.</summary>
    public static HttpFigures? Parse(string line)
    {
        var words = line.Split(' ');
        return words[0] != "figures" ? null : new((int)Number(1), (int)Number(2), Number(3), Number(4), Number(5), (int)Number(6));

        double Number(int at) => double.Parse(words[at], CultureInfo.InvariantCulture);
    }
}

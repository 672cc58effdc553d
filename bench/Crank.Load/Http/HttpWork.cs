using System.Globalization;

namespace Crank.Load.Http;

/// <summary>What the load generator is told to do, as one line.</summary>
/// <param name="Target">Where to send.</param>
/// <param name="Key">An API key.</param>
/// <param name="Connections">How many connections, each with one request at a time.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Rate">Requests a second of all connections together, sent by the clock whatever the answers do; 0 for as many as can be.</param>
/// <param name="Kibibytes">Size of the input.</param>
internal sealed record HttpWork(Uri Target, string Key, int Connections, int Seconds, int Rate, int Kibibytes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Target} {Key} {Connections} {Seconds} {Rate} {Kibibytes}");

    public static HttpWork Parse(string line)
    {
        var words = line.Split(' ');
        return new(new Uri(words[0]), words[1], Number(2), Number(3), Number(4), Number(5));

        int Number(int at) => int.Parse(words[at], CultureInfo.InvariantCulture);
    }
}

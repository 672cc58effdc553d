using System.Globalization;

namespace Crank.Core;

internal static class Measure
{
    internal static double Checked(double value, string unit) =>
        double.IsFinite(value) && value >= 0
            ? value + 0.0 // no negative zero, which would print a sign
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{unit} are a finite number that is not negative.");

    internal static string Print(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static bool TryParse(string? text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;
}
